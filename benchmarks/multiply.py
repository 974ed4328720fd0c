"""A store made larger: everybody in it once more, under other ids and numbers, with all that they got and did.

To fold ten million recipients from their events takes hours; what their queries, counters and files cost does not ask
how they came. Nobody's retry is copied: the gateway that takes them does not know the new people.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.numbers import number_token
from storage.sqlite_driver import driver

_KEYS = {"profile_id": "profile", "number_id": "number", "event_key": "event", "deciding_event": "event"}
"""Columns that hold the key of a row, and the table of that row."""
_COPIED = {
    "profile": "profile_id",
    "number": "number_id",
    "event": "event_key",
    "recipient": "profile_id",
    "link_click": "profile_id",
    "strike": "profile_id",
    "refusal": "event_key",
    "near_miss": "event_key",
}
"""The tables of people, and of each the key that tells the first of them from their copies."""
_ORDERS = {"event": "gateway_id", "number": "token"}
"""Where a table has an index of its own beside its key: in its order, so that it grows from page to page."""
_COUNTERS = ("activity_counts", "activity_curve", "link_count", "code_count", "pending_minute")
_ANNOUNCED = ("recipients", "excluded", "total_credits")
_RETRY = ("retry_due_at", "retry_until", "retry_number")
_CACHE_KIB = 4_000_000
_CLEAR_NUMBERS = """
SELECT number_id, msisdn FROM profile WHERE number_id IS NOT NULL AND msisdn IS NOT NULL
UNION ALL SELECT number_id, msisdn FROM event WHERE number_id IS NOT NULL AND msisdn IS NOT NULL
"""
_INDEXES = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


def multiply(path: Path, times: int) -> None:
    """Make the store at `path` hold so many times the people, at most ten; nobody else may use it.

    A failure leaves no sound store. Who opens it next makes its index of a find anew.
    """
    connection = driver().connect(str(path), isolation_level=None)
    try:
        _Multiplier(connection).run(times)
    finally:
        connection.close()


class _Multiplier:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")
        self._number_key = bytes.fromhex(self._one("SELECT value FROM setting WHERE name = 'number_key'"))
        self._last = {table: self._one(f"SELECT max({_COPIED[table]}) FROM {table}") for table in set(_KEYS.values())}
        self._msisdns = dict(connection.execute(_CLEAR_NUMBERS))

    def run(self, times: int) -> None:
        indexes = [row for row in self._connection.execute(_INDEXES) if row[0] in _COPIED]
        for _, name, _ in indexes:
            self._connection.execute(f"DROP INDEX {name}")
        for place in range(1, times):
            self._connection.create_function("moved_token", 2, self._token_of(place), deterministic=True)
            for table, key in _COPIED.items():
                self._copy(table, key, place)
        for table in _COUNTERS:
            keys = {row[1] for row in self._connection.execute(f"PRAGMA table_info({table})") if row[5]}
            self._count(table, [column for column in self._columns(table) if column not in keys], times)
        self._count("activity", _ANNOUNCED, times)
        for _, _, sql in indexes:
            self._connection.execute(sql)
        self._connection.execute("DELETE FROM setting WHERE name = 'find_index'")

    def _copy(self, table: str, key: str, place: int) -> None:
        columns = self._columns(table)
        values = ", ".join(self._moved(column, place) for column in columns)
        order = _ORDERS.get(table, ", ".join(columns[:2]))
        self._connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {values} FROM {table} WHERE {key} <= {self._last[_KEYS[key]]} ORDER BY {order}"
        )

    def _moved(self, column: str, place: int) -> str:
        letter = chr(ord("a") + place - 1)
        if column in _KEYS:
            return f"{column} + {self._last[_KEYS[column]] * place}"
        if column in ("gateway_id", "profile_key"):
            return f"{column} || '{letter}'"
        if column == "msisdn":
            return f"msisdn || '{place}'"
        if column in ("canonical", "facts"):
            kind = "BLOB" if column == "canonical" else "TEXT"
            named = f"replace(CAST({column} AS TEXT), '\"' || gateway_id || '\"', '\"' || gateway_id || '{letter}\"')"
            return f"CAST(replace({named}, coalesce(msisdn, '?'), coalesce(msisdn, '?') || '{place}') AS {kind})"
        if column == "token":
            return "moved_token(number_id, token)"
        return "NULL" if column in _RETRY else column

    def _token_of(self, place: int) -> Callable[[int, bytes], bytes]:
        def token(number: int, before: bytes) -> bytes:
            msisdn = self._msisdns.get(number)
            if msisdn is not None:
                return number_token(self._number_key, f"{msisdn}{place}")
            return hashlib.blake2b(before, digest_size=len(before), salt=str(place).encode()).digest()

        return token

    def _count(self, table: str, columns: list[str] | tuple[str, ...], times: int) -> None:
        self._connection.execute(f"UPDATE {table} SET {', '.join(f'{one} = {one} * {times}' for one in columns)}")

    def _columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({table})")]

    def _one(self, sql: str) -> Any:
        return self._connection.execute(sql).fetchone()[0]
