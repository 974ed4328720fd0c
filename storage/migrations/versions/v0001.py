"""The first schema."""

from alembic import op
from sqlmodel import SQLModel

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table as the models had it; a later schema change freezes this page by naming its own columns."""
    SQLModel.metadata.create_all(op.get_bind())
