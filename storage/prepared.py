"""A SELECT whose text is made once: to build one anew takes longer than SQLite takes to answer it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select


class _Text(NamedTuple):
    """As the driver takes it: the constants stand in the parameters, and where the named ones go."""

    sql: str
    constants: list[Any]
    places: dict[str, list[int]]


class Prepared:
    """A statement with named parameters (`bindparam`); its constants stay as they are. Lists of keys: `ByKeys`."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, **values: Any) -> Sequence[Any]:
        """All rows. Raises KeyError unless every parameter has a value, and nothing else has."""
        text = self._texts.get(connection.dialect.name) or self._make(connection)
        if values.keys() != text.places.keys():
            raise KeyError(f"{sorted(text.places)} are wanted, {sorted(values)} given")
        parameters = text.constants.copy()
        for name, value in values.items():
            for place in text.places[name]:
                parameters[place] = value
        return connection.exec_driver_sql(text.sql, tuple(parameters)).all()

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first value of the first row; None where there is no row."""
        rows = self.rows(connection, **values)
        return rows[0][0] if rows else None

    def _make(self, connection: Connection) -> _Text:
        compiled = self._statement.compile(dialect=connection.dialect)
        order = compiled.positiontup or ()
        places: dict[str, list[int]] = {}
        for place, name in enumerate(order):
            if compiled.binds[name].required:
                places.setdefault(name, []).append(place)
        made = _Text(str(compiled), [compiled.params[name] for name in order], places)
        self._texts[connection.dialect.name] = made
        return made
