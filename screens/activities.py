"""The home screen: every activity, newest first, with its figures at a glance."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from screens import activity_cells
from screens.desk import Desk
from screens.report_text import synced
from screens.source_screen import SourceScreen
from smsreport_tui.rules.figures import ActivitySummary
from smsreport_tui.rules.formatting import count_of
from smsreport_tui.rules.text import shown
from widgets.row_table import RowTable
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar


class ActivitiesScreen(SourceScreen):
    """Enter opens the report of the activity under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.sync", "Sync", id="activities.sync", tooltip="Ask the gateway for news now"),
    ]
    AUTO_FOCUS = "RowTable"

    @dataclass
    class Opened(Message):
        """The operator wants the report of an activity."""

        activity_id: str

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._activities: list[ActivitySummary] | None = None

    def compose_body(self) -> ComposeResult:
        yield TitleBar(id="title")
        yield RowTable(id="activities")
        yield StatePanel(id="state")

    def reload(self) -> None:
        self.ask("activities", lambda source: source.activities(), self._show)

    def tick(self) -> None:
        super().tick()
        known = self._activities is not None
        count = f" · {count_of(len(self._activities or ()), 'activity')}" if known else ""
        state = synced(self.desk.sync.as_of, self.desk.now) if known else ""
        self.query_one(TitleBar).show(f"SMS Report{' · demo' if self.desk.session.demo else ''}{count}", state)
        self._show_state()

    def repaint(self) -> None:
        self._show_state()

    def show_problem(self, sentence: str) -> None:
        if self._activities is None:
            self.desk.problem = sentence
            self._show_state()
        else:
            super().show_problem(sentence)

    def _show(self, activities: list[ActivitySummary]) -> None:
        self.desk.problem = None
        if activities == self._activities:
            return
        self._activities = activities
        keys = [activity.id for activity in activities]
        self.query_one(RowTable).show(activity_cells.SPECS, keys, lambda index: activity_cells.cells(activities[index]))
        self.tick()

    def _show_state(self) -> None:
        panel, table = self.query_one(StatePanel), self.query_one(RowTable)
        has_rows = bool(self._activities)
        panel.display, table.display = not has_rows, has_rows
        if not has_rows:
            panel.show(*self._state())
        elif self.focused is None:
            table.focus()

    def _state(self) -> tuple[str, ...]:
        session = self.desk.session
        if self.desk.problem:
            return ("The store can not be read", shown(self.desk.problem), "r tries again, q quits.")
        if self._activities is None:
            return ("Opening the store …",)
        if session.gateway is None and not session.demo:
            return (
                "No gateway is set up",
                "Set SMSREPORT_GATEWAY to the gateway's address and SMSREPORT_TOKEN to its token,"
                " or write the address into the file that `smsreport config path` names.",
                "To look around first: `smsreport demo` opens the app on a live simulated gateway.",
            )
        waiting = "The first sync is under way; activities appear here as they come."
        if not self.desk.sync.worker_alive:
            waiting = "No worker is running: press r to start it, or run `smsreport sync`."
        return ("No activities yet", waiting)

    @on(RowTable.Chosen)
    def _chosen(self, message: RowTable.Chosen) -> None:
        self.post_message(self.Opened(message.key))
