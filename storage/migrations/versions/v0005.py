"""Reminders, written down before they are sent."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENT = (
    "CREATE TABLE reminder (\n"
    "\treminder_id INTEGER NOT NULL, \n"
    "\tsource_id INTEGER NOT NULL, \n"
    "\tidempotency_key TEXT NOT NULL, \n"
    "\tstate INTEGER NOT NULL, \n"
    "\tname TEXT NOT NULL, \n"
    "\tsender TEXT NOT NULL, \n"
    "\tbody TEXT NOT NULL, \n"
    "\tinclude TEXT NOT NULL, \n"
    "\texclude TEXT NOT NULL, \n"
    "\tinclude_ids TEXT NOT NULL, \n"
    "\texclude_ids TEXT NOT NULL, \n"
    "\tsend_at INTEGER, \n"
    "\tasked_at INTEGER NOT NULL, \n"
    "\tended_at INTEGER, \n"
    "\tactivity_id TEXT, \n"
    "\treason TEXT, \n"
    "\tPRIMARY KEY (reminder_id), \n"
    "\tUNIQUE (idempotency_key)\n"
    ")\n"
    " STRICT"
)


def upgrade() -> None:
    """One table."""
    op.execute(_STATEMENT)
