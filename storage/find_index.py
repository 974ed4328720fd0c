"""The index of a find: every three characters in a row of the folded names and the numbers of profiles.

It is SQLite's own (FTS5, tokenizer `trigram`) and reads what it indexes from the profiles' rows. Who writes a profile's
name or number tells it in the same transaction, many at once: a trigger would have FTS5 write out what it has gathered
after each row, at six times the cost. A store whose SQLite lacks it has none, and finds by reading; another program's
may have it, so that every opening makes it or empties it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from storage.settings import read_setting, write_setting
from storage.tables import Row

INDEX = "profile_find"

SETTING = "find_index"
"""The setting that tells of it."""
_FIRST_FIT = (3, 44, 0)
"""Trigrams came with 3.34, FTS5's `secure-delete` with 3.42: before, an erased name stays readable in the index."""

_MAKE = (
    f"DROP TABLE IF EXISTS {INDEX}",
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(name_folded, msisdn, content = 'profile', "
    # No places: who is found is looked at anyway. Without the columns it would have a third of the size, but FTS5
    # (seen in 3.53.4) then loses its own count when it erases, and its check finds the index damaged.
    "content_rowid = 'profile_id', tokenize = 'trigram', detail = column, columnsize = 0)",
    f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('secure-delete', 1)",  # noqa: S608 - our own name
    f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')",  # noqa: S608
)
# Without the module SQLite can not drop it, but what it keeps stands in plain tables, and would outlast an erasure.
_EMPTY = tuple(f"DELETE FROM {INDEX}_{part}" for part in ("data", "idx"))  # noqa: S608
_TAKE = f"INSERT INTO {INDEX} ({INDEX}, rowid, name_folded, msisdn) VALUES ('delete', ?, ?, ?)"  # noqa: S608
_PUT = f"INSERT INTO {INDEX} (rowid, name_folded, msisdn) VALUES (?, ?, ?)"  # noqa: S608


class Indexed(NamedTuple):
    """What is indexed of a profile."""

    name_folded: str | None = None
    msisdn: str | None = None


class Change(NamedTuple):
    """A profile by its key, as its row was and as it is."""

    profile_id: int
    before: Indexed
    after: Indexed


def note_changes(connection: Connection, changes: Iterable[Change]) -> None:
    """Bring the index in step with profiles that are written in this transaction; each at most once."""
    other = sorted(one for one in changes if one.before != one.after) if is_indexed(connection) else []
    # By rising keys, as FTS5 gathers them: it writes out what it has whenever a key is smaller than the last.
    gone: list[Row] = [(one.profile_id, *one.before) for one in other if any(one.before)]
    come: list[Row] = [(one.profile_id, *one.after) for one in other if any(one.after)]
    for statement, rows in ((_TAKE, gone), (_PUT, come)):
        if rows:
            connection.exec_driver_sql(statement, rows)


def is_indexed(connection: Connection) -> bool:
    """Whether the index stands and is in step."""
    return read_setting(connection, SETTING) is not None


def needs_indexing(connection: Connection) -> bool:
    """Whether `settle_index` has something to do."""
    return is_indexed(connection) != _can_index(connection)


def settle_index(connection: Connection) -> None:
    """Fill the index where this SQLite can keep it, in memory that does not grow with the store; else empty it."""
    if not needs_indexing(connection):
        return
    fit = _can_index(connection)
    for statement in _MAKE if fit else _EMPTY:
        connection.exec_driver_sql(statement)
    write_setting(connection, SETTING, "trigram" if fit else None)


def _can_index(connection: Connection) -> bool:
    """Whether the SQLite of this connection can keep such an index and erase from it."""
    if connection.dialect.name != "sqlite":
        return False
    version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar_one())
    if tuple(int(part) for part in version.split(".")) < _FIRST_FIT:
        return False
    return connection.exec_driver_sql("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").first() is not None
