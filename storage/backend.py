"""What is a database's own in a store: SQLite's file, or a schema of a PostgreSQL server."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from smsreport_tui.rules.clock import Clock
from storage.engine import POSTGRES


class Backend(Protocol):
    """One store's database. What its methods raise is the driver's, unless they say StoreError."""

    place: str
    """The store as sentences name it, without a password."""
    begin_snapshot: str
    """What a reader begins with, on a connection of its own."""
    errors: tuple[type[Exception], ...]
    """What the driver raises."""
    number_key: bytes
    """The store's key of numbers' tokens, once it is known; for statements that make such tokens."""

    def open(self, *, writable: bool) -> Engine:
        """Connections, each used by one thread at a time. Raises StoreError."""
        ...

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        """One transaction that no other writer overlaps."""
        ...

    def is_undone_by_others(self, error: BaseException) -> bool:
        """Whether the database undid a transaction for what others did beside it: the same may succeed now."""
        ...

    def is_away(self, error: BaseException) -> bool:
        """Whether the database can not be reached, or does not serve now: the same may succeed in a while."""
        ...

    def make_ready(self, *, writable: bool) -> None:
        """See that there is a place for the store, or for reading a store. Raises StoreError."""
        ...

    def revision(self, engine: Engine) -> str | None:
        """That of the store's schema; None where there is none yet. Raises StoreError when it is somebody else's."""
        ...

    def settle_schema(self, engine: Engine, clock: Clock) -> None:
        """Make the schema, or bring it to HEAD. Raises StoreError."""
        ...

    def version(self, bare: Any) -> tuple[int, str | None]:
        """By a driver's connection: a number that changes with each commit of another one, and the revision."""
        ...

    def server_now(self, bare: Any) -> int | None:
        """Microseconds since 1970 by the server's clock; None where the machine's is the only one."""
        ...

    def listen(self, bare: Any) -> None:
        """Have a driver's connection, which nobody else uses, told of commits, where the database tells of them."""
        ...

    def await_news(self, bare: Any, seconds: float) -> bool | None:
        """Whether such a connection is told of a commit within that time; None at once where it never will be."""
        ...

    def damage(self, connection: Connection) -> str | None:
        """What is wrong with what is stored, in the database's words."""
        ...

    def size(self, connection: Connection) -> int:
        """Bytes of its tables and indexes."""
        ...

    def forget(self, engine: Engine) -> None:
        """After an erasure: leave as little as possible of what the rows have held."""
        ...

    def sentence(self, error: BaseException) -> str:
        """What happened, and what to do."""
        ...


def backend_of(url: URL) -> Backend:
    """The one that serves a `store_url`. Raises StoreError when its driver is not installed."""
    if url.get_backend_name() == POSTGRES:
        from storage.postgres import PostgresBackend

        return PostgresBackend(url)
    from storage.sqlite import SqliteBackend

    return SqliteBackend(url)
