"""A glance shows the same list as the open store, from nothing heavy, and says nothing where it can not be sure."""

import subprocess
import sys
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.services.reports import Reports
from storage.glance import glance, plain_path
from storage.sqlite_driver import driver
from storage.store import open_store
from tests.storage.feeds import Item
from tests.storage.stores import new_store, put

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
CLOCK = FixedClock(1_800_000_000_000_000)


def sending(name: str, at: str) -> Item:
    return {"id": name, "updated_at": at, "name": "Sale", "sender": "SHOP", "body": "Sale!", "sent_at": at}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with new_store(tmp_path, CLOCK) as opened:
        put(opened, "activities", [sending(name, f"2026-03-0{day}T08:00:00Z") for day, name in enumerate("CAB", 1)])
    return tmp_path / "store.db"


def test_a_glance_finds_what_the_open_store_lists(store: Path) -> None:
    with open_store(str(store), CLOCK, writable=False) as opened:
        listed = Reports(opened, CLOCK).activities()
    assert [activity.id for activity in listed] == ["B", "A", "C"]
    assert glance(store) == listed


def test_a_glance_says_nothing_of_another_schema(store: Path) -> None:
    with driver().connect(store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert glance(store) is None


def test_a_glance_says_nothing_of_what_is_no_store(tmp_path: Path) -> None:
    missing, strange = tmp_path / "missing.db", tmp_path / "strange.db"
    strange.write_bytes(b"no database at all" * 100)
    assert glance(missing) is None
    assert not missing.exists()
    assert glance(strange) is None
    assert glance(tmp_path) is None
    assert plain_path("sqlite:///store.db") is None


def test_a_glance_imports_nothing_heavy(store: Path) -> None:
    code = f"import sys, pathlib; from storage.glance import glance; print(len(glance(pathlib.Path({str(store)!r}))))"
    check = "print([name for name in ('sqlalchemy', 'sqlmodel', 'pydantic', 'msgspec') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {check}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["3", "[]"]
