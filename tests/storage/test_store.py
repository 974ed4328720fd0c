"""A store file: whose it is, who may read it, which versions fit, and what is said when something is wrong."""

import sqlite3
import stat
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.reports import Reports
from storage.engine import store_url
from storage.glance import HEAD
from storage.store import Store, open_store
from tests.storage.engines import address
from tests.storage.feeds import Item, page_bytes
from tests.storage.stores import address_of, mirror, new_store, put

pytestmark = pytest.mark.portable


def write_revision(store: Store, revision: str) -> None:
    """As a newer program does to an open store."""
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


@pytest.mark.sqlite
def test_store_and_folder_are_for_their_owner_only(tmp_path: Path, clock: FixedClock) -> None:
    folder = tmp_path / "new"
    with new_store(folder, clock) as store:
        put(store, "profiles", [])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    assert modes.pop("new") == 0o700
    assert modes
    assert set(modes.values()) == {0o600}


@pytest.mark.sqlite
def test_an_open_store_is_closed_to_others_even_when_it_was_not(tmp_path: Path, clock: FixedClock) -> None:
    new_store(tmp_path, clock).close()
    (tmp_path / "store.db").chmod(0o644)
    new_store(tmp_path, clock).close()
    assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600


@pytest.mark.sqlite
def test_writes_are_durable_and_erasure_overwrites(store: Store) -> None:
    with store.writing() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


@pytest.mark.sqlite
def test_a_missing_store_is_not_made_by_reading(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(StoreError, match="smsreport sync"):
        open_store(str(tmp_path / "none.db"), clock, writable=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"hello, I am no database at all, not even a small one", b"SQLite format 3\0" * 90]
)
@pytest.mark.sqlite
def test_a_file_that_is_no_store_is_refused_and_kept(content: bytes, tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="no SMS Report store"):
        open_store(str(path), clock, writable=True)
    assert path.read_bytes() == content


@pytest.mark.sqlite
def test_somebody_elses_database_is_refused(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="no SMS Report store"):
        open_store(str(path), clock, writable=True)


def test_a_newer_store_is_refused_with_a_sentence(tmp_path: Path, clock: FixedClock) -> None:
    with new_store(tmp_path, clock) as store:
        write_revision(store, "9999")
    with pytest.raises(StoreError, match=r"newer SMS Report.*update this program"):
        open_store(address(tmp_path), clock, writable=True)


def test_a_running_older_program_notices_that_the_store_was_brought_up_to_date(store: Store, clock: FixedClock) -> None:
    reports = Reports(store, clock)
    reports.version()
    write_revision(store, "9999")
    with pytest.raises(StoreError, match="start the new version"):
        reports.version()
    with pytest.raises(StoreError, match="start the new version"):
        put(store, "profiles", [])


def test_a_store_opened_for_reading_can_not_be_written(tmp_path: Path, clock: FixedClock, store: Store) -> None:
    with (
        open_store(address_of(store), clock, writable=False) as reader,
        pytest.raises(StoreError, match="for reading only"),
        reader.writing(),
    ):
        pass


def test_version_changes_with_the_store_and_only_then(store: Store, clock: FixedClock) -> None:
    with open_store(address_of(store), clock, writable=False) as watcher:
        before = watcher.version()
        assert watcher.version() == before
        put(store, "profiles", [])
        assert watcher.version() != before


def test_a_page_fetched_from_another_cursor_is_left_alone(store: Store) -> None:
    person: Item = {"id": "p1", "updated_at": "2026-03-02T09:00:00Z", "msisdn": "+46700000001"}
    put(store, "profiles", [person])
    from tests.storage.stores import _DOORS

    page = _DOORS["profiles"].read(page_bytes([{**person, "id": "p2"}], "later"))  # type: ignore[attr-defined]
    assert mirror(store).store_page("profiles", "elsewhere", page).stale
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT gateway_id FROM profile").scalars().all() == ["p1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mysql://host/db", "not supported"),
        ("postgresql+psycopg2://host/db", "by psycopg"),
        ("postgresql://host", "no database"),
        ("sqlite://", "needs a file"),
        ("://", "no URL"),
    ],
)
@pytest.mark.sqlite
def test_addresses_that_name_no_store(text: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        store_url(text)


@pytest.mark.sqlite
def test_a_path_and_its_url_are_one_store(tmp_path: Path) -> None:
    assert store_url(str(tmp_path / "a.db")) == store_url(f"sqlite:///{tmp_path}/a.db")


@pytest.mark.sqlite
def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another place with --store"):
        open_store(str(tmp_path / "file" / "store.db"), clock, writable=True)


def test_the_newest_revision_is_the_one_that_is_made(store: Store) -> None:
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
