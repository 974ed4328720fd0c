"""Any permutation, duplication and page split of a feed gives the same store (rules.md, first paragraph)."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smsreport_tui.rules.clock import HOUR, FixedClock
from tests.storage.feeds import PROFILES, START, Feed, feeds, shuffled
from tests.storage.stores import differences, everything, fill, new_store, wrong_books

pytestmark = pytest.mark.portable

CLOCK = FixedClock(START + 2 * HOUR)


# Shrinking such a feed takes minutes; the failing example is printed as it is.
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
@given(feed=feeds(), data=st.data())
def test_any_order_repetition_and_page_split_gives_the_same_reports_lists_and_profiles(
    feed: Feed, data: st.DataObject
) -> None:
    pages = [(stream, page) for stream, items in feed.streams().items() for page in data.draw(shuffled(items))]
    pages = list(data.draw(st.permutations(pages)))
    with tempfile.TemporaryDirectory() as folder:
        with new_store(Path(folder), CLOCK, "plain.db") as plain:
            fill(plain, feed.streams().items())
            expected = everything(plain, CLOCK, [*PROFILES, "px"])
            assert wrong_books(plain) == []
        with new_store(Path(folder), CLOCK, "shuffled.db") as other:
            fill(other, pages)
            assert differences(everything(other, CLOCK, [*PROFILES, "px"]), expected) == []
            assert wrong_books(other) == []
