"""A store moved from a file to a PostgreSQL server and back: nothing is lost, and nothing half stands anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlmodel import SQLModel

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.clock import FixedClock, SystemClock
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services import store_copy
from smsreport_tui.services.reports import WORKER_LEASE, Reports
from smsreport_tui.simulator.run import running
from smsreport_tui.simulator.world import WorldConfig
from storage.copying import NOT_COPIED, Content, contents
from storage.leases import take_lease
from storage.settings import read_setting
from storage.store import Store, open_store
from storage.tables import ATTEMPT
from tests.cli.conftest import Ask
from tests.storage import engines
from tests.storage.postgres import server
from tests.storage.stores import put

WORLD = WorldConfig(profiles=300, activities=3, hostile=True)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """An address on a server at which there is nothing."""
    server()
    engines.choose(engines.POSTGRES)
    yield engines.address(tmp_path)
    engines.clear()
    engines.choose(engines.SQLITE)


@pytest.fixture
def synced(user: Path, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store in a file, filled by a gateway whose texts are as bad as they come."""
    monkeypatch.setenv("SMSREPORT_TOKEN", "any")
    path = str(tmp_path / "one.db")
    with running(WORLD) as simulator:
        assert ask("--store", path, "--gateway", simulator.url, "sync").code == 0
        activity = ask("--store", path, "activities", "--json").document[0]["id"]
        assert ask("--store", path, "segment", "create", "Reached", "--from", activity, "delivered").code == 0
    return path


def opened(address: str, *, writable: bool = False) -> Store:
    return open_store(address, SystemClock(), writable=writable)


def held(address: str) -> dict[str, Content]:
    with opened(address) as store, store.reading() as connection:
        return contents(connection)


def test_there_and_back_it_is_the_same_store(ask: Ask, synced: str, place: str, tmp_path: Path) -> None:
    back = str(tmp_path / "back.db")
    there = ask("store", "copy", synced, place, "--json")
    assert there.code == 0, there
    assert there.document["reports"] == 3
    assert there.document["rows"]["recipient"] > 300
    answer = ask("store", "copy", place, back)
    assert answer.code == 0, answer
    assert "the reports of all 3 activities are the same" in answer.out
    assert held(synced) == held(place) == held(back)
    files = []
    for number, address in enumerate((synced, place, back)):
        activity = ask("--store", address, "activities", "--json").document[0]["id"]
        file = tmp_path / f"{number}.csv"
        assert ask("--store", address, "export", activity, "sent", str(file)).code == 0
        files.append((file.read_bytes(), ask("--store", address, "segment", "members", "Reached", "--json").out))
    assert files[0] == files[1] == files[2]
    with opened(back) as store, store.reading() as connection:
        assert read_setting(connection, "find_index") == "trigram"


def test_a_copy_on_a_server_gives_new_rows_keys_of_their_own(ask: Ask, synced: str, place: str) -> None:
    assert ask("store", "copy", synced, place).code == 0
    person = {"id": "new", "updated_at": "2031-03-02T09:00:00Z", "msisdn": "+46700000001"}
    with opened(place, writable=True) as store:
        put(store, "profiles", [person])
        assert Reports(store, SystemClock()).profile("new").msisdn == "+46700000001"


@pytest.mark.parametrize("to_server", [True, False])
def test_what_is_there_already_is_left_alone(
    ask: Ask, synced: str, place: str, tmp_path: Path, *, to_server: bool
) -> None:
    taken = place if to_server else str(tmp_path / "taken.db")
    opened(taken, writable=True).close()
    before = held(taken)
    answer = ask("store", "copy", synced, taken)
    assert (answer.code, answer.out) == (1, "")
    assert "already: " in answer.err
    assert held(taken) == before


def test_the_same_store_is_no_place_for_it(ask: Ask, synced: str) -> None:
    assert "are the same store" in ask("store", "copy", synced, synced).err


def test_a_store_at_which_somebody_works_is_not_copied(ask: Ask, synced: str, place: str) -> None:
    with opened(synced, writable=True) as store:
        take_lease(store, WORKER_LEASE, "somebody", 60_000_000)
    answer = ask("store", "copy", synced, place)
    assert (answer.code, answer.out) == (1, "")
    assert "A worker is at work" in answer.err


def test_a_store_with_answers_to_come_is_not_copied(ask: Ask, synced: str, place: str) -> None:
    row = {"activity_id": 1, "profile_id": 1, "attempt": 2, "source_id": 1, "state": int(SendState.SENDING)}
    with opened(synced, writable=True) as store, store.writing() as connection:
        connection.execute(insert(ATTEMPT).values(**row, until=1))
    assert "answers to some retries" in ask("store", "copy", synced, place).err


class CutError(Exception):
    """Something goes wrong in the middle."""


@pytest.mark.parametrize("to_server", [True, False])
def test_a_copy_that_is_cut_off_leaves_nothing_and_the_next_one_works(
    ask: Ask, synced: str, place: str, tmp_path: Path, *, to_server: bool
) -> None:
    target = place if to_server else str(tmp_path / "copy.db")
    # As one that was killed has left it.
    (tmp_path / ".copy.db.copying").write_text("half of a store")

    def cut(table: str, _rows: int) -> None:
        if table == "recipient":
            raise CutError

    with pytest.raises(CutError):
        store_copy.copy_store(synced, target, FixedClock(1), None, cut)
    assert {path.name for path in tmp_path.iterdir() if "copy" in path.name} <= {".copy.db.copying"}
    with pytest.raises(StoreError, match="no store at"):
        opened(target)
    assert ask("store", "copy", synced, target).code == 0
    assert held(target) == held(synced)
    assert to_server or [path.name for path in tmp_path.glob("*copying*")] == []


@pytest.mark.parametrize("to_server", [True, False])
def test_a_copy_that_differs_is_not_kept(
    synced: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, to_server: bool
) -> None:
    target = place if to_server else str(tmp_path / "copy.db")
    other = Content(1, "other")
    monkeypatch.setattr(store_copy, "contents", lambda copy: {**contents(copy), "event": other})
    with pytest.raises(StoreError, match=r"other rows than the store \(event\)"):
        store_copy.copy_store(synced, target, FixedClock(1), None, lambda *_: None)
    with pytest.raises(StoreError, match="no store at"):
        opened(target)


def test_every_table_of_a_store_is_copied_or_named(synced: str) -> None:
    copied = set(held(synced))
    assert copied | NOT_COPIED == set(SQLModel.metadata.tables)


def test_the_password_of_an_address_is_never_printed(ask: Ask, synced: str) -> None:
    answer = ask("store", "copy", synced, "postgresql+psycopg://me:s3cret@127.0.0.1:1/db?schema=a")
    assert answer.code == 1
    assert "s3cret" not in answer.out + answer.err
