"""One of several, each with a word on it: a list in front of the screen that asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.widgets import Static

from screens.dialog import Dialog
from smsreport_tui.rules.text import shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec
from widgets.row_table import RowTable

_BESIDE_THE_ROWS = 10
_LONGEST_ABOUT = 400


@dataclass(frozen=True, slots=True)
class Pick:
    """A value, its name, and what it stands for."""

    value: str
    name: str
    about: str = ""


class ChooserScreen(Dialog[str | None], inherit_bindings=False):
    """Ends with the value that was chosen, or with None.

    It may open before what is chosen from is known: keys that are pressed until then act on that.
    """

    CSS_PATH = Path("form.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="chooser.cancel", tooltip="Choose none of them"),
    ]

    def __init__(
        self, title: str, heads: tuple[str, str], picks: Sequence[Pick] | None = None, at: str | None = None
    ) -> None:
        super().__init__()
        self._heading = title
        self._heads = heads
        self._picks = tuple(picks or ())
        self._waits = picks is None
        self._fault = ""
        self._has_widgets = False
        self._at = at

    def compose(self) -> ComposeResult:
        with Vertical(classes="form"):
            yield Static(shown(self._heading, 120), classes="form--title", markup=False)
            yield RowTable(id="picks")
            yield Static(id="form-words", markup=False)
            yield Static("Enter takes the one under the cursor, Esc none.", id="form-note", markup=False)

    @property
    def _stands(self) -> bool:
        return self._has_widgets and self in self.app.screen_stack

    def on_mount(self) -> None:
        self._has_widgets = True
        if self._waits:
            self.query_one(RowTable).go_to_start()
            self.query_one("#form-words", Static).update("Looking …")
        self._show()

    def fill(self, picks: Sequence[Pick]) -> None:
        """Takes what is chosen from."""
        self._picks, self._waits = tuple(picks), False
        self._show()

    def fail(self, sentence: str) -> None:
        """Says why there is nothing to choose from."""
        self._fault = sentence
        self._show()

    def _show(self) -> None:
        if not self._stands:
            return
        table, picks = self.query_one(RowTable), self._picks
        if self._fault:
            table.wait_no_more()
            self.query_one("#form-words", Static).update(f"! {shown(self._fault, _LONGEST_ABOUT)}")
        if self._waits:
            return
        table.show(
            (ColumnSpec(self._heads[0], 14, 44), ColumnSpec(self._heads[1], 10, 400)),
            [pick.value for pick in picks],
            lambda index: (Cell(shown(picks[index].name), Tone.STRONG), Cell(shown(picks[index].about), Tone.DIM)),
        )
        if self._at is not None:
            table.go_to(self._at)

    def _fit_to(self, size: Size) -> None:
        super()._fit_to(size)
        for table in self.query(RowTable):
            table.styles.max_height = max(3, size.height - _BESIDE_THE_ROWS)

    @on(RowTable.Highlighted)
    def _highlighted(self) -> None:
        # A column may be too narrow for it.
        index = self.query_one(RowTable).cursor
        if index < len(self._picks):
            self.query_one("#form-words", Static).update(shown(self._picks[index].about, _LONGEST_ABOUT))

    @on(RowTable.Chosen)
    def _chosen(self, message: RowTable.Chosen) -> None:
        self.dismiss(message.key)

    def action_leave(self) -> None:
        self.dismiss(None)
