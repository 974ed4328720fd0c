"""The app itself: what it imports, how small it may be, what its guard does, and its children."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.widgets import Static

from smsreport_tui.app import SmsReportApp
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.child_process import CANCELLED_CODE, KeptChild, Task, parse_progress
from smsreport_tui.services.source import SyncState
from tests.screens.fake_source import NOW, filled
from tests.screens.steps import app_of, hides, open_report, screen_lines, screen_text, session_of, shows, until
from widgets.control_guard import UNFIT, ControlGuard
from widgets.row_table import RowTable

ROOT = Path(__file__).parent.parent
HEAVY = ("sqlalchemy", "sqlmodel", "alembic", "openpyxl", "httpx", "msgspec", "pydantic", "storage")
ENDS_WITH_INPUT = "import sys; sys.stdin.read()"


def test_starts_without_the_heavy_imports() -> None:
    code = (
        "import sys, smsreport_tui.app, screens.activities, screens.report, screens.profile, screens.export\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_what_the_first_paint_does_not_show_is_not_imported_for_it() -> None:
    late = (
        *("screens.report", "screens.profile", "screens.export", "screens.palette", "hashlib", "importlib.resources"),
        *("click", "tomllib", "smsreport_tui.cli.program"),
        *(
            f"smsreport_tui.rules.{name}"
            for name in ("codes", "figures", "reminders", "segment_figures", "segment_tree")
        ),
    )
    code = (
        "import sys, smsreport_tui.cli.ending, smsreport_tui.cli.opening, smsreport_tui.config, smsreport_tui.app\n"
        f"print([name for name in {late!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


async def test_paints_before_the_store_is_open() -> None:
    import threading

    may_open = threading.Event()
    source = filled()

    def open_source() -> object:
        assert may_open.wait(30)
        return source

    session = replace(session_of(source), open_source=open_source)  # type: ignore[arg-type]
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Opening the store …")
        may_open.set()
        await shows(pilot, "40 activities")


async def test_who_quits_while_the_store_is_being_opened_leaves_none_open(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    quitting, source = threading.Event(), filled()
    close = SmsReportApp.close_session

    def closing(app: SmsReportApp) -> None:
        quitting.set()
        close(app)

    def open_source() -> object:
        assert quitting.wait(30)
        return source

    monkeypatch.setattr(SmsReportApp, "close_session", closing)
    session = replace(session_of(source), open_source=open_source)  # type: ignore[arg-type]
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Opening the store …")
        await pilot.press("q")
    assert source.closed


async def test_the_list_stands_before_the_store_is_open() -> None:
    import threading

    may_open = threading.Event()
    source = filled()

    def open_source() -> object:
        assert may_open.wait(30)
        raise StoreError("The disk that holds the store fails: check it.")

    session = replace(session_of(source), open_source=open_source, glance=source.activities)  # type: ignore[arg-type]
    async with app_of(session).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "▌Spring sale")
        assert "synced" not in screen_text(pilot)
        may_open.set()
        said = "The disk that holds the store fails: check it."
        await until(pilot, said, lambda: said in [notice.message for notice in pilot.app._notifications])


async def test_too_small_says_the_size_it_needs() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.resize_terminal(50, 12)
        await shows(pilot, "smsreport needs 60 × 16")
        assert "50 × 12" in screen_text(pilot)
        await pilot.resize_terminal(60, 16)
        await hides(pilot, "smsreport needs")
        assert "25 of" in screen_text(pilot)


@pytest.mark.parametrize("width", [60, 70, 80, 99, 100, 140, 240])
async def test_every_line_fills_the_width(width: int) -> None:
    async with app_of(session_of(filled())).run_test(size=(width, 24)) as pilot:
        await open_report(pilot)
        assert {Content(line).cell_length for line in screen_lines(pilot.app.screen)} == {width}


async def test_resizing_keeps_the_row() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("G")
        await pilot.resize_terminal(80, 24)
        await shows(pilot, "▌Anna Berg")
        assert pilot.app.screen.query_one("#rows", RowTable).key == "P24"


async def test_a_fault_ends_the_app_and_logs_no_locals(caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(session_of(filled()))

    def fault() -> None:
        secret = "SECRET-TOKEN"
        raise ZeroDivisionError(len(secret))

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(pilot, "40 activities")
            app.call_later(fault)
            await until(pilot, "the end", lambda: app.crash is not None)

    with pytest.raises(ZeroDivisionError):
        await run()
    assert isinstance(app.crash, ZeroDivisionError)
    assert app.return_code == 1
    assert app._exit_renderables == []
    assert "The app ended because of a fault" in caplog.text


async def test_the_source_is_closed_at_the_end() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
    assert source.closed


async def test_the_worker_starts_and_ends_with_the_app() -> None:
    session = replace(session_of(filled()), worker_command=[sys.executable, "-c", ENDS_WITH_INPUT])
    app = app_of(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "the worker", lambda: app._worker is not None and app._worker.alive)
        assert app._worker is not None
        process = app._worker._process
    assert process is not None
    assert process.returncode == 0


async def test_a_worker_that_fails_says_why_and_r_starts_it_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = (
        "import sys; open(sys.argv[1], 'a').write('x');print('The gateway is not there.', file=sys.stderr); sys.exit(1)"
    )
    source = filled()
    source.state = SyncState(NOW, None, False)
    session = replace(session_of(source), worker_command=[sys.executable, "-c", code, str(starts)])
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "! The gateway is not there.")
        await pilot.press("r")
        await until(pilot, "a second start", lambda: starts.read_text() == "xx")
        assert "Sync ! problem" in screen_text(pilot)


@pytest.mark.parametrize("theme", ["smsreport-light", "textual-light", "nord", "gruvbox", "no such theme"])
async def test_opens_in_any_theme(theme: str) -> None:
    app = SmsReportApp(replace(session_of(filled()), theme=theme))
    app.poll_seconds = 0.02
    async with app.run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        wanted = theme if theme != "no such theme" else "smsreport-dark"
        assert app.theme == wanted


async def test_the_palette_offers_our_commands() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("ctrl+p")
        await shows(pilot, "Find by name, id or sender")
        assert "Ask the gateway for news now" in screen_text(pilot)


async def test_the_guard_stands_behind_every_widget() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.app.screen.mount(Static("evil \x1b]52;c;x\x07 \u202e end", markup=False, id="evil"))
        await shows(pilot, "end")
        assert [line for line in screen_lines(pilot.app.screen) if UNFIT.search(line)] == []


@pytest.mark.parametrize("text", ["\x1b[31m", "a\x00b", "\x9b", "\u202e", "\r\n", "plain", "漢字 👍🏽 é"])
def test_the_guard_keeps_the_width(text: str) -> None:
    cleaned = ControlGuard().apply([Segment(text)], Color(0, 0, 0))[0]
    assert not UNFIT.search(cleaned.text)
    assert cleaned.cell_length == Segment(text).cell_length
    assert cleaned.text == text or UNFIT.search(text)


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("progress 3 10", (3, 10)),
        ("progress 3", None),
        ("progress -1 2", None),
        ("progress ٣ ٤", None),
        ("The disk is full.", None),
    ],
)
def test_progress_lines(line: str, numbers: tuple[int, int] | None) -> None:
    assert parse_progress(line) == numbers


def test_a_task_tells_its_progress_and_its_last_words() -> None:
    code = "import sys; sys.stderr.write('progress 1 2\\n\\nprogress 2 2\\nFull.\\n'); sys.exit(1)"
    told: list[tuple[int, int]] = []
    outcome = Task([sys.executable, "-c", code]).run(lambda done, total: told.append((done, total)))
    assert (outcome.code, outcome.message, outcome.done) == (1, "Full.", False)
    assert told == [(1, 2), (2, 2)]


def test_a_task_cancelled_before_it_ran_does_not_start() -> None:
    task = Task([sys.executable, "-c", "raise SystemExit(0)"])
    task.cancel()
    assert task.run(lambda *_: None).code == CANCELLED_CODE


def test_a_child_that_ignores_everything_is_ended() -> None:
    code = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(file=sys.stderr)\nsignal.pause()"
    child = KeptChild([sys.executable, "-c", code])
    child.start()
    process = child._process
    assert process is not None
    child.stop(grace=0.2)
    assert process.returncode is not None
    assert not child.alive


def test_a_child_that_is_not_there_says_so(tmp_path: Path) -> None:
    child = KeptChild([str(tmp_path / "missing")])
    child.start()
    assert child.problem is not None
    assert child.problem.startswith("The background worker could not start")


async def test_a_screen_out_of_sight_reads_nothing_until_it_comes_back() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        read = source.asked.count("activities")
        source.totals[Tab.DELIVERED] += 1
        source.touch()
        await shows(pilot, "25 of 9\u202f121 shown")
        assert source.asked.count("activities") == read
        await pilot.press("escape")
        await until(pilot, "the list asks anew", lambda: source.asked.count("activities") > read)
