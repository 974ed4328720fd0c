"""Names and values one below the other, scrolled by the keys of a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

_WIDEST_NAME = 24
_LEAST_VALUE = 10


@dataclass(frozen=True, slots=True)
class Section:
    """Pairs of name and value under a heading, all of it fit for the terminal."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Details(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Values wrap; names stay in a column of their own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="details.down", tooltip="Scroll down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="details.up", tooltip="Scroll up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="details.page_down", tooltip="A page down"),
        Binding("pageup", "page_up", "Page up", show=False, id="details.page_up", tooltip="A page up"),
        Binding("home,g", "scroll_home", "Start", show=False, id="details.start", tooltip="To the start"),
        Binding("end,G", "scroll_end", "End", show=False, id="details.end", tooltip="To the end"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._sections: tuple[Section, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, sections: Sequence[Section]) -> None:
        """Takes the pairs; a section without any is left out."""
        self._sections = tuple(section for section in sections if section.rows)
        self._paint()

    def on_resize(self) -> None:
        self._paint()

    def _paint(self) -> None:
        names = [name[: 2 * _WIDEST_NAME] for section in self._sections for name, _ in section.rows]
        width = min(_WIDEST_NAME, max(map(cell_len, names), default=0))
        room = max(_LEAST_VALUE, self.scrollable_content_region.width - width - 2)
        lines: list[Content] = []
        for section in self._sections:
            lines.extend([Content("")] if lines else [])
            lines.append(Content.styled(section.heading, "bold"))
            lines.extend(_lines(section, width, room))
        self.query_one(Static).update(Content("\n").join(lines))


def _lines(section: Section, width: int, room: int) -> Iterator[Content]:
    for name, value in section.rows:
        head = set_cell_size(name[: 2 * _WIDEST_NAME], width) + "  "
        for line in Content(value).wrap(room) or [Content("")]:
            yield Content.assemble(Content.styled(head, "$label"), line)
            head = " " * len(head)
