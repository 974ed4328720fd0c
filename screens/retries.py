"""The queue of retries: what is due when, what is held and why, what stands in the way, and what retries bring."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from screens import retry_cells
from screens.confirm import ConfirmScreen
from screens.desk import Desk
from screens.source_screen import SourceScreen
from smsreport_tui.rules.attempts import Decision
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.formatting import place_name, thousands
from smsreport_tui.rules.persons import called
from smsreport_tui.rules.retry_figures import Retry, RetryBoard, RetryState
from smsreport_tui.rules.retry_words import (
    consent_line,
    consent_question,
    gains_lines,
    next_step,
    pause_line,
    queue_line,
)
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar


class RetriesScreen(SourceScreen):
    """Enter opens the person; every decision has its command (`smsreport retries --help`)."""

    CSS_PATH = Path("retries.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "send", "Send", id="retries.send", tooltip="Release what is held, or send now what is due"),
        Binding("H", "hold", "Hold", id="retries.hold", tooltip="Hold the attempt until you release it"),
        Binding("D", "drop", "Drop", id="retries.drop", tooltip="Send nothing more to this person in this activity"),
        Binding("p", "probe", "Probe", id="retries.probe", tooltip="Ask a paused gateway now whether it takes retries"),
        Binding(
            "c", "consent", "Sending", id="retries.consent", tooltip="Let this store send retries, or not any more"
        ),
        Binding("r", "app.sync", "Sync", id="retries.sync", tooltip="Ask the gateway for news now"),
        Binding("escape", "dismiss", "Back", id="retries.back", tooltip="Back to where you were"),
    ]
    AUTO_FOCUS = "RowTable"

    @dataclass
    class ProfileOpened(Message):
        """The operator wants to see the person."""

        profile_id: str

    @dataclass
    class Decided(Message):
        """A decision was carried out, or why it was not."""

        sentence: str
        failed: bool

    class PassWanted(Message):
        """A decision waits for the worker's next pass."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._board: RetryBoard | None = None
        self._problem: str | None = None

    def compose_body(self) -> ComposeResult:
        yield TitleBar("Retries", id="title")
        yield Static(id="standing", markup=False)
        yield StatePanel(id="state")
        yield RowTable(id="queue")
        yield Static(id="about", markup=False)
        yield FixedLine(id="foot", classes="list-foot")
        with VerticalScroll(id="gains", can_focus=False):
            yield Static(id="gains-lines", markup=False)

    def reload(self) -> None:
        self.ask("board", lambda source: source.retries.board(), self._show)

    def tick(self) -> None:
        super().tick()
        self._paint()

    def repaint(self) -> None:
        self._paint()

    def show_problem(self, sentence: str) -> None:
        if self._board is None:
            self._problem = sentence
            self._paint()
        else:
            super().show_problem(sentence)

    def _show(self, board: RetryBoard) -> None:
        self._problem = None
        if board != self._board:
            self._board = board
            self._paint()
            self.refresh_bindings()

    def _paint(self) -> None:
        board, panel, table = self._board, self.query_one(StatePanel), self.query_one(RowTable)
        rows = board.rows if board else ()
        panel.display, table.display = not rows, bool(rows)
        if board is None:
            panel.show(*(("The retries can not be read", self._problem) if self._problem else ("Loading …",)))
            return
        now, zone, masked = self.desk.now, self.desk.session.time_zone, self.desk.masked
        self.query_one(TitleBar).show("Retries", queue_line(board))
        self._paint_standing(board)
        self.query_one("#gains-lines", Static).update("\n".join(("What retries bring", *gains_lines(board.gains))))
        if not rows:
            panel.show(
                "No retry waits",
                "Soft bounces of the last 48 hours stand here, each with its next attempt.",
            )
        table.show(
            retry_cells.SPECS,
            [retry_cells.key_of(one) for one in rows],
            lambda index: retry_cells.cells(rows[index], now, zone, masked=masked),
            lambda index: shown(rows[index].profile),
        )
        shown_rows = f"{thousands(len(rows))} of {thousands(board.total)} shown · times in {place_name(zone)}"
        self.query_one("#foot", FixedLine).show(shown_rows if rows else "")
        self.query_one("#about", Static).display = bool(rows)
        self._paint_about()

    def _paint_about(self) -> None:
        """All that is known of why the retry under the cursor waits: a column may be too narrow for it."""
        retry = self._here
        if retry is not None:
            step = next_step(retry, self.desk.now, self.desk.session.time_zone)
            self.query_one("#about", Static).update(f"Attempt {retry.attempt} to {shown(retry.profile)}: {step}")

    def _paint_standing(self, board: RetryBoard) -> None:
        lines = [f"! {pause_line(pause, self.desk.now)}" for pause in board.pauses]
        consent = consent_line(board.consent)
        if consent is not None and board.consent.confirmed_at is None:
            lines.append(f"! {consent} c asks.")
        standing = self.query_one("#standing", Static)
        standing.update("\n".join(lines))
        standing.display = bool(lines)

    @property
    def _here(self) -> Retry | None:
        """The retry under the cursor."""
        index = self.query_one(RowTable).cursor
        return self._board.rows[index] if self._board and index < len(self._board.rows) else None

    def why_not(self, action: str) -> str | None:
        board = self._board
        if action in ("send", "hold", "drop"):
            return self._why_not_decide(action)
        if action == "probe" and not (board and board.pauses):
            return "No gateway is paused: there is nothing to ask."
        if action == "consent" and not (board and board.consent.needed):
            return "Nothing needs to be confirmed here: this worker sends retries."
        return None

    def _why_not_decide(self, action: str) -> str | None:
        retry = self._here
        if retry is None:
            return "There is no retry to decide on."
        if retry.state is RetryState.SENDING:
            return "It is being sent at this moment: look again in a minute."
        if action == "send" and retry.state is RetryState.WAITING and retry.due_at > self.desk.now:
            return "It is not due yet: never within an hour of the attempt before it, nor before that has ended."
        return "It is held already." if action == "hold" and retry.state is RetryState.HELD else None

    @on(RowTable.Highlighted)
    def _highlighted(self) -> None:
        self._paint_about()
        self.refresh_bindings()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        if self._here is not None:
            self.post_message(self.ProfileOpened(self._here.profile))

    def action_send(self) -> None:
        retry = self._here
        if not self.refuses("send") and retry is not None:
            self._decide(retry, Decision.SEND if retry.state is RetryState.HELD else Decision.NOW)

    def action_hold(self) -> None:
        retry = self._here
        if not self.refuses("hold") and retry is not None:
            self._decide(retry, Decision.HOLD)

    def action_drop(self) -> None:
        retry = self._here
        if self.refuses("drop") or retry is None:
            return
        lines = (
            f"Nothing more is sent to {called(retry.name, retry.profile)} in {retry.activity_name or retry.activity}.",
            "This can not be undone; later activities are not touched.",
        )

        def answered(wanted: bool | None) -> None:
            if wanted:
                self._decide(retry, Decision.DROP)

        self.app.push_screen(ConfirmScreen("Drop this retry?", lines, "Drop", "Keep"), answered)

    def action_probe(self) -> None:
        if not self.refuses("probe"):
            self._carry_out(lambda source: source.retries.probe())

    def action_consent(self) -> None:
        board = self._board
        if self.refuses("consent") or board is None:
            return
        sending = board.consent.confirmed_at is None
        question = ("Send retries from this store?", consent_question(board.consent), "Send")
        stop = ("Stop sending retries?", ("The app's worker then only syncs; nothing that waits is lost.",), "Stop")

        def answered(wanted: bool | None) -> None:
            if wanted:
                self._carry_out(lambda source: source.retries.confirm(sending=sending))

        self.app.push_screen(ConfirmScreen(*(question if sending else stop)), answered)

    def _decide(self, retry: Retry, decision: Decision) -> None:
        self._carry_out(lambda source: source.retries.decide(retry.activity, retry.profile, decision))

    @work(thread=True)
    def _carry_out(self, act: Callable[[ReportSource], str]) -> None:
        source = self.desk.source
        if source is None:
            return
        try:
            self.post_message(self.Decided(act(source), failed=False))
        except SmsReportError as error:
            self.post_message(self.Decided(str(error), failed=True))

    @on(Decided)
    def _decided(self, message: Decided) -> None:
        sentence = shown(message.sentence)
        self.store_changed()
        if message.failed:
            self.notify(sentence, severity="warning", timeout=4, markup=False)
        else:
            self.notify(sentence, timeout=4, markup=False)
            self.post_message(self.PassWanted())
