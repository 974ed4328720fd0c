"""Any of several, in flowing lines: the arrows move, the space bar or a click switches one on and off."""

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

from widgets.choice import Option

_GAP = 2
_MARK = 4


class CheckList(Widget, can_focus=True):
    """Each item is marked by a cross as well as by its style; at least one stays on."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"check-list--on", "check-list--off", "check-list--cursor"}
    DEFAULT_CSS = "CheckList { height: auto; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Before", show=False, id="checks.before", tooltip="The item before"),
        Binding("right,l", "move(1)", "Next", show=False, id="checks.next", tooltip="The next item"),
        Binding("space", "switch", "Switch", show=False, id="checks.switch", tooltip="Switch the item on or off"),
    ]
    ALLOW_SELECT = False

    @dataclass
    class Switched(Message):
        """What is on has changed."""

        values: tuple[str, ...]

    def __init__(self, options: Sequence[Option], on: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._options = tuple(options)
        known = {option.value for option in self._options}
        self._on = {value for value in on if value in known} or known
        self._cursor = 0

    @property
    def values(self) -> tuple[str, ...]:
        """What is on, in order."""
        return tuple(option.value for option in self._options if option.value in self._on)

    @property
    def all_on(self) -> bool:
        return len(self._on) == len(self._options)

    def action_move(self, step: int) -> None:
        self._cursor = max(0, min(len(self._options) - 1, self._cursor + step))
        self.refresh()

    def action_switch(self) -> None:
        value = self._options[self._cursor].value
        if self.disabled or self._on == {value}:
            return
        self._on ^= {value}
        self.refresh()
        self.post_message(self.Switched(self.values))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        for index, (line, start) in enumerate(self._spots(self.content_size.width)):
            width = cell_len(self._options[index].label) + _MARK
            if place is not None and place.y == line and start <= place.x < start + width:
                self._cursor = index
                self.action_switch()

    def _spots(self, width: int) -> list[tuple[int, int]]:
        spots: list[tuple[int, int]] = []
        line = start = 0
        for option in self._options:
            needed = cell_len(option.label) + _MARK
            if start and start + needed > width:
                line, start = line + 1, 0
            spots.append((line, start))
            start += needed + _GAP
        return spots

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        spots = self._spots(width)
        return spots[-1][0] + 1 if spots else 1

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, base = self.content_size.width, self.rich_style
        segments: list[Segment] = []
        used = 0
        for index, (line, start) in enumerate(self._spots(width)):
            if line != y:
                continue
            option = self._options[index]
            on = option.value in self._on
            name = "cursor" if index == self._cursor and self.has_focus else "on" if on else "off"
            style = base + self.get_component_rich_style(f"check-list--{name}", partial=name != "cursor")
            text = f"[{'x' if on else ' '}] {option.label}"
            segments += [Segment(" " * (start - used), base), Segment(text, style)]
            used = start + cell_len(text)
        return Strip(segments).adjust_cell_length(width, base)
