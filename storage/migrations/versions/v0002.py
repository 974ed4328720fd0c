"""The curves of an activity, filled from the recipients that stand."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SLOT = 300_000_000
_KINDS = {0: "tab_delivered_at", 1: "first_click_at", 2: "first_any_at"}


def upgrade() -> None:
    """One table, and its rows by what the recipients say."""
    op.execute(
        "CREATE TABLE activity_curve (\n\tactivity_id INTEGER NOT NULL, \n\tkind INTEGER NOT NULL, "
        "\n\tslot INTEGER NOT NULL, \n\trecipients INTEGER NOT NULL, "
        "\n\tPRIMARY KEY (activity_id, kind, slot)\n)\n WITHOUT ROWID,  STRICT"
    )
    for kind, column in _KINDS.items():
        op.execute(
            f"INSERT INTO activity_curve (activity_id, kind, slot, recipients) "  # noqa: S608 - our own names
            f"SELECT activity_id, {kind}, {column} / {_SLOT}, count(*) FROM recipient "
            f"WHERE {column} IS NOT NULL GROUP BY activity_id, {column} / {_SLOT}"
        )
