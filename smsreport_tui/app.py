"""The terminal app: opens the store after its first paint, starts the worker, wires the screens, ends cleanly."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

import screens
from screens.activities import ActivitiesScreen
from screens.connect import ConnectScreen
from screens.desk import CodeWords, Desk
from screens.export import ExportScreen, Rows
from screens.help import HelpScreen
from screens.palette import ActivityChosen, PaletteCommands, ThemeChosen
from screens.profile import ProfileScreen
from screens.report import ReportScreen
from screens.source_screen import SourceScreen
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.outcomes import load_outcome_table
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import KeptChild
from smsreport_tui.services.session import Session
from smsreport_tui.services.source import ReportSource
from smsreport_tui.services.store_watch import POLL_SECONDS, Seen, StoreWatch
from smsreport_tui.terminal import (
    ascii_only,
    ended_by_signals,
    ended_with_the_page,
    given_back,
    refuse_without_terminal,
)
from widgets.ascii_only import AsciiOnly
from widgets.control_guard import ControlGuard
from widgets.copying import CopyAsked
from widgets.themes import DARK, LIGHT, written_colors

_SCREENS = Path(screens.__path__[0])
_LOG = logging.getLogger("smsreport.app")
_LONGEST_NOTICE = 200
_KEYS_IN_ASCII = {"⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right"}
DEMO_WANTED = 64
"""The code of an app whose operator wants the demo in its place."""


class SmsReportApp(App[None], inherit_bindings=False):
    """Owns the source, the worker's process and the watch over the store; the screens only ask and paint."""

    TITLE = "SMS Report"
    # The first screen's styles are read with the app's own; each later screen brings its file when it opens.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        Path("app.tcss"),
        _SCREENS / "source_screen.tcss",
        _SCREENS / "activities.tcss",
    ]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {PaletteCommands}
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
        Binding("ctrl+c", "help_quit", "Quit?", show=False, id="app.interrupt", tooltip="Says how to quit"),
    ]

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
        self._guard = ControlGuard()
        self._ascii = AsciiOnly() if ascii_only(os.environ) else None
        super().__init__()
        self.desk = Desk(session)
        self._worker = KeptChild(session.worker_command) if session.worker_command else None
        self._watch: StoreWatch | None = None
        self._opened: ReportSource | None = None
        self._session_closed = False
        self._main_loop: asyncio.AbstractEventLoop | None = None
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        wished = session.theme or session.remembered.text("theme")
        self.theme = wished if wished and self.get_theme(wished) is not None else DARK.name
        self.set_keymap(session.keys)

    def on_load(self) -> None:
        self._main_loop = asyncio.get_running_loop()

    def end(self, code: int) -> None:
        """Ends the app with an exit code; may be called from a signal handler at any time."""
        if self._main_loop is None:
            raise SystemExit(code)
        # The loop may have closed already: then the app has ended by itself.
        with contextlib.suppress(RuntimeError):
            self._main_loop.call_soon_threadsafe(partial(self.exit, return_code=code))

    def get_default_screen(self) -> Screen[None]:
        return ActivitiesScreen(self.desk)

    def get_css_variables(self) -> dict[str, str]:
        variables = super().get_css_variables()
        return {**variables, **written_colors(variables)}

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [*super().get_line_filters(), self._guard]
        return [*filters, self._ascii] if self._ascii else filters

    def get_key_display(self, binding: Binding) -> str:
        """The key as it is written in the bars; in ASCII by its name."""
        shown_key = super().get_key_display(binding)
        return shown_key if self._ascii is None else _KEYS_IN_ASCII.get(shown_key, shown_key)

    def on_mount(self) -> None:
        self.call_after_refresh(self._open)

    @work(thread=True)
    def _open(self) -> None:
        session = self.desk.session
        try:
            source = self._opened = session.open_source()
            words = load_outcome_table(session.outcomes).in_words
            if self._worker is not None:
                self._worker.start()
            self.post_message(self.Opened(source, words, StoreWatch(source, self._seen, self.poll_seconds)))
        except SmsReportError as error:
            self.post_message(self.Opened(None, None, None, str(error)))

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

    def _seen(self, seen: Seen) -> None:
        self.post_message(self.Watched(seen))

    @on(Watched)
    def _watched(self, message: Watched) -> None:
        self.desk.sync = message.seen.state
        self.desk.worker_problem = self._worker.problem if self._worker else None
        for screen in self._source_screens():
            if message.seen.changed:
                screen.store_changed()
            screen.tick()

    def _source_screens(self) -> list[SourceScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, SourceScreen) and screen.in_use]

    @on(ActivitiesScreen.Opened)
    @on(ActivityChosen)
    def _activity_opened(self, message: ActivitiesScreen.Opened | ActivityChosen) -> None:
        self.push_screen(ReportScreen(self.desk, message.activity_id))

    @on(ActivitiesScreen.ConnectAsked)
    def _connect_asked(self) -> None:
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
        for screen in self._source_screens():
            screen.tick()
            screen.refresh_bindings()

    @on(ActivitiesScreen.DemoAsked)
    def _demo_asked(self) -> None:
        self.exit(return_code=DEMO_WANTED)

    @on(ThemeChosen)
    def _theme_chosen(self, message: ThemeChosen) -> None:
        self.theme = message.name
        self.desk.session.remembered.keep(theme=message.name)

    @on(ProfileScreen.ReportOpened)
    def _report_opened(self, message: ProfileScreen.ReportOpened) -> None:
        self.push_screen(ReportScreen(self.desk, message.activity_id))

    @on(ReportScreen.ProfileOpened)
    def _profile_opened(self, message: ReportScreen.ProfileOpened) -> None:
        self.push_screen(ProfileScreen(self.desk, message.profile_id))

    @on(ReportScreen.ExportAsked)
    def _export_asked(self, message: ReportScreen.ExportAsked) -> None:
        rows = Rows(
            message.activity_id, message.tab, message.total, message.find, message.found, machines=message.machines
        )
        self.push_screen(ExportScreen(self.desk.session, rows))

    @on(CopyAsked)
    def _copy_asked(self, message: CopyAsked) -> None:
        self.copy_to_clipboard(message.text)
        self.notify(f"Copied {shown(message.text, _LONGEST_NOTICE)}", timeout=2, markup=False)

    def notify(self, message: str, **how: Any) -> None:
        """A notice takes the place of the one before, so that they do not pile up."""
        self.clear_notifications()
        super().notify(message, **how)

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen.of(self.screen))

    def action_mask(self) -> None:
        self.desk.masked = not self.desk.masked
        for screen in self._source_screens():
            screen.repaint()
        words = "Numbers are masked." if self.desk.masked else "Numbers are shown in full: press m to mask them."
        self.notify(words, timeout=3, markup=False)

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

    @work(thread=True)
    def _start_worker(self) -> None:
        if self._worker is not None:
            self._worker.start()

    def action_help_quit(self) -> None:
        self.notify("Press q to quit.", timeout=3, markup=False)

    async def on_unmount(self) -> None:
        await asyncio.to_thread(self.close_session)

    def close_session(self) -> None:
        """Ends the watch and the worker and closes the store; blocks until they have ended."""
        if self._session_closed:
            return
        self._session_closed = True
        if self._watch is not None:
            self._watch.stop()
        if self._worker is not None:
            self._worker.stop()
        if self._opened is not None:
            self._opened.close()

    @property
    def crash(self) -> BaseException | None:
        """The fault that ended the app."""
        return self._exception

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002
        # What Textual would print holds locals, and in them tokens and numbers.
        self._handle_exception(RuntimeError("the terminal's input could not be read"))

    def _handle_exception(self, error: Exception) -> None:
        # Textual wraps what a thread raised, and the wrapper has no traceback.
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        _LOG.error("The app ended because of a fault", exc_info=error)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def run_app(session: Session) -> int:
    """Runs the app in the terminal until it is quit; the exit code. Prints at most one line, to standard error."""
    refusal = refuse_without_terminal()
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    app = SmsReportApp(session)
    try:
        with given_back() as give_back, ended_by_signals(app.end, give_back), ended_with_the_page(app.end):
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
