"""Connecting a gateway: address and token are tested by a child process, which keeps them when they are right."""

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
from smsreport_tui.services.child_process import Outcome, run_with_input
from smsreport_tui.services.session import Session

_LONGEST = 600


class ConnectScreen(Dialog[str | None], inherit_bindings=False):
    """Ends with the sentence of a test that went well, or with None."""

    CSS_PATH = Path("connect.tcss")
    AUTO_FOCUS = "#address"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="connect.cancel", tooltip="Leave everything as it is"),
        # With priority: a token that is typed on at once must not land in the field that shows what it holds.
        Binding(
            "tab,down", "app.focus_next", "Next", show=False, priority=True, id="connect.next", tooltip="The next field"
        ),
        Binding(
            "shift+tab,up", "app.focus_previous", "Before", show=False, id="connect.before", tooltip="The field before"
        ),
    ]

    @dataclass
    class Tested(Message):
        """The test has ended."""

        outcome: Outcome

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._testing = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="connect", can_focus=False):
            yield Static("Connect a gateway", id="connect-title", markup=False)
            yield Static("Address", markup=False)
            yield Input(placeholder="https://sms.example.com", id="address", compact=True)
            yield Static("Token, which the gateway's operator gave you", classes="connect--label", markup=False)
            yield Input(password=True, id="token", compact=True)
            yield Static(id="connect-note", markup=False)
            with Horizontal(id="connect-buttons"):
                yield Button("Test and connect", id="go", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        self._note("Both are tested first. The address is kept in your configuration, the token in your keyring.")

    def _note(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#connect-note", Static)
        note.update(shown(text, _LONGEST))
        note.set_class(bad, "-bad")

    @on(Input.Submitted, "#address")
    def _address_given(self) -> None:
        self.query_one("#token", Input).focus()

    @on(Input.Submitted, "#token")
    @on(Button.Pressed, "#go")
    def _submitted(self) -> None:
        address, token = (self.query_one(f"#{name}", Input).value.strip() for name in ("address", "token"))
        if self._testing or self._session.connect_command is None:
            return
        if not address or not token:
            self._note("Type the address and the token first.", bad=True)
            return
        self._enable(False)
        self._note(f"Asking {address} …")
        self._test(self._session.connect_command(address), token)

    @work(thread=True)
    def _test(self, command: list[str], token: str) -> None:
        self.post_message(self.Tested(run_with_input(command, f"{token}\n")))

    @on(Tested)
    def _tested(self, message: Tested) -> None:
        self._enable(True)
        if message.outcome.done:
            self.dismiss(message.outcome.message)
        else:
            self._note(message.outcome.message or f"The test failed with code {message.outcome.code}.", bad=True)
            self.query_one("#address", Input).focus()

    def _enable(self, enabled: bool) -> None:
        self._testing = not enabled
        for widget in self.query("Input, #go"):
            widget.disabled = not enabled

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        if not self._testing:
            self.dismiss(None)
