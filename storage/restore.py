"""Puts a backup in a store's place, without bringing back anybody who has been erased since."""

import contextlib
import os
import secrets
from pathlib import Path

from sqlalchemy.engine import URL

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.outcomes import load_outcome_table
from storage.backup import copy_store, register_backup, run_outside_transaction
from storage.backup_erasure import erase_ids, erased_ids
from storage.engine import make_private, open_engine, store_path, store_url
from storage.prepare import prepare
from storage.revision import revision_of
from storage.sqlite import SqliteBackend
from storage.sqlite_driver import driver
from storage.store import open_store

_KEPT_ASIDE = "before-restore"


def restore_store(text_url: str, backup: Path, clock: Clock, outcomes: Path | None) -> None:
    """Replace the store's content by the backup's; the store as it was stays beside it. Raises StoreError."""
    url = store_url(text_url)
    path = store_path(url)
    if not backup.is_file():
        raise StoreError(f"There is no backup at {backup}: give the file that `smsreport store backup` wrote.")
    if path.exists() and path.samefile(backup):
        raise StoreError("The backup is the store itself: give another file.")
    make_private(path)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.restore")
    try:
        _copy_backup(backup, fresh)
        fresh_url = URL.create("sqlite", database=str(fresh))
        prepare(SqliteBackend(fresh_url), clock, load_outcome_table(outcomes))
        erased = _erased_in(text_url, clock, outcomes) if path.stat().st_size else []
        engine = open_engine(fresh_url, writable=True)
        try:
            erase_ids(engine, erased)
        finally:
            engine.dispose()
        _put_in_place(url, fresh, clock)
    finally:
        for leftover in (fresh, fresh.with_name(fresh.name + "-wal"), fresh.with_name(fresh.name + "-shm")):
            with contextlib.suppress(FileNotFoundError):
                leftover.unlink()


def _copy_backup(backup: Path, target: Path) -> None:
    engine = open_engine(URL.create("sqlite", database=str(backup.absolute())), writable=False)
    try:
        if revision_of(engine) is None:
            raise StoreError(f"The file {backup} is empty: give the file that `smsreport store backup` wrote.")
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        copy = driver().connect(str(target))
        raw = engine.raw_connection()
        try:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]
        finally:
            raw.close()
            copy.close()
    except driver().DatabaseError as error:
        raise StoreError(f"The backup {backup} can not be read: it is damaged, or the disk is full.") from error
    finally:
        engine.dispose()


def _erased_in(text_url: str, clock: Clock, outcomes: Path | None) -> list[str]:
    with open_store(text_url, clock, writable=True, outcomes=outcomes) as store, store.reading() as connection:
        return erased_ids(connection)


def _put_in_place(url: URL, fresh: Path, clock: Clock) -> None:
    """Through SQLite's own backup: programs that have the store open see the new content, never half of it."""
    path = store_path(url)
    engine = open_engine(url, writable=True)
    try:
        if revision_of(engine) is not None:
            aside = path.with_name(f"{path.name}.{_KEPT_ASIDE}-{clock.now() // 1_000_000}")
            copy_store(engine, aside)
        else:
            aside = None
        source = driver().connect(str(fresh))
        raw = engine.raw_connection()
        try:
            source.backup(raw.driver_connection)
        except driver().DatabaseError as error:
            raise StoreError(
                f"The store {path} could not be restored and is as it was: end other programs that use it, "
                "check that the disk has room, and try again."
            ) from error
        finally:
            raw.close()
            source.close()
        os.chmod(path, 0o600)  # noqa: PTH101
        if aside is not None:
            register_backup(engine, aside, clock, own=True)
        run_outside_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
