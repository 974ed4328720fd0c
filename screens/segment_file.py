"""Opening a segment from a JSON file, and writing the one being edited into one."""

import re
from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Input

from screens.desk import Desk
from screens.form import FormDialog
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.services.segment_files import read_segment_file, write_segment_file
from widgets.choice import Choice, Option
from widgets.field import Field

_UNFIT = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80
_OPENED = "JSON, as `smsreport segment show --json` writes it. It takes the place of these conditions; u undoes that."
_WRITTEN = "JSON, as `smsreport segment create --file` reads it."


def proposed_path(folder: Path, name: str) -> Path:
    """A file called as the segment is, as far as file names go."""
    return folder / f"{_UNFIT.sub('_', name)[:_LONGEST_NAME].strip('._-') or 'segment'}.json"


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file that was written, or opened: then with what it holds."""

    path: Path
    opened: SegmentFile | None = None


class SegmentFileScreen(FormDialog[FileDone | None]):
    """Ends once the file is written or opened, or with None."""

    AUTO_FOCUS = "#path"

    def __init__(self, desk: Desk, file: SegmentFile, path: Path) -> None:
        super().__init__(desk, "A file for this segment", "Open")
        self._file = file
        self._path = path
        self._asked_about: Path | None = None

    def fields(self) -> ComposeResult:
        ways = [Option("open", "open one in place of these conditions"), Option("write", "write these conditions")]
        yield Field("Do", Choice(ways, "open", id="way"))
        yield Field("File", Input(str(self._path), id="path", compact=True, select_on_focus=False))

    def on_mount(self) -> None:
        self._changed()
        self.call_after_refresh(self.query_one("#path", Input).action_end)

    @property
    def _writes(self) -> bool:
        return self.query_one("#way", Choice).value == "write"

    @on(Choice.Chosen)
    @on(Input.Changed)
    def _changed(self) -> None:
        self._asked_about = None
        self.query_one("#form-go", Button).label = "Write" if self._writes else "Open"
        self.note(_WRITTEN if self._writes else _OPENED)

    def action_go(self) -> None:
        text = self.query_one("#path", Input).value.strip()
        if not text or "\0" in text:
            self.note("Type the name of a file.", bad=True)
            return
        try:
            path = Path(text).expanduser().absolute()
        except RuntimeError as error:
            self.note(str(error), bad=True)
            return
        if not self._writes:
            self.ask("file", lambda _source: FileDone(path, read_segment_file(path)), self._done)
        elif path.exists() and self._asked_about != path:
            self._asked_about = path
            self.query_one("#form-go", Button).label = "Overwrite"
            self.note("The file exists already. Enter overwrites it, Esc leaves it as it is.", bad=True)
        else:
            self.ask("file", lambda _source: self._write(path), self._done)

    def _write(self, path: Path) -> FileDone:
        write_segment_file(path, self._file, force=self._asked_about == path)
        return FileDone(path)

    def _done(self, done: FileDone) -> None:
        self.dismiss(done)
