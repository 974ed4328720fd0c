"""Rows by a list of keys: one statement text a size, so that it is compiled once and not for every page."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam

from smsreport_tui.rules.columns import SHOWN_ROWS
from storage.prepared import driver_rows

_SIZES = (1, 8, SHOWN_ROWS, 64, 512)
"""Lengths of the IN lists, that of a tab's rows among them; a shorter list is filled up with its last key."""


class ByKeys:
    """A SELECT whose rows have one of some keys; `fixed` names its other parameters."""

    def __init__(self, statement: Select[Any], key: Column[Any], fixed: tuple[str, ...] = ()) -> None:
        self._statement = statement
        self._key = key
        self._fixed = fixed
        self._texts: dict[tuple[str, int], str] = {}

    def rows(self, connection: Connection, keys: Sequence[Any], *fixed: Any) -> Iterator[Any]:
        """The rows, as tuples in the order of the statement's columns; in no order of their own."""
        start = 0
        while start < len(keys):
            rest = len(keys) - start
            size = next((size for size in _SIZES if size >= rest), _SIZES[-1])
            some = list(keys[start : start + size])
            some.extend(some[-1:] * (size - len(some)))
            yield from driver_rows(connection, self._text(connection, size), (*fixed, *some))
            start += size

    def _text(self, connection: Connection, size: int) -> str:
        place = (connection.dialect.name, size)
        if place not in self._texts:
            names = [f"by_key_{number}" for number in range(size)]
            statement = self._statement.where(self._key.in_([bindparam(name) for name in names]))
            compiled = statement.compile(dialect=connection.dialect)
            if tuple(compiled.positiontup or ()) != (*self._fixed, *names):
                raise ValueError("the fixed parameters must stand before the keys, in their order")
            self._texts[place] = str(compiled)
        return self._texts[place]
