"""A number's token inside a statement: who holds a number that others were struck for has no key of it yet."""

from typing import Any

from sqlalchemy import Connection

from storage.numbers import number_token
from storage.settings import read_setting

NAME = "number_token"
"""As `storage.dialect.token_of` writes it."""


def teach_tokens(connection: Connection) -> None:
    """Lets the connection's statements make tokens of numbers, by the store's key; PostgreSQL has `profile_tokens`."""
    if connection.dialect.name != "sqlite":
        return
    driver: Any = connection.connection.driver_connection
    key = bytes.fromhex(read_setting(connection, "number_key") or "")

    def token(msisdn: str | None) -> bytes | None:
        return None if msisdn is None else number_token(key, msisdn)

    driver.create_function(NAME, 1, token, deterministic=True)
