"""Asks for the name of a segment, and stays with a sentence until the store takes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from screens.desk import Desk
from screens.form import FormDialog
from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_file import read_name
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.field import Field


@dataclass(frozen=True, slots=True)
class Named:
    """The name that the store took, and what then holds, as a sentence."""

    name: str
    sentence: str


class NameScreen(FormDialog[Named | None]):
    """`act` does with the source and the name what was asked for, and gives a sentence. Raises SegmentError."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        yes: str,
        act: Callable[[ReportSource, str], str],
        *,
        value: str = "",
        lines: Sequence[str] = (),
    ) -> None:
        super().__init__(desk, title, yes)
        self._act = act
        self._value = value
        self._lines = tuple(lines)

    def fields(self) -> ComposeResult:
        for line in self._lines:
            yield Static(shown(line, 400), classes="form--line", markup=False)
        yield Field("Name", Input(self._value, id="name", compact=True))

    def action_go(self) -> None:
        wished = self.query_one("#name", Input).value
        if not wished.strip():
            self.note("Type a name first.", bad=True)
            return
        try:
            name = read_name(wished)
        except SegmentError as error:
            self.note(str(error).removeprefix("name: "), bad=True)
            return
        if self.is_asking("act"):
            return
        self.query_one("#form-go", Button).disabled = True
        self.ask("act", lambda source: Named(name, self._act(source, name)), self._done)

    def _done(self, named: Named) -> None:
        self.dismiss(named)

    def show_problem(self, sentence: str) -> None:
        self.query_one("#form-go", Button).disabled = False
        super().show_problem(sentence)
