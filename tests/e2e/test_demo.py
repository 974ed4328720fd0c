"""The demo, by keyboard alone: a report, its six tabs, a profile, a file (issue: "Shown by")."""

from functools import partial
from pathlib import Path

import openpyxl
import pytest

from smsreport_tui.rules.clock import SystemClock
from storage.store import open_store
from tests.e2e.terminal import terminal
from tests.storage.postgres import server

TABS = {
    "1": "e exports all",
    "2": "e exports all",
    "3": "e exports all",
    "4": "Who clicked",
    "5": "Bounce",
    "6": "e exports all",
}


@pytest.mark.parametrize(("columns", "lines", "schema"), [(120, 40, None), (80, 24, None), (120, 40, "by_keyboard")])
def test_a_report_its_tabs_a_profile_and_a_file_by_keyboard(
    columns: int, lines: int, schema: str | None, tmp_path: Path
) -> None:
    """The store is a file, or a schema of a PostgreSQL server."""
    keep = () if schema is None else ("--keep-in", server().address(schema))
    with terminal("demo", "--profiles", "400", *keep, folder=tmp_path, columns=columns, lines=lines) as screen:
        screen.wait_for("12 activities", "Price drop")
        while not (row := cursor_row(screen.text())).startswith("▌Price drop"):
            screen.press("j")
            screen.wait("the cursor to move", partial(is_elsewhere, row))
        screen.press("\r")
        screen.wait_for("Sent", "Delivered", "Bounces", "Unsubscribe", "shown · ")
        for key, words in TABS.items():
            screen.press(key)
            screen.wait_for(words, f"▌{key} ")
        screen.press("1")
        screen.wait_for("▌1 Sent", "25 of")
        screen.press("\r")
        screen.wait_for("1 Details", "SMS consent")
        screen.press("4")
        screen.wait_for("▌4 Timeline", "delivered")
        screen.press("\x1b")
        screen.wait_for("25 of")
        screen.press("e")
        screen.wait_for("Export Sent", "● all ")
        screen.press("\r")
        screen.wait_for("written to")
        file = _written(tmp_path)
        book = openpyxl.load_workbook(file, read_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        assert rows[0][:3] == ("profile", "name", "msisdn")
        assert len(rows) > 300
        screen.press("\x1b")
        screen.wait("the dialog to close", lambda text: "Export Sent" not in text)
        screen.press("q")
        assert screen.wait_end() == 0


def cursor_row(text: str) -> str:
    """The name on the line under the cursor."""
    lines = (line[line.index("▌") :] for line in text.splitlines() if "▌" in line)
    return next(lines, "")[:16]


def is_elsewhere(row: str, text: str) -> bool:
    return cursor_row(text) not in (row, "")


def _written(folder: Path) -> Path:
    found = [path for path in folder.rglob("*.xlsx") if not path.name.startswith(".")]
    assert len(found) == 1
    return found[0]


def test_made_up_people_never_come_among_a_stores_own(tmp_path: Path) -> None:
    store = tmp_path / "own.db"
    open_store(str(store), SystemClock(), writable=True).close()
    with terminal("demo", "--keep-in", str(store), folder=tmp_path) as screen:
        screen.wait_for("There is a store at that address already")
        assert screen.wait_end() == 1
