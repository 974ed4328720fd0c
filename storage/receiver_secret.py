"""The secret in the receiver's addresses: made once, kept in the store, known to who is to call."""

import secrets

from smsreport_tui.rules.errors import StoreError
from storage.settings import read_setting, write_setting
from storage.store import Store

NAME = "receiver_secret"
"""The setting that holds it."""
_BYTES = 24


def receiver_secret(store: Store) -> str:
    """The store's secret; a store that may be written to makes it when it is first asked for. Raises StoreError."""
    with store.reading() as connection:
        known = read_setting(connection, NAME)
    if known is not None:
        return known
    if not store.writable:
        raise StoreError("The receiver has never been started on this store: run `smsreport receive` first.")
    with store.writing() as connection:
        known = read_setting(connection, NAME)
        if known is None:
            known = secrets.token_urlsafe(_BYTES)
            write_setting(connection, NAME, known)
    return known
