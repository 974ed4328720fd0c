"""What stands in the place of a list that has no rows: loading, empty, not configured or failed, and the next step."""

from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static


class NextStep(NamedTuple):
    """A key and what it does."""

    key: str
    words: str


class StatePanel(Static):
    """A heading and sentences in the middle of the free space, all of it literal text."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(markup=False, id=id)

    def show(self, *lines: str | NextStep) -> None:
        """Takes a heading, then what to do next, fit for the terminal."""
        heading, *rest = map(_line, lines)
        self.update(Content("\n\n").join([heading.stylize("bold $foreground"), *rest]))


def _line(line: str | NextStep) -> Content:
    if isinstance(line, str):
        return Content(line)
    return Content.assemble(Content.styled(line.key, "bold $info"), Content(f"  {line.words}"))
