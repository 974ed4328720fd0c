"""A damaged file is found and told, never shown as figures."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import StoreError
from storage.store import Store, open_store
from tests.storage.stores import put
from tests.storage.test_erasure import EVENTS, person

pytestmark = pytest.mark.sqlite


def test_a_whole_file_has_no_damage(store: Store) -> None:
    put(store, "profiles", [person()])
    assert store.damage() is None


def test_a_torn_file_is_told_in_a_sentence(tmp_path: Path, clock: FixedClock, store: Store) -> None:
    put(store, "profiles", [person()])
    put(store, "events", EVENTS)
    store.truncate_log()
    store.close()
    content = bytearray(store.path.read_bytes())
    content[8_192:] = b"\xff" * (len(content) - 8_192)
    store.path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged|restore a backup"):
        open_store(str(store.path), clock, writable=True).damage()
