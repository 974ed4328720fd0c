"""Puts a copy of a store in the store's place."""

from pathlib import Path

from smsreport_tui.rules.clock import Clock
from storage.restore import restore_store


def restore(store_url: str, path: Path, clock: Clock, outcomes: Path | None = None) -> None:
    """Who was erased since the copy was made stays erased; `outcomes` is the operator's own table of codes.

    Raises StoreError.
    """
    restore_store(store_url, path, clock, outcomes)
