"""Snapshots for readers, on connections that wait for the next one."""

import contextlib
import os
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import StoreError
from storage.settings import read_setting, write_setting
from storage.store import Store, open_store

pytestmark = pytest.mark.portable

_DESCRIPTORS = Path("/proc/self/fd")


def write(store: Store, value: str) -> None:
    with store.writing() as connection:
        write_setting(connection, "name", value)


def read(store: Store) -> str | None:
    with store.reading() as connection:
        return read_setting(connection, "name")


def test_a_reader_sees_one_state_and_the_next_one_the_newest(store: Store) -> None:
    write(store, "old")
    assert read(store) == "old"
    with store.reading() as connection:
        before = read_setting(connection, "name")
        write(store, "new")
        after = read_setting(connection, "name")

    assert (before, after, read(store)) == ("old", "old", "new")


def test_readers_at_once_have_snapshots_of_their_own(store: Store) -> None:
    seen = []
    with contextlib.ExitStack() as opened:
        for value in "abcdef":
            write(store, value)
            connection = opened.enter_context(store.reading())
            seen.append((connection, read_setting(connection, "name")))
        assert [read_setting(connection, "name") for connection, _ in seen] == list("abcdef")

    assert [value for _, value in seen] == list("abcdef")
    assert read(store) == "f"


def test_who_fails_amid_a_snapshot_leaves_none_behind(store: Store) -> None:
    write(store, "old")
    with pytest.raises(ZeroDivisionError), store.reading() as connection:
        assert read_setting(connection, "name") == str(1 / 0)
    with pytest.raises(StoreError), store.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")
    write(store, "new")

    assert read(store) == "new"


@pytest.mark.sqlite
def test_a_reader_that_waits_holds_up_no_checkpoint(store: Store) -> None:
    write(store, "old")
    read(store)
    write(store, "new")
    store.truncate_log()

    assert Path(f"{store.path}-wal").stat().st_size == 0
    assert read(store) == "new"


@pytest.mark.skipif(not _DESCRIPTORS.exists(), reason="only Linux lists what a process has open")
@pytest.mark.sqlite
def test_a_closed_store_keeps_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "closed.db"
    store = open_store(str(path), FixedClock(1), writable=True)
    with store.reading() as used:
        read(store)
        store.close()
        assert read_setting(used, "name") is None

    assert [one for one in _DESCRIPTORS.iterdir() if path.name in os.path.realpath(one)] == []
