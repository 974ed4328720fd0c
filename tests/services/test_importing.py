"""A file of people or activities in the store: any order, repetition and split of it gives the same store."""

import asyncio
import csv
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.import_subjects import Activities, People
from smsreport_tui.services.importing import SOURCE, TOLD, ImportResult, import_table, open_file
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from storage.letterbox import Letter, Letterbox
from storage.people_book import PeopleBook
from storage.store import Store, open_store
from tests.services.gateway import MemoryGateway

NOW = 1_772_442_000_000_000
CLOCK = FixedClock(NOW)
ANN, BO, CY = "+46700000011", "+46700000012", "+46700000013"
Rows = Sequence[Sequence[str]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store.db"), CLOCK, writable=True) as opened:
        yield opened


def people(store: Store, rows: Rows, *, ids: bool = False, dry_run: bool = False) -> ImportResult:
    return run(store, rows, People(store, country="SE", takes_ids=ids), dry_run=dry_run)


def activities(store: Store, rows: Rows) -> ImportResult:
    return run(store, rows, Activities(store), dry_run=False)


def run(store: Store, rows: Rows, subject: People | Activities, *, dry_run: bool) -> ImportResult:
    file = store.path.with_name("rows.csv")
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return asyncio.run(import_table(store, open_file(file, subject), subject, dry_run=dry_run))


def later(store: Store, hours: int = 1) -> Store:
    store.clock = FixedClock(NOW + hours * HOUR)
    return store


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    return result.new, result.changed, result.same, result.erased, result.bad


def content(store: Store) -> list[dict[str, Any]]:
    """Every profile by its number, with all that a version sets."""
    columns = "msisdn, updated_at, canonical, name, email, timezone, attributes, tags, sms_consent, opted_out, facts"
    with store.reading() as connection:
        found = connection.execute(text(f"SELECT {columns} FROM profile ORDER BY msisdn, canonical"))
        return [dict(row._mapping) for row in found]


def one(store: Store, msisdn: str = ANN) -> dict[str, Any]:
    return next(row for row in content(store) if row["msisdn"] == msisdn)


def left(store: Store, table: str) -> int:
    with store.reading() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def test_people_are_there_as_those_of_a_gateway(store: Store) -> None:
    rows = [
        ["msisdn", "name", "email", "tags", "sms_consent", "City", "orders"],
        [ANN, "Ann", "ann@example.org", "vip;new", "yes", "Lund", "7"],
        ["070-000 00 12", "Bo", "", "", "no", "", ""],
    ]
    assert counts(people(store, rows)) == (2, 0, 0, 0, 0)
    found = one(store)
    assert (found["name"], json.loads(found["tags"])) == ("Ann", ["vip", "new"])
    assert json.loads(found["attributes"]) == {"City": "Lund", "orders": 7}
    assert one(store, BO)["opted_out"] == 1
    assert Reports(store, CLOCK).profile(PeopleBook(store).profile_id(ANN)).name == "Ann"
    assert left(store, "letter") == left(store, "quarantine") == 0


def test_the_same_file_again_changes_nothing_whenever_it_comes(store: Store) -> None:
    rows = [["msisdn", "name", "n"], [ANN, "Ann", "1.0"], [BO, "Bo", ""]]
    people(store, rows)
    before = content(store)
    assert counts(people(later(store), rows)) == (0, 0, 2, 0, 0)
    assert content(store) == before


def test_a_nul_is_known_again(store: Store) -> None:
    rows = [["msisdn", "name", "a\0b"], [ANN, "An\0n", "x\0"]]
    assert counts(people(store, rows)) == (1, 0, 0, 0, 0)
    assert one(store)["name"] == "An\ufffdn"
    assert counts(people(later(store), rows)) == (0, 0, 1, 0, 0)


def test_what_the_file_has_no_column_for_stays_and_an_empty_cell_takes_away(store: Store) -> None:
    people(store, [["msisdn", "name", "city", "orders", "sms_consent"], [ANN, "Ann", "Lund", "7", "no"]])
    assert counts(people(later(store), [["msisdn", "email", "city"], [ANN, "a@b.example", ""]])) == (0, 1, 0, 0, 0)
    found = one(store)
    assert (found["name"], found["email"], json.loads(found["attributes"])) == ("Ann", "a@b.example", {"orders": 7})
    assert found["sms_consent"] == 0
    people(later(store, 2), [["msisdn", "sms_consent"], [ANN, ""]])
    assert one(store)["sms_consent"] == 0
    people(later(store, 3), [["msisdn", "sms_consent"], [ANN, "yes"]])
    assert one(store)["sms_consent"] == 1


def test_the_newest_wins_by_the_files_own_dates(store: Store) -> None:
    rows = [
        ["msisdn", "name", "updated_at"],
        [ANN, "new", "2026-02-02T00:00:00Z"],
        [ANN, "old", "2026-02-01T00:00:00Z"],
    ]
    assert counts(people(store, rows)) == (1, 0, 1, 0, 0)
    assert one(store)["name"] == "new"


def test_an_erased_person_is_not_brought_back_by_number_or_by_id(store: Store) -> None:
    profile = {"id": "P1", "updated_at": "2026-03-02T09:00:00Z", "msisdn": ANN, "name": "Ann"}
    asyncio.run(sync(store, MemoryGateway([], [profile], []), CLOCK))
    people(store, [["msisdn"], [BO]])
    forget(store, "P1")
    forget(store, PeopleBook(store).profile_id(BO))
    before = content(store)
    rows = [["msisdn", "name", "id"], [ANN, "Ann", ""], [ANN, "Ann", "P1"], [BO, "Bo", ""], [CY, "Cy", ""]]
    assert counts(people(later(store), rows, ids=True)) == (1, 0, 0, 3, 0)
    assert [row for row in content(store) if row["msisdn"] != CY] == before
    assert left(store, "letter") == 0


def test_an_id_is_the_profiles_where_the_gateway_gives_ids(store: Store) -> None:
    people(store, [["id", "msisdn", "name"], ["P1", ANN, "Ann"], ["no id!", BO, "Bo"]], ids=True)
    assert Reports(store, CLOCK).profile("P1").name == "Ann"
    assert len(content(store)) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(store: Store) -> None:
    people(store, [["msisdn", "name"], [ANN, "Ann"], [BO, "Bo"]])
    before, version = content(store), store.version()
    rows = [["msisdn", "name"], [ANN, "Ann"], [BO, "Bob"], [CY, "Cy"], ["x", ""]]
    dry = people(later(store), rows, dry_run=True)
    assert counts(dry) == (1, 1, 1, 0, 1)
    assert (content(store), store.version()) == (before, version)
    assert people(store, rows) == dry


def test_the_first_bad_rows_are_told_and_good_ones_beside_them_kept(store: Store) -> None:
    rows = [["12", ""], [ANN, "x" * 600]] * 15
    result = people(store, [["msisdn", "name"], *rows, [BO, "Bo"]])
    assert counts(result) == (1, 0, 0, 0, 30)
    assert [one.line for one in result.told] == list(range(2, 2 + TOLD))
    assert one(store, BO)["name"] == "Bo"


def test_activities_keep_what_the_gateway_says_beyond_the_file(store: Store) -> None:
    link = {"id": "L1", "url": "https://shop.example"}
    known = {"id": "A1", "updated_at": "2026-03-01T00:00:00Z", "name": "?", "sender": "S", "body": "b"}
    gateway = MemoryGateway([{**known, "sent_at": "2026-03-01T00:00:00Z", "links": [link]}], [], [])
    asyncio.run(sync(store, gateway, CLOCK))
    sent = "2026-03-02T09:00:00+01:00"
    rows = [["id", "name", "sent_at"], ["A1", "Spring", sent], ["A2", "", sent], ["A3", "x", "soon"], ["", "x", sent]]
    assert counts(activities(later(store), rows)) == (1, 1, 0, 0, 2)
    report = Reports(store, CLOCK).report("A1").activity
    assert (report.name, report.sender, report.sent_at) == ("Spring", "S", NOW - HOUR)
    assert Reports(store, CLOCK).report("A2").activity.name == "A2"
    assert left(store, "link WHERE listed = 1") == 1
    assert counts(activities(later(store, 2), rows)) == (0, 0, 2, 0, 2)


def test_letters_of_an_interrupted_import_are_taken_up_by_the_next(store: Store) -> None:
    people(store, [["msisdn"], [ANN]])
    late = {"id": "late", "updated_at": "2026-03-01T00:00:00Z", "msisdn": BO}
    Letterbox(store, SOURCE).post([Letter("profiles", json.dumps(late).encode())])
    people(store, [["msisdn"], [ANN]])
    assert one(store, BO)["updated_at"] == NOW - 33 * HOUR
    assert left(store, "letter") == 0


def test_many_batches_go_in_whole(store: Store) -> None:
    rows = [[f"+467000{number:05}", str(number)] for number in range(4_500)]
    assert counts(people(store, [["msisdn", "n"], *rows])) == (4_500, 0, 0, 0, 0)
    assert len(content(store)) == 4_500


DATES = [f"2026-02-0{day}T00:00:00Z" for day in range(1, 5)]
DATED = st.tuples(
    st.sampled_from([ANN, BO, CY]),
    st.sampled_from(["", "Ann", "Bo"]),
    st.sampled_from(["yes", "no"]),
    st.sampled_from(["", "7", "true", "x"]),
    st.sampled_from(DATES),
)
HEAD = ["msisdn", "name", "sms_consent", "level", "updated_at"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store to copy from: its copies have one key, and so the same ids."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    open_store(str(path), CLOCK, writable=True).close()
    return path


@settings(max_examples=15, deadline=None)
@given(st.lists(DATED, min_size=1, max_size=8), st.data())
def test_any_order_repetition_and_split_of_a_file_gives_the_same_store(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*rows, *data.draw(st.lists(st.sampled_from(rows), max_size=4))]))
    cut = data.draw(st.integers(0, len(shuffled)))
    found = []
    for files in ([rows], [shuffled[:cut], shuffled[cut:]], [rows, rows]):
        path = shutil.copy(empty, tmp_path_factory.mktemp("import"))
        with open_store(str(path), CLOCK, writable=True) as store:
            for number, part in enumerate(files):
                people(later(store, number), [HEAD, *part])
            found.append(content(store))
    assert found[0] == found[1] == found[2]
