"""The home screen: every activity, newest first, with its figures at a glance."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from screens import activity_cells
from screens.activity_order import COLUMNS, Order, arranged
from screens.desk import Desk
from screens.source_screen import SourceScreen
from smsreport_tui.rules.formatting import count_of, synced, thousands
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.text import shown
from widgets.find_bar import FindBar
from widgets.row_table import RowTable
from widgets.state_panel import NextStep, StatePanel
from widgets.title_bar import TitleBar


class ActivitiesScreen(SourceScreen):
    """Enter opens the report of the activity under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "Find", id="activities.find", priority=True, tooltip="Find by name, id or sender"),
        Binding("o", "order", "Order", id="activities.order", tooltip="Order the list by the next column"),
        Binding("O", "turn", "Turn", show=False, id="activities.turn", tooltip="Turn the order round"),
        Binding("c", "connect", "Connect", id="activities.connect", tooltip="Connect a gateway: its address and token"),
        Binding("d", "demo", "Demo", id="activities.demo", tooltip="Open the demo, on a live simulated gateway"),
        Binding("R", "app.retries", "Retries", id="activities.retries", tooltip="The queue of retries"),
        Binding("S", "app.segments", "Segments", id="activities.segments", tooltip="The segments, and their people"),
        Binding("r", "app.sync", "Sync", id="activities.sync", tooltip="Ask the gateway for news now"),
        Binding("escape", "back", "All", show=False, id="activities.back", tooltip="End the search"),
    ]
    AUTO_FOCUS = "RowTable"

    @dataclass
    class Opened(Message):
        """The operator wants the report of an activity."""

        activity_id: str

    class ConnectAsked(Message):
        """The operator wants to connect a gateway."""

    class DemoAsked(Message):
        """The operator wants the demo in place of the empty app."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._activities: list[ActivitySummary] | None = None
        self._found: list[ActivitySummary] = []
        self._find = ""
        self._order = Order()

    def compose_body(self) -> ComposeResult:
        yield TitleBar(id="title")
        yield RowTable(id="activities")
        yield StatePanel(id="state")
        yield FindBar(id="find")

    def reload(self) -> None:
        self.ask("activities", lambda source: source.activities(), self._show)

    def tick(self) -> None:
        super().tick()
        known = self._activities is not None and self.desk.source is not None
        state = synced(self.desk.sync.as_of, self.desk.now) if known else ""
        demo = " · demo" if self.desk.session.demo else ""
        self.query_one(TitleBar).show(f"SMS Report{demo}{self._count()}", state)
        self._show_state()

    def _count(self) -> str:
        if self._activities is None:
            return ""
        count = count_of(len(self._activities), "activity")
        return f" · {thousands(len(self._found))} of {count} found" if self._find else f" · {count}"

    def repaint(self) -> None:
        self._show_state()

    def show_first(self, activities: list[ActivitySummary]) -> None:
        """Shows what a glance has found, until the store is open."""
        if self._activities is None and self.in_use:
            self._show(activities)

    def show_problem(self, sentence: str) -> None:
        if self._activities is None:
            self.desk.problem = sentence
            self._show_state()
        else:
            super().show_problem(sentence)

    def _show(self, activities: list[ActivitySummary]) -> None:
        self.desk.problem = None
        if activities != self._activities:
            self._activities = activities
            self._arrange()

    def _arrange(self) -> None:
        activities = self._activities or []
        found = self._found = arranged(activities, self._find, self._order)
        most = activity_cells.scales(activities)
        self.query_one(RowTable).show(
            activity_cells.specs(self._order),
            [activity.id for activity in found],
            lambda index: activity_cells.cells(found[index], most),
        )
        self.tick()

    def _show_state(self) -> None:
        panel, table = self.query_one(StatePanel), self.query_one(RowTable)
        has_rows = bool(self._found)
        panel.display, table.display = not has_rows, has_rows
        if not has_rows:
            panel.show(*self._state())
        elif self.focused is None:
            table.focus()

    def _state(self) -> tuple[str | NextStep, ...]:
        session = self.desk.session
        if self.desk.problem:
            return (
                "The store can not be read",
                shown(self.desk.problem),
                NextStep("r", "Try again"),
                NextStep("q", "Quit"),
            )
        if self._activities is None:
            return ("Opening the store …",)
        if self._activities:
            return (f"No activity found for “{shown(self._find)}”", NextStep("esc", "Show all again"))
        if session.gateway is None and not session.demo:
            return (
                "No gateway is set up",
                NextStep("c", "Connect one: have its address and token at hand"),
                *([NextStep("d", "Look round in the demo, on a live simulated gateway")] * session.can_become_demo),
                "In scripts SMSREPORT_GATEWAY and SMSREPORT_TOKEN say the same.",
            )
        waiting = "The first sync is under way; activities appear here as they come."
        if not self.desk.sync.worker_alive:
            waiting = "No worker is running: press r to start it, or run `smsreport sync`."
        return ("No activities yet", waiting)

    @on(RowTable.Chosen)
    def _chosen(self, message: RowTable.Chosen) -> None:
        self.post_message(self.Opened(message.key))

    @on(RowTable.HeadingClicked)
    def _heading_clicked(self, message: RowTable.HeadingClicked) -> None:
        self._set_order(self._order.by(message.column))

    @on(FindBar.Changed)
    def _find_changed(self, message: FindBar.Changed) -> None:
        self._find = message.text
        self.query_one(RowTable).go_to_start()
        self._arrange()

    @on(FindBar.Entered)
    def _find_entered(self) -> None:
        self.query_one(RowTable).focus()

    @on(FindBar.Closed)
    def _end_find(self) -> None:
        if self._find:
            self._find = ""
            self._arrange()
        self.query_one(RowTable).focus()

    def _set_order(self, order: Order) -> None:
        self._order = order
        self.query_one(RowTable).go_to_start()
        self._arrange()
        name, way = COLUMNS[order.column].title, "rising" if order.ascending else "falling"
        self.notify(f"Ordered by {name}, {way}.", timeout=2, markup=False)

    def action_order(self) -> None:
        if self.refuses("order"):
            return
        self._set_order(self._order.next())

    def action_turn(self) -> None:
        if self.refuses("turn"):
            return
        self._set_order(self._order.by(self._order.column))

    @property
    def _unconnected(self) -> bool:
        session = self.desk.session
        return session.gateway is None and not session.demo and session.connect_command is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("connect", "demo"):
            return self._unconnected and (action == "connect" or self.desk.session.can_become_demo)
        return super().check_action(action, parameters)

    def action_connect(self) -> None:
        self.post_message(self.ConnectAsked())

    def action_demo(self) -> None:
        self.post_message(self.DemoAsked())

    def why_not(self, action: str) -> str | None:
        if action in ("find", "order", "turn") and not self._activities:
            return "There are no activities yet."
        return None

    def action_find(self) -> None:
        if self.refuses("find"):
            return
        self.query_one(FindBar).open("part of a name, id or sender")

    def action_back(self) -> None:
        find_bar = self.query_one(FindBar)
        if find_bar.is_open or self._find:
            find_bar.close()
            self._end_find()
