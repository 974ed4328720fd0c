"""A dialog that has a file written: its name, folder and format, and whether an older one may be overwritten."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from screens import export_path, export_text
from screens.desk import Desk
from screens.task_dialog import TaskDialog
from smsreport_tui.rules.text import shown
from smsreport_tui.services.child_process import Outcome
from widgets.choice import Choice, Option
from widgets.copying import CopyAsked
from widgets.field import Field


class FileDialog(TaskDialog):
    """Enter starts, Esc closes, and while rows are written Esc cancels; an existing file is asked about first."""

    AUTO_FOCUS = "#name"
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (24, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy path", show=False, id="export.copy", tooltip="Copy the path of the written file"),
    ]
    WHAT = "The export"
    CANCELLED = "Export cancelled; no file was left."
    NOUN: ClassVar[str] = "row"
    """What is counted."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__(desk, title, "Export")
        self._asked_about: Path | None = None
        self._meant: Path | None = None
        self._done = 0

    def above(self) -> ComposeResult:
        """The fields before the name: whose rows."""
        return ()

    def below(self) -> ComposeResult:
        """The fields after the format: in what manner."""
        return ()

    @abstractmethod
    def proposed(self, suffix: str) -> str:
        """A name for the file."""

    @abstractmethod
    def command(self, path: Path, *, overwrite: bool) -> list[str]:
        """The child's command line."""

    @abstractmethod
    def chosen(self) -> dict[str, object]:
        """What is remembered beside folder and format."""

    def total(self) -> int | None:
        """How many there are, as far as that is known."""
        return None

    def files(self, path: Path) -> tuple[Path, ...]:
        """All that are written."""
        return (path,)

    def written(self, rows: int, path: Path) -> str:
        """What was written where."""
        return export_text.written(rows, path, self.NOUN)

    def asked(self) -> ComposeResult:
        kept = self.desk.session.remembered
        suffix = kept.text("export_format") or export_path.FORMATS[0]
        suffix = suffix if suffix in export_path.FORMATS else export_path.FORMATS[0]
        folder = kept.text("export_folder") or str(self.desk.session.export_dir)
        yield from self.above()
        yield Field("Name", Input(self.proposed(suffix), id="name", compact=True, select_on_focus=False))
        yield Field("Folder", Input(folder, id="folder", compact=True, select_on_focus=False))
        yield Field("Format", Choice([Option(".xlsx", "XLSX"), Option(".csv", "CSV")], suffix, id="format"))
        yield from self.below()

    def on_mount(self) -> None:
        self._done = self.total() or 0
        self.note("Enter writes the file, Tab goes through the fields, Esc leaves.")
        # The end of a long path is what the operator looks at.
        for name in ("name", "folder"):
            self.call_after_refresh(self.input(name).action_end)

    def input(self, name: str) -> Input:
        """A line that is typed into."""
        return self.query_one(f"#{name}", Input)

    def choice(self, name: str) -> str:
        """What is chosen there."""
        return self.query_one(f"#{name}", Choice).value

    # What the operator chooses.

    @on(Input.Changed)
    @on(Choice.Chosen)
    def _changed(self) -> None:
        if self._asked_about is not None:
            self._asked_about = None
            self.name_go("Export")
            self.note("")

    @on(Input.Changed, "#name")
    def _name_changed(self, event: Input.Changed) -> None:
        suffix = export_path.format_of(event.value)
        if suffix is not None:
            self.query_one("#format", Choice).choose(suffix)

    @on(Choice.Chosen, "#format")
    def _format_chosen(self, message: Choice.Chosen) -> None:
        name = self.input("name")
        name.value = export_path.with_format(name.value, message.value)

    # The work.

    def begin(self) -> None:
        try:
            path = export_path.meant(self.input("folder").value, self.input("name").value)
        except (ValueError, RuntimeError) as error:
            self.note(str(error), bad=True)
            return
        older = [file for file in self.files(path) if file.exists()]
        if older and self._asked_about != path:
            self._asked_about = path
            what = "The file" if older[0] == path else shown(older[0].name)
            self.note(f"{what} exists already. Enter overwrites it, Esc leaves it as it is.", bad=True)
            self.name_go("Overwrite")
            return
        self._meant = path
        kept = {"export_format": path.suffix.lower(), "export_folder": str(path.parent), **self.chosen()}
        self.desk.session.remembered.keep(**kept)
        self.start(self.command(path, overwrite=self._asked_about == path), self.total())

    def progress(self, done: int, total: int, seconds: float) -> str:
        self._done = done
        return export_text.progress(done, total, seconds, self.NOUN, "written")

    def succeeded(self, outcome: Outcome) -> str:  # noqa: ARG002 - how many were written came with the progress
        return f"{self.written(self._done, self._meant)}. y copies the path, Enter closes." if self._meant else ""

    def failed(self, sentence: str) -> None:
        self._asked_about = self._meant = None
        super().failed(sentence)

    def action_copy(self) -> None:
        if self._is_done:
            self.post_message(CopyAsked(str(self._meant)))
