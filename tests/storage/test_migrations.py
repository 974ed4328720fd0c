"""Stores of every released schema come up to date, after a copy, with everything that they held."""

import shutil
import sqlite3
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, text

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.reports import Reports
from storage import revision
from storage.glance import HEAD
from storage.migrations.run import upgrade
from storage.revision import KNOWN, create_schema
from storage.store import open_store
from tests.storage.stores import wrong_books

pytestmark = pytest.mark.sqlite

FIXTURES = Path(__file__).parent / "fixtures"
Usage = namedtuple("Usage", "total used free")


def schema(engine: Engine) -> dict[str, str]:
    """Every table and index by name, blanks apart."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {name: " ".join(sql.split()) for name, sql in rows if name != "alembic_version"}


def test_the_migrations_make_the_schema_that_the_models_name(tmp_path: Path) -> None:
    migrated = create_engine(f"sqlite:///{tmp_path}/migrated.db")
    made = create_engine(f"sqlite:///{tmp_path}/made.db")
    upgrade(migrated)
    create_schema(made)
    assert schema(migrated) == schema(made)


def released(tmp_path: Path, name: str) -> Path:
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.executescript((FIXTURES / f"store-{name}.sql").read_text("utf-8"))
    connection.close()
    return path


@pytest.mark.parametrize("name", KNOWN)
def test_a_store_of_every_released_schema_opens_with_what_it_held(name: str, tmp_path: Path, clock: FixedClock) -> None:
    path = released(tmp_path, name)
    with open_store(str(path), clock, writable=True) as store:
        report = Reports(store, clock).report("A")
        assert (report.activity.name, report.counts.sent, report.counts.hard, report.quarantined) == ("Spring", 1, 1, 1)
        assert Reports(store, clock).profile("p1").name == "Zaphod Quux"
        assert wrong_books(store) == []


@pytest.fixture
def next_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that knows one schema more than is released, and brings stores to it by noting so."""

    def to_next(engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'next'"))

    monkeypatch.setattr(revision, "HEAD", "next")
    monkeypatch.setattr(revision, "KNOWN", (*KNOWN, "next"))
    monkeypatch.setattr("storage.sqlite.HEAD", "next")
    monkeypatch.setattr("storage.store.HEAD", "next")
    monkeypatch.setattr("storage.migrations.run.upgrade", to_next)


@pytest.mark.usefixtures("next_schema")
def test_an_older_store_is_copied_first_and_two_copies_are_kept(tmp_path: Path, clock: FixedClock) -> None:
    path = released(tmp_path, HEAD)
    for _ in range(3):
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (HEAD,))
        connection.close()
        open_store(str(path), clock, writable=False).close()
        clock.advance(1_000_000)
    copies = sorted(tmp_path.glob("store.db.before-*"))
    assert len(copies) == 2
    with sqlite3.connect(copies[0]) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    connection.close()


def test_programs_that_open_an_older_store_at_once_bring_it_up_to_date_once(tmp_path: Path, clock: FixedClock) -> None:
    path = released(tmp_path, KNOWN[0])
    together = Barrier(4)

    def start(_: int) -> int:
        together.wait(30)
        with open_store(str(path), clock, writable=True) as store:
            return len(Reports(store, clock).activities())

    with ThreadPoolExecutor(4) as programs:
        assert len(set(programs.map(start, range(4)))) == 1
    assert len(list(tmp_path.glob("store.db.before-*"))) == 1


@pytest.mark.usefixtures("next_schema")
def test_without_room_nothing_is_touched(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    path = released(tmp_path, HEAD)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 0))
    with pytest.raises(StoreError, match="make room"):
        open_store(str(path), clock, writable=True)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    connection.close()
    assert list(tmp_path.glob("*.before-*")) == []


@pytest.mark.usefixtures("next_schema")
def test_a_failed_migration_leaves_the_store_and_a_copy(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = released(tmp_path, HEAD)

    def fail(_: Engine) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("storage.migrations.run.upgrade", fail)
    with pytest.raises(StoreError, match="is as it was; a copy stands at"):
        open_store(str(path), clock, writable=True)
    assert len(list(tmp_path.glob("store.db.before-*"))) == 1
