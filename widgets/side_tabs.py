"""The tabs of a screen down its left side, each with its key and its count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class SideTab:
    """One tab: its name inside the program, its label, and its count as shown."""

    id: str
    label: str
    count: str = ""


class SideTabs(Widget, can_focus=True):
    """Moving the cursor chooses the tab at once."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"side-tabs--key", "side-tabs--active", "side-tabs--active-focused"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Tab up", show=False, id="tabs.up", tooltip="The tab above"),
        Binding("down,j", "move(1)", "Tab down", show=False, id="tabs.down", tooltip="The tab below"),
        Binding("home,g", "go(0)", "First tab", show=False, id="tabs.first", tooltip="The first tab"),
        Binding("end,G", "go(-1)", "Last tab", show=False, id="tabs.last", tooltip="The last tab"),
        Binding("right,l,enter", "enter", "To the list", show=False, id="tabs.enter", tooltip="Go to the tab's list"),
    ]
    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """Another tab was chosen, by key or mouse."""

        tab: str

    class Entered(Message):
        """The operator wants to go on to the list of the tab."""

    def __init__(self, tabs: Sequence[SideTab], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tabs = tuple(tabs)
        self._active = 0

    @property
    def active(self) -> str:
        """The id of the chosen tab."""
        return self._tabs[self._active].id

    def show(self, tabs: Sequence[SideTab]) -> None:
        """Takes the tabs anew, in the same order, with other counts."""
        if tuple(tabs) != self._tabs:
            self._tabs = tuple(tabs)
            self.refresh()

    def activate(self, index: int) -> None:
        """Marks a tab as chosen, without a message."""
        self._active = index
        self.refresh()

    def action_move(self, step: int) -> None:
        self._choose(self._active + step)

    def action_go(self, index: int) -> None:
        self._choose(index if index >= 0 else len(self._tabs) - 1)

    def action_enter(self) -> None:
        self.post_message(self.Entered())

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is not None and place.y < len(self._tabs):
            self._choose(place.y)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._tabs) and index != self._active:
            self.activate(index)
            self.post_message(self.Chosen(self.active))

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        if y >= len(self._tabs):
            return Strip.blank(width, self.rich_style)
        tab = self._tabs[y]
        style = self.rich_style
        if y == self._active:
            style = self.get_component_rich_style(f"side-tabs--active{'-focused' * self.has_focus}")
        key_style = (
            style if y == self._active else style + self.get_component_rich_style("side-tabs--key", partial=True)
        )
        mark = "▌" if y == self._active else " "
        label = set_cell_size(tab.label, max(0, width - len(tab.count) - 4))
        line = [Segment(f"{mark}{y + 1} ", key_style), Segment(label, style), Segment(tab.count + " ", style)]
        return Strip(line).adjust_cell_length(width, style)
