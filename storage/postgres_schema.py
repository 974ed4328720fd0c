"""The schema of a store on PostgreSQL: the models' tables, and what SQLite has by itself or by a function."""

from sqlalchemy import Connection, Engine, func, select, text
from sqlmodel import SQLModel

from smsreport_tui.rules.errors import StoreError
from storage.glance import HEAD

FIRST = "0007"
"""The revision at which stores on PostgreSQL begin: versions before it are SQLite's, later ones must serve both."""

_OWN = (
    "CREATE TABLE alembic_version (version_num TEXT NOT NULL PRIMARY KEY)",
    # What SQLite's data_version is: see `storage.postgres`.
    "CREATE TABLE store_change (version BIGINT NOT NULL)",
    "INSERT INTO store_change VALUES (0)",
    # The tokens of the numbers that profiles hold: see `storage.profile_tokens`.
    "CREATE TABLE profile_token (profile_id BIGINT NOT NULL PRIMARY KEY, token BYTEA NOT NULL)",
    "CREATE INDEX ix_profile_token ON profile_token (token)",
)


def read_tables(connection: Connection, schema: str) -> set[str]:
    """The names of the schema's tables; none where there is no such schema."""
    tables = text("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = :schema")
    return set(connection.scalars(tables, {"schema": schema}))


def revision_of(engine: Engine, schema: str) -> str | None:
    """The store's revision; None where the schema is missing or empty. Raises StoreError when it is somebody else's."""
    with engine.connect() as connection:
        tables = read_tables(connection, schema)
        if not tables:
            return None
        if {"alembic_version", "store_change"} <= tables:
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    raise StoreError(f"The schema {schema} has tables, but is no SMS Report store: give another with ?schema=name.")


def create_schema(connection: Connection, schema: str) -> None:
    """Every table and index, at the newest revision, in the transaction of a writer."""
    # Two programs may start on one new store; the second finds it made.
    if read_tables(connection, schema):
        return
    known = text("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = :schema")
    if connection.scalar(known, {"schema": schema}) is None:
        quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
        connection.exec_driver_sql(f"CREATE SCHEMA {quoted}")
    SQLModel.metadata.create_all(connection, checkfirst=False)
    for statement in _OWN:
        connection.exec_driver_sql(statement)
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def continue_keys(connection: Connection) -> None:
    """Rows that came with their keys: those that the server gives from now on follow the greatest."""
    for table in SQLModel.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is None:
            continue
        name = connection.scalar(
            text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": table.name, "key": key.name}
        )
        last = connection.scalar(select(func.max(key)))
        if name is not None and last is not None:
            connection.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": name, "last": last})


def migrate(connection: Connection) -> None:
    """Bring an older store to HEAD, in the transaction of a writer: all of it or nothing."""
    # Two programs may open one older store; the second finds it done.
    if connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD:
        return
    from storage.migrations.run import upgrade_in

    upgrade_in(connection)
