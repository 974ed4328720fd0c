"""Writes down and reads who has exported, cleared, decided and erased; nothing else changes these rows.

On PostgreSQL the server says which login it is; in a file it is the account of the machine.
"""

import hashlib
import os
import pwd
import socket
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from smsreport_tui.rules.deeds import Action, Deed
from storage.tables import AUDIT

Details = Mapping[str, str | int | bool | None]


def record(connection: Connection, at: int, action: Action, details: Details) -> None:
    """Write a deed down in the transaction that does it; details that are None are left out."""
    said = {name: value for name, value in details.items() if value is not None}
    values: dict[str, Any] = {"at": at, "host": socket.gethostname(), "action": action.value}
    values["details"] = msgspec.json.encode(said).decode()
    if connection.dialect.name == "sqlite":
        values["account"] = _account()
    # In plain words: a key that is asked back needs a right to read, and none is needed here.
    connection.execute(insert(AUDIT).inline().values(**values))


def read_deeds(connection: Connection, since: int | None = None, most: int | None = None) -> list[Deed]:
    """Newest first; `since` is a time in microseconds UTC."""
    columns = (AUDIT.c.at, AUDIT.c.account, AUDIT.c.host, AUDIT.c.action, AUDIT.c.details)
    chosen = select(*columns).order_by(AUDIT.c.audit_id.desc()).limit(most)
    if since is not None:
        chosen = chosen.where(AUDIT.c.at >= since)
    return [
        Deed(at, account, host, action, msgspec.json.decode(details))
        for at, account, host, action, details in connection.execute(chosen)
    ]


def keyed(number_key: bytes, kind: bytes, text: str) -> str:
    """What stands for a text that may name a person: tells nothing without the store's key.

    `kind` is at most 16 bytes; the same text has another token for each.
    """
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), key=number_key, digest_size=16, person=kind
    ).hexdigest()


def _account() -> str:
    user = os.geteuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
