"""Runs Alembic on an open store; imported only when a migration is due."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text


def upgrade_in(connection: Connection, target: str = "head") -> None:
    """The same in a transaction that its caller ends, on a server, which rebuilds no tables."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the store to `target` in one transaction; a broken reference rolls all of it back."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        # A batch migration rebuilds tables; with foreign keys on, that deletes every child row.
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, target)
                _check_references(connection)
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise RuntimeError(f"{len(broken)} broken references")
