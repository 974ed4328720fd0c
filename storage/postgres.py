"""A store in a schema of a PostgreSQL server, spoken to by psycopg."""

import contextlib
import hashlib
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import StoreAwayError, StoreError
from storage.glance import HEAD
from storage.postgres_roles import schema_of
from storage.postgres_schema import FIRST, create_schema, migrate, read_tables, revision_of
from storage.postgres_words import may_pass, sentence
from storage.revision import KNOWN, refuse_other

try:
    import psycopg
    from psycopg.adapt import Loader
    from psycopg.types.string import StrDumperUnknown
except ImportError as error:
    raise StoreError(
        "The store is on PostgreSQL, and psycopg, which speaks to it, is not installed: "
        "install the program with it, as `pipx install 'smsreport-tui[postgres]'`."
    ) from error

OLDEST = 13
"""The oldest version that can tell whether a transaction was committed, and whether it wrote anything."""

_BUSY_MILLISECONDS = 30_000
_KEEPALIVES = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
_CONNECT_SECONDS = 10
_FIRST_COUNT = 8
"""Writing transactions after which the tables are counted anew, and again whenever there have been twice as many."""
_COUNTED = "ANALYZE activity, event, recipient, profile, profile_token, number, link_click, attempt"
_OUTCOME_SECONDS = 30.0
_ASK_SECONDS = 0.2
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Visible with the transaction itself, unlike a sequence: who sees the number sees the rows. A transaction that has
# written nothing has no id yet, and is nobody's news.
_NOTE_CHANGE = (
    "UPDATE store_change SET version = version + 1 WHERE pg_current_xact_id_if_assigned() IS NOT NULL "
    "RETURNING pg_current_xact_id()::text"
)
# Where a transaction can not be asked about, each is news, and none has a number.
_NOTE_TURN = "UPDATE store_change SET version = version + 1 RETURNING ''"
_HAS_ROW = "SELECT to_regclass('store_change') IS NOT NULL"
_LOCK_ROW = "SELECT version FROM store_change FOR UPDATE"
_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_UNDONE = ("40001", "40P01")
"""A transaction that could not be put in order with others, or that stood in a deadlock."""
_TELL = ", pg_notify('{}', '')"


class _Text(StrDumperUnknown):
    """U+0000, which PostgreSQL's texts can not hold, as the door writes it in what comes from outside."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class _Whole(Loader):
    """Sums of integers, which PostgreSQL makes numbers of any length, as the integers that they are."""

    def load(self, data: Any) -> int | float:
        digits = bytes(data)
        return int(digits) if digits.lstrip(b"-").isdigit() else float(digits)


class PostgresBackend:
    """See `storage.backend.Backend`."""

    begin_snapshot = _SNAPSHOT
    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, url: URL) -> None:
        schema = schema_of(url)
        self.schema = schema
        self._writes = 0
        self.number_key = b""
        self._url = url.difference_update_query(["schema"])
        self.place = url.set(password=None).difference_update_query(["password"]).render_as_string()
        name = hashlib.blake2b(schema.encode(), digest_size=8, person=b"smsreport").hexdigest()
        self._channel = f"smsreport_{name}"
        lock = hashlib.blake2b(schema.encode(), digest_size=8, person=b"smsreport").digest()
        # Who ingests reads before it writes, and expects no other writer between: one lock for the whole store, as
        # SQLite has it. Each statement after it sees all that the writer before has committed.
        self._begin = f"BEGIN; SELECT pg_advisory_xact_lock({int.from_bytes(lock, signed=True)})"

    def open(self, *, writable: bool) -> Engine:
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: self._connect(writable=writable),
            poolclass=QueuePool,
            pool_size=4,
            # A server may have restarted since a connection was last used.
            pool_pre_ping=True,
            paramstyle="format",
            use_native_hstore=False,
        )

        # By the driver: SQLAlchemy would send the two statements with parameters, which the server takes one by one.
        def begin_by_driver(connection: Any) -> None:
            bare: Any = connection.connection.driver_connection
            if writable:
                self._begin_turn(bare)
            else:
                bare.execute(_SNAPSHOT)

        event.listen(engine, "begin", begin_by_driver)
        return engine

    def _begin_turn(self, bare: Any) -> None:
        """Wait until no other writer is at work: by a row where the server has no locks of another kind."""
        if _is_postgres(bare):
            bare.execute(self._begin)
            return
        bare.execute("BEGIN")
        if bare.execute(_HAS_ROW).fetchone()[0]:
            bare.execute(_LOCK_ROW)

    def _connect(self, *, writable: bool) -> Any:
        given: dict[str, Any] = {**self._url.query, **self._url.translate_connect_args(database="dbname")}
        given["user"] = given.pop("username", None) or given.get("user")
        given.setdefault("connect_timeout", _CONNECT_SECONDS)
        # A server that is gone without a word is noticed in half a minute, not in a quarter of an hour.
        for name, value in _KEEPALIVES.items():
            given.setdefault(name, value)
        given.setdefault("application_name", "smsreport")
        connection = psycopg.connect(autocommit=True, **{name: value for name, value in given.items() if value})
        connection.adapters.register_dumper(str, _Text)
        connection.adapters.register_loader("numeric", _Whole)
        connection.execute(
            "SELECT set_config('search_path', quote_ident(%s), false), set_config('timezone', 'UTC', false), "
            "set_config('lock_timeout', %s, false)",
            (self.schema, str(_BUSY_MILLISECONDS)),
        )
        if writable:
            # Without it an acknowledged commit may be lost: a second SMS.
            connection.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
        return connection

    @contextlib.contextmanager
    def transaction(self, engine: Engine) -> Iterator[Connection]:
        """Where the connection breaks while it is committed, the server is asked whether it was."""
        with engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
                number = connection.exec_driver_sql(self._note_change(connection)).scalar()
            except BaseException:
                transaction.rollback()
                raise
            bare: Any = connection.connection.driver_connection
            try:
                transaction.commit()
            except (DBAPIError, psycopg.Error):
                if not bare.closed or not self._was_committed(engine, number):
                    raise
            else:
                if number is not None:
                    self._count(bare)

    def _note_change(self, connection: Connection) -> str:
        bare: Any = connection.connection.driver_connection
        return _NOTE_CHANGE + _TELL.format(self._channel) if _is_postgres(bare) else _NOTE_TURN

    def _count(self, bare: Any) -> None:
        """A store that grows from nothing has no statistics until the server counts it, minutes later.

        Until then it takes an activity for a few rows, and reads all of it for some of its people.
        """
        self._writes += 1
        if self._writes >= _FIRST_COUNT and self._writes & (self._writes - 1) == 0:
            # Without them everything is right, if slow.
            with contextlib.suppress(psycopg.Error):
                bare.execute(_COUNTED)

    def count(self, engine: Engine) -> None:
        """Have the server count the tables at once, which have been filled in one go."""
        with engine.connect() as connection, contextlib.suppress(psycopg.Error):
            bare: Any = connection.connection.driver_connection
            bare.execute(_COUNTED)

    def _was_committed(self, engine: Engine, number: str | None) -> bool:
        if number is None:
            return True
        deadline = time.monotonic() + _OUTCOME_SECONDS
        while number and time.monotonic() < deadline:
            with contextlib.suppress(DBAPIError, psycopg.Error), engine.connect() as connection:
                status = connection.scalar(text("SELECT pg_xact_status(CAST(:number AS xid8))"), {"number": number})
                if status in ("committed", "aborted"):
                    return bool(status == "committed")
            time.sleep(_ASK_SECONDS)
        raise StoreAwayError(
            f"The connection to the store {self.place} broke while a change was being kept, and the server does not "
            "tell whether it was: see that the server runs, then look whether the change is there."
        )

    def is_undone_by_others(self, error: BaseException) -> bool:
        cause = error.orig if isinstance(error, DBAPIError) else error
        return getattr(cause, "sqlstate", None) in _UNDONE

    def is_away(self, error: BaseException) -> bool:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        return isinstance(cause, psycopg.OperationalError) and may_pass(cause)

    def make_ready(self, *, writable: bool) -> None:
        engine = self.open(writable=False)
        try:
            with engine.connect() as connection:
                self.check_server(connection)
                empty = not read_tables(connection, self.schema)
        finally:
            engine.dispose()
        if empty and not writable:
            raise StoreError(
                f"There is no store at {self.place} yet: run `smsreport sync` to fill it from the gateway."
            )

    def check_server(self, connection: Connection) -> None:
        """Raises StoreError where a store can not be kept on it."""
        version = int((connection.dialect.server_version_info or (0,))[0])
        if version < OLDEST:
            raise StoreError(f"The server of {self.place} is PostgreSQL {version}: a store needs {OLDEST} or newer.")
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise StoreError(
                f"The database of {self.place} keeps texts as {encoding}, which has not every character: "
                "make one with `createdb --encoding UTF8 --template template0` and give that."
            )

    def revision(self, engine: Engine) -> str | None:
        return revision_of(engine, self.schema)

    def settle_schema(self, engine: Engine, clock: Clock) -> None:  # noqa: ARG002 - it dates the copies of a file
        revision = revision_of(engine, self.schema)
        if revision is None:
            with self.transaction(engine) as connection:
                create_schema(connection, self.schema)
        elif revision != HEAD and revision in KNOWN[KNOWN.index(FIRST) :]:
            with self.transaction(engine) as connection:
                migrate(connection)
        refuse_other(revision_of(engine, self.schema), self.place)

    def version(self, bare: Any) -> tuple[int, str | None]:
        found = bare.execute("SELECT version, version_num FROM store_change, alembic_version").fetchone()
        return (0, None) if found is None else (int(found[0]), str(found[1]))

    def server_now(self, bare: Any) -> int | None:
        return int(bare.execute(_NOW).fetchone()[0])

    def listen(self, bare: Any) -> None:
        if _is_postgres(bare):
            bare.execute(f"LISTEN {self._channel}")

    def await_news(self, bare: Any, seconds: float) -> bool | None:
        if not _is_postgres(bare):
            return None
        return bool(list(bare.notifies(timeout=seconds, stop_after=1)))

    def damage(self, connection: Connection) -> str | None:  # noqa: ARG002 - the server looks after its files itself
        return None

    def size(self, connection: Connection) -> int:
        sizes = text(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :schema AND c.relkind = 'r'"
        )
        return int(connection.scalar(sizes, {"schema": self.schema}) or 0)

    def forget(self, engine: Engine) -> None:
        """Rows as they were before stand in their tables, and in the indexes, until the server clears them away."""
        with engine.connect() as connection:
            bare: Any = connection.connection.driver_connection
            for table in ("profile", "event", "attempt", "quarantine"):
                bare.execute(f"VACUUM {table}")

    def sentence(self, error: BaseException) -> str:
        return sentence(self.place, error)


def _is_postgres(bare: Any) -> bool:
    """Whether it has NOTIFY, advisory locks and numbers of transactions: CockroachDB, which names itself, has not."""
    return bare.info.parameter_status("crdb_version") is None
