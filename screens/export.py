"""The export of a tab: which rows and columns, masked or in full; a child process writes them."""

from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult

from screens import export_path, export_text
from screens.desk import Desk
from screens.file_dialog import FileDialog
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab
from smsreport_tui.services.session import ExportWish
from widgets.check_list import CheckList
from widgets.choice import Choice, Option
from widgets.field import Field


@dataclass(frozen=True, slots=True)
class Rows:
    """Whose rows: a tab of an activity, how many there are, and what the search above the list has found of them."""

    activity: str
    tab: Tab
    total: int | None = None
    find: str = ""
    found: int | None = None
    machines: bool = False


class ExportScreen(FileDialog):
    """All rows of a tab, or those that the search has found."""

    def __init__(self, desk: Desk, rows: Rows) -> None:
        super().__init__(desk, export_text.title(rows.tab))
        self._rows = rows

    def above(self) -> ComposeResult:
        rows = self._rows
        which = [Option("all", export_text.all_rows(rows.total))]
        if rows.find:
            which.insert(0, Option("found", export_text.found_rows(rows.found, rows.find)))
        yield Field("Rows", Choice(which, which[0].value, id="which"))

    def below(self) -> ComposeResult:
        kept, tab = self.desk.session.remembered, self._rows.tab
        masks = [Option("full", "in full"), Option("masked", "masked")]
        yield Field("Numbers", Choice(masks, kept.text("export_numbers") or "full", id="numbers"))
        columns = [Option(column.name, column.title) for column in TAB_COLUMNS[tab]]
        chosen = kept.get(f"export_columns_{tab.value}")
        yield Field("Columns", CheckList(columns, chosen if isinstance(chosen, list) else (), id="columns"))

    def total(self) -> int | None:
        return self._rows.total

    def proposed(self, suffix: str) -> str:
        rows = self._rows
        return export_path.proposed(rows.activity, rows.tab, suffix, found=bool(rows.find))

    def command(self, path: Path, *, overwrite: bool) -> list[str]:
        rows, columns = self._rows, self.query_one(CheckList)
        wish = ExportWish(
            rows.activity,
            rows.tab,
            path,
            overwrite=overwrite,
            masked=self.choice("numbers") == "masked",
            find=rows.find if self.choice("which") == "found" else None,
            machine_clicks=rows.machines,
            columns=() if columns.all_on else columns.values,
        )
        return self.desk.session.export_command(wish)

    def chosen(self) -> dict[str, object]:
        return {
            "export_numbers": self.choice("numbers"),
            f"export_columns_{self._rows.tab.value}": list(self.query_one(CheckList).values),
        }
