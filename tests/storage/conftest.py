"""A store in a folder of its own, on a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, FixedClock
from storage.store import Store
from tests.storage.feeds import START
from tests.storage.stores import new_store


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START + 2 * HOUR)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with new_store(tmp_path, clock) as opened:
        yield opened
