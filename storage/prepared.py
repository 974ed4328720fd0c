"""A SELECT whose text is made once: to build one anew takes longer than SQLite takes to answer it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

Rows = list[tuple[Any, ...]]


class _Text(NamedTuple):
    """As the driver takes it: the constants stand in the parameters, and where the named ones go."""

    sql: str
    constants: list[Any]
    places: dict[str, list[int]]


def driver_rows(connection: Connection, sql: str, parameters: Sequence[Any]) -> Rows:
    """All rows as the driver gives them, in the transaction of the connection, begun if need be. Raises DBAPIError.

    SQLAlchemy takes longer to describe a statement's result than SQLite to find it, and a third as long again to wrap
    each row. Who listens to its `before_cursor_execute` is told of these statements too, without a cursor.
    """
    if not connection.in_transaction():
        connection.begin()
    tell(connection, sql, parameters)
    bare: Any = connection.connection.driver_connection
    try:
        rows: Rows = bare.execute(sql, parameters).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(sql, parameters, error, connection.dialect.loaded_dbapi.Error) from error
    return rows


def tell(connection: Connection, sql: str, parameters: Sequence[Any]) -> None:
    """Who listens to SQLAlchemy's statements hears of one that is handed to the driver."""
    told = connection.dispatch.before_cursor_execute
    if told:
        told(connection, None, sql, parameters, None, False)


class Prepared:
    """A statement with named parameters (`bindparam`); its constants stay as they are. Lists of keys: `ByKeys`."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, **values: Any) -> Rows:
        """All rows. Raises KeyError unless every parameter has a value, and nothing else has."""
        sql, parameters = self.bound(connection.dialect, values)
        return driver_rows(connection, sql, parameters)

    def bound(self, dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """As the driver takes it. Raises KeyError unless every parameter has a value, and nothing else has."""
        sql, constants, places = self._texts.get(dialect.name) or self.text(dialect)
        if len(values) != len(places):
            raise KeyError(f"{sorted(places)} are wanted, {sorted(values)} given")
        parameters = constants.copy()
        for name, value in values.items():
            for place in places[name]:
                parameters[place] = value
        return sql, parameters

    def scalar(self, connection: Connection, **values: Any) -> Any:
        """The first value of the first row; None where there is no row."""
        rows = self.rows(connection, **values)
        return rows[0][0] if rows else None

    def record(self, connection: Connection, **values: Any) -> dict[str, Any]:
        """The first row by the names of its columns. Raises LookupError where there is no row."""
        first = self.rows(connection, **values)[0]
        return dict(zip(self._statement.selected_columns.keys(), first, strict=True))

    def text(self, dialect: Dialect) -> _Text:
        """Its text in that dialect."""
        compiled = self._statement.compile(dialect=dialect)
        order = compiled.positiontup or ()
        places: dict[str, list[int]] = {}
        for place, name in enumerate(order):
            if compiled.binds[name].required:
                places.setdefault(name, []).append(place)
        made = _Text(str(compiled), [compiled.params[name] for name in order], places)
        self._texts[dialect.name] = made
        return made
