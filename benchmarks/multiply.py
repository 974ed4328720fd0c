"""A store made larger: everybody in it once more, under other ids and numbers, with all that they got and did.

To fold ten million recipients from their events takes hours; what their queries, counters and files cost does not ask
how they came. Nobody's retry is copied: the gateway that takes them does not know the new people.
"""

import hashlib
from pathlib import Path
from typing import Any

from storage.numbers import number_token
from storage.sqlite_driver import driver

_PEOPLE = ("profile", "number", "event", "recipient", "link_click", "strike", "refusal", "near_miss")
_KEYS = {"profile_id": "profile", "number_id": "number", "event_key": "event", "deciding_event": "event"}
"""Columns that hold the key of a row of another table, or of their own."""
_ORDERS = {"event": "gateway_id", "number": "token", "recipient": "activity_id, profile_id"}
_COUNTERS = ("activity_counts", "activity_curve", "link_count", "code_count", "pending_minute")
_CACHE_KIB = 4_000_000


def multiply(path: Path, times: int) -> None:
    """Make the store at `path` hold so many times the people; nobody else may use it, and a failure leaves no store."""
    connection = driver().connect(str(path), isolation_level=None)
    try:
        _Multiplier(connection).run(times)
    finally:
        connection.close()


class _Multiplier:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}", "temp_store = FILE"):
            connection.execute(f"PRAGMA {pragma}")
        self._number_key = bytes.fromhex(self._one("SELECT value FROM setting WHERE name = 'number_key'"))
        self._last = {table: self._one(f"SELECT max({self._columns(table)[0]}) FROM {table}") for table in _MADE}  # noqa: S608
        self._numbers = dict(connection.execute(_CLEAR_NUMBERS))

    def run(self, times: int) -> None:
        indexes = list(self._connection.execute(_INDEXES, _PEOPLE))
        for name, _ in indexes:
            self._connection.execute(f"DROP INDEX {name}")
        for place in range(1, times):
            self._connection.create_function("moved_token", 2, self._token_of(place), deterministic=True)
            for table in _PEOPLE:
                self._copy(table, place)
        for table in _COUNTERS:
            self._count(table, times)
        self._connection.execute(
            "UPDATE activity SET recipients = recipients * ?, excluded = excluded * ?, total_credits = total_credits * ?",
            (times, times, times),
        )
        for _, sql in indexes:
            self._connection.execute(sql)
        # The store's next opening makes the index of a find anew.
        self._connection.execute("DELETE FROM setting WHERE name = 'find_index'")

    def _copy(self, table: str, place: int) -> None:
        columns = self._columns(table)
        values = ", ".join(self._moved(table, column, place) for column in columns)
        first = f"{columns[0]} <= {self._last[table]}" if table in self._last else f"profile_id <= {self._last['profile']}"
        if table == "near_miss":
            first = f"event_key <= {self._last['event']}"
        order = _ORDERS.get(table, columns[0])
        self._connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {first} ORDER BY {order}"  # noqa: S608
        )

    def _moved(self, table: str, column: str, place: int) -> str:
        letter = chr(ord("a") + place - 1)
        if column in _KEYS:
            return f"{column} + {self._last[_KEYS[column]] * place}"
        if column in ("gateway_id", "profile_key"):
            return f"{column} || '{letter}'"
        if column == "msisdn":
            return f"msisdn || '{place}'"
        if column in ("canonical", "facts"):
            kind = "BLOB" if column == "canonical" else "TEXT"
            text = f"CAST({column} AS TEXT)"
            of_person = f"replace({text}, '\"' || gateway_id || '\"', '\"' || gateway_id || '{letter}\"')"
            return f"CAST(replace({of_person}, coalesce(msisdn, '?'), coalesce(msisdn, '?') || '{place}') AS {kind})"
        if column == "token":
            return "moved_token(number_id, token)"
        return "NULL" if table == "recipient" and column in ("retry_due_at", "retry_until", "retry_number") else column

    def _token_of(self, place: int) -> Any:
        def token(number: int, before: bytes) -> bytes:
            msisdn = self._numbers.get(number)
            if msisdn is not None:
                return number_token(self._number_key, f"{msisdn}{place}")
            return hashlib.blake2b(before, digest_size=len(before), salt=str(place).encode()).digest()

        return token

    def _count(self, table: str, times: int) -> None:
        keys = {row[1] for row in self._connection.execute(f"PRAGMA table_info({table})") if row[5]}
        counted = [column for column in self._columns(table) if column not in keys]
        self._connection.execute(f"UPDATE {table} SET {', '.join(f'{one} = {one} * {times}' for one in counted)}")  # noqa: S608

    def _columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({table})")]

    def _one(self, sql: str) -> Any:
        return self._connection.execute(sql).fetchone()[0]


_MADE = ("profile", "number", "event")
"""Tables whose rows have keys of their own, in their first column."""
_CLEAR_NUMBERS = """
SELECT number_id, msisdn FROM profile WHERE number_id IS NOT NULL AND msisdn IS NOT NULL
UNION ALL SELECT number_id, msisdn FROM event WHERE number_id IS NOT NULL AND msisdn IS NOT NULL
"""
_INDEXES = f"""
SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({", ".join("?" * len(_PEOPLE))})
"""  # noqa: S608
