"""The export dialog: proposed path, formats, progress, cancel, failures, and an existing file."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, ProgressBar

from screens import export_path
from screens.export import ExportScreen
from screens.report import ReportScreen
from smsreport_tui.rules.columns import Tab
from smsreport_tui.services.session import ExportWish, Session
from tests.screens.fake_source import filled
from tests.screens.steps import SIZES, app_of, open_report, screen_text, session_of, shows, until

WRITES = """
import pathlib, sys
for done in (3000, 6000, 9120):
    print("progress", done, 9120, file=sys.stderr, flush=True)
pathlib.Path(sys.argv[1]).write_text("rows")
"""
HANGS = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
print("progress 10 9120", file=sys.stderr, flush=True)
while True:
    signal.pause()
"""
FAILS = "import sys; print('The disk is full: free some space.', file=sys.stderr); sys.exit(1)"


class Commands:
    """Remembers what was asked for, and gives a child that runs `program`."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.asked: list[ExportWish] = []

    def __call__(self, wish: ExportWish) -> list[str]:
        self.asked.append(wish)
        return [sys.executable, "-c", self.program, str(wish.file)]


def session_with(commands: Commands, folder: Path) -> Session:
    return replace(session_of(filled(), folder), export_command=commands)


async def open_dialog(pilot: Pilot[None]) -> None:
    await open_report(pilot)
    await pilot.press("e")
    await shows(pilot, "all 9\u202f120 rows")


async def back_on_the_report(pilot: Pilot[None]) -> None:
    await until(pilot, "the report", lambda: isinstance(pilot.app.screen, ReportScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_writes_the_proposed_file(tmp_path: Path, size: tuple[int, int]) -> None:
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=size) as pilot:
        await open_dialog(pilot)
        path = tmp_path / "A1-delivered.xlsx"
        assert pilot.app.screen.query_one("#name", Input).value == path.name
        await pilot.press("enter")
        await shows(pilot, "9\u202f120 rows written to")
        assert commands.asked == [ExportWish("A1", Tab.DELIVERED, path)]
        assert path.read_text() == "rows"
        await pilot.press("y")
        await until(pilot, "the path on the clipboard", lambda: pilot.app.clipboard == str(path))
        await pilot.press("enter")
        await back_on_the_report(pilot)


async def test_columns_masks_and_the_search_reach_the_command_and_are_remembered(tmp_path: Path) -> None:
    commands = Commands(WRITES)
    session = session_with(commands, tmp_path)
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("slash", *"ann")
        await shows(pilot, "found for “ann”")
        await pilot.press("enter", "e")
        await shows(pilot, "Export Delivered")
        await shows(pilot, "● 12 found for “ann”")
        pilot.app.screen.query_one("#numbers").focus()
        await pilot.press("right")
        pilot.app.screen.query_one("#columns").focus()
        await pilot.press("space", "enter")
        await shows(pilot, "written to")
        columns = ("name", "msisdn", "email", "sent_at", "delivered_at", "attempts")
        file = tmp_path / "A1-delivered-found.xlsx"
        assert commands.asked == [
            ExportWish("A1", Tab.DELIVERED, file, masked=True, find="ann", columns=columns),
        ]
        await pilot.press("enter", "e")
        await shows(pilot, "● masked")
        await shows(pilot, "[ ] Profile")
        pilot.app.screen.query_one("#which").focus()
        await pilot.press("right")
        assert await shows(pilot, "● all 9\u202f120 rows")


async def test_the_format_decides_the_suffix(tmp_path: Path) -> None:
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        assert "● XLSX" in screen_text(pilot)
        await pilot.click("#format", offset=(10, 0))
        await shows(pilot, "● CSV")
        await pilot.click("#form-go")
        await shows(pilot, "written to")
        assert commands.asked[0].file == tmp_path / "A1-delivered.csv"


async def test_asks_before_it_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "A1-delivered.xlsx"
    path.write_text("older")
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        await shows(pilot, "The file exists already")
        assert commands.asked == []
        await pilot.press("escape")
        await back_on_the_report(pilot)
        assert path.read_text() == "older"
        await pilot.press("e")
        await shows(pilot, "Export Delivered")
        await pilot.press("enter")
        await shows(pilot, "Overwrite")
        await pilot.press("enter")
        await shows(pilot, "written to")
        assert commands.asked[0].overwrite
        assert path.read_text() == "rows"


async def test_escape_cancels_the_child_and_waits(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(HANGS), tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        await shows(pilot, "10 of 9\u202f120 rows written")
        assert pilot.app.screen.query_one(ProgressBar).display
        await pilot.press("escape")
        await back_on_the_report(pilot)
        assert "Export cancelled; no file was left." in [notice.message for notice in pilot.app._notifications]


async def test_a_failure_says_its_sentence_and_lets_one_try_again(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(FAILS), tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        await shows(pilot, "The disk is full: free some space.")
        assert isinstance(pilot.app.screen, ExportScreen)
        assert not pilot.app.screen.query_one(Input).disabled


async def test_a_program_that_can_not_start_says_so(tmp_path: Path) -> None:
    session = replace(session_of(filled(), tmp_path), export_command=lambda *_: [str(tmp_path / "missing")])
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        assert await shows(pilot, "The export could not start")


async def test_a_wrong_path_says_what_is_wrong(tmp_path: Path) -> None:
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        for text, words in (
            ("/nowhere/a.csv", "no folder /nowhere"),
            ("a.pdf", "end it in .xlsx"),
            ("", "Type a name"),
        ):
            pilot.app.screen.query_one("#name", Input).value = text
            await pilot.press("enter")
            await shows(pilot, words)
        assert commands.asked == []


async def test_leaving_the_app_ends_the_child(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(HANGS), tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        await shows(pilot, "10 of 9\u202f120 rows written")
        screen = pilot.app.screen
        assert isinstance(screen, ExportScreen)
        task = screen._child
        assert task is not None
    assert task._process is not None
    assert task._process.wait(20) is not None


@pytest.mark.parametrize(
    ("activity", "name"),
    [
        ("A1", "A1-sent.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd-sent.xlsx"),
        ("a\x00b\nc", "a_b_c-sent.xlsx"),
        ("", "activity-sent.xlsx"),
        ("x" * 500, "x" * 80 + "-sent.xlsx"),
        (".hidden", "hidden-sent.xlsx"),
    ],
)
def test_the_proposed_name_is_safe(activity: str, name: str) -> None:
    assert export_path.proposed(activity, Tab.SENT, ".xlsx") == name


@pytest.mark.parametrize(
    ("text", "suffix", "wanted"),
    [("a.xlsx", ".csv", "a.csv"), ("a.CSV", ".xlsx", "a.xlsx"), ("a", ".csv", "a.csv"), ("a.b", ".csv", "a.b.csv")],
)
def test_another_format_changes_the_suffix(text: str, suffix: str, wanted: str) -> None:
    assert export_path.with_format(text, suffix) == wanted
