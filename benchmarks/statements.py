"""The statements that the program hands to SQLite, and the same by the bare driver: a floor that does the same work."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

from storage.engine import open_engine, store_url


class Statement(NamedTuple):
    """One call of the driver; `parameters` are those of many rows where it is `many`."""

    sql: str
    parameters: Any
    many: bool

    @property
    def is_write(self) -> bool:
        """Whether it changes rows."""
        return self.sql.startswith(("INSERT", "UPDATE", "DELETE"))

    @property
    def rows(self) -> int:
        """For how many rows it is run."""
        return len(self.parameters) if self.many else 1


@contextlib.contextmanager
def noting() -> Iterator[list[Statement]]:
    """What all connections of this process are asked for while the block runs, BEGIN apart; the rows are not copied."""
    noted: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        if not sql.startswith("BEGIN"):
            noted.append(Statement(sql, parameters, many))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextlib.contextmanager
def bare(path: Path, *, writable: bool, number_key: bytes = b"") -> Iterator[Any]:
    """A cursor of the driver alone, with the pragmas of the store's own connections: one durability, one cache."""
    engine = open_engine(store_url(str(path)), writable=writable, number_key=lambda: number_key)
    connection = engine.raw_connection()
    try:
        yield connection.cursor()
    finally:
        connection.close()
        engine.dispose()


def write(cursor: Any, statements: Sequence[Statement]) -> None:
    """All of them in one transaction, on the disk when this returns."""
    cursor.execute("BEGIN IMMEDIATE")
    for one in statements:
        (cursor.executemany if one.many else cursor.execute)(one.sql, one.parameters)
    cursor.execute("COMMIT")


def read(cursor: Any, statements: Sequence[Statement]) -> list[list[Any]]:
    """The rows of each of them, from one snapshot."""
    cursor.execute("BEGIN")
    found = [cursor.execute(one.sql, one.parameters).fetchall() for one in statements]
    cursor.execute("COMMIT")
    return found
