"""A question before what is hard to undo, or costs money: what happens, then one of two answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from smsreport_tui.rules.text import shown


class ConfirmScreen(ModalScreen[bool], inherit_bindings=False):
    """Ends with whether the operator wants it; Esc and the first focus mean no."""

    CSS_PATH = Path("confirm.tcss")
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "No", id="confirm.no", tooltip="Leave everything as it is"),
        Binding("tab,right,l", "app.focus_next", "Next", show=False, id="confirm.next", tooltip="The next answer"),
        Binding(
            "shift+tab,left,h",
            "app.focus_previous",
            "Before",
            show=False,
            id="confirm.before",
            tooltip="The answer before",
        ),
    ]

    def __init__(self, title: str, lines: Sequence[str], yes: str, no: str = "Cancel") -> None:
        super().__init__()
        self._question = title
        self._lines = tuple(lines)
        self._answers = yes, no

    def compose(self) -> ComposeResult:
        yes, no = self._answers
        with VerticalScroll(id="confirm", can_focus=False):
            yield Static(shown(self._question, 120), id="confirm-title", markup=False)
            for line in self._lines:
                yield Static(shown(line, 600), classes="confirm--line", markup=False)
            with Horizontal(id="confirm-buttons"):
                yield Button(yes, id="yes", variant="warning", compact=True)
                yield Button(no, id="no", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
