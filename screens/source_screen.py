"""What every screen that reads the store has in common: following the store, sizes, bars."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from screens.asking import Asking
from screens.desk import Desk
from widgets.action_bar import ActionBar
from widgets.find_bar import FindInput
from widgets.too_small import TooSmall, is_too_small

TICK_SECONDS = 1.0
_AFTER_PAINT_SECONDS = 0.004
"""So long after a paint it is on its way to the terminal, and a thread that reads holds up nothing."""


class SourceScreen(Asking[None], inherit_bindings=False):
    """Paints the latest answer, and asks again when the store has changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next", show=False, id="screen.next", tooltip="Go to the next part"),
        Binding(
            "shift+tab", "app.focus_previous", "Before", show=False, id="screen.before", tooltip="Go to the part before"
        ),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._stale = False
        self._again = False
        self._hindrance = ""

    @property
    def would_be_lost(self) -> str | None:
        """The sentence that says what of an operator's work would be lost by leaving; None where nothing would."""
        return None

    @property
    def begun(self) -> bool:
        """Whether something is under way here that is gone on with later: other screens open above it."""
        return False

    def compose_body(self) -> ComposeResult:
        """The screen between its top and the bars at the bottom."""
        return ()

    def compose(self) -> ComposeResult:
        yield from self.compose_body()
        yield Static(id="hindrance", markup=False)
        yield ActionBar(self.why_not, id="actions")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # While one searches, the key that opens the search is a letter like any other.
        if action == "find" and isinstance(self.focused, FindInput):
            return False
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str | None:  # noqa: ARG002
        """The sentence that says why an action can not be done now, by the action's name; None where it can."""
        return None

    def refuses(self, action: str) -> bool:
        """Whether the action can not be done; if so the operator is told why."""
        reason = self.why_not(action)
        if reason is not None:
            self.notify(reason, severity="warning", timeout=4, markup=False)
        return reason is not None

    def reload(self) -> None:
        """Asks for all that the screen shows."""

    def reload_after_paint(self) -> None:
        """Asks once that which is to be seen already is painted: a thread that reads would hold it up."""
        self.call_after_refresh(self.set_timer, _AFTER_PAINT_SECONDS, self._reload_in_use)

    def _reload_in_use(self) -> None:
        if self.in_use:
            self.reload()

    def repaint(self) -> None:
        """Paints again from what is known: the mask or the clock has changed."""

    def on_mount(self) -> None:
        self.set_interval(TICK_SECONDS, self._tick_in_use)
        self.tick()
        if self.desk.source is not None:
            self.reload()

    def _tick_in_use(self) -> None:
        if self.in_use and self.is_in_sight:
            self.tick()

    def tick(self) -> None:
        """Paints what ages: how long ago the last sync was, and what hinders it."""
        self.query_one(ActionBar).show_states(self.desk.states)
        hindrance = self.desk.hindrance or ""
        if hindrance != self._hindrance:
            self._hindrance = hindrance
            line = self.query_one("#hindrance", Static)
            line.update(f"! {hindrance}")
            line.display = bool(hindrance)

    def store_changed(self) -> None:
        """Asks again now when in sight and nothing is under way, else as soon as that is so."""
        if not self.is_in_sight:
            self._stale = True
        elif self._pending:
            self._again = True
        else:
            self.reload()

    def forget_questions(self) -> None:
        """No answer to what was asked so far is painted; all is asked again when the screen comes into sight."""
        for topic in self._numbers:
            self._numbers[topic] += 1
        self._pending.clear()
        self._in_turn.clear()
        self._again, self._stale = False, True

    @property
    def is_in_sight(self) -> bool:
        """Whether it is on top, or below dialogs alone; Textual calls the screen below any other current too."""
        for screen in reversed(self.app.screen_stack):
            if screen is self or not screen.is_modal:
                return screen is self
        return False

    def on_screen_resume(self) -> None:
        if not self.in_use:
            return
        self.tick()
        self.repaint()
        if self._stale and self.desk.source is not None:
            self._stale = False
            self.reload_after_paint()

    def on_resize(self, event: events.Resize) -> None:
        small = is_too_small(event.size)
        self.set_class(small, "-too-small")
        self.set_class(event.size.width < 100, "-narrow")
        self.set_class(event.size.width < 80, "-tight")
        self.set_class(event.size.height < 30, "-low")
        self.set_class(event.size.height < 20, "-lowest")
        if small:
            if not self.query(TooSmall):
                self.mount(TooSmall())
            self.query_one(TooSmall).show(event.size)

    def answered(self) -> None:
        if self._again and not self._pending:
            self._again = False
            self.reload()
