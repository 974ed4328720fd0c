"""The keys of the screen below, written by its own bindings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from screens.dialog import Dialog
from screens.source_screen import SourceScreen
from widgets.action_bar import usable
from widgets.details import Details, Section

EVERYWHERE = "Everywhere"


@dataclass(frozen=True, slots=True)
class HelpRow:
    """An action: where it belongs, its keys, and what they do."""

    place: str
    action: str
    keys: str
    words: str


def help_rows(screen: Screen[object]) -> list[HelpRow]:
    """What the keys do, most local first; several keys of one action share a line."""
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    places: dict[str, str] = {}
    for _, binding, enabled, tooltip in usable(screen):
        if binding.system:
            continue
        keys.setdefault(binding.action, []).append(_display(screen.app, binding))
        reason = screen.why_not(binding.action) if isinstance(screen, SourceScreen) else None
        mark = f" (not now: {reason})" if reason else "" if enabled else " (not now)"
        words.setdefault(binding.action, (tooltip or binding.description) + mark)
        places.setdefault(binding.action, _place(binding))
    return [HelpRow(places[action], action, "  ".join(dict.fromkeys(keys[action])), words[action]) for action in keys]


def _place(binding: Binding) -> str:
    owner = (binding.id or "").partition(".")[0]
    return EVERYWHERE if owner in ("", "app", "screen") else owner.capitalize()


def sections(rows: Sequence[HelpRow]) -> list[Section]:
    """The rows under the names of their places, what holds everywhere last."""
    places = [*dict.fromkeys(row.place for row in rows if row.place != EVERYWHERE), EVERYWHERE]
    return [Section(place, tuple((row.keys, row.words) for row in rows if row.place == place)) for place in places]


def _display(app: App[object], binding: Binding) -> str:
    # The hint of an action with several keys names one of them; help names the key that is bound.
    return app.get_key_display(Binding(binding.key, binding.action))


class HelpScreen(Dialog[None], inherit_bindings=False):
    """Any of its keys closes it, and a click beside it."""

    CSS_PATH = Path("help.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "dismiss", "Close", id="help.close", tooltip="Close this help"),
    ]

    def __init__(self, rows: Sequence[HelpRow]) -> None:
        super().__init__()
        self._rows = rows

    @classmethod
    def of(cls, screen: Screen[object]) -> "HelpScreen":
        """The help of a screen as its focus stands."""
        return cls(help_rows(screen))

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
        details.show(sections(self._rows))
        details.focus()
