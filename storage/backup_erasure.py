"""Erasure in the copies of a store, and in a store that is restored from one (rules.md 1, "Erased")."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.engine import URL

from smsreport_tui.rules.errors import StoreError
from storage.backup import run_outside_transaction
from storage.engine import open_engine
from storage.erasure import erase_profile
from storage.glance import HEAD
from storage.identities import profile_keys
from storage.revision import revision_of
from storage.settings import ensure_number_key
from storage.store import Store
from storage.tables import BACKUP, PROFILE


def erased_ids(connection: Connection) -> list[str]:
    """The gateway's ids of everybody who has been erased."""
    return list(connection.scalars(select(PROFILE.c.gateway_id).where(PROFILE.c.erased == 1)))


def erase_ids(engine: Engine, gateway_ids: Iterable[str]) -> None:
    """Erase these profiles, also ones that the store does not know yet, and leave no trace in its log."""
    wanted = list(gateway_ids)
    with engine.begin() as connection:
        number_key = ensure_number_key(connection)
        for profile_id in sorted(profile_keys(connection, wanted).values()):
            erase_profile(connection, profile_id, number_key)
    run_outside_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


def erase_in_backups(store: Store) -> list[str]:
    """Reach every copy that the store knows; sentences about those that could not be reached."""
    with store.reading() as connection:
        ids = erased_ids(connection)
        copies = [(Path(path), bool(own)) for path, own in connection.execute(select(BACKUP.c.path, BACKUP.c.own))]
    problems: list[str] = []
    gone: list[str] = []
    for path, own in copies:
        if not path.exists():
            gone.append(str(path))
            continue
        problem = _erase_in(path, ids, own=own)
        if problem is not None:
            problems.append(problem)
        elif not path.exists():
            gone.append(str(path))
    if gone:
        with store.writing() as connection:
            connection.execute(delete(BACKUP).where(BACKUP.c.path.in_(gone)))
    return problems


def _erase_in(path: Path, ids: list[str], *, own: bool) -> str | None:
    engine = open_engine(URL.create("sqlite", database=str(path)), writable=True)
    try:
        if revision_of(engine) == HEAD:
            erase_ids(engine, ids)
            return None
    except StoreError:
        pass
    finally:
        engine.dispose()
    # A copy of an older schema can not be rewritten by this program; one that it made for itself may go.
    if own:
        path.unlink(missing_ok=True)
        return None
    return f"The backup {path} is of another version and still holds the erased person: delete it, or make it anew."
