"""The place that a store is copied to: nobody sees a store there before all of it stands and has been compared."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreError
from storage.copying import Writing
from storage.engine import POSTGRES, store_path
from storage.sqlite import SqliteBackend


@contextlib.contextmanager
def new_store_at(url: URL, clock: Clock, number_key: bytes) -> Iterator[Writing]:
    """Transactions that fill an empty schema, which becomes a store when the block ends, and is gone when it fails.

    Raises StoreError where there is something already.
    """
    filled = _in_schema(url) if url.get_backend_name() == POSTGRES else _in_file(store_path(url), clock, number_key)
    with filled as writing:
        yield writing


@contextlib.contextmanager
def _in_file(path: Path, clock: Clock, number_key: bytes) -> Iterator[Writing]:
    """Beside its place until it is whole: a copy that was cut off leaves its name alone."""
    beside = path.with_name(f".{path.name}.copying")
    _refuse_taken(path)
    _remove(beside)
    backend = SqliteBackend(URL.create("sqlite", database=str(beside)))
    backend.number_key = number_key
    backend.make_ready(writable=True)
    engine = backend.open(writable=True)
    try:
        backend.settle_schema(engine, clock)
        yield lambda: backend.transaction(engine)
        backend.forget(engine)
        engine.dispose()
        try:
            # A link is refused where a rename would take another file's place.
            os.link(beside, path)
        except OSError as error:
            _refuse_taken(path)
            raise StoreError(f"The copy can not be put at {path} ({error.strerror}): choose another place.") from error
    finally:
        engine.dispose()
        _remove(beside)


def _refuse_taken(path: Path) -> None:
    if path.exists():
        raise StoreError(f"There is a file at {path} already: give the path of a store that is not there yet.")


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextlib.contextmanager
def _in_schema(url: URL) -> Iterator[Writing]:
    """All in one transaction: the server forgets what was cut off."""
    from storage.postgres import PostgresBackend
    from storage.postgres_schema import continue_keys, create_schema, read_tables

    backend = PostgresBackend(url)
    engine = backend.open(writable=True)

    @contextlib.contextmanager
    def same(connection: Connection) -> Iterator[Connection]:
        yield connection

    try:
        with backend.transaction(engine) as connection:
            backend.check_server(connection)
            if read_tables(connection, backend.schema):
                raise StoreError(f"The schema {backend.schema} has tables already: name one that is not there yet.")
            create_schema(connection, backend.schema)
            yield lambda: same(connection)
            continue_keys(connection)
        backend.count(engine)
    finally:
        engine.dispose()
