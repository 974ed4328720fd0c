"""Hands a segment to the gateway, to include or to exclude its people; a child process does it."""

from textual.app import ComposeResult
from textual.widgets import Static

from screens import export_text
from screens.desk import Desk
from screens.segment_use_text import MEANS, ONLY_READ, pushed_line
from screens.task_dialog import TaskDialog
from smsreport_tui.rules.segment_figures import Purpose, StoredSegment
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import Outcome
from smsreport_tui.services.session import PushWish
from widgets.choice import Choice, Option
from widgets.field import Field

_LONGEST_NAME = 60


class PushScreen(TaskDialog):
    """Enter pushes and, where that failed, tries again; what was cut off is begun anew by the next push."""

    AUTO_FOCUS = "#purpose"
    WHAT = "The push"
    CANCELLED = "The push was cancelled before it was in force: push it again before you use it at the gateway."
    AGAIN = " Enter tries again."

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(desk, f"Push “{shown(name, _LONGEST_NAME)}” to the gateway", "Push")
        self._segment = name

    def asked(self) -> ComposeResult:
        options = [Option(purpose.value, f"to {purpose.value}") for purpose in Purpose]
        yield Field("Use", Choice(options, Purpose.INCLUDE.value, id="purpose"))
        for purpose in Purpose:
            yield Field(
                f"To {purpose.value}", Static(MEANS[purpose], id=purpose.value, classes="form--told", markup=False)
            )

    def on_mount(self) -> None:
        self.note("Enter pushes it, the arrows choose, Esc leaves. Pushing again replaces what is there.")
        # An answer amid the first layout would get no room of its own.
        self.call_after_refresh(self._ask_when)

    def _ask_when(self) -> None:
        name = self._segment
        self.ask("segment", lambda source: source.segments.get(name), self._show)

    def _show(self, segment: StoredSegment) -> None:
        zone = self.desk.session.time_zone
        for purpose in Purpose:
            line = f"{MEANS[purpose]}\n{pushed_line(segment, purpose, zone)}"
            self.query_one(f"#{purpose.value}", Static).update(line)

    def begin(self) -> None:
        command = self.desk.session.push_command
        if command is None:
            self.note(ONLY_READ, bad=True)
            return
        purpose = Purpose(self.query_one("#purpose", Choice).value)
        self.start(command(PushWish(self._segment, purpose)))

    def progress(self, done: int, total: int, seconds: float) -> str:
        return export_text.progress(done, total, seconds, "person", "at the gateway")

    def succeeded(self, outcome: Outcome) -> str:
        self._ask_when()
        return f"{outcome.printed.strip()} Enter closes."
