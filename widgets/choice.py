"""One of a few, in flowing lines: the arrows or a click choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

_GAP = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A value and its words."""

    value: str
    label: str

    @property
    def width(self) -> int:
        return cell_len(self.label) + 2


class Choice(Widget, can_focus=True):
    """The chosen one is marked by a full circle as well as by its style."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--on", "choice--off", "choice--cursor"}
    DEFAULT_CSS = "Choice { height: auto; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Before", show=False, id="choice.before", tooltip="The choice before"),
        Binding("right,l", "move(1)", "Next", show=False, id="choice.next", tooltip="The next choice"),
        Binding("space", "turn", "Change", show=False, id="choice.turn", tooltip="The next choice, round and round"),
    ]
    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """Another option was chosen."""

        choice: "Choice"
        value: str

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, options: Sequence[Option], value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._options = tuple(options)
        values = [option.value for option in self._options]
        self._index = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        return self._options[self._index].value

    def choose(self, value: str) -> None:
        """Marks an option as chosen, without a message; an unknown one changes nothing."""
        for index, option in enumerate(self._options):
            if option.value == value:
                self._index = index
                self.refresh()

    def action_move(self, step: int) -> None:
        self._take(max(0, min(len(self._options) - 1, self._index + step)))

    def action_turn(self) -> None:
        self._take((self._index + 1) % len(self._options))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        for index, (line, start) in enumerate(self._spots(self.content_size.width)):
            if place is not None and place.y == line and start <= place.x < start + self._options[index].width:
                self._take(index)

    def _spots(self, width: int) -> list[tuple[int, int]]:
        """The line and the cell at which each option begins."""
        spots: list[tuple[int, int]] = []
        line = start = 0
        for option in self._options:
            if start and start + option.width > width:
                line, start = line + 1, 0
            spots.append((line, start))
            start += option.width + _GAP
        return spots

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return self._spots(width)[-1][0] + 1

    def _take(self, index: int) -> None:
        if index != self._index and not self.disabled:
            self._index = index
            self.refresh()
            self.post_message(self.Chosen(self, self.value))

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, base = self.content_size.width, self.rich_style
        segments: list[Segment] = []
        for index, (line, _) in enumerate(self._spots(width)):
            if line != y:
                continue
            option, on = self._options[index], index == self._index
            name = "cursor" if on and self.has_focus else "on" if on else "off"
            # The cursor's own background is blended with what lies behind it.
            style = base + self.get_component_rich_style(f"choice--{name}", partial=name != "cursor")
            segments += [Segment(f"{'●' if on else '○'} {option.label}", style), Segment(" " * _GAP, base)]
        return Strip(segments).adjust_cell_length(width, base)
