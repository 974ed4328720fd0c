"""Brings a store to what this program reads and writes: its schema, its key, its codes, its index of a find."""

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.outcomes import OutcomeTable
from storage.backend import Backend
from storage.find_index import needs_indexing, settle_index
from storage.reclassify import needs_reclassifying, reclassify
from storage.settings import ensure_number_key, read_setting


def prepare(backend: Backend, clock: Clock, table: OutcomeTable) -> None:
    """Make or migrate the store, and classify its history by `table`. Raises StoreError."""
    engine = backend.open(writable=True)
    try:
        backend.settle_schema(engine, clock)
        with engine.connect() as connection:
            ready = read_setting(connection, "number_key") is not None
            stale = needs_reclassifying(connection, table)
            unindexed = needs_indexing(connection)
        if not ready or stale:
            with backend.transaction(engine) as connection:
                key = ensure_number_key(connection)
                reclassify(connection, table, key)
        if unindexed:
            with backend.transaction(engine) as connection:
                settle_index(connection)
    finally:
        engine.dispose()
