"""Who never came, by an index: a find looks at their events. That of names and numbers is made by every opening."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index."""
    op.execute("CREATE INDEX ix_profile_unknown ON profile (profile_id) WHERE known = 0 AND erased = 0")
