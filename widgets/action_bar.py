"""The bottom bar: the keys that act on this screen, each to be clicked as well, and the state of the sync."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import ActiveBinding
from textual.keys import format_key
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

_GAP = 2
_LEAST_HINTS = 3
_BETWEEN = " · "


class KeyHint(NamedTuple):
    """One entry: the key pressed by a click, how it is written, what it does, and whether it can now."""

    key: str
    shown: str
    label: str
    tooltip: str
    enabled: bool

    @property
    def width(self) -> int:
        return cell_len(self.shown) + 1 + cell_len(self.label)


def usable(screen: Screen[object]) -> Iterator[ActiveBinding]:
    """The bindings that a key press reaches: a line that is typed into keeps the keys that write a sign."""
    line = screen.focused
    if line is None or not line.check_consume_key("a", "a"):
        yield from screen.active_bindings.values()
        return
    for key, active in screen.active_bindings.items():
        sign = format_key(key)
        if not (len(sign) == 1 and sign.isascii()):
            # A hint that names one of several keys may name one that is typed here.
            yield active._replace(binding=replace(active.binding, key_display=None))


class ActionBar(Widget):
    """Reads the active bindings that ask to be shown, so that a key and its hint can not differ.

    `why_not` gives for the name of an action the reason why it can not be done, or None.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"action-bar--key", "action-bar--off", "action-bar--state"}
    ALLOW_SELECT = False

    def __init__(self, why_not: Callable[[str], str | None], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._why_not = why_not
        self._all_hints: tuple[KeyHint, ...] = ()
        self._hints: tuple[KeyHint, ...] = ()
        self._states: tuple[str, ...] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self._bindings_changed(self.screen)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def show_states(self, states: Sequence[str]) -> None:
        """Takes the words at the right end, fit for the terminal, what matters most first: as many as fit stand."""
        if tuple(states) != self._states:
            self._states = tuple(states)
            self._fit()
            self.refresh()

    def _state(self, room: int) -> str:
        states = self._states
        while len(states) > 1 and cell_len(_BETWEEN.join(states)) > room:
            states = states[:-1]
        text = _BETWEEN.join(states)
        return set_cell_size(text, min(max(0, room), cell_len(text)))

    def _bindings_changed(self, screen: Screen[object]) -> None:
        hints: dict[str, KeyHint] = {}
        for _, binding, enabled, tooltip in usable(screen):
            if binding.show and binding.action not in hints:
                shown = self.app.get_key_display(binding)
                able = enabled and self._why_not(binding.action) is None
                hints[binding.action] = KeyHint(binding.key, shown, binding.description, tooltip, able)
        if tuple(hints.values()) != self._all_hints:
            self._all_hints = tuple(hints.values())
            self._fit()
            self.refresh()

    def _fit(self) -> None:
        """Leaves out hints that have no room, from the third last backwards: the last two lead on and back."""
        hints = list(self._all_hints)
        room = self.content_size.width - (cell_len(self._states[0]) if self._states else 0)
        while len(hints) > _LEAST_HINTS and sum(hint.width + _GAP for hint in hints) > room:
            del hints[-_LEAST_HINTS]
        self._hints = tuple(hints)

    def on_resize(self) -> None:
        self._fit()
        self.refresh()

    def _hint_at(self, event: events.MouseEvent) -> KeyHint | None:
        place = event.get_content_offset(self)
        start = 0
        for hint in self._hints:
            if place is not None and start <= place.x < start + hint.width:
                return hint
            start += hint.width + _GAP
        return None

    def on_click(self, event: events.Click) -> None:
        hint = self._hint_at(event)
        if hint is not None:
            self.app.simulate_key(hint.key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        hint = self._hint_at(event)
        self.tooltip = hint.tooltip if hint else None

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        base = self.rich_style
        if y:
            return Strip.blank(width, base)
        key = self.get_component_rich_style("action-bar--key")
        off = self.get_component_rich_style("action-bar--off")
        segments: list[Segment] = []
        for hint in self._hints:
            segments.append(Segment(hint.shown, key if hint.enabled else off))
            segments.append(Segment(f" {hint.label}", base if hint.enabled else off))
            segments.append(Segment(" " * _GAP, base))
        room = width - sum(hint.width + _GAP for hint in self._hints)
        if room > 0:
            state = self._state(room)
            style = self.get_component_rich_style("action-bar--state")
            segments += [Segment(" " * (room - cell_len(state)), base), Segment(state, style)]
        return Strip(segments).adjust_cell_length(width, base)
