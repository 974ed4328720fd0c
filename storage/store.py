"""One open store: transactions for readers and for the one writer, errors as sentences."""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from smsreport_tui.rules.clock import Clock, by_server
from smsreport_tui.rules.errors import StoreAwayError, StoreError
from smsreport_tui.rules.outcomes import OutcomeTable, load_outcome_table
from storage.backend import Backend, backend_of
from storage.backup import copy_store, register_backup
from storage.engine import store_path, store_url
from storage.glance import HEAD
from storage.prepare import prepare
from storage.prepared import Prepared, Rows
from storage.readers import Readers, Snapshot
from storage.reclassify import needs_reclassifying, reclassify
from storage.settings import read_setting

_LISTEN_SECONDS = 0.1
"""So long at a time a thread waits for news of the database's, and then looks whether it is to stop."""
_WAITS = (0.02, 0.1, 0.5, 2.0)
"""Seconds at most before a change that the database undid for others' is tried again, each time."""
_Seen = TypeVar("_Seen")


class Store:
    """A store at the newest schema. Reads may come from any thread; writes take turns by the database's own lock."""

    def __init__(
        self, url: URL, clock: Clock, outcomes: OutcomeTable, *, writable: bool, outcomes_file: Path | None = None
    ) -> None:
        self.clock, self._server_clock = by_server(clock)
        self.outcomes = outcomes
        self._outcomes_file = outcomes_file
        self._url = url
        self._backend = backend_of(url)
        self._reader = self._backend.open(writable=False)
        self._readers = Readers(self._reader, self._backend.begin_snapshot, partial(_sentence, self._backend))
        self._writer = self._backend.open(writable=True) if writable else None
        self._watch: Any = None
        self._watch_lock = threading.Lock()
        with self.reading() as connection:
            self._backend.number_key = bytes.fromhex(read_setting(connection, "number_key") or "")
        self.settle_clock()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back every connection."""
        with self._watch_lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self._readers.close()
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()

    def reading(self) -> Snapshot:
        """One consistent snapshot. Raises StoreError."""
        return self._readers.snapshot()

    def ask(self, statement: Prepared, values: Mapping[str, Any]) -> Rows:
        """The rows of one statement, sooner than in a snapshot of its own. Raises StoreError."""
        return self._readers.ask(statement, values)

    def settle_clock(self) -> None:
        """Set the store's clock by its server's, where it has one. Raises StoreError."""
        if self._server_clock is None:
            return
        machine = self._server_clock.machine
        with self.reading() as connection:
            asked_at = machine.now()
            told = self._backend.server_now(connection.connection.driver_connection)
            if told is not None:
                self._server_clock.settle(told, asked_at, machine.now())

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that no other writer overlaps: all of it or nothing is stored. Raises StoreError."""
        with _sentences(self._backend), self._backend.transaction(self.writer) as connection:
            self._check_revision(connection)
            yield connection

    def write(self, change: Callable[[Connection], _Seen]) -> _Seen:
        """What `change` comes to in one transaction as of `writing`. Raises StoreError.

        It is called again where the database undid it for what others did meanwhile, so it changes nothing but
        the store.
        """
        with _sentences(self._backend):
            for wait in _WAITS:
                try:
                    return self._written(change)
                except Exception as error:
                    if not self._backend.is_undone_by_others(error):
                        raise
                time.sleep(random.uniform(wait / 2, wait))
            return self._written(change)

    def _written(self, change: Callable[[Connection], _Seen]) -> _Seen:
        with self._backend.transaction(self.writer) as connection:
            self._check_revision(connection)
            return change(connection)

    @property
    def path(self) -> Path:
        """The file of a store that has one. Raises StoreError for a store on a server."""
        return store_path(self._url)

    @property
    def place(self) -> str:
        """Where it is, as sentences say it: no password stands in it."""
        return self._backend.place

    @property
    def number_key(self) -> bytes:
        """What the tokens of numbers are made with."""
        return self._backend.number_key

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return self._writer is not None

    @property
    def writer(self) -> Engine:
        """The engine for writes."""
        if self._writer is None:
            raise StoreError("The store was opened for reading only.")
        return self._writer

    def outcomes_for(self, connection: Connection) -> OutcomeTable:
        """The table to classify by in this transaction of a writer.

        Read again when another program has reclassified the store since: else new receipts would be classed by the
        old table, and nothing would tell. Raises ConfigError.
        """
        if needs_reclassifying(connection, self.outcomes):
            self.outcomes = load_outcome_table(self._outcomes_file)
            if needs_reclassifying(connection, self.outcomes):
                reclassify(connection, self.outcomes, self.number_key)
        return self.outcomes

    def back_up(self, target: Path) -> None:
        """A consistent copy for its owner only, which erasure will reach. Raises StoreError."""
        store_path(self._url)
        with _sentences(self._backend):
            copy_store(self.writer, target)
            register_backup(self.writer, target.absolute(), self.clock, own=False)

    def damage(self) -> str | None:
        """What the database finds wrong in what is stored, in its own words; it may read all of it."""
        with self.reading() as connection:
            return self._backend.damage(connection)

    def size(self) -> int:
        """How many bytes the database needs for it."""
        with self.reading() as connection:
            return self._backend.size(connection)

    def truncate_log(self) -> None:
        """Leave as little as possible of what an erasure has taken out of the rows."""
        with _sentences(self._backend):
            self._backend.forget(self.writer)

    def version(self) -> int:
        """A number that changes whenever another connection has committed. Raises StoreError after an update."""
        with self._watch_lock, _sentences(self._backend):
            version, revision = self._watching(self._backend.version)
        if revision != HEAD:
            _refuse_changed(self.place)
        return version

    def await_change(self, seconds: float, stop: threading.Event) -> None:
        """Until another connection may have committed, for so long at most, or until `stop` is set. Raises StoreError.

        Where the database tells nobody of commits, it is just that long.
        """
        # The seconds are a person's, whatever the store's clock says.
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0 and not stop.is_set():
            with self._watch_lock, _sentences(self._backend):
                told = self._watching(partial(self._backend.await_news, seconds=min(rest, _LISTEN_SECONDS)))
            if told is None:
                stop.wait(rest)
            elif told:
                return

    def _watching(self, look: Callable[[Any], _Seen]) -> _Seen:
        if self._watch is None:
            self._watch = self._reader.raw_connection()
            self._backend.listen(self._watch.driver_connection)
        try:
            return look(self._watch.driver_connection)
        except self._backend.errors:
            # The next look makes another connection: the server may be back by then.
            self._watch.invalidate()
            self._watch = None
            raise

    def _check_revision(self, connection: Connection) -> None:
        if connection.scalar(text("SELECT version_num FROM alembic_version")) != HEAD:
            _refuse_changed(self.place)


def open_store(text_url: str, clock: Clock, *, writable: bool, outcomes: Path | None = None) -> Store:
    """The store at a path or URL; a writable one is made if it is missing.

    Any opening first brings an older schema and a changed table of outcome codes up to date. Raises StoreError,
    ConfigError for a bad table of outcome codes.
    """
    url = store_url(text_url)
    backend = backend_of(url)
    table = load_outcome_table(outcomes)
    with _sentences(backend):
        backend.make_ready(writable=writable)
        prepare(backend, clock, table)
        return Store(url, clock, table, writable=writable, outcomes_file=outcomes)


def _refuse_changed(place: str) -> None:
    raise StoreError(
        f"The store {place} was brought up to date by a newer SMS Report while this one ran: "
        "end this program and start the new version."
    )


@contextlib.contextmanager
def _sentences(backend: Backend) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        told = _sentence(backend, error)
        if told is None:
            raise
        raise told from error


def _sentence(backend: Backend, error: BaseException) -> StoreError | None:
    """What the database's error means; None for others."""
    if not isinstance(error, (DBAPIError, *backend.errors)):
        return None
    words = backend.sentence(error.orig or error if isinstance(error, DBAPIError) else error)
    return StoreAwayError(words) if backend.is_away(error) else StoreError(words)
