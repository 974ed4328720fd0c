"""Which SQLite serves the store, and whether it is sound.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL store when a checkpoint meets a commit; fixed in 3.51.3, 3.50.7, 3.44.6.
"""

import sqlite3
from types import ModuleType

Version = tuple[int, int, int]


def is_sound(version: Version) -> bool:
    """Whether this SQLite has the fix, or is from before the fault."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return True
    return (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def driver() -> ModuleType:
    """The DB-API module for every SQLite store of this process: one library, never two on one file."""
    if is_sound(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def version() -> str:
    """The version of the SQLite library in use."""
    return str(driver().sqlite_version)


def warning() -> str | None:
    """A sentence when the SQLite in use is not sound."""
    found = driver().sqlite_version_info
    if is_sound(found):
        return None
    return (
        f"SQLite {version()} can damage a store under load: use a Python whose SQLite is 3.51.3 or newer, "
        "or a system for which the pysqlite3 wheel exists."
    )
