"""A store's address, and connections to SQLite's files as rules and disks need them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, FromClause, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from smsreport_tui.rules.errors import StoreError
from storage.glance import plain_path
from storage.number_function import teach_tokens
from storage.sqlite_driver import driver

POSTGRES = "postgresql"

_BUSY_MILLISECONDS = 30_000
_CHECKPOINT_PAGES = 20_000
_CACHE_KIB = 65_536
_READER_CACHE_KIB = 2_048
"""The system's own cache serves as well: with four times as much no list, find or segment is quicker."""
_FORMS = "give a path, sqlite:///path, or postgresql+psycopg://host/database?schema=name"


def store_url(text: str) -> URL:
    """The SQLAlchemy URL of a store given as a path or as a URL. Raises StoreError."""
    plain = plain_path(text)
    if plain is not None:
        return URL.create("sqlite", database=str(plain))
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreError(f"The store's address is no URL: {_FORMS}.") from error
    if url.get_backend_name() == POSTGRES:
        return _server_url(url)
    if url.get_backend_name() != "sqlite":
        raise StoreError(f"Stores on {url.get_backend_name()} are not supported: {_FORMS}.")
    if not url.database or url.database == ":memory:":
        raise StoreError("A store needs a file: give a path, or sqlite:///path.")
    return url.set(database=str(Path(url.database).expanduser().absolute()))


def _server_url(url: URL) -> URL:
    if url.drivername not in (POSTGRES, f"{POSTGRES}+psycopg"):
        raise StoreError(f"PostgreSQL is spoken to by psycopg, not as {url.drivername}: {_FORMS}.")
    if not url.database:
        raise StoreError(f"The store's address names no database: {_FORMS}.")
    return url.set(drivername=f"{POSTGRES}+psycopg")


def store_path(url: URL) -> Path:
    """The file of a SQLite store. Raises StoreError for one on a server."""
    if url.get_backend_name() != "sqlite":
        raise StoreError("The store is on a server and has no file: use the server's own tools for this, as pg_dump.")
    return Path(url.database or "")


def open_engine(url: URL, *, writable: bool, number_key: Callable[[], bytes] | None = None) -> Engine:
    """Connections to an existing or new store file, each used by one thread at a time.

    `number_key` gives the store's key to statements that make tokens of numbers (`storage.dialect.token_of`).
    """
    dbapi = driver()
    path = store_path(url)

    def connect() -> Any:
        mode = "rwc" if writable else "ro"
        connection = dbapi.connect(
            f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=0
        )
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB if writable else _READER_CACHE_KIB}")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute("PRAGMA foreign_keys=ON")
        if writable:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
            cursor.execute("PRAGMA secure_delete=ON")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()
        if number_key is not None:
            teach_tokens(connection, number_key)
        return connection

    engine = create_engine("sqlite://", module=dbapi, creator=connect, poolclass=QueuePool, pool_size=4)
    engine.dialect.statement_compiler = _Hinting
    event.listen(engine, "begin", _begin_immediate if writable else _begin)
    return engine


class _Hinting(SQLiteCompiler):
    """Takes hints of statements for SQLite (`Select.with_hint`), for which SQLAlchemy has none."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:  # noqa: ARG002
        return text


def _begin_immediate(connection: Any) -> None:
    # The default lets two writers read before either writes, and the second overwrites the first.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def make_private(path: Path) -> None:
    """The store's folder and file for their owner only; the file is made if it is missing. Raises StoreError."""
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        # Created empty with the right mode: SQLite gives its -wal and -shm files the mode of the store.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            if file.exists():
                file.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The store {path} can not be created or opened ({error.strerror}): choose another place with --store."
        ) from error
