"""The Core tables behind the models, for bulk statements and for queries that read many rows."""

from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Insert, Table, bindparam, insert, literal_column, update
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from storage import audit_models, letter_models, models, outbox_models, segment_models
from storage.postgres_copy import FEWEST, copy_rows


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


ACTIVITY = _table(models.Activity)
ACTIVITY_COUNTS = _table(models.ActivityCounts)
ACTIVITY_CURVE = _table(models.ActivityCurve)
ATTEMPT = _table(outbox_models.Attempt)
AUDIT = _table(audit_models.Audit)
BACKUP = _table(models.Backup)
CLEARING = _table(models.Clearing)
CODE_COUNT = _table(models.CodeCount)
CURSOR = _table(models.Cursor)
EVENT = _table(models.Event)
LEASE = _table(models.Lease)
LETTER = _table(letter_models.Letter)
LINK = _table(models.Link)
LINK_CLICK = _table(models.LinkClick)
LINK_COUNT = _table(models.LinkCount)
NEAR_MISS = _table(letter_models.NearMiss)
NUMBER = _table(models.Number)
PAUSE = _table(outbox_models.Pause)
PENDING_MINUTE = _table(models.PendingMinute)
PROFILE = _table(models.Profile)
QUARANTINE = _table(models.Quarantine)
RECIPIENT = _table(models.Recipient)
REFUSAL = _table(models.Refusal)
REMINDER = _table(outbox_models.Reminder)
SEGMENT = _table(segment_models.Segment)
SEGMENT_MEMBER = _table(segment_models.SegmentMember)
SEGMENT_PUSH = _table(segment_models.SegmentPush)
SEGMENT_SIZE = _table(segment_models.SegmentSize)
SETTING = _table(models.Setting)
SHORT_LINK = _table(letter_models.ShortLink)
SOURCE = _table(models.Source)
STRIKE = _table(models.Strike)
CLICKS_OF_RECIPIENT = (LINK_CLICK, "INDEXED BY ix_link_click_recipient", "sqlite")
"""A hint for who asks for a few people's clicks. SQLite keeps no statistics of a store: of two indexes that begin alike
it takes the one with the shorter beginning, and reads all clicks of an activity."""

Row = tuple[object, ...]
_T = TypeVar("_T")

CHUNK = 500
"""Keys in one IN list: far below every database's limit on parameters."""


def bulk(connection: Connection, statement: Executable, names: tuple[str, ...], rows: list[Row]) -> None:
    """Run one statement for many rows given as tuples in the order of `names`: near the driver's own speed."""
    if not rows:
        return
    if isinstance(statement, Insert) and connection.dialect.name == "postgresql" and len(rows) >= FEWEST:
        table = cast("Table", statement.table)
        copy_rows(connection, table, names, rows, _constants(table, names))
        return
    sql, order = _compiled(connection, statement)
    if order == names:
        ordered = rows
    else:
        places = itemgetter(*(names.index(name) for name in order))
        ordered = [places(row) for row in rows]
    connection.exec_driver_sql(sql, ordered)


_cache: dict[tuple[str, int], tuple[Executable, str, tuple[str, ...]]] = {}


def _compiled(connection: Connection, statement: Executable) -> tuple[str, tuple[str, ...]]:
    key = (connection.dialect.name, id(statement))
    known = _cache.get(key)
    # The statement is kept beside its text, so that its id can not come to mean another one.
    if known is None or known[0] is not statement:
        compiled = statement.compile(dialect=connection.dialect)  # type: ignore[attr-defined]
        known = (statement, str(compiled), tuple(compiled.positiontup or ()))
        _cache[key] = known
    return known[1], known[2]


def insert_row(table: Table, *names: str) -> Executable:
    """INSERT of the named columns, the others at their defaults, to be run by `bulk`."""
    values: dict[str, ColumnElement[Any]] = {name: bindparam(name) for name in names}
    constants: dict[str, ColumnElement[Any]] = {
        name: literal_column(repr(value)) for name, value in _constants(table, names).items()
    }
    return insert(table).values(values | constants)


def _constants(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault) and column.name not in names
    }


def update_row(table: Table, *names: str) -> Executable:
    """UPDATE of the named columns by primary key; the key's parameters are named `key_` and the column."""
    statement = update(table).values({name: bindparam(name) for name in names})
    for column in table.primary_key.columns:
        statement = statement.where(column == bindparam(f"key_{column.name}"))
    return statement


def chunks(items: list[_T]) -> list[list[_T]]:
    """The items in lists short enough for an IN list."""
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
