"""A store in a file of SQLite's."""

from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreError
from storage.backup import register_backup, run_outside_transaction
from storage.engine import make_private, open_engine, store_path
from storage.glance import HEAD
from storage.revision import create_schema, migrate, refuse_other, revision_of
from storage.sqlite_driver import driver

_SENTENCES = {
    "locked": "The store {} is busy: another program is writing to it for long. Try again in a moment.",
    "full": "The disk that holds the store {} is full: make room and try again; nothing stored is lost.",
    "malformed": "The store {} is damaged: restore a backup with `smsreport store restore`.",
    "not a database": "The file {} is no SMS Report store: give another path with --store.",
    "unable to open": "The store {} can not be opened: check that the folder exists and may be written to.",
    "readonly": "The store {} may not be written to: check the permissions of the file and its folder.",
    "disk I/O": "The disk that holds the store {} fails: check it, then run `smsreport doctor`.",
}


class SqliteBackend:
    """See `storage.backend.Backend`."""

    begin_snapshot = "BEGIN"

    def __init__(self, url: URL) -> None:
        self._url = url
        self._path = store_path(url)
        self.place = str(self._path)
        self.number_key = b""
        self.errors: tuple[type[Exception], ...] = (driver().Error,)

    def open(self, *, writable: bool) -> Engine:
        return open_engine(self._url, writable=writable, number_key=lambda: self.number_key)

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        return engine.begin()

    def is_undone_by_others(self, error: BaseException) -> bool:  # noqa: ARG002 - one that writes has the whole file
        return False

    def is_away(self, error: BaseException) -> bool:  # noqa: ARG002 - a file is there, or it is not
        return False

    def make_ready(self, *, writable: bool) -> None:
        if not writable and not self._path.exists():
            raise StoreError(
                f"There is no store at {self._path} yet: run `smsreport sync` to fill it from the gateway."
            )
        make_private(self._path)

    def revision(self, engine: Engine) -> str | None:
        return revision_of(engine)

    def settle_schema(self, engine: Engine, clock: Clock) -> None:
        path = self._path
        revision = revision_of(engine)
        if revision is None:
            create_schema(engine)
        elif revision != HEAD:
            migrate(engine, path, revision, clock, lambda copy: register_backup(engine, copy, clock, own=True))
        refuse_other(revision_of(engine), str(path))

    def version(self, bare: Any) -> tuple[int, str | None]:
        version = int(bare.execute("PRAGMA data_version").fetchone()[0])
        found = bare.execute("SELECT version_num FROM alembic_version").fetchone()
        return version, None if found is None else str(found[0])

    def server_now(self, bare: Any) -> int | None:  # noqa: ARG002 - programs on one machine have one clock
        return None

    def listen(self, bare: Any) -> None:
        """Nobody is told of changes: whoever wants to know asks for the version."""

    def await_news(self, bare: Any, seconds: float) -> bool | None:  # noqa: ARG002 - see `listen`
        return None

    def damage(self, connection: Connection) -> str | None:
        """It reads all of the file."""
        found = str(connection.scalar(text("PRAGMA quick_check(1)")))
        return None if found == "ok" else found

    def size(self, connection: Connection) -> int:
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return int(connection.scalar(text(pages)) or 0)

    def forget(self, engine: Engine) -> None:
        """Erased content would stand in the write-ahead log until that is written over."""
        run_outside_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")

    def sentence(self, error: BaseException) -> str:
        reason = str(error)
        for part, sentence in _SENTENCES.items():
            if part in reason:
                return sentence.format(self.place)
        return f"The store {self.place} could not be used ({reason}): run `smsreport doctor`."
