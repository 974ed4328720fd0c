"""A reminder: a new SMS to the people of some segments less those of others, checked, asked about, and sent once.

A child process checks and sends, by the very command that a script would run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from screens import reminder_text
from screens.confirm import ConfirmScreen
from screens.desk import Desk
from screens.reminder_text import Use
from screens.source_screen import SourceScreen
from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.rules.reminder_document import read_checklist, read_sent
from smsreport_tui.rules.reminder_words import checklist_lines
from smsreport_tui.rules.reminders import Draft, Reach, read_draft
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import CANCELLED_CODE, Outcome, Task
from smsreport_tui.services.session import RemindWish
from widgets.field import Field
from widgets.row_table import RowTable
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar

_LONGEST_NOTE = 600


class Stage(Enum):
    """How far a reminder has come; only while it is written do its keys change anything."""

    WRITING = auto()
    CHECKING = auto()
    ASKING = auto()
    SENDING = auto()
    SENT = auto()


class ReminderScreen(SourceScreen):
    """One key checks it, shows the check list and asks; a yes sends it."""

    CSS_PATH = Path("reminder.tcss")
    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Check, send", id="reminder.send", tooltip="Check it, then ask whether to send it"),
        Binding("i", "include", "Include", id="reminder.include", tooltip="Send to the segment's people, or not"),
        Binding("x", "exclude", "Exclude", id="reminder.exclude", tooltip="Leave the segment's people out, or not"),
        Binding("escape", "back", "Back", id="reminder.back", tooltip="Cancel the check, or back to where you were"),
    ]

    @dataclass
    class Progressed(Message):
        """People of a segment that are at the gateway, of all."""

        done: int
        total: int

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ReminderScreen.Progressed)

    @dataclass
    class Ended(Message):
        """The child has ended that was to do this."""

        outcome: Outcome
        wish: RemindWish

    @dataclass
    class Sent(Message):
        """It was sent, as this activity."""

        activity_id: str

    def __init__(self, desk: Desk, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        super().__init__(desk)
        self._use = {name.casefold(): Use.INCLUDE for name in include}
        self._use |= {name.casefold(): Use.EXCLUDE for name in exclude}
        self._segments: list[StoredSegment] = []
        self._reach: Reach | None = None
        self._stage = Stage.WRITING
        self._child: Task | None = None
        self.sent_as: str | None = None
        """The activity that it has become."""

    def compose_body(self) -> ComposeResult:
        yield TitleBar("Reminder", id="title")
        yield StatePanel(id="state")
        with Vertical(id="form"):
            yield Field("Name", Input(id="name", compact=True, select_on_focus=False))
            yield Field("Sender", Input(id="sender", compact=True, select_on_focus=False))
            yield Field("Text", TextArea(id="body", compact=True, highlight_cursor_line=False))
        yield Static(id="counted", markup=False)
        yield Static(id="reach", markup=False)
        yield RowTable(id="segments")
        with VerticalScroll(id="checks", can_focus=False):
            yield Static(id="check-lines", markup=False)
        yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        # Enter opens nothing here.
        self.query_one(RowTable).let_open(False)
        hindrance = self._hindrance_here
        panel = self.query_one(StatePanel)
        panel.display = hindrance is not None
        if hindrance is not None:
            panel.show("No reminder can be sent from here", hindrance)
            for widget in self.query("#form, #counted, #reach, #segments, #note"):
                widget.display = False
        self._note("Ctrl+S checks it and asks before it is sent; Tab goes from field to field.")
        self._paint()

    @property
    def _hindrance_here(self) -> str | None:
        session = self.desk.session
        if session.gateway is None:
            return reminder_text.NO_GATEWAY
        return reminder_text.ONLY_READ if session.remind_command is None else None

    # What is chosen and written.

    def reload(self) -> None:
        # What they reach is counted when they are known: what was asked for may be gone.
        self.ask("segments", lambda source: source.segments.all(), self._show_segments)

    def _show_segments(self, segments: list[StoredSegment]) -> None:
        self._segments = segments
        known = {one.name.casefold() for one in segments}
        gone = self._use.keys() - known
        if gone:
            self._use = {name: use for name, use in self._use.items() if name in known}
            self._reach = None
            self._changed()
        self._count()
        self._paint()

    def _chosen(self, use: Use) -> tuple[str, ...]:
        return tuple(one.name for one in self._segments if self._use.get(one.name.casefold()) is use)

    def _count(self) -> None:
        include, exclude = chosen = self._chosen(Use.INCLUDE), self._chosen(Use.EXCLUDE)
        if include:
            ask = self.ask_in_turn
            ask("reach", lambda source: (chosen, source.segments.reach(include, exclude)), self._show_reach)

    def _show_reach(self, found: tuple[tuple[tuple[str, ...], tuple[str, ...]], Reach]) -> None:
        chosen, reach = found
        # The operator may have chosen others meanwhile, who are counted next.
        if chosen == (self._chosen(Use.INCLUDE), self._chosen(Use.EXCLUDE)):
            self._reach = reach
            self._paint()

    @property
    def _body(self) -> str:
        return self.query_one(TextArea).text

    def repaint(self) -> None:
        self._paint()

    def _paint(self) -> None:
        body, segments = self._body, self._segments
        parts = reminder_text.counted(body)
        self.query_one("#counted", Static).update(reminder_text.text_line(body, parts))
        chosen = Use.INCLUDE in self._use.values()
        self.query_one("#reach", Static).update(reminder_text.reach_line(self._reach, parts, chosen=chosen))
        self.query_one(RowTable).show(
            reminder_text.SPECS,
            [one.name for one in segments],
            lambda index: reminder_text.cells(segments[index], self._use.get(segments[index].name.casefold())),
        )

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _written(self) -> None:
        self._changed()
        self._paint()

    def _changed(self) -> None:
        """What was checked was another reminder."""
        if self._stage is Stage.WRITING:
            self.query_one("#checks").display = False

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    def action_include(self) -> None:
        self._put(Use.INCLUDE)

    def action_exclude(self) -> None:
        self._put(Use.EXCLUDE)

    def _put(self, use: Use) -> None:
        """Into that use, or out of it again."""
        name = self.query_one(RowTable).key
        if self.refuses(use.value) or name is None:
            return
        folded = name.casefold()
        if self._use.get(folded) is use:
            del self._use[folded]
        else:
            self._use[folded] = use
        self._reach = None
        self._changed()
        self._count()
        self._paint()

    def why_not(self, action: str) -> str | None:
        if action not in ("send", "include", "exclude"):
            return reminder_text.BEING_SENT if action == "back" and self._stage is Stage.SENDING else None
        if self._hindrance_here is not None:
            return self._hindrance_here
        if self._stage is Stage.SENT:
            return reminder_text.IS_SENT
        if self._stage is not Stage.WRITING:
            return reminder_text.AT_WORK
        if action != "send" and not self._segments:
            return "There is no segment yet: make one from a report first."
        return None

    def _note(self, text: str, kind: str = "") -> None:
        note = self.query_one("#note", Static)
        note.update(shown(text, _LONGEST_NOTE))
        note.set_class(kind == "bad", "-bad")
        note.set_class(kind == "good", "-good")

    # Checking and sending.

    def action_send(self) -> None:
        if self.refuses("send"):
            return
        include, exclude = self._chosen(Use.INCLUDE), self._chosen(Use.EXCLUDE)
        if not include:
            self._note(reminder_text.NO_SEGMENT, "bad")
            return
        name, sender = (self.query_one(f"#{field}", Input).value for field in ("name", "sender"))
        try:
            draft = read_draft(name, sender, self._body, include, exclude)
        except ReminderError as error:
            self._note(str(error), "bad")
            return
        self._note("Checking: the segments go to the gateway. Esc cancels.")
        self._start(RemindWish(draft))

    def _start(self, wish: RemindWish) -> None:
        command = self.desk.session.remind_command
        if command is None or self._child is not None:
            return
        self._turn_to(Stage.SENDING if wish.sends else Stage.CHECKING)
        self._child = Task(command(wish), "The reminder", keeps=True)
        self._work(self._child, wish)

    def _turn_to(self, stage: Stage) -> None:
        self._stage = stage
        for widget in self.query("#form Input, #form TextArea"):
            widget.disabled = stage is not Stage.WRITING
        self.refresh_bindings()

    @work(thread=True)
    def _work(self, task: Task, wish: RemindWish) -> None:
        outcome = task.run(lambda done, total: None if wish.sends else self._tell(done, total))
        self.post_message(self.Ended(outcome, wish))

    def _tell(self, done: int, total: int) -> None:
        self.post_message(self.Progressed(done, total))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        if self._stage is Stage.CHECKING:
            self._note(reminder_text.pushed(message.done, message.total))

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._child = None
        if message.wish.sends:
            self._sending_ended(message.outcome)
        else:
            self._check_ended(message.outcome, message.wish.draft)

    def _write_on(self, sentence: str, kind: str = "bad") -> None:
        self._turn_to(Stage.WRITING)
        self._note(sentence, kind)

    def _check_ended(self, outcome: Outcome, draft: Draft) -> None:
        if outcome.code == CANCELLED_CODE:
            self._write_on("The check was cancelled; nothing was sent.", "")
            return
        if not outcome.done:
            self._write_on(outcome.message or f"The check failed with code {outcome.code}; nothing was sent.")
            return
        try:
            checklist = read_checklist(draft, outcome.printed)
        except ValueError:
            self._write_on(reminder_text.NOT_READ)
            return
        self.query_one("#check-lines", Static).update(
            "\n".join(checklist_lines(checklist, self.desk.session.time_zone))
        )
        self.query_one("#checks").display = True
        if checklist.forbids:
            self._write_on("Nothing was sent: see what stands against it above.")
            return
        if not self.is_active:
            self._write_on("Checked. Ctrl+S checks it again and asks.", "")
            return
        self._turn_to(Stage.ASKING)
        self._note("Checked.")

        def answered(wanted: bool | None) -> None:
            if wanted:
                self._note("Sending …")
                self._start(RemindWish(draft, sends=True))
            else:
                self._write_on("Nothing was sent.", "")

        dialog = ConfirmScreen("Send this reminder?", reminder_text.question(checklist), "Send")
        self.app.push_screen(dialog, answered)

    def _sending_ended(self, outcome: Outcome) -> None:
        if not outcome.done:
            self._write_on(outcome.message or reminder_text.NOT_KNOWN)
            return
        try:
            activity, people = read_sent(outcome.printed)
        except ValueError:
            self._write_on(reminder_text.NOT_KNOWN)
            return
        self.sent_as = activity
        self._turn_to(Stage.SENT)
        self._note(reminder_text.sent(activity, people), "good")
        self.post_message(self.Sent(activity))

    # Leaving.

    def action_back(self) -> None:
        if self.refuses("back"):
            return
        if self._child is not None:
            self._note("Cancelling …")
            self._child.cancel()
        elif self._stage is Stage.WRITING and self._body.strip():
            lines = ("What is written is lost then.",)
            self.app.push_screen(ConfirmScreen("Leave this reminder?", lines, "Leave", "Stay"), self._leave_if)
        else:
            self.dismiss()

    def _leave_if(self, wanted: bool | None) -> None:
        if wanted:
            self.dismiss()

    def on_unmount(self) -> None:
        if self._child is not None:
            self._child.cancel()
