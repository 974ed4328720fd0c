"""Read transactions of a store: a few connections kept ready, each used by one thread at a time."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine

_KEPT = 4
"""So many connections wait for the next reader; more are opened while more read at once."""


class Readers:
    """Hands out snapshots of a store.

    A connection stays with SQLAlchemy in one transaction for good, and begins and ends its snapshots by the driver:
    to take it from the pool, begin and give it back each time costs more than a tab's rows.
    """

    def __init__(self, engine: Engine, begin: str = "BEGIN") -> None:
        self._engine = engine
        self._begin = begin
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """What was committed when it is first read from, whatever others write. Raises what the driver does."""
        connection = self._begun()
        bare: Any = connection.connection.driver_connection
        try:
            yield connection
            bare.execute("COMMIT")
        except BaseException:
            # Whatever state it is in, nobody else gets it.
            connection.close()
            raise
        self._give_back(connection)

    def close(self) -> None:
        """Close those that nobody uses; those in use are closed when they are given back."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for connection in idle:
            connection.close()

    def _begun(self) -> Connection:
        while True:
            with self._lock:
                kept = self._idle.pop() if self._idle else None
            connection = kept or self._connect()
            bare: Any = connection.connection.driver_connection
            try:
                bare.execute(self._begin)
            except BaseException:
                connection.invalidate()
                connection.close()
                # One that waited may have lost its server, which may be back.
                if kept is None:
                    raise
            else:
                return connection

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        # Begun and ended, so that SQLAlchemy believes in a transaction while the file is free.
        connection.begin()
        bare: Any = connection.connection.driver_connection
        bare.execute("COMMIT")
        return connection

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
            closed = self._closed
        if closed:
            # Its pool is gone and would not close it.
            connection.detach()
        connection.close()
