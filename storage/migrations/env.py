"""Alembic's environment: the program hands its own connection over; there is no alembic.ini."""

from alembic import context
from sqlmodel import SQLModel

import storage.audit_models
import storage.models
import storage.outbox_models  # noqa: F401  (both register their tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
