"""The export dialog: which rows and columns, where to, how far it is; a child process does the work."""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Input, ProgressBar, Static

from screens import export_path, export_text
from screens.dialog import Dialog
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import CANCELLED_CODE, Outcome, Task
from smsreport_tui.services.session import ExportWish, Session
from widgets.check_list import CheckList
from widgets.choice import Choice, Option
from widgets.copying import CopyAsked


@dataclass(frozen=True, slots=True)
class Rows:
    """Whose rows: a tab of an activity, how many there are, and what the search above the list has found of them."""

    activity: str
    tab: Tab
    total: int | None = None
    find: str = ""
    found: int | None = None
    machines: bool = False


class ExportScreen(Dialog[None], inherit_bindings=False):
    """Enter starts, Esc closes, and while rows are written Esc cancels; an existing file is asked about first."""

    CSS_PATH = Path("export.tcss")
    AUTO_FOCUS = "#name"
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (24, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", id="export.cancel", tooltip="Cancel the export, or close this dialog"),
        Binding("enter", "go", "Export", show=False, id="export.go", tooltip="Write the file"),
        Binding("y", "copy", "Copy path", show=False, id="export.copy", tooltip="Copy the path of the written file"),
        Binding("tab,down", "app.focus_next", "Next", show=False, id="export.next", tooltip="The next field"),
        Binding(
            "shift+tab,up", "app.focus_previous", "Before", show=False, id="export.before", tooltip="The field before"
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

    def __init__(self, session: Session, rows: Rows) -> None:
        super().__init__()
        self._session = session
        self._rows = rows
        self._export: Task | None = None
        self._asked_about: Path | None = None
        self._written: Path | None = None
        self._done = rows.total or 0
        self._began = 0.0

    def compose(self) -> ComposeResult:
        rows, kept = self._rows, self._session.remembered
        suffix = kept.text("export_format") or export_path.FORMATS[0]
        suffix = suffix if suffix in export_path.FORMATS else export_path.FORMATS[0]
        folder = kept.text("export_folder") or str(self._session.export_dir)
        which = [Option("all", export_text.all_rows(rows.total))]
        if rows.find:
            which.insert(0, Option("found", export_text.found_rows(rows.found, rows.find)))
        columns = [Option(column.name, column.title) for column in TAB_COLUMNS[rows.tab]]
        chosen = kept.get(f"export_columns_{rows.tab.value}")
        with VerticalScroll(id="export", can_focus=False):
            yield Static(export_text.title(rows.tab), id="export-title", markup=False)
            with _field("Rows"):
                yield Choice(which, which[0].value, id="which")
            with _field("Name"):
                yield Input(
                    export_path.proposed(rows.activity, rows.tab, suffix, found=bool(rows.find)),
                    id="name",
                    compact=True,
                    select_on_focus=False,
                )
            with _field("Folder"):
                yield Input(folder, id="folder", compact=True, select_on_focus=False)
            with _field("Format"):
                yield Choice([Option(".xlsx", "XLSX"), Option(".csv", "CSV")], suffix, id="format")
            with _field("Numbers"):
                masks = [Option("full", "in full"), Option("masked", "masked")]
                yield Choice(masks, kept.text("export_numbers") or "full", id="numbers")
            with _field("Columns"):
                yield CheckList(columns, chosen if isinstance(chosen, list) else (), id="columns")
            yield Static(id="note", markup=False)
            yield ProgressBar(id="bar", show_eta=False)
            with Horizontal(id="buttons"):
                yield Button("Export", id="go", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        self.query_one(ProgressBar).display = False
        self._note("Enter writes the file, Tab goes through the fields, Esc leaves.")
        # The end of a long path is what the operator looks at.
        for name in ("name", "folder"):
            self.call_after_refresh(self._input(name).action_end)

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _choice(self, name: str) -> str:
        return self.query_one(f"#{name}", Choice).value

    def _button(self, name: str) -> Button:
        return self.query_one(f"#{name}", Button)

    def _note(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#note", Static)
        note.update(shown(text))
        note.set_class(bad, "-bad")

    # What the operator chooses.

    @on(Input.Changed)
    @on(Choice.Chosen)
    def _changed(self) -> None:
        if self._asked_about is not None:
            self._asked_about = None
            self._button("go").label = "Export"
            self._note("")

    @on(Input.Changed, "#name")
    def _name_changed(self, event: Input.Changed) -> None:
        suffix = export_path.format_of(event.value)
        if suffix is not None:
            self.query_one("#format", Choice).choose(suffix)

    @on(Choice.Chosen, "#format")
    def _format_chosen(self, message: Choice.Chosen) -> None:
        name = self._input("name")
        name.value = export_path.with_format(name.value, message.value)

    def _wish(self, path: Path) -> ExportWish:
        rows, columns = self._rows, self.query_one(CheckList)
        return ExportWish(
            rows.activity,
            rows.tab,
            path,
            overwrite=self._asked_about == path,
            masked=self._choice("numbers") == "masked",
            find=rows.find if self._choice("which") == "found" else None,
            machine_clicks=rows.machines,
            columns=() if columns.all_on else columns.values,
        )

    def _remember(self, path: Path) -> None:
        kept: dict[str, object] = {
            "export_format": path.suffix.lower(),
            "export_folder": str(path.parent),
            "export_numbers": self._choice("numbers"),
            f"export_columns_{self._rows.tab.value}": list(self.query_one(CheckList).values),
        }
        self._session.remembered.keep(**kept)

    # The work.

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def action_go(self) -> None:
        if self._written is not None:
            self.dismiss()
        if self._export is not None or self._written is not None:
            return
        try:
            path = export_path.meant(self._input("folder").value, self._input("name").value)
        except (ValueError, RuntimeError) as error:
            self._note(str(error), bad=True)
            return
        if path.exists() and self._asked_about != path:
            self._asked_about = path
            self._note("The file exists already. Enter overwrites it, Esc leaves it as it is.", bad=True)
            self._button("go").label = "Overwrite"
            return
        self._start(self._wish(path))

    def _start(self, wish: ExportWish) -> None:
        self._remember(wish.file)
        self._export = Task(self._session.export_command(wish))
        self._began = monotonic()
        self._enable(False)
        bar = self.query_one(ProgressBar)
        bar.update(total=self._rows.total or None, progress=0)
        bar.display = True
        self._note("Writing … Esc cancels.")
        self._button("cancel").focus()
        self._write(self._export, wish.file)

    def _enable(self, enabled: bool) -> None:
        for widget in self.query("Input, Choice, CheckList, #go"):
            widget.disabled = not enabled

    @work(thread=True)
    def _write(self, task: Task, path: Path) -> None:
        outcome = task.run(self._tell)
        self.post_message(self.Ended(outcome, path))

    def _tell(self, done: int, total: int) -> None:
        self.post_message(self.Progressed(done, total))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        self._done = message.done
        self.query_one(ProgressBar).update(total=message.total or None, progress=message.done)
        self._note(export_text.progress(message.done, message.total, monotonic() - self._began))

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._export = None
        self.query_one(ProgressBar).display = False
        if message.outcome.done:
            self._written = message.path
            self._note(f"{export_text.written(self._done, message.path)}. y copies the path, Enter closes.")
            self._button("cancel").label = "Close"
        elif message.outcome.code == CANCELLED_CODE:
            self.app.notify("Export cancelled; no file was left.", markup=False)
            self.dismiss()
        else:
            self._reopen(message.outcome.message or f"The export failed with code {message.outcome.code}.")

    def _reopen(self, sentence: str) -> None:
        self._enable(True)
        self._button("cancel").disabled = False
        self._asked_about = None
        self._button("go").label = "Export"
        self._note(sentence, bad=True)
        self._input("name").focus()

    def action_copy(self) -> None:
        if self._written is not None:
            self.post_message(CopyAsked(str(self._written)))

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        if self._export is None:
            self.dismiss()
            return
        self._note("Cancelling …")
        self._button("cancel").disabled = True
        self._export.cancel()

    def on_unmount(self) -> None:
        if self._export is not None:
            self._export.cancel()


def _field(label: str) -> Horizontal:
    row = Horizontal(classes="field")
    row.compose_add_child(Static(label, classes="field--label", markup=False))
    return row
