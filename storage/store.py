"""One open store: transactions for readers and for the one writer, errors as sentences."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.outcomes import OutcomeTable, load_outcome_table
from storage.backup import copy_store, register_backup, run_outside_transaction
from storage.engine import make_private, open_engine, store_path, store_url
from storage.glance import HEAD
from storage.prepare import prepare
from storage.readers import Readers
from storage.reclassify import needs_reclassifying, reclassify
from storage.settings import read_setting
from storage.sqlite_driver import driver


class Store:
    """A store at the newest schema. Reads may come from any thread; writes take turns by the database's own lock."""

    def __init__(
        self, url: URL, clock: Clock, outcomes: OutcomeTable, *, writable: bool, outcomes_file: Path | None = None
    ) -> None:
        self.clock = clock
        self.outcomes = outcomes
        self._outcomes_file = outcomes_file
        self.path = store_path(url)
        self._reader = open_engine(url, writable=False)
        self._readers = Readers(self._reader)
        self._writer = open_engine(url, writable=True) if writable else None
        self._watch: Any = None
        self._watch_lock = threading.Lock()
        with self.reading() as connection:
            self.number_key = bytes.fromhex(read_setting(connection, "number_key") or "")

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

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot. Raises StoreError."""
        with _sentences(self.path), self._readers.snapshot() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that no other writer overlaps: all of it or nothing is stored. Raises StoreError."""
        with _sentences(self.path), self.writer.begin() as connection:
            self._check_revision(connection)
            yield connection

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
        with _sentences(self.path):
            copy_store(self.writer, target)
            register_backup(self.writer, target.absolute(), self.clock, own=False)

    def damage(self) -> str | None:
        """What SQLite finds wrong in the file, in its own words; it reads all of it."""
        with self.reading() as connection:
            found = str(connection.scalar(text("PRAGMA quick_check(1)")))
        return None if found == "ok" else found

    def truncate_log(self) -> None:
        """Empty the write-ahead log, where erased content would stand until it is written over."""
        with _sentences(self.path):
            run_outside_transaction(self.writer, "PRAGMA wal_checkpoint(TRUNCATE)")

    def version(self) -> int:
        """A number that changes whenever another connection has committed. Raises StoreError after an update."""
        with self._watch_lock, _sentences(self.path):
            if self._watch is None:
                self._watch = self._reader.raw_connection()
            cursor = self._watch.cursor()
            version = int(cursor.execute("PRAGMA data_version").fetchone()[0])
            found = cursor.execute("SELECT version_num FROM alembic_version").fetchone()
            cursor.close()
        if found is None or found[0] != HEAD:
            _refuse_changed(self.path)
        return version

    def _check_revision(self, connection: Connection) -> None:
        if connection.scalar(text("SELECT version_num FROM alembic_version")) != HEAD:
            _refuse_changed(self.path)


def open_store(text_url: str, clock: Clock, *, writable: bool, outcomes: Path | None = None) -> Store:
    """The store at a path or URL; a writable one is made if it is missing.

    Any opening first brings an older schema and a changed table of outcome codes up to date. Raises StoreError,
    ConfigError for a bad table of outcome codes.
    """
    url = store_url(text_url)
    path = store_path(url)
    table = load_outcome_table(outcomes)
    if not writable and not path.exists():
        raise StoreError(f"There is no store at {path} yet: run `smsreport sync` to fill it from the gateway.")
    make_private(path)
    with _sentences(path):
        prepare(url, clock, table)
    return Store(url, clock, table, writable=writable, outcomes_file=outcomes)


def _refuse_changed(path: Path) -> None:
    raise StoreError(
        f"The store {path} was brought up to date by a newer SMS Report while this one ran: "
        "end this program and start the new version."
    )


@contextlib.contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_sentence(path, str(error.orig))) from error
    except driver().Error as error:
        raise StoreError(_sentence(path, str(error))) from error


def _sentence(path: Path, reason: str) -> str:
    known = {
        "locked": f"The store {path} is busy: another program is writing to it for long. Try again in a moment.",
        "full": f"The disk that holds the store {path} is full: make room and try again; nothing stored is lost.",
        "malformed": f"The store {path} is damaged: restore a backup with `smsreport store restore`.",
        "not a database": f"The file {path} is no SMS Report store: give another path with --store.",
        "unable to open": f"The store {path} can not be opened: check that the folder exists and may be written to.",
        "readonly": f"The store {path} may not be written to: check the permissions of the file and its folder.",
        "disk I/O": f"The disk that holds the store {path} fails: check it, then run `smsreport doctor`.",
    }
    for part, sentence in known.items():
        if part in reason:
            return sentence
    return f"The store {path} could not be used ({reason}): run `smsreport doctor`."
