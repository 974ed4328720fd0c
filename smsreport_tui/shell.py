"""The terminal app apart from what it shows: colours, guards over what is painted, how it ends and how it fails."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Sequence
from functools import partial
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.binding import Binding
from textual.command import CommandPalette
from textual.filter import LineFilter
from textual.worker import WorkerFailed

from smsreport_tui.services.session import Session
from smsreport_tui.terminal import ascii_only
from smsreport_tui.tidying import Tidying
from widgets.ascii_only import AsciiOnly
from widgets.control_guard import ControlGuard
from widgets.themes import DARK, LIGHT, written_colors

_LOG = logging.getLogger("smsreport.app")
_KEYS_IN_ASCII = {"⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right"}


class Shell(App[None], inherit_bindings=False):
    """No control character reaches the terminal, and a fault leaves one line and the log."""

    def __init__(self, session: Session) -> None:
        self.tidying: Tidying | None = None
        self._styled_for = ""
        self._guard = ControlGuard()
        self._ascii = AsciiOnly() if ascii_only(os.environ) else None
        super().__init__()
        self._main_loop: asyncio.AbstractEventLoop | None = None
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        wished = session.theme or session.remembered.text("theme")
        self._styled_for = self.theme = wished if wished and self.get_theme(wished) is not None else DARK.name
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(session.keys)

    def on_load(self) -> None:
        self._main_loop = asyncio.get_running_loop()

    async def on_event(self, event: events.Event) -> None:
        if self.tidying is not None and isinstance(event, events.InputEvent):
            self.tidying.touched()
        await super().on_event(event)

    def end(self, code: int) -> None:
        """Ends the app with an exit code; may be called from a signal handler at any time."""
        if self._main_loop is None:
            raise SystemExit(code)
        # The loop may have closed already: then the app has ended by itself.
        with contextlib.suppress(RuntimeError):
            self._main_loop.call_soon_threadsafe(partial(self.exit, return_code=code))

    def get_css_variables(self) -> dict[str, str]:
        if not self._styled_for:
            # Asked for by Textual's own constructor, for a theme that is not ours yet.
            return {}
        variables = super().get_css_variables()
        return {**variables, **written_colors(variables)}

    def refresh_css(self, animate: bool = True) -> None:
        # Textual asks for it twice while it starts, for the first theme and for the first screen: all styles would be
        # read three times, and each time with what they have been read with.
        if self.theme != self._styled_for:
            self._styled_for = self.theme
            super().refresh_css(animate)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [*super().get_line_filters(), self._guard]
        return [*filters, self._ascii] if self._ascii else filters

    def get_key_display(self, binding: Binding) -> str:
        """The key as it is written in the bars; in ASCII by its name."""
        shown_key = super().get_key_display(binding)
        return shown_key if self._ascii is None else _KEYS_IN_ASCII.get(shown_key, shown_key)

    def notify(self, message: str, **how: Any) -> None:
        """A notice takes the place of the one before, so that they do not pile up."""
        self.clear_notifications()
        super().notify(message, **how)

    def action_command_palette(self) -> None:
        # Textual gives each palette the same id, and two have it while one is still leaving.
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette())

    def action_help_quit(self) -> None:
        self.notify("Press q to quit.", timeout=3, markup=False)

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
