"""From screen to screen: what one tells, the app carries out, and opens the next."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from screens.activities import ActivitiesScreen
from screens.desk import Desk
from screens.source_screen import SourceScreen
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import KeptChild
from smsreport_tui.services.session import Session
from smsreport_tui.shell import Shell
from widgets.copying import CopyAsked

if TYPE_CHECKING:
    from screens.palette import ActivityChosen, ThemeChosen
    from screens.profile import ProfileScreen
    from screens.report import ReportScreen
    from screens.report_tabs import ReportTabs
    from screens.retries import RetriesScreen
    from screens.segment_builder import BuilderScreen
    from screens.segment_people import SegmentPeopleScreen
    from screens.segments import SegmentsScreen

_LONGEST_NOTICE = 200
NOTICE_SECONDS = 0.03
"""So long a notice comes after what it tells of: a few frames."""
DEMO_WANTED = 64
"""The code of an app whose operator wants the demo in its place."""


class Ways(Shell, inherit_bindings=False):
    """Holds the desk that the screens share and the worker's process; later screens are imported when they open."""

    @dataclass
    class Leaving(Message):
        """The operator wants to quit while so many retries wait, or what these sentences name would be lost."""

        waiting: int
        lost: tuple[str, ...]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.desk = Desk(session)
        self._worker = KeptChild(session.worker_command) if session.worker_command else None
        self._report: ReportScreen | None = None

    def _source_screens(self) -> list[SourceScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, SourceScreen) and screen.in_use]

    def _screens_in_sight(self) -> list[SourceScreen]:
        """The others paint anew when they come into sight."""
        return [screen for screen in self._source_screens() if screen.is_in_sight]

    @on(ActivitiesScreen.Opened)
    def _activity_opened(self, message: ActivitiesScreen.Opened) -> None:
        self._open_report(message.activity_id)

    def _open_report(self, activity_id: str) -> None:
        from screens.report import ReportScreen

        if self._report is None:
            self._report = ReportScreen(self.desk, activity_id)
            # An installed screen is kept when it is left.
            self.install_screen(self._report, "report")
            self.push_screen(self._report)
        elif self._report in self.screen_stack:
            self.push_screen(ReportScreen(self.desk, activity_id))
        else:
            self._report.turn_to(activity_id)
            self.push_screen(self._report)

    @on(ActivitiesScreen.ConnectAsked)
    def _connect_asked(self) -> None:
        from screens.connect import ConnectScreen

        self.push_screen(ConnectScreen(self.desk.session), self._connected)

    def _connected(self, sentence: str | None) -> None:
        """Goes on with the gateway that was kept, as a new start would."""
        session = self.desk.session
        if sentence is None or session.renew is None:
            return
        self.desk.session = session = session.renew()
        self._worker = KeptChild(session.worker_command) if session.worker_command else None
        self._start_worker()
        self.notify(sentence, timeout=8, markup=False)
        for screen in self._screens_in_sight():
            screen.tick()
            screen.refresh_bindings()

    @on(ActivitiesScreen.DemoAsked)
    def _demo_asked(self) -> None:
        self.exit(return_code=DEMO_WANTED)

    # What the screens that are imported late tell is found by the names of these methods.

    def on_activity_chosen(self, message: "ActivityChosen") -> None:
        self._open_report(message.activity_id)

    def on_theme_chosen(self, message: "ThemeChosen") -> None:
        self.theme = message.name
        self.desk.session.remembered.keep(theme=message.name)

    def on_profile_screen_report_opened(self, message: "ProfileScreen.ReportOpened") -> None:
        self._open_report(message.activity_id)

    def on_report_tabs_profile_opened(self, message: "ReportTabs.ProfileOpened") -> None:
        self._open_profile(message.profile_id)

    def on_retries_screen_profile_opened(self, message: "RetriesScreen.ProfileOpened") -> None:
        self._open_profile(message.profile_id)

    def on_builder_screen_profile_opened(self, message: "BuilderScreen.ProfileOpened") -> None:
        self._open_profile(message.profile_id)

    def on_segment_people_screen_profile_opened(self, message: "SegmentPeopleScreen.ProfileOpened") -> None:
        self._open_profile(message.profile_id)

    def _open_profile(self, profile_id: str) -> None:
        from screens.profile import ProfileScreen

        self.push_screen(ProfileScreen(self.desk, profile_id))

    def on_retries_screen_pass_wanted(self) -> None:
        if self._worker is not None and self._worker.alive:
            self._worker.wake()

    def on_report_screen_export_asked(self, message: "ReportScreen.ExportAsked") -> None:
        from screens.export import ExportScreen, Rows

        rows = Rows(
            message.activity_id, message.tab, message.total, message.find, message.found, machines=message.machines
        )
        self.push_screen(ExportScreen(self.desk, rows))

    def on_report_screen_segment_wanted(self, message: "ReportScreen.SegmentWanted") -> None:
        from screens.segment_builder import BuilderScreen

        self.push_screen(BuilderScreen(self.desk, message.where, proposed=message.proposed))

    def on_segments_screen_builder_wanted(self, message: "SegmentsScreen.BuilderWanted") -> None:
        from screens.segment_builder import BuilderScreen

        self.push_screen(BuilderScreen(self.desk, message.where, message.name))

    def on_segments_screen_people_wanted(self, message: "SegmentsScreen.PeopleWanted") -> None:
        from screens.segment_people import SegmentPeopleScreen

        self.push_screen(SegmentPeopleScreen(self.desk, message.name))

    @on(CopyAsked)
    def _copy_asked(self, message: CopyAsked) -> None:
        self.copy_to_clipboard(message.text)
        self.notify(f"Copied {shown(message.text, _LONGEST_NOTICE)}", timeout=2, markup=False)

    def action_help(self) -> None:
        from screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen.of(self.screen))

    def action_retries(self) -> None:
        from screens.retries import RetriesScreen

        if not self._returned_to(RetriesScreen):
            self.push_screen(RetriesScreen(self.desk))

    def action_segments(self) -> None:
        from screens.segments import SegmentsScreen

        if not self._returned_to(SegmentsScreen):
            self.push_screen(SegmentsScreen(self.desk))

    def _returned_to(self, kind: type[SourceScreen]) -> bool:
        """Goes back to the screen of that kind, if one is open; true also where nothing may be opened now."""
        if self.screen.is_modal:
            return True
        for screen in reversed(self.screen_stack):
            if isinstance(screen, kind):
                break
            if isinstance(screen, SourceScreen) and screen.begun:
                return False
        else:
            return False
        while not isinstance(self.screen, kind):
            if isinstance(self.screen, SourceScreen) and self.screen.would_be_lost:
                self.notify("This segment is not saved: w saves it, Esc leaves it.", timeout=4, markup=False)
                break
            self.pop_screen()
        return True

    @work(thread=True)
    def action_quit(self) -> None:  # type: ignore[override]
        """Asks first where retries wait that end with the app's own worker, or an operator's work would be lost."""
        waiting = self._waiting_retries()
        lost = tuple(screen.would_be_lost for screen in self._source_screens() if screen.would_be_lost)
        if waiting or lost:
            self.post_message(self.Leaving(waiting, lost))
        else:
            self.call_from_thread(self.exit)

    def _waiting_retries(self) -> int:
        """Those that the app's own worker would send, were it not ended."""
        source = self.desk.source
        if source is None or self.desk.session.demo or self._worker is None or not self._worker.alive:
            return 0
        try:
            board = source.retries.board(0)
        except SmsReportError:
            return 0
        return board.waiting if board.consent.confirmed_at is not None else 0

    @on(Leaving)
    def _leaving(self, message: Leaving) -> None:
        from screens.leaving import leaving_question

        if not self.screen.is_modal:
            question = leaving_question(message.waiting, message.lost)
            self.push_screen(question, lambda quits: self.exit() if quits else None)

    def action_mask(self) -> None:
        self.desk.masked = not self.desk.masked
        for screen in self._screens_in_sight():
            screen.repaint()
        words = "Numbers are masked." if self.desk.masked else "Numbers are shown in full: press m to mask them."
        # The notice lays out the whole screen, and the numbers need not wait for that.
        self.set_timer(NOTICE_SECONDS, partial(self.notify, words, timeout=3, markup=False))

    @work(thread=True)
    def _start_worker(self) -> None:
        if self._worker is not None:
            self._worker.start()
