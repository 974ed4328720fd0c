"""Read transactions of a store: a few connections kept ready, each used by one thread at a time."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from smsreport_tui.rules.errors import StoreError

_Answer = TypeVar("_Answer")
_KEPT = 4
"""So many connections wait for the next reader; more are opened while more read at once."""


class Readers:
    """Hands out snapshots of a store.

    A connection stays with SQLAlchemy in one transaction for good, and begins and ends its snapshots by the driver:
    to take it from the pool, begin and give it back each time costs more than a tab's rows.
    """

    def __init__(self, engine: Engine, begin: str, sentence: "Callable[[BaseException], StoreError | None]") -> None:
        self._engine = engine
        self._begin = begin
        self.sentence = sentence
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def snapshot(self) -> "Snapshot":
        """What was committed when it is first read from, whatever others write."""
        return Snapshot(self)

    def ask(self, question: Callable[[Connection], _Answer]) -> _Answer:
        """The answer to a question of one statement, a snapshot by itself: to begin and to end one would be two turns.

        It is asked again where a connection that had waited has lost its server. Raises StoreError in place of what
        `sentence` has words for.
        """
        while True:
            connection = None
            kept = self._kept()
            try:
                connection = kept or self._connect()
                found = question(connection)
            except BaseException as error:
                if connection is not None:
                    _drop(connection)
                if kept is None or not isinstance(error, Exception):
                    told = self.sentence(error)
                    if told is not None:
                        raise told from error
                    raise
            else:
                self.give_back(connection)
                return found

    def close(self) -> None:
        """Close those that nobody uses; those in use are closed when they are given back."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for connection in idle:
            connection.close()

    def begun(self) -> Connection:
        """A connection in a transaction of its own. Raises what the driver does."""
        while True:
            kept = self._kept()
            connection = kept or self._connect()
            bare: Any = connection.connection.driver_connection
            try:
                bare.execute(self._begin)
            except BaseException:
                _drop(connection)
                # One that waited may have lost its server, which may be back.
                if kept is None:
                    raise
            else:
                return connection

    def _kept(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        # Begun and ended, so that SQLAlchemy believes in a transaction while the file is free.
        connection.begin()
        bare: Any = connection.connection.driver_connection
        bare.execute("COMMIT")
        return connection

    def give_back(self, connection: Connection) -> None:
        """A connection whose transaction has ended well, for the next reader."""
        with self._lock:
            if not self._closed and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
            closed = self._closed
        if closed:
            # Its pool is gone and would not close it.
            connection.detach()
        connection.close()


class Snapshot:
    """Entered, a connection for one thread's reading. Raises StoreError in place of what `sentence` has words for.

    A class, as three generators around each other take longer than to begin and end the transaction.
    """

    __slots__ = ("_connection", "_readers")
    _connection: Connection

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def __enter__(self) -> Connection:
        try:
            self._connection = self._readers.begun()
        except Exception as error:
            self._tell(error)
            raise
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._connection
        if error is not None:
            # Whatever state it is in, nobody else gets it.
            _drop(connection)
            self._tell(error)
            return
        try:
            bare: Any = connection.connection.driver_connection
            bare.execute("COMMIT")
        except BaseException as failed:
            _drop(connection)
            self._tell(failed)
            raise
        self._readers.give_back(connection)

    def _tell(self, error: BaseException) -> None:
        told = self._readers.sentence(error)
        if told is not None:
            raise told from error


def _drop(connection: Connection) -> None:
    """Give it up: one that is lost can not be told to end its transaction."""
    connection.invalidate()
    connection.close()
