"""The ways to the reminder and from it: what was sent is awaited, and its report opens when it is in the store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from screens.source_screen import SourceScreen
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown
from smsreport_tui.services.session import Session
from smsreport_tui.ways import Ways

if TYPE_CHECKING:
    from screens.reminder import ReminderScreen
    from screens.reminder_asked import ReminderAsked


class Reminding(Ways, inherit_bindings=False):
    """Knows which new activities are awaited."""

    @dataclass
    class Arrived(Message):
        """An activity that was awaited is in the store."""

        activity_id: str
        name: str

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._awaited: set[str] = set()

    def action_reminder(self) -> None:
        self._remind()

    def on_reminder_asked(self, message: "ReminderAsked") -> None:
        self._remind(message.include, message.exclude)

    def _remind(self, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> None:
        """Opens a reminder, or goes back to the one that was begun, which takes in what else is to be included."""
        from screens.reminder import ReminderScreen

        # A dialog that went away without an answer would be waited for.
        if self.screen.is_modal:
            return
        known = next((one for one in self.screen_stack if isinstance(one, ReminderScreen)), None)
        if known is None:
            self.push_screen(ReminderScreen(self.desk, include, exclude))
            return
        above = self.screen_stack[self.screen_stack.index(known) + 1 :]
        if any(isinstance(one, SourceScreen) and one.would_be_lost for one in above):
            self.notify("Save the segment or leave it first.", severity="warning", timeout=4, markup=False)
            return
        for _ in above:
            self.pop_screen()
        if not include:
            return
        if known.begun:
            known.add(include)
        else:
            # It is sent, and its report is told of where it is not waited for.
            self.pop_screen()
            self.push_screen(ReminderScreen(self.desk, include, exclude))

    def on_reminder_screen_sent(self, message: "ReminderScreen.Sent") -> None:
        self._awaited.add(message.activity_id)
        if self._worker is not None and self._worker.alive:
            self._worker.wake()
        self.look_for_sent()

    def look_for_sent(self) -> None:
        """Looks whether what is awaited has come; to be called when the store has changed."""
        if self._awaited and self.desk.source is not None:
            self._look(frozenset(self._awaited))

    @work(thread=True)
    def _look(self, awaited: frozenset[str]) -> None:
        source = self.desk.source
        if source is None:
            return
        try:
            found = [one for one in source.activities() if one.id in awaited]
        except SmsReportError:
            return
        for one in found:
            self.post_message(self.Arrived(one.id, one.name or one.id))

    @on(Arrived)
    def _arrived(self, message: Arrived) -> None:
        from screens.reminder import ReminderScreen

        if message.activity_id not in self._awaited:
            return
        self._awaited.discard(message.activity_id)
        if isinstance(self.screen, ReminderScreen) and self.screen.sent_as == message.activity_id:
            self.pop_screen()
            self._open_report(message.activity_id)
        else:
            name = shown(message.name, 120)
            self.notify(f"The report of “{name}” is there, among the activities.", timeout=8, markup=False)
