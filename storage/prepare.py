"""Brings a store file to what this program reads and writes: its schema, its key, its codes, its index of a find."""

from sqlalchemy.engine import URL

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.outcomes import OutcomeTable
from storage.backup import register_backup
from storage.engine import open_engine, store_path
from storage.find_index import needs_indexing, settle_index
from storage.glance import HEAD
from storage.reclassify import needs_reclassifying, reclassify
from storage.revision import create_schema, migrate, refuse_other, revision_of
from storage.settings import ensure_number_key, read_setting


def prepare(url: URL, clock: Clock, table: OutcomeTable) -> None:
    """Make or migrate the store, and classify its history by `table`. Raises StoreError."""
    path = store_path(url)
    engine = open_engine(url, writable=True)
    try:
        revision = revision_of(engine)
        if revision is None:
            create_schema(engine)
        elif revision != HEAD:
            migrate(engine, path, revision, clock, lambda copy: register_backup(engine, copy, clock, own=True))
        refuse_other(revision_of(engine), path)
        with engine.connect() as connection:
            ready = read_setting(connection, "number_key") is not None
            stale = needs_reclassifying(connection, table)
            unindexed = needs_indexing(connection)
        if not ready or stale:
            with engine.begin() as connection:
                key = ensure_number_key(connection)
                reclassify(connection, table, key)
        if unindexed:
            with engine.begin() as connection:
                settle_index(connection)
    finally:
        engine.dispose()
