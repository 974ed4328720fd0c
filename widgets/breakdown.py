"""The figures of a report in flowing lines; each can be focused or pointed at, and then explains itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.cell import Tone
from widgets.copying import CopyAsked

_GAP, _NARROW_GAP = 3, 2
_NARROW = 140


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: label, number, rate or other small print, and the line that explains it.

    `mark` puts a block in the figure's tone before it. Figures of one `group` stay on one line where that is wide
    enough; an odd group is a part of the one before and goes on in its line, an even one begins a line.
    """

    label: str
    number: str
    explanation: str
    note: str = ""
    tone: Tone = Tone.PLAIN
    mark: bool = False
    number_first: bool = False
    group: int = 0

    @property
    def parts(self) -> tuple[str, str, str, str]:
        mark = "▇ " if self.mark else ""
        if self.number_first:
            return (mark, "", self.number, f" {self.label}")
        return (mark, f"{self.label} ", self.number, f" {self.note}" if self.note else "")

    @property
    def width(self) -> int:
        return sum(cell_len(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure stands: line and first cell."""

    line: int
    start: int


def flow(figures: Sequence[Figure], width: int) -> tuple[Spot, ...]:
    """Places the figures one after the other, a group in the next line where it does not fit whole."""
    gap = _GAP if width >= _NARROW else _NARROW_GAP
    spots: list[Spot] = []
    line = start = 0
    for number, members in groupby(figures, key=lambda figure: figure.group):
        group = list(members)
        whole = sum(figure.width + gap for figure in group) - gap
        if start and (number % 2 == 0 or start + whole > width):
            line, start = line + 1, 0
        for figure in group:
            if start and start + figure.width > width:
                line, start = line + 1, 0
            spots.append(Spot(line, start))
            start += figure.width + gap
    return tuple(spots)


class Breakdown(Widget, can_focus=True):
    """The figures; posts the explanation of the one that the keys or the mouse point at."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "breakdown--label",
        "breakdown--number",
        "breakdown--note",
        "breakdown--cursor",
        *(f"breakdown--{tone}" for tone in Tone),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h", "move(-1)", "Figure left", show=False, id="figures.left", tooltip="Explain the figure before"
        ),
        Binding(
            "right,l", "move(1)", "Figure right", show=False, id="figures.right", tooltip="Explain the next figure"
        ),
        Binding("up,k", "line(-1)", "Figure above", show=False, id="figures.up", tooltip="Explain a figure above"),
        Binding("down,j", "line(1)", "Figure below", show=False, id="figures.down", tooltip="Explain a figure below"),
        Binding("y", "copy", "Copy", show=False, id="figures.copy", tooltip="Copy the figure"),
    ]
    ALLOW_SELECT = False

    @dataclass
    class Explained(Message):
        """The explanation to show; empty when nothing is pointed at any more."""

        text: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._figures: tuple[Figure, ...] = ()
        self._cursor = 0
        self._pointed: int | None = None

    def show(self, figures: Sequence[Figure]) -> None:
        """Takes the figures, in reading order."""
        if tuple(figures) == self._figures:
            return
        self._figures = tuple(figures)
        self._cursor = min(self._cursor, max(0, len(self._figures) - 1))
        self.refresh(layout=True)
        self._explain()

    @property
    def spots(self) -> tuple[Spot, ...]:
        return flow(self._figures, self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        spots = flow(self._figures, width)
        return spots[-1].line + 1 if spots else 1

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._explain()

    def on_leave(self) -> None:
        self._pointed = None
        self._explain()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        pointed = self._figure_at(event)
        if pointed != self._pointed:
            self._pointed = pointed
            self._explain()

    def on_click(self, event: events.Click) -> None:
        index = self._figure_at(event)
        if index is not None:
            self._set_cursor(index)

    def action_copy(self) -> None:
        if self._figures:
            self.post_message(CopyAsked(self._figures[self._cursor].number.replace("\u202f", "")))

    def action_move(self, step: int) -> None:
        self._set_cursor(self._cursor + step)

    def action_line(self, step: int) -> None:
        spots = self.spots
        if not spots:
            return
        here = spots[self._cursor]
        others = [i for i, spot in enumerate(spots) if spot.line == here.line + step]
        if others:
            self._set_cursor(min(others, key=lambda i: abs(spots[i].start - here.start)))

    def _set_cursor(self, index: int) -> None:
        self._cursor = max(0, min(index, len(self._figures) - 1))
        self._explain()

    def _figure_at(self, event: events.MouseEvent) -> int | None:
        place = event.get_content_offset(self)
        if place is None:
            return None
        for index, spot in enumerate(self.spots):
            if spot.line == place.y and spot.start <= place.x < spot.start + self._figures[index].width:
                return index
        return None

    def _explain(self) -> None:
        self.refresh()
        index = self._pointed if self._pointed is not None else self._cursor if self.has_focus else None
        known = index is not None and index < len(self._figures)
        self.post_message(self.Explained(self._figures[index].explanation if known and index is not None else ""))

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        base = self.rich_style
        segments: list[Segment] = []
        used = 0
        for index, spot in enumerate(self.spots):
            if spot.line == y:
                segments.append(Segment(" " * (spot.start - used), base))
                segments.extend(self._segments(index))
                used = spot.start + self._figures[index].width
        return Strip(segments).adjust_cell_length(width, base)

    def _segments(self, index: int) -> list[Segment]:
        figure = self._figures[index]
        base = self.rich_style
        names = (figure.tone, "label", "number", "note")
        styles = [base + self.get_component_rich_style(f"breakdown--{name}", partial=True) for name in names]
        if self.has_focus and index == self._cursor:
            cursor = self.get_component_rich_style("breakdown--cursor")
            styles = [styles[0], cursor, cursor, cursor]
        return [Segment(part, style) for part, style in zip(figure.parts, styles, strict=True)]
