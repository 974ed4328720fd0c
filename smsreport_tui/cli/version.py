"""Which version this is, whether installed or run from a copy of the repository."""

from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def version() -> str:
    """The version of the running code; an installed one beside it does not count."""
    if _PROJECT.is_file():
        import tomllib

        project = tomllib.loads(_PROJECT.read_text("utf-8")).get("project", {})
        if project.get("name") == "smsreport-tui":
            return str(project["version"])
    from importlib import metadata

    return metadata.version("smsreport-tui")
