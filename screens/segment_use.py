"""What is done with a segment wherever one stands: its people as a file, at the gateway, and in a reminder."""

from screens.reminder_asked import NO_GATEWAY, ReminderAsked, why_none
from screens.segment_export import PeopleExportScreen
from screens.segment_push import PushScreen
from screens.segment_use_text import ONLY_READ
from screens.source_screen import SourceScreen


class SegmentUse(SourceScreen):
    """The actions behind three keys; the subclass binds them and says which segment is meant."""

    @property
    def used(self) -> str | None:
        """The name of the segment that the keys act on."""
        return None

    def why_no_use(self, action: str) -> str | None:
        """What keeps any segment from being pushed, or from a reminder, by the action's name."""
        session = self.desk.session
        if action == "remind":
            return why_none(session)
        if action != "push":
            return None
        if session.gateway is None:
            return NO_GATEWAY
        return ONLY_READ if session.push_command is None else None

    def action_export(self) -> None:
        name = self.used
        if not self.refuses("export") and name is not None:
            self.app.push_screen(PeopleExportScreen(self.desk, name))

    def action_push(self) -> None:
        name = self.used
        if not self.refuses("push") and name is not None:
            self.app.push_screen(PushScreen(self.desk, name))

    def action_remind(self) -> None:
        name = self.used
        if not self.refuses("remind") and name is not None:
            self.post_message(ReminderAsked(include=(name,)))
