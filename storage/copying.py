"""A store's rows as they go into another one, of either database, and what tells whether both hold the same.

Tables are read by ranges of their primary keys, so that memory does not grow with the store. What a database makes of
the rows by itself is not copied: SQLite's index of a find, PostgreSQL's tokens of the numbers that profiles hold.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, bindparam, select, tuple_
from sqlmodel import SQLModel

from storage.find_index import SETTING as FIND_INDEX
from storage.find_index import Change, Indexed
from storage.prepared import Prepared, Rows
from storage.profile_tokens import note_numbers
from storage.tables import LEASE, PROFILE, SETTING, bulk, insert_row

NOT_COPIED = frozenset({LEASE.name})
"""Who works on one store does not work on the other."""
_RANGE = 5_000
_KEPT_AT_ONCE = 20
"""Ranges in a transaction of a target that takes several."""

Writing = Callable[[], AbstractContextManager[Connection]]
"""A transaction of the target."""
Told = Callable[[str, int], None]
"""A table's name, and how many of its rows have been copied."""


class Content(NamedTuple):
    """How many rows a table has, and a digest of them in the order of their keys, the same on every database."""

    rows: int
    digest: str


class _Digest:
    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.blake2b(digest_size=16)

    def take(self, rows: Rows) -> None:
        self._rows += len(rows)
        for row in rows:
            # PostgreSQL's texts can not hold U+0000: what comes from outside has lost it at the door already.
            self._digest.update(repr(row).replace("\\x00", "\ufffd").encode())

    def content(self) -> Content:
        return Content(self._rows, self._digest.hexdigest())


def copied_tables() -> list[Table]:
    """Those of the models, but for `NOT_COPIED`."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in NOT_COPIED]


def copy_tables(source: Connection, writing: Writing, number_key: bytes, told: Told) -> dict[str, Content]:
    """Copy every row from one snapshot of the source into empty tables; what was read, by table."""
    return {table.name: _copy(source, table, writing, number_key, told) for table in copied_tables()}


def contents(connection: Connection) -> dict[str, Content]:
    """What the tables of a store hold now."""
    found = {}
    for table in copied_tables():
        digest = _Digest()
        for rows in _ranges(connection, table):
            digest.take(rows)
        found[table.name] = digest.content()
    return found


def _copy(source: Connection, table: Table, writing: Writing, number_key: bytes, told: Told) -> Content:
    digest, names = _Digest(), tuple(table.columns.keys())
    statement = insert_row(table, *names)
    ranges = _ranges(source, table)
    rows: Rows | None = next(ranges, None)
    while rows is not None:
        with writing() as connection:
            for _ in range(_KEPT_AT_ONCE):
                digest.take(rows)
                bulk(connection, statement, names, rows)
                if table is PROFILE:
                    _note_numbers(connection, rows, number_key)
                told(table.name, digest.content().rows)
                rows = next(ranges, None)
                if rows is None:
                    break
    return digest.content()


def _note_numbers(connection: Connection, rows: Rows, number_key: bytes) -> None:
    key, msisdn = (PROFILE.columns.keys().index(name) for name in ("profile_id", "msisdn"))
    note_numbers(connection, [Change(row[key], Indexed(), Indexed(None, row[msisdn])) for row in rows], number_key)


def _ranges(connection: Connection, table: Table) -> Iterator[Rows]:
    keys = [table.columns.keys().index(column.name) for column in table.primary_key.columns]
    rows = _first(table).rows(connection)
    while rows:
        kept = [row for row in rows if row[0] != FIND_INDEX] if table is SETTING else rows
        if kept:
            yield kept
        last = {f"last_{place}": rows[-1][key] for place, key in enumerate(keys)}
        rows = _following(table).rows(connection, **last)


def _range(table: Table) -> Select[Any]:
    return select(*table.columns).order_by(*table.primary_key.columns).limit(_RANGE)


@cache
def _first(table: Table) -> Prepared:
    return Prepared(_range(table))


@cache
def _following(table: Table) -> Prepared:
    columns = list(table.primary_key.columns)
    last = [bindparam(f"last_{place}", type_=column.type) for place, column in enumerate(columns)]
    if len(columns) == 1:
        return Prepared(_range(table).where(columns[0] > last[0]))
    return Prepared(_range(table).where(tuple_(*columns) > tuple_(*last)))
