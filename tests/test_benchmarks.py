"""What the benchmarks measure with: a helper that is wrong would tell a wrong figure of a right program."""

import argparse
import json
import subprocess
from pathlib import Path

import pytest

from benchmarks import start
from benchmarks.__main__ import _sizes
from benchmarks.further import further_pages
from benchmarks.harlequin import VERSION, installed_harlequin
from benchmarks.multiply import multiply
from benchmarks.report import figure, write_json
from benchmarks.rows import Row, beside, percentile
from benchmarks.statements import bare, noting, read, write
from benchmarks.stores import NOW, Stores, largest_activity
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.door import event_door
from smsreport_tui.services.reports import Reports
from storage.books import book_errors
from storage.settings import read_setting, write_setting
from storage.store import Store, open_store


def test_a_ratio_is_that_of_the_repeats_and_its_target_bounds_it() -> None:
    row = beside("name", "what", [(10, 10), (30, 10), (40, 20)], 2.0)

    assert (row.value, row.beside, row.ratio, row.is_met) == (30, 10, 2.0, True)
    assert beside("name", "what", [(21, 10)], 2.0).is_met is False


@pytest.mark.parametrize(("value", "most", "met"), [(119, 120, True), (121, 120, False), (121, None, None)])
def test_a_target_without_a_ratio_bounds_the_value(value: float, most: float | None, met: bool | None) -> None:
    assert Row("name", "what", "MB", value, most=most).is_met is met


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([3, 1, 2], share) for share in (0.01, 0.5, 0.95)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0, "0"), (1234.6, "1,235"), (12.345, "12.3"), (0.00199, "0.00199"), (1 / 7, "0.143")],
)
def test_a_figure_has_the_digits_that_count(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_pages_are_those_of_activities_and_end_where_they_should() -> None:
    pages = [event_door().read(body) for body in further_pages(100, 4, items=50, whole=2)]

    assert [page.has_more for page in pages] == [True, False, True, False]
    assert all(event.activity_id is not None for page in pages for event in page.items)
    assert [len(page.items) for page in pages] == [50] * 4
    # The feed tells a few events twice.
    assert len({event.id for page in pages for event in page.items}) > 190


def test_too_many_pages_for_the_people_are_refused() -> None:
    with pytest.raises(ValueError, match="no 2 pages of 50000000 events"):
        further_pages(100, 2, items=50_000_000)


def test_noted_statements_do_the_same_by_the_bare_driver(tmp_path: Path) -> None:
    clock = FixedClock(1)
    paths = [tmp_path / "one.db", tmp_path / "other.db"]
    for path in paths:
        open_store(str(path), clock, writable=True).close()
    with _writable(paths[0]) as store, noting() as noted, store.writing() as connection:
        write_setting(connection, "name", "value")

    with bare(paths[1], writable=True) as cursor:
        write(cursor, [one for one in noted if one.is_write])
        asked = [one for one in noted if one.sql.startswith("SELECT")]
        assert asked
        assert read(cursor, asked)[0]
    with _writable(paths[1]) as store, store.reading() as connection:
        assert read_setting(connection, "name") == "value"


def test_a_store_made_larger_has_everybody_again_and_its_books_agree(tmp_path: Path) -> None:
    path, clock = Stores(tmp_path).of(2_000), FixedClock(NOW)

    def look() -> tuple[int, int, int, list[str]]:
        with open_store(str(path), clock, writable=True) as store, store.reading() as connection:
            counts = Reports(store, clock).report(largest_activity(2_000)).counts
            found = Reports(store, clock).tab(largest_activity(2_000), Tab.SENT, find="harry").total
            return counts.sent, counts.hard, found, book_errors(connection)

    once = look()
    multiply(path, 3)
    assert look() == (once[0] * 3, once[1] * 3, once[2] * 3, [])
    assert once[2] > 0


@pytest.mark.parametrize(
    "fault",
    [
        OSError("no room"),
        subprocess.TimeoutExpired("pip", 600),
        subprocess.CalledProcessError(1, "pip", stderr="Looking ...\nERROR: no such package\n"),
    ],
)
def test_without_harlequin_the_rest_is_measured_and_the_reason_told(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("venv.create", lambda *_, **__: None)
    monkeypatch.setattr("subprocess.run", fail)

    assert start._harlequin(tmp_path) is None
    assert start._rows_beside_harlequin([1.0], [], 100) == []
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"The start is measured without harlequin: harlequin {VERSION} can not be installed in ")
    assert told.endswith(f"({str(getattr(fault, 'stderr', None) or fault).strip().splitlines()[-1]}).")


def test_harlequin_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr("venv.create", lambda place, **_: place.mkdir(parents=True))
    monkeypatch.setattr("subprocess.run", lambda command, **_: asked.append(command))

    found = {installed_harlequin(tmp_path) for _ in range(2)}
    assert found == {tmp_path / f"harlequin-{VERSION}" / "bin" / "harlequin"}
    assert [command[-1] for command in asked] == [f"harlequin=={VERSION}"]


def test_rows_beside_harlequin_are_pairs_of_a_round() -> None:
    catalog, query = start._rows_beside_harlequin([200, 300], [(400, 800), (1000, 1000)], 100)

    assert (catalog.ratio, catalog.is_met) == (0.4, True)
    assert (query.ratio, query.is_met) == (0.275, None)


def _writable(path: Path) -> Store:
    return open_store(str(path), FixedClock(1), writable=True)


def test_sizes_are_read_in_order_and_small_ones_refused() -> None:
    assert _sizes("1_000_000,20000") == [20_000, 1_000_000]
    with pytest.raises(argparse.ArgumentTypeError, match="20,000"):
        _sizes("100")


def test_the_document_says_of_each_row_at_what_size_and_whether_it_is_met(tmp_path: Path) -> None:
    write_json({100: [Row("name", "what", "MB", 3, most=2)]}, tmp_path / "rows.json")

    (row,) = json.loads((tmp_path / "rows.json").read_text())["rows"]
    assert (row["recipients"], row["value"], row["met"]) == (100, 3, False)
