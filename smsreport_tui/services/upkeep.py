"""Copies of a store: a consistent one made while it is in use, and one put in a store's place."""

from pathlib import Path

from smsreport_tui.rules.clock import Clock
from storage.restore import restore_store
from storage.store import open_store


def backup(store_url: str, path: Path, clock: Clock) -> None:
    """A consistent, owner-only copy at `path`, known to the store so that erasure reaches it. Raises StoreError."""
    with open_store(store_url, clock, writable=True) as store:
        store.back_up(path)


def restore(store_url: str, path: Path, clock: Clock) -> None:
    """Put a copy in the store's place; who was erased since stays erased. Raises StoreError."""
    restore_store(store_url, path, clock)
