"""What stands in the place of a list that has no rows: loading, empty, not configured or failed, and the next step."""

from textual.content import Content
from textual.widgets import Static


class StatePanel(Static):
    """A heading and sentences in the middle of the free space, all of it literal text."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(markup=False, id=id)

    def show(self, heading: str, *sentences: str) -> None:
        """Takes a heading and what to do next, fit for the terminal."""
        lines = [Content.styled(heading, "bold"), *(Content(sentence) for sentence in sentences)]
        self.update(Content("\n\n").join(lines))
