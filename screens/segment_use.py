"""What is done with a segment wherever one stands: its people as a file, and at the gateway."""

from screens.segment_export import PeopleExportScreen
from screens.segment_push import PushScreen
from screens.segment_use_text import NO_GATEWAY, ONLY_READ
from screens.source_screen import SourceScreen


class SegmentUse(SourceScreen):
    """The actions behind two keys; the subclass binds them and says which segment is meant."""

    @property
    def used(self) -> str | None:
        """The name of the segment that the keys act on."""
        return None

    @property
    def why_no_push(self) -> str | None:
        """What keeps any segment from the gateway."""
        session = self.desk.session
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
