"""What another table of outcome codes would change, by reclassifying a copy of the rows that it touches.

The copy stands in temporary tables of the same names, which a database finds before the store's own: what runs on it
is the reclassification itself, and the store, opened for reading only, stays as it is.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BigInteger, Column, Connection, MetaData, Select, Table, and_, func, select
from sqlmodel import SQLModel

from smsreport_tui.rules.codes import Changes, Turned
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.marks import is_suppressed
from smsreport_tui.rules.outcomes import Outcome, OutcomeTable
from storage.backend import backend_of
from storage.engine import POSTGRES, store_path, store_url
from storage.numbers import cleared_at, counts, strikes_of
from storage.read_report import waiting, with_number
from storage.reclassify import changed_receipts, reclassify
from storage.revision import refuse_other
from storage.settings import read_setting
from storage.tables import (
    ACTIVITY,
    ACTIVITY_COUNTS,
    ACTIVITY_CURVE,
    CODE_COUNT,
    EVENT,
    LINK_COUNT,
    NUMBER,
    PENDING_MINUTE,
    PROFILE,
    RECIPIENT,
    REFUSAL,
    SETTING,
    STRIKE,
    chunks,
)

_TEMPORARY = "temp"
_TOUCHED = Table(
    "touched",
    MetaData(schema=_TEMPORARY),
    Column("activity_id", BigInteger, primary_key=True),
    Column("profile_id", BigInteger, primary_key=True),
)
_WHOLE = (NUMBER.name, STRIKE.name, REFUSAL.name, SETTING.name)
# Counters follow from the rest, and nothing is read from them here.
_EMPTY = tuple(table.name for table in (ACTIVITY_COUNTS, ACTIVITY_CURVE, CODE_COUNT, LINK_COUNT, PENDING_MINUTE))
_BY_RECIPIENT = tuple(
    table.name
    for table in SQLModel.metadata.sorted_tables
    if {"activity_id", "profile_id"} <= set(table.columns.keys()) and table.name not in _WHOLE
)
# What of an event has no say in its outcome, and is long.
_LEFT_OUT = frozenset({"user_agent", "ip", "text", "body", "url", "title", "reason"})
_Found = TypeVar("_Found")


def rehearse(text_url: str, table: OutcomeTable, now: int) -> Changes:
    """What `reclassify` by this table would change in the store at a path or URL, which is not written to.

    `now` (microseconds UTC) says which retries wait. Raises StoreError.
    """
    url = store_url(text_url)
    backend = backend_of(url)
    if url.get_backend_name() == POSTGRES:
        backend.make_ready(writable=False)
    elif not store_path(url).exists():
        raise StoreError(f"There is no store at {store_path(url)} yet: run `smsreport sync` to fill it.")
    engine = backend.open(writable=False)
    try:
        refuse_other(backend.revision(engine), backend.place)
        with engine.connect() as connection:
            return _rehearsed(connection, table, now)
    finally:
        # The temporary tables go with their connection.
        engine.dispose()


class _Places(NamedTuple):
    """Where the store's tables stand and where the copy's, in the words of the database; `schema` is not quoted."""

    store: str
    copy: str
    schema: str
    place: str
    join: str
    differs: str


def _places(connection: Connection) -> _Places:
    if connection.dialect.name == "sqlite":
        # CROSS JOIN: from the touched ones on, or SQLite may read the store's table through for each.
        return _Places("main", _TEMPORARY, "main", "?", "CROSS JOIN", "IS NOT")
    schema = str(connection.exec_driver_sql("SELECT current_schema()").scalar())
    quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
    return _Places(quoted, "pg_temp", schema, "%s", "JOIN", "IS DISTINCT FROM")


def _rehearsed(connection: Connection, table: OutcomeTable, now: int) -> Changes:
    on_file = connection.dialect.name == "sqlite"
    # The store stays closed to writes; only temporary tables are let through.
    connection.exec_driver_sql("PRAGMA query_only=OFF" if on_file else "SET TRANSACTION READ WRITE")
    receipts = _touch(connection, table)
    if not receipts:
        return Changes(0)
    _touch_waiting(connection, now)
    _copy(connection)
    reclassify(connection, table, bytes.fromhex(read_setting(connection, "number_key") or ""))
    strikes = _in_both(connection, lambda schema: _strikes(connection, schema))
    retries = _in_both(connection, lambda schema: _waiting(connection, schema, now))
    suppressed, released = _suppressions(connection)
    return Changes(
        receipts=receipts,
        outcomes=_outcomes(connection),
        strikes_given=len(strikes[1] - strikes[0]),
        strikes_taken=len(strikes[0] - strikes[1]),
        suppressed=suppressed,
        released=released,
        retries_begun=len(retries[1] - retries[0]),
        retries_ended=len(retries[0] - retries[1]),
    )


def _touch(connection: Connection, table: OutcomeTable) -> int:
    """Note the recipients of every receipt that the table classes anew; how many receipts those are."""
    connection.exec_driver_sql(
        "CREATE TEMP TABLE touched (activity_id BIGINT NOT NULL, profile_id BIGINT NOT NULL, "
        f"PRIMARY KEY (activity_id, profile_id)){' WITHOUT ROWID' if connection.dialect.name == 'sqlite' else ''}"
    )
    receipts = 0
    for rows in changed_receipts(connection, table):
        receipts += len(rows)
        if rows:
            pairs = [(event.activity_id, event.profile_id) for event, _ in rows]
            _note_touched(connection, pairs)
    return receipts


def _note_touched(connection: Connection, pairs: list[tuple[int, int]]) -> None:
    at = _places(connection)
    connection.exec_driver_sql(
        f"INSERT INTO {at.copy}.touched VALUES ({at.place}, {at.place}) ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
        pairs,
    )


def _touch_waiting(connection: Connection, now: int) -> None:
    """And those with a retry to come: it ends when their number is suppressed by another activity's strike."""
    waits = (
        select(RECIPIENT.c.activity_id, RECIPIENT.c.profile_id)
        .join_from(ACTIVITY, RECIPIENT, RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
        .where(RECIPIENT.c.retry_until >= now)
    )
    pairs = [(activity, profile) for activity, profile in connection.execute(waits)]
    if pairs:
        _note_touched(connection, pairs)


def _copy(connection: Connection) -> None:
    at = _places(connection)
    for name in (*_WHOLE, *_EMPTY, *_BY_RECIPIENT, PROFILE.name):
        _copy_schema(connection, name)
    for name in _WHOLE:
        connection.exec_driver_sql(f"INSERT INTO {at.copy}.{name} SELECT * FROM {at.store}.{name}")  # noqa: S608 - our own names
    for name in _BY_RECIPIENT:
        columns = SQLModel.metadata.tables[name].columns.keys()
        values = ", ".join(
            "NULL" if name == EVENT.name and column in _LEFT_OUT else f"x.{column}" for column in columns
        )
        connection.exec_driver_sql(
            f"INSERT INTO {at.copy}.{name} ({', '.join(columns)}) SELECT {values} "  # noqa: S608 - our own names
            f"FROM {at.copy}.touched t {at.join} {at.store}.{name} x ON x.activity_id = t.activity_id "
            "AND x.profile_id = t.profile_id"
        )
    connection.exec_driver_sql(
        f"INSERT INTO {at.copy}.profile SELECT * FROM {at.store}.profile WHERE profile_id IN "  # noqa: S608
        f"(SELECT profile_id FROM {at.copy}.touched UNION "
        f"SELECT profile_id FROM {at.store}.strike WHERE number_id IS NULL UNION "
        f"SELECT profile_id FROM {at.store}.refusal WHERE number_id IS NULL)"
    )


def _copy_schema(connection: Connection, name: str) -> None:
    if connection.dialect.name != "sqlite":
        like = f"LIKE {_places(connection).store}.{name} INCLUDING DEFAULTS INCLUDING INDEXES"
        connection.exec_driver_sql(f"CREATE TEMP TABLE {name} ({like})")
        return
    made = connection.exec_driver_sql(
        "SELECT sql FROM main.sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC", (name,)
    )
    for (sql,) in made.all():
        table = re.sub(r"^CREATE TABLE ", "CREATE TEMP TABLE ", sql)
        connection.exec_driver_sql(re.sub(r"^CREATE (UNIQUE )?INDEX ", r"CREATE \1INDEX temp.", table))


def _in_both(connection: Connection, read: Callable[[str], _Found]) -> tuple[_Found, _Found]:
    """Before and after."""
    at = _places(connection)
    return read(at.schema), read(at.copy)


def _rows(connection: Connection, statement: Select[Any], schema: str) -> list[Any]:
    """The rows of the store, or of the copy."""
    return list(
        connection.execute(
            statement, execution_options={"schema_translate_map": {None: schema, _TEMPORARY: _places(connection).copy}}
        )
    )


def _outcomes(connection: Connection) -> tuple[Turned, ...]:
    at = _places(connection)
    rows = connection.exec_driver_sql(
        f"SELECT x.outcome, y.outcome, count(*) FROM {at.copy}.recipient y JOIN {at.store}.recipient x USING "  # noqa: S608
        "(activity_id, profile_id) WHERE x.outcome <> y.outcome GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    )
    return tuple(Turned(Outcome(before), Outcome(after), people) for before, after, people in rows)


def _strikes(connection: Connection, schema: str) -> set[tuple[int, int]]:
    """Number and activity of the strikes that count, for the numbers of who is touched."""
    number = func.coalesce(STRIKE.c.number_id, PROFILE.c.number_id)
    touched = _TOUCHED.join(
        STRIKE, and_(STRIKE.c.activity_id == _TOUCHED.c.activity_id, STRIKE.c.profile_id == _TOUCHED.c.profile_id)
    ).join(PROFILE, PROFILE.c.profile_id == STRIKE.c.profile_id)
    numbers = {
        row[0]
        for each in (_places(connection).schema, _places(connection).copy)
        for row in _rows(connection, select(number).select_from(touched), each)
    }
    found: set[tuple[int, int]] = set()
    for some in chunks(sorted(numbers - {None})):
        cleared = cleared_at(connection, some)
        one = strikes_of(some).c
        dated = select(one.number_id, one.activity_id, func.min(one.at)).group_by(one.number_id, one.activity_id)
        rows = _rows(connection, dated, schema)
        found.update((number, activity) for number, activity, at in rows if counts(at, cleared.get(number)))
    return found


def _suppressions(connection: Connection) -> tuple[int, int]:
    """Numbers that become suppressed, and those that no longer are."""
    at = _places(connection)
    rows = connection.exec_driver_sql(
        "SELECT coalesce(x.strikes, 0), coalesce(x.refused, 0), y.strikes, y.refused "  # noqa: S608
        f"FROM {at.copy}.number y LEFT JOIN {at.store}.number x USING (number_id) "
        f"WHERE x.strikes {at.differs} y.strikes OR x.refused {at.differs} y.refused"
    )
    turned = [(is_suppressed(*row[:2]), is_suppressed(*row[2:])) for row in rows]
    return turned.count((False, True)), turned.count((True, False))


def _waiting(connection: Connection, schema: str, now: int) -> set[tuple[int, int]]:
    touched = _TOUCHED.join(
        RECIPIENT,
        and_(RECIPIENT.c.activity_id == _TOUCHED.c.activity_id, RECIPIENT.c.profile_id == _TOUCHED.c.profile_id),
    )
    pairs = select(RECIPIENT.c.activity_id, RECIPIENT.c.profile_id).select_from(with_number(touched))
    return {(activity, profile) for activity, profile in _rows(connection, pairs.where(waiting(now)), schema)}
