"""The terminal app: opens the store after its first paint, starts the worker, wires the screens, ends cleanly."""

import asyncio
import contextlib
import logging
import math
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.message import Message
from textual.screen import Screen

import screens
from screens.activities import ActivitiesScreen
from screens.desk import CodeWords
from smsreport_tui.reminding import Reminding
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.text import shown
from smsreport_tui.services.session import Session
from smsreport_tui.services.source import ReportSource
from smsreport_tui.services.store_watch import POLL_SECONDS, Seen, StoreWatch
from smsreport_tui.terminal import (
    ended_by_signals,
    ended_with_the_page,
    given_back,
    refuse_without_terminal,
)
from smsreport_tui.tidying import LOOK_SECONDS, Tidying

_SCREENS = Path(screens.__path__[0])
_LOG = logging.getLogger("smsreport.app")


def _palette() -> type[Provider]:
    from screens.palette import PaletteCommands

    return PaletteCommands


class SmsReportApp(Reminding, inherit_bindings=False):
    """Owns the source and the watch over the store; the screens only ask and paint."""

    TITLE = "SMS Report"
    # The first screen's styles are read with the app's own; each later screen brings its file when it opens.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        Path("app.tcss"),
        _SCREENS / "source_screen.tcss",
        _SCREENS / "activities.tcss",
    ]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    poll_seconds = POLL_SECONDS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mask", "Mask", show=False, id="app.mask", tooltip="Show numbers in full, or mask them again"),
        Binding("question_mark,f1", "help", "Help", id="app.help", tooltip="The keys of this screen"),
        Binding("q,ctrl+q", "quit", "Quit", show=False, id="app.quit", tooltip="End the app and its worker"),
        Binding(
            "ctrl+p",
            "command_palette",
            "Commands",
            show=False,
            id="app.palette",
            tooltip="Find a command or activity",
        ),
        Binding("R", "retries", "Retries", show=False, id="app.retries", tooltip="The queue of retries"),
        Binding("S", "segments", "Segments", show=False, id="app.segments", tooltip="The segments, and their people"),
        Binding("M", "reminder", "Reminder", show=False, id="app.reminder", tooltip="Send an SMS to segments"),
        Binding("ctrl+c", "help_quit", "Quit?", show=False, id="app.interrupt", tooltip="Says how to quit"),
    ]

    @dataclass
    class Glanced(Message):
        """What a glance at the store has found, if it found anything."""

        activities: list[ActivitySummary] | None

    @dataclass
    class Opened(Message):
        """The store is open, or why it is not."""

        source: ReportSource | None
        words: CodeWords | None
        watch: StoreWatch | None
        problem: str | None = None

    @dataclass
    class Watched(Message):
        """The watch has seen the store."""

        seen: Seen

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._watch: StoreWatch | None = None
        self._opened: ReportSource | None = None
        self._session_closed = False
        # Held while the store is being opened: who quits meanwhile leaves none open, and no worker, behind.
        self._opening = threading.Lock()

    def get_default_screen(self) -> Screen[None]:
        return ActivitiesScreen(self.desk)

    def on_mount(self) -> None:
        if self.tidying is not None:
            self.set_interval(LOOK_SECONDS, self.tidying.look)
        self.call_after_refresh(self._glance)

    @work(thread=True)
    def _glance(self) -> None:
        self.post_message(self.Glanced(self.desk.session.glance()))

    @on(Glanced)
    def _store_glanced(self, message: Glanced) -> None:
        if message.activities:
            for screen in self._source_screens():
                if isinstance(screen, ActivitiesScreen):
                    screen.show_first(message.activities)
        # After the paint, which the imports of the opening would slow down.
        self.call_after_refresh(self._open)

    @work(thread=True)
    def _open(self) -> None:
        from smsreport_tui.rules.outcomes import load_outcome_table

        session = self.desk.session
        try:
            with self._opening:
                if self._session_closed:
                    return
                source = self._opened = session.open_source()
                words = load_outcome_table(session.outcomes).in_words
                if self._worker is not None:
                    self._worker.start()
            watch = StoreWatch(source, self._seen, self.poll_seconds, self._quiet)
            self.post_message(self.Opened(source, words, watch))
        except SmsReportError as error:
            self.post_message(self.Opened(None, None, None, str(error)))
        # The screens after the first are not on the way to the first paint, and should not wait for it either.
        import screens.profile
        import screens.report  # noqa: F401

    @on(Opened)
    def _source_opened(self, message: Opened) -> None:
        desk = self.desk
        desk.problem = message.problem
        if message.source is not None and message.words is not None and message.watch is not None:
            desk.source, desk.code_words, self._watch = message.source, message.words, message.watch
            self._watch.start()
        for screen in self._source_screens():
            screen.repaint()
            screen.reload()
            if message.problem:
                screen.show_problem(message.problem)

    def _quiet(self) -> float:
        return self.tidying.quiet() if self.tidying is not None else math.inf

    def _seen(self, seen: Seen) -> None:
        self.post_message(self.Watched(seen))

    @on(Watched)
    def _watched(self, message: Watched) -> None:
        self.desk.sync = message.seen.state
        self.desk.worker_problem = self._worker.problem if self._worker else None
        if message.seen.changed:
            for screen in self._source_screens():
                screen.store_changed()
            self.look_for_sent()
        for screen in self._screens_in_sight():
            screen.tick()

    def action_sync(self) -> None:
        """Wakes the worker, starts it again when it has ended, opens the store again when that failed."""
        if self.desk.source is None:
            if self.desk.problem:
                self.desk.problem = None
                self._open()
            return
        if self._worker is not None and self._worker.alive:
            self._worker.wake()
        elif self._worker is not None and not self.desk.sync.worker_alive:
            self._start_worker()
        elif not self.desk.sync.worker_alive:
            self.notify("No worker runs for this store: `smsreport sync` asks the gateway for news.", markup=False)
        for screen in self._source_screens():
            screen.store_changed()

    async def on_unmount(self) -> None:
        await asyncio.to_thread(self.close_session)

    def close_session(self) -> None:
        """Ends the watch and the worker and closes the store; blocks until they have ended."""
        if self._session_closed:
            return
        self._session_closed = True
        if self._watch is not None:
            self._watch.stop()
        with self._opening:
            if self._worker is not None:
                self._worker.stop()
            if self._opened is not None:
                self._opened.close()


def run_app(session: Session) -> int:
    """Runs the app in the terminal until it is quit; the exit code. Prints at most one line, to standard error."""
    refusal = refuse_without_terminal()
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    app = SmsReportApp(session)
    app.tidying = Tidying()
    try:
        with (
            app.tidying.in_charge(),
            given_back() as give_back,
            ended_by_signals(app.end, give_back),
            ended_with_the_page(app.end),
        ):
            app.run()
    except Exception as error:  # noqa: BLE001 - whatever it was, the operator gets one line and the log the rest
        _LOG.error("The app ended because of a fault", exc_info=error)
        return _told(session, error)
    finally:
        app.close_session()
    return _told(session, app.crash) if app.crash else app.return_code or 0


def _told(session: Session, error: BaseException) -> int:
    name = type(error).__name__
    sentence = f"smsreport ended because of a fault of its own ({shown(name)}); the log says more: {session.log_path}"
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr)
    return 1
