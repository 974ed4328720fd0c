"""The keys of the screen below, written by its own bindings."""

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from screens.dialog import Dialog
from screens.source_screen import SourceScreen
from widgets.details import Details


def help_rows(screen: Screen[object]) -> list[tuple[str, str, str]]:
    """Action, keys and what they do, most local first; several keys of one action share a line."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for _, binding, enabled, tooltip in screen.active_bindings.values():
        if binding.system:
            continue
        keys.setdefault(binding.action, []).append(_display(screen.app, binding))
        reason = screen.why_not(binding.action) if isinstance(screen, SourceScreen) else None
        mark = f" (not now: {reason})" if reason else "" if enabled else " (not now)"
        words.setdefault(binding.action, (tooltip or binding.description) + mark)
    return [(action, "  ".join(dict.fromkeys(keys[action])), words[action]) for action in keys]


def _display(app: App[object], binding: Binding) -> str:
    # The hint of an action with several keys names one of them; help names the key that is bound.
    return app.get_key_display(Binding(binding.key, binding.action))


class HelpScreen(Dialog[None], inherit_bindings=False):
    """Any of its keys closes it, and a click beside it."""

    CSS_PATH = Path("help.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "dismiss", "Close", id="help.close", tooltip="Close this help"),
    ]

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        super().__init__()
        self._rows = rows

    @classmethod
    def of(cls, screen: Screen[object]) -> "HelpScreen":
        """The help of a screen as its focus stands."""
        return cls([(keys, words) for _, keys, words in help_rows(screen)])

    def compose(self) -> ComposeResult:
        yield Details()

    def on_click(self, event: events.Click) -> None:
        # A hand on the mouse that has opened it finds the way out beside it.
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.dismiss()

    def on_mount(self) -> None:
        details = self.query_one(Details)
        details.border_title = "Keys"
        details.border_subtitle = "Esc closes"
        details.show(self._rows)
        details.focus()
