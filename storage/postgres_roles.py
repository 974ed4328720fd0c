"""Who may do what in a store on PostgreSQL, as SQL for its administrator: by grants, which no client can switch off.

Four roles without a login, of which people and programs are made members: the owner migrates, the worker writes what
comes and what is sent, the operator reads and keeps segments, the reader reads.
"""

from collections.abc import Sequence

from sqlalchemy.engine import URL
from sqlmodel import SQLModel

from smsreport_tui.rules.errors import StoreError
from storage.engine import POSTGRES
from storage.receiver_secret import NAME as RECEIVER_SECRET
from storage.tables import AUDIT, SEGMENT, SEGMENT_MEMBER, SEGMENT_PUSH, SEGMENT_SIZE, SETTING

DEFAULT_SCHEMA = "smsreport"
"""The schema of an address that names none."""
_ROLES = ("owner", "worker", "operator", "reader")
_LONGEST = 63
_SEGMENTS = tuple(table.name for table in (SEGMENT, SEGMENT_MEMBER, SEGMENT_PUSH, SEGMENT_SIZE))
_SAID = ("at", "host", "action", "details")
"""The server says whose a row of the audit is, and the table in which order they came."""
_CHANGE, _TOKENS, _REVISION = "store_change", "profile_token", "alembic_version"
"""The tables that a store has on PostgreSQL alone: see `storage.postgres_schema`."""


def schema_of(url: URL) -> str:
    """The schema in which the store at a `store_url` is. Raises StoreError when it has none, or its name is no name."""
    if url.get_backend_name() != POSTGRES:
        raise StoreError(
            "A store in a file has no roles: who may read or write the file may read or write the store. "
            "Give the address of a store on PostgreSQL with --store."
        )
    schema = url.query.get("schema", DEFAULT_SCHEMA)
    if not isinstance(schema, str) or not schema.isidentifier() or len(schema.encode()) > _LONGEST:
        raise StoreError("The schema in the store's address is no name of letters, digits and underscores.")
    return schema


def roles_sql(schema: str, prefix: str | None = None) -> str:
    """A script for psql that may be run again; the roles are named by the prefix, else by the schema.

    Raises StoreError where a name would be too long.
    """
    names = {role: f"{prefix or schema}_{role}" for role in _ROLES}
    if any(len(name.encode()) > _LONGEST for name in names.values()):
        raise StoreError("The names of the roles would be longer than PostgreSQL takes: give a shorter --prefix.")
    owner, worker, operator, reader = (_quoted(name) for name in names.values())
    place, others = _quoted(schema), f"{worker}, {operator}, {reader}"
    tables = sorted(SQLModel.metadata.tables)
    everything = [*tables, _CHANGE, _TOKENS, _REVISION]
    written = _listed(schema, [*(table for table in tables if table != AUDIT.name), _CHANGE, _TOKENS])
    audit = _listed(schema, [AUDIT.name])
    setting = _listed(schema, [SETTING.name])
    return "\n".join(
        [
            f"-- The roles of the store in the schema {place}. Run it as a superuser, and again after each update.",
            "BEGIN;",
            *(_role(name) for name in names.values()),
            "-- The owner migrates.",
            f"ALTER SCHEMA {place} OWNER TO {owner};",
            *(f"ALTER TABLE {_listed(schema, [table])} OWNER TO {owner};" for table in everything),
            f"REVOKE ALL ON SCHEMA {place} FROM PUBLIC;",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {place} FROM PUBLIC, {others};",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {place} FROM PUBLIC, {others};",
            "-- Everybody reads, but for the secret in the receiver's addresses.",
            f"GRANT USAGE ON SCHEMA {place} TO {others};",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {place} TO {others};",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {place} GRANT SELECT ON TABLES TO {others};",
            f"ALTER TABLE {setting} ENABLE ROW LEVEL SECURITY;",
            f"DROP POLICY IF EXISTS reads ON {setting};",
            f"DROP POLICY IF EXISTS works ON {setting};",
            f"CREATE POLICY reads ON {setting} FOR SELECT TO {operator}, {reader} USING (name <> '{RECEIVER_SECRET}');",
            f"CREATE POLICY works ON {setting} TO {worker} USING (true) WITH CHECK (true);",
            "-- The worker writes.",
            f"GRANT INSERT, UPDATE, DELETE ON {written} TO {worker};",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {place} TO {worker};",
            "-- The operator keeps segments.",
            f"GRANT INSERT, UPDATE, DELETE ON {_listed(schema, _SEGMENTS)} TO {operator};",
            f"GRANT UPDATE ON {_listed(schema, [_CHANGE])} TO {operator};",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {place} TO {operator};",
            "-- Both add to the audit, under the name of their login; nobody but the owner changes it.",
            f"GRANT INSERT ({', '.join(_SAID)}) ON {audit} TO {worker}, {operator};",
            "COMMIT;",
            "-- Logins, for example:",
            f"-- CREATE ROLE anna LOGIN PASSWORD 'choose one' IN ROLE {operator};",
        ]
    )


def _role(name: str) -> str:
    return f"DO $$ BEGIN CREATE ROLE {_quoted(name)} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"


def _listed(schema: str, tables: Sequence[str]) -> str:
    return ", ".join(f"{_quoted(schema)}.{_quoted(table)}" for table in tables)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
