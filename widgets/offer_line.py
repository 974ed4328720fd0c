"""A line to type into, with what the store has to offer under it: the arrows or a click choose, Enter takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from smsreport_tui.rules.formatting import thousands
from smsreport_tui.rules.text import shown
from widgets.find_bar import PAUSE_SECONDS

MOST_OFFERS = 5
"""So many stand under the line at once; walking on scrolls, typing on narrows them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A value, how it stands in the line, and what tells it from others; both fit for the terminal."""

    value: str
    text: str
    about: str = ""


def plain_offer(value: str) -> Offer:
    """A value that is its own name."""
    return Offer(value, shown(value))


class OfferInput(Input):
    """A line whose arrows walk through what is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "walk(1)", "Next", show=False, id="offers.down", tooltip="The next one offered, or field"),
        Binding("up", "walk(-1)", "Before", show=False, id="offers.up", tooltip="The one offered before, or the field"),
    ]

    @dataclass
    class Walked(Message):
        """The operator goes through what is offered."""

        step: int

    def action_walk(self, step: int) -> None:
        self.post_message(self.Walked(step))


class OfferList(Widget):
    """What is offered, a line each."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"offers--offer", "offers--cursor", "offers--about"}
    ALLOW_SELECT = False

    @dataclass
    class Clicked(Message):
        """One of them was clicked."""

        index: int

    def __init__(self) -> None:
        super().__init__()
        self.offers: tuple[Offer, ...] = ()
        self.cursor = -1
        self._top = 0
        self._nothing = ""

    def show(self, offers: Sequence[Offer], nothing: str) -> None:
        """Takes them, and what to say where there are none."""
        self.offers, self.cursor, self._top, self._nothing = tuple(offers), -1, 0, nothing
        self.set_class(bool(self.offers or nothing), "-any")
        self.refresh(layout=True)

    def walk(self, step: int) -> bool:
        """Whether there was one to go to; above the first stands the line itself."""
        if not -1 <= self.cursor + step < len(self.offers):
            return False
        self.cursor += step
        self._top = max(0, min(self._top, self.cursor), self.cursor - MOST_OFFERS + 1)
        self.refresh()
        return True

    def on_click(self, event: events.Click) -> None:
        if event.y < min(MOST_OFFERS, len(self.offers)):
            self.post_message(self.Clicked(self._top + event.y))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return max(1, min(len(self.offers), MOST_OFFERS + 1))

    def render_line(self, y: int) -> Strip:
        width, base = self.content_size.width, self.rich_style
        about = self.get_component_rich_style("offers--about")
        index = self._top + y
        if y >= MOST_OFFERS or index >= len(self.offers):
            words = self._nothing
            if self.offers:
                words = f"{self._top + 1} to {self._top + MOST_OFFERS} of {thousands(len(self.offers))}"
            return Strip([Segment(set_cell_size(f"  {words}", width), about)], width)
        offer, here = self.offers[index], index == self.cursor
        style = self.get_component_rich_style("offers--cursor" if here else "offers--offer")
        line = [Segment(f"{'▌' if here else ' '} {offer.text}", style)]
        if offer.about:
            line.append(Segment(f"  {offer.about}", style if here else about))
        return Strip(line).adjust_cell_length(width, style if here else base)


class OfferLine(Vertical):
    """Its value is what was taken, or what is typed; what is offered is asked for as one types."""

    DEFAULT_CSS = """
    OfferLine { height: auto; width: 1fr; }
    OfferInput { height: 1; width: 1fr; }
    OfferList { height: auto; width: 1fr; display: none; }
    OfferLine:focus-within OfferList.-any { display: block; }
    """

    @dataclass
    class Wanted(Message):
        """What begins so is wanted."""

        line: "OfferLine"
        text: str

        @property
        def control(self) -> "OfferLine":
            return self.line

    @dataclass
    class Changed(Message):
        """The value is another one."""

        line: "OfferLine"

        @property
        def control(self) -> "OfferLine":
            return self.line

    def __init__(self, value: Offer | None = None, hint: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._chosen = value
        self._hint = hint
        self._pause: Timer | None = None
        self._awaited = False
        self._keys_ahead: list[Callable[[], None]] = []

    def compose(self) -> ComposeResult:
        text = self._chosen.text if self._chosen else ""
        yield OfferInput(text, placeholder=self._hint, compact=True, select_on_focus=False)
        yield OfferList()

    @property
    def line(self) -> OfferInput:
        return self.query_one(OfferInput)

    @property
    def chosen(self) -> Offer | None:
        """What was taken, as long as nothing is typed over it."""
        return self._chosen

    @property
    def value(self) -> str:
        return self._chosen.value if self._chosen else self.line.value

    def put(self, value: Offer) -> None:
        """Takes a value as if it had been chosen."""
        self._chosen = value
        with self.line.prevent(Input.Changed):
            self.line.value = value.text
        self.line.action_end()
        self.post_message(self.Changed(self))

    def offer(self, offers: Sequence[Offer], nothing: str = "") -> None:
        """Takes what begins as the line does, and what to say where nothing does."""
        self.query_one(OfferList).show(offers, nothing)
        self._awaited = False
        # A hand that is faster than the store meant the list that stands there only now.
        ahead, self._keys_ahead = self._keys_ahead, []
        for press in ahead:
            press()

    @on(events.DescendantFocus)
    def _entered(self) -> None:
        if self._chosen is None:
            self._want()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._chosen is not None and event.value == self._chosen.text:
            return
        self._chosen, self._awaited = None, True
        self._keys_ahead.clear()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._want)
        self.post_message(self.Changed(self))

    def _want(self) -> None:
        if self._chosen is None:
            self.post_message(self.Wanted(self, self.line.value))

    @on(OfferInput.Walked)
    def _walked(self, event: OfferInput.Walked) -> None:
        event.stop()
        if self._awaited and event.step > 0:
            self._keys_ahead.append(lambda: self._walk(event.step))
        else:
            self._walk(event.step)

    def _walk(self, step: int) -> None:
        if not self.query_one(OfferList).walk(step):
            (self.screen.focus_next if step > 0 else self.screen.focus_previous)()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        cursor = self.query_one(OfferList).cursor
        if self._keys_ahead:
            event.stop()
            self._keys_ahead.append(lambda: self._take(self.query_one(OfferList).cursor))
        elif cursor >= 0:
            event.stop()
            self._take(cursor)

    @on(OfferList.Clicked)
    def _clicked(self, event: OfferList.Clicked) -> None:
        event.stop()
        self._take(event.index)

    def _take(self, index: int) -> None:
        if index < 0:
            return
        self.put(self.query_one(OfferList).offers[index])
        self.offer(())
        self.line.focus()
