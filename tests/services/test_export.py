"""Exports as the command and the app ask for them: complete under their name, or absent (rules.md 7)."""

import csv
import errno
import os
import signal
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from smsreport_tui.rules.columns import TAB_COLUMNS, Tab
from smsreport_tui.rules.errors import ExportError, StoreError
from smsreport_tui.rules.text import mask
from smsreport_tui.services.atomic_file import atomic_file
from smsreport_tui.services.export import ExportCancelled, check_export, export_rows
from smsreport_tui.services.source import TabRows
from tests.services.export_cases import Row, rows_of, sent_row, sent_rows

REPOSITORY = Path(__file__).parents[2]
both = pytest.mark.parametrize("name", ["sent.csv", "sent.xlsx"])


@both
def test_the_rows_are_counted_and_the_file_is_the_owners_alone(tmp_path: Path, name: str) -> None:
    old = os.umask(0)
    try:
        assert export_rows(sent_rows(2_500), tmp_path / name, title="Sent") == 2_500
    finally:
        os.umask(old)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_umask_that_takes_the_owners_rights_is_overruled(tmp_path: Path) -> None:
    old = os.umask(0o777)
    try:
        export_rows(sent_rows(1), tmp_path / "sent.csv", title="Sent")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "sent.csv").stat().st_mode) == 0o600


def test_the_suffix_decides_in_either_case(tmp_path: Path) -> None:
    export_rows(sent_rows(1), tmp_path / "A.CSV", title="Sent")
    export_rows(sent_rows(1), tmp_path / "A.XlsX", title="Sent")
    assert (tmp_path / "A.CSV").read_bytes().startswith(b"profile,name,")
    assert (tmp_path / "A.XlsX").read_bytes().startswith(b"PK")


@both
def test_progress_is_told_once_a_batch(tmp_path: Path, name: str) -> None:
    told: list[tuple[int, int]] = []
    export_rows(
        sent_rows(2_500), tmp_path / name, title="Sent", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]


@both
def test_an_empty_batch_is_no_row(tmp_path: Path, name: str) -> None:
    batches: list[Sequence[Row]] = [[], [sent_row(1)], []]
    rows = TabRows(TAB_COLUMNS[Tab.SENT], 1, iter(batches))
    assert export_rows(rows, tmp_path / name, title="Sent") == 1


@pytest.mark.parametrize("batch", [0, 1, 3])
@both
def test_a_cancelled_export_leaves_nothing(tmp_path: Path, name: str, batch: int) -> None:
    answers = iter([False] * batch + [True] * 9)
    with pytest.raises(ExportCancelled, match="nothing was written"):
        export_rows(sent_rows(3_000), tmp_path / name, title="Sent", cancelled=lambda: next(answers))
    assert list(tmp_path.iterdir()) == []


@both
def test_an_interruption_leaves_nothing_and_passes(tmp_path: Path, name: str) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_rows(sent_rows(3_000), tmp_path / name, title="Sent", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


@both
def test_an_error_of_the_store_leaves_nothing_and_passes(tmp_path: Path, name: str) -> None:
    def batches() -> Iterator[Sequence[Row]]:
        yield [sent_row(1)]
        raise StoreError("The store went away: start again.")

    with pytest.raises(StoreError, match="went away"):
        export_rows(TabRows(TAB_COLUMNS[Tab.SENT], 2, batches()), tmp_path / name, title="Sent")
    assert list(tmp_path.iterdir()) == []


@both
def test_an_existing_file_stays_unless_forced(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_text("precious")
    target.chmod(0o644)
    with pytest.raises(ExportError, match="exists already"):
        export_rows(sent_rows(1), target, title="Sent")
    assert target.read_text() == "precious"
    export_rows(sent_rows(1), target, title="Sent", force=True)
    assert target.read_bytes() != b"precious"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


@both
def test_a_forced_export_that_fails_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_text("precious")
    with pytest.raises(ExportCancelled):
        export_rows(sent_rows(1), target, title="Sent", force=True, cancelled=lambda: True)
    assert target.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "sent.csv"
    if not links:
        forbid_hard_links(monkeypatch)

    def appear(_done: int, _total: int) -> None:
        target.write_text("precious")

    with pytest.raises(ExportError, match="exists already"):
        export_rows(sent_rows(1), target, title="Sent", progress=appear)
    assert target.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["sent.csv"]


def test_a_filesystem_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_hard_links(monkeypatch)
    export_rows(sent_rows(3), tmp_path / "sent.csv", title="Sent")
    assert [path.name for path in tmp_path.iterdir()] == ["sent.csv"]
    assert len((tmp_path / "sent.csv").read_text().splitlines()) == 4


def forbid_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)


@pytest.mark.parametrize("dangling", [True, False])
def test_a_link_is_a_file_of_its_own(tmp_path: Path, dangling: bool) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    pointed = tmp_path / "elsewhere.csv"
    if not dangling:
        pointed.write_text("precious")
    link = folder / "sent.csv"
    link.symlink_to(pointed)
    with pytest.raises(ExportError, match="exists already"):
        export_rows(sent_rows(1), link, title="Sent")
    export_rows(sent_rows(1), link, title="Sent", force=True)
    assert not link.is_symlink()
    assert pointed.exists() is not dangling
    assert dangling or pointed.read_text() == "precious"


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sent.txt", "neither CSV nor XLSX"),
        ("sent", "neither CSV nor XLSX"),
        (".csv", "neither CSV nor XLSX"),
        ("sent.csv.gz", "neither CSV nor XLSX"),
        ("missing/sent.csv", "does not exist: create it"),
        ("plain.txt/sent.csv", "is no folder"),
        ("folder.csv", "is a folder"),
        ("to_folder.csv", "is a folder"),
        ("pipe.csv", "no ordinary file"),
        ("x" * 300 + ".csv", "was not written"),
        ("nul\0.csv", "no file name"),
    ],
)
def test_what_can_not_be_written_is_refused_before_a_row_is_read(
    tmp_path: Path, name: str, sentence: str, force: bool
) -> None:
    (tmp_path / "plain.txt").write_text("")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "to_folder.csv").symlink_to(tmp_path / "folder.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    before = sorted(tmp_path.iterdir())
    rows = sent_rows(1)
    with pytest.raises(ExportError, match=sentence):
        check_export(tmp_path / name, force=force)
    with pytest.raises(ExportError, match=sentence):
        export_rows(rows, tmp_path / name, title="Sent", force=force)
    assert len(list(rows.batches)) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anywhere, so the system's answer is given here.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ExportError, match="may not be written"):
        export_rows(sent_rows(1), tmp_path / "sent.csv", title="Sent")
    assert list(tmp_path.iterdir()) == []


def test_a_name_from_outside_shows_no_control_byte(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as refusal:
        check_export(tmp_path / "\x1b]52;c;aGk=\x07.txt", force=False)
    assert "\x1b" not in str(refusal.value)
    assert "\x07" not in str(refusal.value)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "may not be written"),
        (errno.EIO, "was not written"),
    ],
)
@both
def test_a_disk_that_fails_leaves_nothing(
    tmp_path: Path, name: str, number: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ExportError, match=sentence):
        export_rows(sent_rows(10), tmp_path / name, title="Sent")
    assert list(tmp_path.iterdir()) == []


LIMITED = """
import resource, sys
from pathlib import Path
from smsreport_tui.rules.errors import ExportError
from smsreport_tui.services.export import export_rows
from tests.services.export_cases import sent_rows
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    export_rows(sent_rows(20_000), Path(sys.argv[1]), title="Sent")
except ExportError as error:
    print(error)
"""


@both
def test_a_file_that_can_not_grow_is_absent_and_says_so(tmp_path: Path, name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / name)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "grew larger than this system allows" in ended.stdout
    assert ended.stderr == ""
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys
from pathlib import Path
from smsreport_tui.services.export import export_rows
from tests.services.export_cases import sent_rows
def pause(done, total):
    if done == 2_000:
        print("half", flush=True)
        sys.stdin.read()
export_rows(sent_rows(4_000), Path(sys.argv[1]), title="Sent", progress=pause)
"""


@both
def test_a_killed_export_is_absent_and_the_next_clears_up_behind_it(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / name)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    left = list(tmp_path.iterdir())
    assert len(left) == 1
    assert left[0].name.startswith(".smsreport-")
    assert stat.S_IMODE(left[0].stat().st_mode) == 0o600
    export_rows(sent_rows(1), tmp_path / name, title="Sent")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_another_export_that_still_runs_is_not_cleared_away(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "slow.csv", force=False) as file:
        file.write(b"slow")
        export_rows(sent_rows(1), tmp_path / "quick.csv", title="Sent")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["quick.csv", "slow.csv"]
    assert (tmp_path / "slow.csv").read_bytes() == b"slow"


def test_other_peoples_hidden_files_stay(tmp_path: Path) -> None:
    kept = {".smsreport-notes.part", f".smsreport-{'0' * 31}.part", f"x.smsreport-{'0' * 32}.part"}
    for name in kept:
        (tmp_path / name).write_text("precious")
    export_rows(sent_rows(1), tmp_path / "sent.csv", title="Sent")
    assert {path.name for path in tmp_path.iterdir()} == kept | {"sent.csv"}


def test_masked_numbers_stand_in_no_byte_of_the_file(tmp_path: Path) -> None:
    rows: list[Row] = [("p1", "Anna", "+46701234567", None, None, "delivered", 1, 0), ("p2", *[None] * 7)]
    export_rows(rows_of(TAB_COLUMNS[Tab.SENT], rows), tmp_path / "sent.csv", title="Sent", masked=True)
    with (tmp_path / "sent.csv").open(newline="", encoding="utf-8") as file:
        content = list(csv.DictReader(file))
    assert [line["msisdn"] for line in content] == [f"'{mask('+46701234567')}", ""]
    assert b"+46701234567" not in (tmp_path / "sent.csv").read_bytes()


@both
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, name: str) -> None:
    # What is imported and remembered for good must not count for either.
    export_rows(sent_rows(10), tmp_path / name, title="Sent")
    small, large = (peak_of(tmp_path / name, count) for count in (4_000, 24_000))
    # Twenty thousand rows held would weigh more than ten times this.
    assert large < small + 600_000


def peak_of(path: Path, rows: int) -> int:
    """The most bytes that Python held at once during an export."""
    tracemalloc.start()
    try:
        export_rows(sent_rows(rows), path, title="Sent", force=True)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_csv_export_loads_no_spreadsheet_library_and_no_terminal() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, smsreport_tui.services.export; print(*sys.modules)"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "smsreport_tui.services.export" in loaded
    assert not {"openpyxl", "rich", "textual", "click", "sqlalchemy"} & set(loaded)
