"""The export dialog: where to, in which format, how far it is; a child process does the work."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, ProgressBar, Static

from screens import export_path
from screens.report_text import TAB_LABELS
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.formatting import count_of, thousands
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import CANCELLED_CODE, Outcome, Task
from smsreport_tui.services.session import ExportWish, Session


class ExportScreen(ModalScreen[None], inherit_bindings=False):
    """Enter starts, Esc closes, and while rows are written Esc cancels; an existing file is asked about first."""

    CSS_PATH = Path("export.tcss")
    AUTO_FOCUS = "#path"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="export.cancel", tooltip="Cancel the export, or close this dialog"),
        Binding("tab", "app.focus_next", "Next", show=False, id="export.next", tooltip="The next field"),
        Binding(
            "shift+tab", "app.focus_previous", "Before", show=False, id="export.before", tooltip="The field before"
        ),
    ]

    @dataclass
    class Progressed(Message):
        """Rows written so far, of all."""

        done: int
        total: int

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ExportScreen.Progressed)

    @dataclass
    class Ended(Message):
        """The child has ended."""

        outcome: Outcome
        path: Path

    def __init__(self, session: Session, activity_id: str, tab: Tab, total: int | None) -> None:
        super().__init__()
        self._session = session
        self._activity_id = activity_id
        self._tab = tab
        self._total = total
        self._export: Task | None = None
        self._asked_about: Path | None = None
        self._rows = total or 0

    def compose(self) -> ComposeResult:
        rows = "all rows" if self._total is None else f"all {count_of(self._total, 'row')}"
        path = export_path.proposed(self._session.export_dir, self._activity_id, self._tab)
        with Vertical(id="export"):
            yield Static(f"Export {TAB_LABELS[self._tab]} · {rows}", id="export-title", markup=False)
            yield Input(str(path), id="path", compact=True, select_on_focus=False)
            with Horizontal(id="formats"):
                yield Button("XLSX", id="xlsx", compact=True, classes="-chosen")
                yield Button("CSV", id="csv", compact=True)
            yield Static(id="note", markup=False)
            yield ProgressBar(id="bar", show_eta=False)
            with Horizontal(id="buttons"):
                yield Button("Export", id="go", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        self.query_one(ProgressBar).display = False
        self._mark_format()
        # The end of a long path, its name, is what the operator looks at.
        self.call_after_refresh(self._path.action_end)

    @property
    def _path(self) -> Input:
        return self.query_one("#path", Input)

    def _note(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#note", Static)
        note.update(shown(text))
        note.set_class(bad, "-bad")

    @on(Input.Changed)
    def _mark_format(self) -> None:
        self._asked_about = None
        self.query_one("#go", Button).label = "Export"
        self._note("Numbers stand in the file in full.")
        is_csv = self._path.value.lower().endswith(".csv")
        for name, chosen in (("csv", is_csv), ("xlsx", not is_csv)):
            button = self.query_one(f"#{name}", Button)
            button.label = f"{'●' if chosen else '○'} {name.upper()}"
            button.set_class(chosen, "-chosen")

    @on(Button.Pressed, "#csv,#xlsx")
    def _format_chosen(self, event: Button.Pressed) -> None:
        self._path.value = export_path.with_format(self._path.value, f".{event.button.id}")

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _submitted(self) -> None:
        if self._export is not None:
            return
        try:
            path = export_path.meant(self._path.value)
        except (ValueError, RuntimeError) as error:
            self._note(str(error), bad=True)
            return
        if path.exists() and self._asked_about != path:
            self._asked_about = path
            self._note("The file exists already. Enter overwrites it, Esc leaves it as it is.", bad=True)
            self.query_one("#go", Button).label = "Overwrite"
            return
        self._start(path, force=self._asked_about == path)

    def _start(self, path: Path, *, force: bool) -> None:
        command = self._session.export_command(ExportWish(self._activity_id, self._tab, path, overwrite=force))
        self._export = Task(command)
        for widget in (self._path, *(self.query_one(f"#{name}", Button) for name in ("go", "csv", "xlsx"))):
            widget.disabled = True
        bar = self.query_one(ProgressBar)
        bar.update(total=self._total or None, progress=0)
        bar.display = True
        self._note("Writing … Esc cancels.")
        self.query_one("#cancel", Button).focus()
        self._write(self._export, path)

    @work(thread=True)
    def _write(self, task: Task, path: Path) -> None:
        outcome = task.run(self._tell)
        self.post_message(self.Ended(outcome, path))

    def _tell(self, done: int, total: int) -> None:
        self.post_message(self.Progressed(done, total))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        self._rows = message.done
        self.query_one(ProgressBar).update(total=message.total or None, progress=message.done)
        self._note(f"{thousands(message.done)} of {count_of(message.total, 'row')} written. Esc cancels.")

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._export = None
        if message.outcome.done:
            self.app.notify(
                f"{count_of(self._rows, 'row')} written to {shown(str(message.path))}", markup=False, timeout=10
            )
            self.dismiss()
        elif message.outcome.code == CANCELLED_CODE:
            self.app.notify("Export cancelled; no file was left.", markup=False)
            self.dismiss()
        else:
            self._reopen(message.outcome.message or f"The export failed with code {message.outcome.code}.")

    def _reopen(self, sentence: str) -> None:
        for widget in (self._path, *self.query(Button)):
            widget.disabled = False
        self.query_one(ProgressBar).display = False
        self._asked_about = None
        self.query_one("#go", Button).label = "Export"
        self._note(sentence, bad=True)
        self._path.focus()

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        if self._export is None:
            self.dismiss()
            return
        self._note("Cancelling …")
        self.query_one("#cancel", Button).disabled = True
        self._export.cancel()

    def on_unmount(self) -> None:
        if self._export is not None:
            self._export.cancel()
