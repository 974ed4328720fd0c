"""A reminder: a new SMS to the people of some segments less those of others, checked, asked about, and sent once.

A child process checks and sends, by the very command that a script would run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.widgets import Static

from screens import reminder_text
from screens.confirm import ConfirmScreen
from screens.desk import Desk
from screens.reminder_form import ReminderForm, Stage
from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.rules.reminder_document import read_checklist, read_sent
from smsreport_tui.rules.reminder_words import checklist_lines
from smsreport_tui.rules.times import BadTimeError
from smsreport_tui.services.child_process import CANCELLED_CODE, Outcome, Task
from smsreport_tui.services.session import RemindWish


class ReminderScreen(ReminderForm):
    """One key checks it, shows the check list and asks; a yes sends it."""

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
        super().__init__(desk, include, exclude)
        self._child: Task | None = None

    # Checking and sending.

    def action_send(self) -> None:
        if self.refuses("send"):
            return
        if not self.includes_some:
            self.note(reminder_text.NO_SEGMENT, "bad")
            return
        try:
            wish = RemindWish(self.read_written(), any_hour=self.any_hour)
        except (ReminderError, BadTimeError) as error:
            self.note(str(error), "bad")
            return
        self.note("Checking: the segments go to the gateway. Esc cancels.")
        self._start(wish)

    def _start(self, wish: RemindWish) -> None:
        command = self.desk.session.remind_command
        if command is None or self._child is not None:
            return
        self.turn_to(Stage.SENDING if wish.sends else Stage.CHECKING)
        self._child = Task(command(wish), "The reminder", keeps=True)
        self._work(self._child, wish)

    @work(thread=True)
    def _work(self, task: Task, wish: RemindWish) -> None:
        outcome = task.run(lambda done, total: None if wish.sends else self._tell(done, total))
        self.post_message(self.Ended(outcome, wish))

    def _tell(self, done: int, total: int) -> None:
        self.post_message(self.Progressed(done, total))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        if self.stage is Stage.CHECKING:
            self.note(reminder_text.pushed(message.done, message.total))

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._child = None
        if message.wish.sends:
            self._sending_ended(message.outcome, message.wish)
        else:
            self._check_ended(message.outcome, message.wish)

    def _write_on(self, sentence: str, kind: str = "bad") -> None:
        self.turn_to(Stage.WRITING)
        self.note(sentence, kind)

    def _check_ended(self, outcome: Outcome, wish: RemindWish) -> None:
        if outcome.code == CANCELLED_CODE:
            self._write_on("The check was cancelled; nothing was sent.", "")
            return
        if not outcome.done:
            self._write_on(outcome.message or f"The check failed with code {outcome.code}; nothing was sent.")
            return
        try:
            checklist = read_checklist(wish.draft, outcome.printed, any_hour=wish.any_hour)
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
        self.turn_to(Stage.ASKING)
        self.note("Checked.")

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.note("Sending …")
                self._start(wish._replace(sends=True))
            else:
                self._write_on("Nothing was sent.", "")

        dialog = ConfirmScreen(
            "Send this reminder?", reminder_text.question(checklist, self.desk.session.time_zone), "Send"
        )
        self.app.push_screen(dialog, answered)

    def _sending_ended(self, outcome: Outcome, wish: RemindWish) -> None:
        if not outcome.done:
            self._write_on(outcome.message or reminder_text.NOT_KNOWN)
            return
        try:
            activity, people = read_sent(outcome.printed)
        except ValueError:
            self._write_on(reminder_text.NOT_KNOWN)
            return
        self.sent_as = activity
        self.turn_to(Stage.SENT)
        self.note(reminder_text.sent(activity, people, wish.draft.send_at, self.desk.session.time_zone), "good")
        self.post_message(self.Sent(activity))

    # Leaving.

    def action_back(self) -> None:
        if self.refuses("back"):
            return
        if self._child is not None:
            self.note("Cancelling …")
            self._child.cancel()
        elif self.stage is Stage.WRITING and self.body.strip():
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
