"""The table of what people have taken out of a store, or decided in it: rows are added, and never changed."""

from typing import Any, ClassVar

from sqlalchemy import Connection, Index, Table, event
from sqlmodel import SQLModel

from storage.columns import key, number, string

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit is added to, and never changed'); END"
_REPLACED = "EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id)"
_SQLITE_GUARDS = (
    f"CREATE TRIGGER audit_keeps_updated BEFORE UPDATE ON audit {_REFUSE}",
    f"CREATE TRIGGER audit_keeps_deleted BEFORE DELETE ON audit {_REFUSE}",
    # REPLACE deletes without asking the guard of deletions.
    f"CREATE TRIGGER audit_keeps_replaced BEFORE INSERT ON audit WHEN {_REPLACED} {_REFUSE}",
)
"""A file has no roles: its own triggers refuse."""
_POSTGRES_ACCOUNT = "ALTER TABLE audit ALTER COLUMN account SET DEFAULT session_user"
"""The server says who it is, whatever role is in force; no role but the owner may give the column a value."""


class Audit(SQLModel, table=True):
    """One deed: when, by which account (the server's login, or the machine's) on which host; `details` is JSON.

    Neither a name nor a whole number stands in it; who may have been erased is named by a keyed token.
    """

    __tablename__: ClassVar[Any] = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), {"sqlite_strict": True})
    audit_id: int = key()
    at: int = number()
    account: str = string(nullable=False)
    host: str = string(nullable=False)
    action: str = string(nullable=False)
    details: str = string(nullable=False)


def _guard(_table: Table, connection: Connection, **_: Any) -> None:
    for statement in _SQLITE_GUARDS if connection.dialect.name == "sqlite" else (_POSTGRES_ACCOUNT,):
        connection.exec_driver_sql(statement)


event.listen(Audit.__table__, "after_create", _guard)  # type: ignore[attr-defined]
