"""Read transactions of a store: a few connections kept ready, each used by one thread at a time."""

import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from smsreport_tui.rules.errors import StoreError
from storage.prepared import Prepared, Rows, tell

_KEPT = 4
"""So many connections wait for the next reader; more are opened while more read at once."""


class _Reader(NamedTuple):
    """A connection, and a cursor of it by the driver: to make one for each statement takes a tenth of a list's time."""

    connection: Connection
    cursor: Any


class Readers:
    """Hands out snapshots of a store.

    A connection stays with SQLAlchemy in one transaction for good, and begins and ends its snapshots by the driver:
    to take it from the pool, begin and give it back each time costs more than a tab's rows.
    """

    def __init__(self, engine: Engine, begin: str, sentence: "Callable[[BaseException], StoreError | None]") -> None:
        self._engine = engine
        self._begin = begin
        self.sentence = sentence
        self._idle: list[_Reader] = []
        self._lock = threading.Lock()
        self._closed = False

    def snapshot(self) -> "Snapshot":
        """What was committed when it is first read from, whatever others write."""
        return Snapshot(self)

    def ask(self, statement: Prepared, values: Mapping[str, Any]) -> Rows:
        """The rows of one statement, a snapshot by itself: to begin and to end one would be two turns.

        It is asked again where a connection that had waited has lost its server. Raises StoreError in place of what
        `sentence` has words for.
        """
        sql, parameters = statement.bound(self._engine.dialect, values)
        while True:
            reader = None
            kept = self._kept()
            try:
                reader = kept or self._connect()
                tell(reader.connection, sql, parameters)
                rows: Rows = reader.cursor.execute(sql, parameters).fetchall()
            except BaseException as error:
                if reader is not None:
                    drop(reader.connection)
                if kept is None or not isinstance(error, Exception):
                    told = self.sentence(error)
                    if told is not None:
                        raise told from error
                    raise
            else:
                self.give_back(reader)
                return rows

    def close(self) -> None:
        """Close those that nobody uses; those in use are closed when they are given back."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for reader in idle:
            reader.connection.close()

    def begun(self) -> _Reader:
        """A connection in a transaction of its own. Raises what the driver does."""
        while True:
            kept = self._kept()
            reader = kept or self._connect()
            try:
                reader.cursor.execute(self._begin)
            except BaseException:
                drop(reader.connection)
                # One that waited may have lost its server, which may be back.
                if kept is None:
                    raise
            else:
                return reader

    def _kept(self) -> _Reader | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _connect(self) -> _Reader:
        connection = self._engine.connect()
        # Begun and ended, so that SQLAlchemy believes in a transaction while the file is free.
        connection.begin()
        bare: Any = connection.connection.driver_connection
        cursor = bare.cursor()
        cursor.execute("COMMIT")
        return _Reader(connection, cursor)

    def give_back(self, reader: _Reader) -> None:
        """One whose transaction has ended well, for the next who reads."""
        with self._lock:
            if not self._closed and len(self._idle) < _KEPT:
                self._idle.append(reader)
                return
            closed = self._closed
        if closed:
            # Its pool is gone and would not close it.
            reader.connection.detach()
        reader.connection.close()


class Snapshot:
    """Entered, a connection for one thread's reading. Raises StoreError in place of what `sentence` has words for.

    A class, as three generators around each other take longer than to begin and end the transaction.
    """

    __slots__ = ("_reader", "_readers")
    _reader: _Reader

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def __enter__(self) -> Connection:
        try:
            self._reader = self._readers.begun()
        except Exception as error:
            self._tell(error)
            raise
        return self._reader.connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        reader = self._reader
        if error is not None:
            # Whatever state it is in, nobody else gets it.
            drop(reader.connection)
            self._tell(error)
            return
        try:
            reader.cursor.execute("COMMIT")
        except BaseException as failed:
            drop(reader.connection)
            self._tell(failed)
            raise
        self._readers.give_back(reader)

    def _tell(self, error: BaseException) -> None:
        told = self._readers.sentence(error)
        if told is not None:
            raise told from error


def drop(connection: Connection) -> None:
    """Give it up: one that is lost can not be told to end its transaction."""
    connection.invalidate()
    connection.close()
