"""What the small dialogs that ask for something have in common: fields, a note, two answers, and the way in and out."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, Static

from screens.asking import Asking
from screens.desk import Desk
from screens.dialog import Dialog
from smsreport_tui.rules.text import shown

T = TypeVar("T")
# Also a long path and what is said of it.
_LONGEST_NOTE = 1_000


class FormDialog(Asking[T], Dialog[T], inherit_bindings=False):
    """Enter takes what stands in the fields, Esc leaves everything as it is; the subclass says what is asked."""

    CSS_PATH = Path("form.tcss")
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (30, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="form.cancel", tooltip="Leave everything as it is"),
        Binding("enter", "go", "OK", show=False, id="form.go", tooltip="Take what stands in the fields"),
        Binding("tab,down", "app.focus_next", "Next", show=False, id="form.next", tooltip="The next field"),
        Binding(
            "shift+tab,up", "app.focus_previous", "Before", show=False, id="form.before", tooltip="The field before"
        ),
    ]

    def __init__(self, desk: Desk, title: str, yes: str) -> None:
        super().__init__(desk)
        self._heading = title
        self._yes = yes

    @abstractmethod
    def fields(self) -> ComposeResult:
        """What is asked."""

    @abstractmethod
    def action_go(self) -> None:
        """Takes it, or says in the note why not."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="form", can_focus=False):
            yield Static(shown(self._heading, 120), classes="form--title", markup=False)
            yield from self.fields()
            yield Static(id="form-note", markup=False)
            with Horizontal(classes="form--buttons"):
                yield Button(self._yes, id="form-go", variant="primary", compact=True)
                yield Button("Cancel", id="form-cancel", compact=True)

    def note(self, text: str, *, bad: bool = False) -> None:
        """A line under the fields: how to go on, or what is wrong."""
        line = self.query_one("#form-note", Static)
        line.update(shown(text, _LONGEST_NOTE))
        line.set_class(bad, "-bad")

    def show_problem(self, sentence: str) -> None:
        self.note(sentence, bad=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#form-go")
    def _go(self) -> None:
        self.action_go()

    @on(Button.Pressed, "#form-cancel")
    def _leave(self) -> None:
        # Not the action itself, which a subclass may have another of: both would be called.
        self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)
