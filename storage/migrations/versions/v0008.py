"""What people have taken out of the store, or decided in it; rows are added, and never changed."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit is added to, and never changed'); END"
_REPLACED = "EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id)"
_INDEX = "CREATE INDEX ix_audit_at ON audit (at)"
_SQLITE = (
    (
        "CREATE TABLE audit (\n"
        "\taudit_id INTEGER NOT NULL, \n"
        "\tat INTEGER NOT NULL, \n"
        "\taccount TEXT NOT NULL, \n"
        "\thost TEXT NOT NULL, \n"
        "\taction TEXT NOT NULL, \n"
        "\tdetails TEXT NOT NULL, \n"
        "\tPRIMARY KEY (audit_id)\n"
        ")\n"
        " STRICT"
    ),
    _INDEX,
    f"CREATE TRIGGER audit_keeps_updated BEFORE UPDATE ON audit {_REFUSE}",
    f"CREATE TRIGGER audit_keeps_deleted BEFORE DELETE ON audit {_REFUSE}",
    f"CREATE TRIGGER audit_keeps_replaced BEFORE INSERT ON audit WHEN {_REPLACED} {_REFUSE}",
)
_POSTGRES = (
    (
        "CREATE TABLE audit ("
        "audit_id BIGSERIAL NOT NULL, "
        "at BIGINT NOT NULL, "
        'account TEXT COLLATE "C" DEFAULT session_user NOT NULL, '
        'host TEXT COLLATE "C" NOT NULL, '
        'action TEXT COLLATE "C" NOT NULL, '
        'details TEXT COLLATE "C" NOT NULL, '
        "PRIMARY KEY (audit_id))"
    ),
    _INDEX,
)


def upgrade() -> None:
    """One table."""
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
