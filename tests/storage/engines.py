"""On which database the stores of the tests are: files of SQLite, or schemas of a throw-away PostgreSQL server."""

import hashlib
from pathlib import Path

from tests.storage.postgres import server

SQLITE, POSTGRES = "sqlite", "postgres"
BOTH = (SQLITE, POSTGRES)


class _Chosen:
    """What the running test uses, and what it has made."""

    engine = SQLITE
    schemas: set[str] = set()  # noqa: RUF012 - one for all


def choose(engine: str) -> None:
    """From now on."""
    _Chosen.engine = engine


def chosen() -> str:
    """What `address` gives addresses of."""
    return _Chosen.engine


def address(folder: Path, name: str = "store.db") -> str:
    """Where the store of that name in a test's folder is, for `open_store`."""
    path = folder / name
    if _Chosen.engine == SQLITE:
        return str(path)
    schema = f"t_{hashlib.blake2b(str(path).encode(), digest_size=10).hexdigest()}"
    _Chosen.schemas.add(schema)
    return server().address(schema)


def clear() -> None:
    """Drop the schemas that were asked for."""
    for schema in _Chosen.schemas:
        server().execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    _Chosen.schemas.clear()
