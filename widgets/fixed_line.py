"""One line of words under or over a list, whose place does not depend on what it says."""

from textual.widgets import Static


class FixedLine(Static):
    """Literal text; other words paint the line alone, where a Static would lay out the whole screen."""

    DEFAULT_CSS = """
    FixedLine {
        height: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(markup=False, id=id, classes=classes)
        self._words = ""

    def show(self, words: str) -> None:
        """Takes the words, fit for the terminal."""
        if words != self._words:
            self._words = words
            self.update(words, layout=False)
