"""The audit for the operator."""

from smsreport_tui.rules.deeds import Deed
from storage.audit import read_deeds
from storage.store import Store


def deeds(store: Store, since: int | None, most: int | None) -> list[Deed]:
    """Newest first, at most so many, or all. Raises StoreError."""
    with store.reading() as connection:
        return read_deeds(connection, since, most)
