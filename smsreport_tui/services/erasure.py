"""Erases a person everywhere: in the store, and in the copies of it that the program knows."""

from smsreport_tui.rules.deeds import Action
from storage.audit import keyed, record
from storage.backup_erasure import erase_in_backups
from storage.erasure import erase_profile
from storage.read_profile import profile_key
from storage.store import Store


def forget(store: Store, profile_id: str) -> list[str]:
    """Erase a profile for good and keep the counts; sentences about copies that could not be reached.

    Raises NotFoundError.
    """
    with store.writing() as connection:
        if erase_profile(connection, profile_key(connection, profile_id), store.number_key):
            token = keyed(store.number_key, b"profile", profile_id)
            record(connection, store.clock.now(), Action.ERASED, {"profile": token})
    store.truncate_log()
    return erase_in_backups(store)
