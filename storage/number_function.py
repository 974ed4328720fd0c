"""A number's token inside a statement: who holds a number that others were struck for has no key of it yet."""

from collections.abc import Callable
from typing import Any

from storage.numbers import number_token

NAME = "number_token"
"""As `storage.dialect.token_of` writes it."""


def teach_tokens(driver_connection: Any, number_key: Callable[[], bytes]) -> None:
    """Lets statements of a connection of SQLite's make tokens of numbers; PostgreSQL has `profile_tokens`.

    The store's key is asked for when a statement needs it: the first connection is the one that reads it.
    """

    def token(msisdn: str | None) -> bytes | None:
        return None if msisdn is None else number_token(number_key(), msisdn)

    driver_connection.create_function(NAME, 1, token, deterministic=True)
