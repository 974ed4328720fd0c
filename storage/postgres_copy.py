"""Many new rows at once on PostgreSQL: COPY takes them in one stream, without a statement for each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

FEWEST = 16
"""For fewer rows, statements are as quick."""


def copy_rows(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[Sequence[object]],
    constants: dict[str, Any],
) -> None:
    """Add rows given as tuples in the order of `names`, each with the same constants beside. Raises psycopg.Error."""
    quoted = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quoted(name) for name in (*names, *constants))
    rest = tuple(constants.values())
    bare: Any = connection.connection.driver_connection
    with bare.cursor() as cursor, cursor.copy(f"COPY {quoted(table.name)} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row, *rest))
