"""Erasing a person: says what goes and what stays, asks for a word, and lets the command do it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Input, Static

from screens.dialog import Dialog
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import Outcome, Task

WORD = "erase"
_WHAT = (
    "Gone for good: name, number, e-mail, attributes and tags, and of every event its texts, agent and address.",
    "Stays: the counts of every report, and the strikes and suppression of the number, without a name.",
    "No message is ever sent to this person again, and no later news from the gateway brings the person back.",
)


class EraseScreen(Dialog[bool], inherit_bindings=False):
    """Ends with whether the person was erased; while the command runs it can not be left."""

    CSS_PATH = Path("erase.tcss")
    AUTO_FOCUS = "#word"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="erase.cancel", tooltip="Leave the person as it is"),
        Binding("tab", "app.focus_next", "Next", show=False, id="erase.next", tooltip="The next field"),
        Binding("shift+tab", "app.focus_previous", "Before", show=False, id="erase.before", tooltip="The field before"),
    ]

    @dataclass
    class Ended(Message):
        """The command has ended."""

        outcome: Outcome

    def __init__(self, name: str, profile_id: str, command: Callable[[str], list[str]]) -> None:
        super().__init__()
        self._person = name
        self._profile_id = profile_id
        self._command = command
        self._at_work = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="erase", can_focus=False):
            yield Static(f"Erase {shown(self._person, 60)}", id="erase-title", markup=False)
            for line in _WHAT:
                yield Static(line, classes="erase--line", markup=False)
            yield Input(placeholder=f"type {WORD} to go on", id="word", compact=True)
            yield Static("This can not be undone.", id="erase-note", markup=False)
            with Horizontal(id="erase-buttons"):
                yield Button("Erase", id="go", variant="error", compact=True, disabled=True)
                yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#go", Button).disabled = event.value.strip().casefold() != WORD

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _confirmed(self) -> None:
        if self.query_one("#go", Button).disabled:
            self._note(f"Type the word {WORD} to go on.", bad=True)
        elif not self._at_work:
            self._at_work = True
            self._note("Erasing …")
            self.query_one(Input).disabled = self.query_one("#go", Button).disabled = True
            self._erase(Task(self._command(self._profile_id)))

    @work(thread=True)
    def _erase(self, task: Task) -> None:
        self.post_message(self.Ended(task.run(lambda *_: None)))

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._at_work = False
        if message.outcome.done:
            self.dismiss(True)
            return
        self._note(shown(message.outcome.message or f"The erasure failed with code {message.outcome.code}."), bad=True)
        self.query_one(Input).disabled = self.query_one("#go", Button).disabled = False
        self.query_one(Input).focus()

    def _note(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#erase-note", Static)
        note.update(text)
        note.set_class(bad, "-bad")

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        if not self._at_work:
            self.dismiss(False)
