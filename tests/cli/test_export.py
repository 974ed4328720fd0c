"""Files of a tab's rows: for scripts, for the app that reads the progress, and cut short."""

import contextlib
import csv
import io
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from smsreport_tui.cli.signals import ENDING
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.paths import own_command
from smsreport_tui.rules.columns import Tab, Value
from smsreport_tui.services.source import TabRows
from tests.cli.conftest import Ask
from tests.screens.fake_source import FakeSource, filled


def test_a_csv_of_every_row(ask: Ask, store: Path, user: Path) -> None:
    file = user / "sent.csv"
    answer = ask("export", "A1", "sent", str(file))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"3 rows in {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))
    assert {row["profile"]: row["msisdn"] for row in rows}["P1"] == "+46700000011"
    assert {row["profile"]: row["name"] for row in rows}["P3"] == "'=1+1"


def test_masked_numbers_and_xlsx(ask: Ask, store: Path, user: Path) -> None:
    file = user / "sent.xlsx"
    assert ask("export", "A1", "delivered", str(file), "--masked").code == 0
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert sheet.title == "Delivered"
    assert [cell.value for cell in sheet[2]][:3] == ["P1", "Anna Berg", "+46…0011"]


def test_a_file_is_only_overwritten_when_asked(ask: Ask, store: Path, user: Path) -> None:
    file = user / "sent.csv"
    file.write_text("mine")
    refused = ask("export", "A1", "sent", str(file))
    assert (refused.code, refused.out) == (1, "")
    assert "--force" in refused.err
    assert file.read_text() == "mine"
    assert ask("export", "A1", "sent", str(file), "--force").code == 0
    assert file.read_text() != "mine"


def test_what_can_not_be_exported(ask: Ask, store: Path, user: Path) -> None:
    for arguments, code, words in (
        (("A1", "sent", str(user / "x.pdf")), 1, ".csv or .xlsx"),
        (("A1", "nothing", str(user / "x.csv")), 2, "nothing"),
        (("A9", "sent", str(user / "x.csv")), 1, "A9"),
        (("A1", "sent", str(user / "none" / "x.csv")), 1, "folder"),
        (("A1", "sent"), 2, "FILE"),
    ):
        answer = ask("export", *arguments)
        assert (answer.code, answer.out) == (code, "")
        assert words in answer.err
    assert not list(user.glob("x*"))


def test_the_app_reads_progress_lines(ask_apart: Ask, store: Path, user: Path) -> None:
    answer = ask_apart("export", "--progress-lines", "--", "A1", "sent", str(user / "sent.csv"))
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.splitlines() == ["progress 0 3", "progress 3 3"]
    failed = ask_apart("export", "--progress-lines", "--", "A1", "sent", str(user / "sent.csv"))
    assert failed.code == 1
    assert "exists already" in failed.err.splitlines()[-1]


class SignallingRows(FakeSource):
    """Rows among which a signal comes."""

    number = signal.SIGTERM

    @contextlib.contextmanager
    def rows(
        self, activity_id: str, tab: Tab, *, find: str | None = None, machine_clicks: bool = False
    ) -> Iterator[TabRows]:
        page = self.tab(activity_id, tab)

        def batches() -> Iterator[list[tuple[Value, ...]]]:
            yield [row.values for row in page.rows]
            os.kill(os.getpid(), self.number)
            yield [row.values for row in page.rows]

        yield TabRows(page.columns, page.total, batches())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_cancelled_export_leaves_nothing(
    ask: Ask, user: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, suffix: str
) -> None:
    source = filled()
    rows = SignallingRows(source.summaries, source.reports, source.totals)
    monkeypatch.setattr(rows, "number", number)
    monkeypatch.setattr(Surroundings, "reports", lambda _: contextlib.nullcontext(rows))
    before = [signal.getsignal(each) for each in ENDING]
    answer = ask("export", "A1", "sent", str(user / f"sent.{suffix}"))
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == "The export was cancelled: nothing was written.\n"
    assert [file.name for file in user.iterdir() if "part" in file.name or "sent" in file.name] == []
    assert [signal.getsignal(each) for each in ENDING] == before


def test_an_export_without_its_app_ends(store: Path, user: Path) -> None:
    process = subprocess.Popen(
        own_command("export", "--progress-lines", "--", "A1", "sent", str(user / "sent.csv")),
        stderr=subprocess.PIPE,
        env=os.environ,
    )
    assert process.stderr is not None
    process.stderr.close()
    assert process.wait(20) == 130
    assert not (user / "sent.csv").exists()
