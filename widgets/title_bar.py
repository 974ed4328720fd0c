"""The top line of a screen: what it shows on the left, how fresh that is on the right."""

from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget


class TitleBar(Widget):
    """Where both do not fit the title is cut, not the state."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--state", "title-bar--title"}
    ALLOW_SELECT = False

    def __init__(self, title: str = "", state: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = title
        self._state = state

    def show(self, title: str, state: str) -> None:
        """Takes the two texts, fit for the terminal."""
        if (title, state) != (self._title, self._state):
            self._title, self._state = title, state
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        base = self.rich_style
        if y:
            return Strip.blank(width, base)
        state = set_cell_size(self._state, min(cell_len(self._state), width))
        room = max(0, width - cell_len(state) - (2 if state else 0))
        title = self._title[: room * 2]
        if cell_len(title) > room:
            title = set_cell_size(title, max(0, room - 1)) + "…"
        line = [
            Segment(title, self.get_component_rich_style("title-bar--title")),
            Segment(" " * max(0, width - cell_len(title) - cell_len(state)), base),
            Segment(state, self.get_component_rich_style("title-bar--state")),
        ]
        return Strip(line).adjust_cell_length(width, base)
