"""Consistent copies of a store, for their owner only."""

import contextlib
import os
import secrets
from pathlib import Path

from sqlalchemy import Engine, delete, insert

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreError
from storage.sqlite_driver import driver
from storage.tables import BACKUP


def copy_store(engine: Engine, target: Path) -> None:
    """A consistent copy under `target`, complete or absent; the store may be in use. Raises StoreError."""
    if target.exists():
        raise StoreError(f"{target} exists already: give another name.")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        run_outside_transaction(engine, "VACUUM INTO ?", str(part))
        descriptor = os.open(part, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        os.link(part, target)
    except OSError as error:
        raise StoreError(f"The copy {target} could not be written ({error.strerror}): check the folder.") from error
    except driver().DatabaseError as error:
        raise StoreError(f"The copy {target} could not be written: check that the disk has room.") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


def run_outside_transaction(engine: Engine, statement: str, *parameters: str) -> None:
    """A statement that SQLite refuses inside a transaction; errors are the driver's own."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute(statement, parameters)
    finally:
        raw.close()


def register_backup(engine: Engine, copy: Path, clock: Clock, *, own: bool) -> None:
    """Remember a copy, so that erasure reaches it; `own` copies are the program's, made before a migration."""
    with engine.begin() as connection:
        connection.execute(delete(BACKUP).where(BACKUP.c.path == str(copy)))
        connection.execute(insert(BACKUP).values(path=str(copy), made_at=clock.now(), own=int(own)))
