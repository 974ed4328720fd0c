"""Facts about the store itself, by name."""

import secrets

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.prepared import Prepared
from storage.tables import SETTING as _TABLE

_READ = Prepared(select(_TABLE.c.value).where(_TABLE.c.name == bindparam("setting")))


def read_setting(connection: Connection, name: str) -> str | None:
    """The value, or None where there is none."""
    value = _READ.scalar(connection, setting=name)
    return None if value is None else str(value)


def write_setting(connection: Connection, name: str, value: str | None) -> None:
    """Keep the value; None removes it."""
    connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
    if value is not None:
        connection.execute(insert(_TABLE).values(name=name, value=value))


def ensure_number_key(connection: Connection) -> bytes:
    """The key of the tokens that stand for erased numbers; made once, it never leaves the store."""
    known = read_setting(connection, "number_key")
    if known is None:
        known = secrets.token_hex(32)
        write_setting(connection, "number_key", known)
    return bytes.fromhex(known)
