"""The tokens of the numbers that profiles hold, where the database has no function that makes them.

SQLite asks `storage.number_function` when a segment wants to know whose number others were struck for. PostgreSQL can
not be taught one, so that a store there keeps them in a table of its own, told of in the transaction that writes the
profiles, as the index of a find is.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, Table, delete

from storage.find_index import Change
from storage.numbers import number_token
from storage.tables import Row, bulk, chunks, insert_row

# Not among the models' tables: a store in a file has none.
_TOKENS = Table(
    "profile_token",
    MetaData(),
    Column("profile_id", BigInteger, primary_key=True, autoincrement=False),
    Column("token", LargeBinary, nullable=False),
)
_INSERT = insert_row(_TOKENS, "profile_id", "token")


def note_numbers(connection: Connection, changes: Iterable[Change], number_key: bytes) -> None:
    """Bring the tokens in step with profiles that are written in this transaction; each at most once."""
    if connection.dialect.name == "sqlite":
        return
    moved = [one for one in changes if one.before.msisdn != one.after.msisdn]
    gone: list[Any] = [one.profile_id for one in moved if one.before.msisdn is not None]
    for some in chunks(gone):
        connection.execute(delete(_TOKENS).where(_TOKENS.c.profile_id.in_(some)))
    come: list[Row] = [
        (one.profile_id, number_token(number_key, one.after.msisdn)) for one in moved if one.after.msisdn is not None
    ]
    bulk(connection, _INSERT, ("profile_id", "token"), come)
