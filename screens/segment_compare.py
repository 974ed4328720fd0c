"""How two segments overlap: who is in one alone, and in both."""

from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from screens.asking import Asking
from screens.desk import Desk
from screens.dialog import Dialog
from smsreport_tui.rules.formatting import thousands
from smsreport_tui.rules.segment_figures import Comparison
from smsreport_tui.rules.text import shown

_LONGEST_NAME = 30
_BAR_CELLS = 20


class CompareScreen(Asking[None], Dialog[None], inherit_bindings=False):
    """Three numbers, each with a bar of its share; Esc closes."""

    CSS_PATH = Path("segments.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,equals_sign,q", "leave", "Close", id="compare.close", tooltip="Close the comparison"),
    ]

    def __init__(self, desk: Desk, first: str, second: str) -> None:
        super().__init__(desk)
        self._both = first, second

    def compose(self) -> ComposeResult:
        first, second = self._both
        with Vertical(classes="verdict"):
            yield Static(f"“{shown(first, 60)}” and “{shown(second, 60)}”", classes="verdict--title", markup=False)
            yield Static("Counting …", id="figures", markup=False)
            yield Static("Esc closes.", classes="verdict--note", markup=False)

    def on_mount(self) -> None:
        # Lines that come amid the first layout may not be laid out.
        self.call_after_refresh(self._compare)

    def _compare(self) -> None:
        self.ask("compare", lambda source: source.segments.compare(*self._both), self._show)

    def show_problem(self, sentence: str) -> None:
        self.query_one("#figures", Static).update(f"! {sentence}")

    def _show(self, found: Comparison) -> None:
        self.query_one("#figures", Static).update("\n".join(figures(*self._both, found)))

    def action_leave(self) -> None:
        self.dismiss(None)


def figures(first: str, second: str, found: Comparison) -> list[str]:
    """The three numbers as lines, each with its bar."""
    rows = (
        (f"only in {shown(first, _LONGEST_NAME)}", found.only_first),
        ("in both", found.both),
        (f"only in {shown(second, _LONGEST_NAME)}", found.only_second),
    )
    words = max(cell_len(label) for label, _ in rows)
    digits = max(len(thousands(number)) for _, number in rows)
    most = max(1, *(number for _, number in rows))
    return [
        f"{label}{' ' * (words - cell_len(label))}  {thousands(number):>{digits}}  {_bar(number, most)}".rstrip()
        for label, number in rows
    ]


def _bar(number: int, most: int) -> str:
    # What is not nothing is seen.
    return "▇" * (max(1, round(_BAR_CELLS * number / most)) if number else 0)
