"""What a person is called where there may be no name."""

BY_NUMBER = "tel-"
"""What the id of somebody begins with who is known by number alone; what follows is a token of the number."""


def called(name: str | None, profile: str) -> str:
    """The name, else the id; who is known by number alone, which stands beside, has neither."""
    if name:
        return name
    return "no name" if profile.startswith(BY_NUMBER) else profile
