"""The schema's revisions: a new store is made at the newest, an older one is migrated after a backup."""

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

import storage.audit_models
import storage.letter_models
import storage.models
import storage.outbox_models
import storage.segment_models  # noqa: F401  (all of them register their tables)
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreError
from storage.backup import copy_store
from storage.glance import HEAD

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every released revision, oldest first."""

BACKUPS_KEPT = 2


def revision_of(engine: Engine) -> str | None:
    """The store's revision; None for an empty file. Raises StoreError when the file is no store of ours."""
    try:
        with engine.connect() as connection:
            tables = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
            if not tables:
                return None
            if "alembic_version" in tables:
                return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    except DatabaseError as error:
        raise StoreError(
            "The file is no SMS Report store, or is damaged: restore a backup, or give another."
        ) from error
    raise StoreError("The file is a database, but no SMS Report store: give another path with --store.")


def create_schema(engine: Engine) -> None:
    """Every table and index, at the newest revision, in one transaction."""
    with engine.begin() as connection:
        # Two programs may start on one new file; the second finds it made.
        if connection.scalar(text("SELECT count(*) FROM sqlite_master")):
            return
        SQLModel.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT NOT NULL PRIMARY KEY) STRICT"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def refuse_other(revision: str | None, place: object) -> None:
    """Raises StoreError when this program may not use a store of that revision as it is."""
    if revision == HEAD:
        return
    if revision is not None and revision not in KNOWN:
        raise StoreError(
            f"The store {place} was written by a newer SMS Report (schema {revision}, this one knows {HEAD}): "
            "update this program, or give another store with --store."
        )
    raise StoreError(f"The store {place} needs to be brought up to date: run `smsreport doctor` or `smsreport sync`.")


def migrate(engine: Engine, path: Path, revision: str, clock: Clock, register: Callable[[Path], None]) -> None:
    """Bring an older store to HEAD: room checked, copied first, two copies kept. Raises StoreError.

    Where another program is doing so, this one waits for it.
    """
    if revision not in KNOWN:
        refuse_other(revision, path)
    with _one_at_a_time(path.parent):
        if revision_of(engine) == revision:
            _migrate(engine, path, clock, register)


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """By a lock on the folder: to open and close the store's file itself would end SQLite's own locks on it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Not every network's file system has such locks.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _migrate(engine: Engine, path: Path, clock: Clock, register: Callable[[Path], None]) -> None:
    _check_room(path)
    copy = path.with_name(f"{path.name}.before-{HEAD}-{clock.now() // 1_000_000}")
    copy_store(engine, copy)
    from storage.migrations.run import upgrade

    try:
        upgrade(engine)
    except Exception as error:
        raise StoreError(
            f"The store could not be brought to schema {HEAD} and is as it was; a copy stands at {copy}. "
            f"Reason: {type(error).__name__}."
        ) from error
    register(copy)
    for old in sorted(path.parent.glob(f"{path.name}.before-*"), key=_made_at)[:-BACKUPS_KEPT]:
        old.unlink(missing_ok=True)


def _made_at(copy: Path) -> int:
    stamp = copy.name.rpartition("-")[2]
    return int(stamp) if stamp.isdigit() else sys.maxsize


def _check_room(path: Path) -> None:
    needed = 3 * path.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise StoreError(
            f"Bringing the store up to date needs {needed // 2**20 + 1} MB free beside {path}, "
            f"and {free // 2**20} MB are: make room, then start again."
        )
