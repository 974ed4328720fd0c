"""Our own attempts, written down before they are sent, and why a gateway is sent nothing."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = (
    (
        "CREATE TABLE attempt (\n"
        "\tactivity_id INTEGER NOT NULL, \n"
        "\tprofile_id INTEGER NOT NULL, \n"
        "\tattempt INTEGER NOT NULL, \n"
        "\tsource_id INTEGER NOT NULL, \n"
        "\tstate INTEGER NOT NULL, \n"
        "\tholder TEXT, \n"
        "\tuntil INTEGER, \n"
        "\trequested_at INTEGER, \n"
        "\taccepted_at INTEGER, \n"
        "\ttimed_out_at INTEGER, \n"
        "\tmessage_id TEXT, \n"
        "\tnumber_id INTEGER, \n"
        "\tmsisdn TEXT, \n"
        "\tsender TEXT, \n"
        "\tbody TEXT, \n"
        "\toutcome INTEGER, \n"
        "\treason TEXT, \n"
        "\theld_at INTEGER, \n"
        "\tdecision TEXT, \n"
        "\tdecided_at INTEGER, \n"
        "\tPRIMARY KEY (activity_id, profile_id, attempt)\n"
        ")\n"
        " WITHOUT ROWID,\n"
        " STRICT"
    ),
    ("CREATE INDEX ix_attempt_until ON attempt (state, until) WHERE state IN (1, 2, 4)"),
    ("CREATE INDEX ix_attempt_number ON attempt (activity_id, number_id)"),
    (
        "CREATE TABLE pause (\n"
        "\tsource_id INTEGER NOT NULL, \n"
        "\tkind TEXT NOT NULL, \n"
        "\treason TEXT NOT NULL, \n"
        "\tsince INTEGER NOT NULL, \n"
        "\tprobe_at INTEGER NOT NULL, \n"
        "\tprobes INTEGER NOT NULL, \n"
        "\tPRIMARY KEY (source_id, kind)\n"
        ")\n"
        " WITHOUT ROWID,\n"
        " STRICT"
    ),
)


def upgrade() -> None:
    """Two tables, and the number of each attempt that is due."""
    op.execute("ALTER TABLE recipient ADD COLUMN retry_number INTEGER")
    op.execute("UPDATE recipient SET retry_number = attempts + 1 WHERE retry_due_at IS NOT NULL")
    for statement in _STATEMENTS:
        op.execute(statement)
