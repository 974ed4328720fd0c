"""The people of a segment as a file, for reading or for sending; a child process writes it, and its manifest."""

from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from screens import export_path
from screens.desk import Desk
from screens.file_dialog import FileDialog
from screens.form import FormDialog
from screens.segment_use_text import waterfall_lines
from smsreport_tui.rules.formatting import count_of
from smsreport_tui.rules.segment_figures import Channel, People
from smsreport_tui.rules.text import shown
from smsreport_tui.services.segment_export import manifest_path
from smsreport_tui.services.session import PeopleWish
from smsreport_tui.services.source import ReportSource
from widgets.choice import Choice, Option
from widgets.field import Field

_READING = "reading"
_FOR = (
    Option(_READING, "reading"),
    Option(Channel.SMS.value, "sending by SMS"),
    Option(Channel.EMAIL.value, "sending by e-mail"),
)
_LONGEST_NAME = 60


class PeopleExportScreen(FileDialog):
    """For sending it shows before who is left out, and a manifest beside the file says so after."""

    NOUN = "person"
    # The steps need the room of the gaps between the fields.
    VERTICAL_BREAKPOINTS = FormDialog.VERTICAL_BREAKPOINTS

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(desk, f"Export the people of “{shown(name, _LONGEST_NAME)}”")
        self._segment = name
        self._people: dict[str, People] = {}
        self._faults: dict[str, str] = {}
        self._use_before = self._kept_use

    def above(self) -> ComposeResult:
        yield Field("For", Choice(_FOR, self._kept_use, id="for"))
        yield Field("People", Static("Counting …", id="fall", classes="form--told", markup=False))

    @property
    def _kept_use(self) -> str:
        kept = self.desk.session.remembered.text("export_people_for")
        return kept if kept in [option.value for option in _FOR] else _READING

    @property
    def _use(self) -> str:
        # The name is proposed while the fields are being made.
        return self.choice("for") if self.query("#for") else self._kept_use

    @property
    def _channel(self) -> Channel | None:
        return None if self._use == _READING else Channel(self._use)

    def on_mount(self) -> None:
        # An answer amid the first layout would get no room of its own.
        self.call_after_refresh(self._count)

    # Who is in the file.

    def _count(self) -> None:
        use, name, channel = self._use, self._segment, self._channel
        if use not in self._people:

            def question(source: ReportSource) -> People:
                return source.segments.people(name, channel)

            self.ask(f"people {use}", question, partial(self._counted, use), partial(self._not_counted, use))
        self._paint_people()

    def _counted(self, use: str, people: People) -> None:
        self._people[use] = people
        self._faults.pop(use, None)
        self._paint_people()

    def _not_counted(self, use: str, sentence: str) -> None:
        self._faults[use] = sentence
        self._paint_people()

    def _paint_people(self) -> None:
        people, fault = self._people.get(self._use), self._faults.get(self._use)
        words = f"! {fault}" if fault else "Counting …"
        if people is not None and people.waterfall is not None:
            words = waterfall_lines(people.waterfall)
        elif people is not None:
            words = f"all {count_of(people.total, 'person')}, their numbers in full"
        self.query_one("#fall", Static).update(words)

    def total(self) -> int | None:
        known = self._people.get(self._use)
        return known.total if known else None

    @on(Choice.Chosen, "#for")
    def _use_chosen(self) -> None:
        """A name that was only proposed follows."""
        name, suffix = self.input("name"), self.choice("format")
        if name.value == self._proposed(self._use_before, suffix):
            name.value = self.proposed(suffix)
        self._use_before = self._use
        self._count()

    # The file.

    def proposed(self, suffix: str) -> str:
        return self._proposed(self._use, suffix)

    def _proposed(self, use: str, suffix: str) -> str:
        return export_path.proposed_people(self._segment, None if use == _READING else use, suffix)

    def files(self, path: Path) -> tuple[Path, ...]:
        return (path,) if self._channel is None else (path, manifest_path(path))

    def command(self, path: Path, *, overwrite: bool) -> list[str]:
        wish = PeopleWish(self._segment, path, self._channel, overwrite=overwrite)
        return self.desk.session.people_command(wish)

    def chosen(self) -> dict[str, object]:
        return {"export_people_for": self._use}

    def written(self, rows: int, path: Path) -> str:
        words = super().written(rows, path)
        if self._channel is None:
            return words
        return f"{words}. Who was left out stands with the file's hash in {shown(str(manifest_path(path)))}"
