"""What an erased profile keeps does not depend on what came first."""

import itertools
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.services.reports import Reports
from tests.storage.feeds import Item
from tests.storage.stores import differences, everything, new_store, put

ONE: Item = {"id": "p1", "updated_at": "2026-03-02T09:00:00Z", "msisdn": "+46700000001", "sms_consent": False}
TWO: Item = {"id": "p1", "updated_at": "2026-03-02T10:00:00Z", "msisdn": "+46700000002"}
TIED: Item = {**TWO, "msisdn": "+46700000003", "sms_consent": False}
DELETED: Item = {"id": "p1", "updated_at": "2026-03-02T09:30:00Z", "deleted": True}
STRIKE: Item = {
    "id": "e1",
    "kind": "bounced",
    "at": "2026-03-02T09:00:00Z",
    "activity_id": "A",
    "profile_id": "p1",
    "scheme": "error.id",
    "code": "1",
}
PAGES = [("profiles", ONE), ("profiles", TWO), ("profiles", TIED), ("profiles", DELETED), ("events", STRIKE)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_number_strikes_and_consent_are_the_same(order: tuple[int, ...], tmp_path: Path, clock: FixedClock) -> None:
    seen = []
    for name, places in (("plain.db", range(5)), ("other.db", order)):
        with new_store(tmp_path, clock, name) as store:
            for stream, item in (PAGES[place] for place in places):
                put(store, stream, [item])
            seen.append(everything(store, clock, ["p1"]))
    assert differences(seen[1], seen[0]) == []
    assert len(seen[0]["profile p1"].strikes) == 1


NUMBERLESS: Item = {"id": "p1", "updated_at": "2026-03-02T10:00:00Z", "name": "Zoe", "deleted": True}


@pytest.mark.parametrize("order", list(itertools.permutations((ONE, TWO, NUMBERLESS))))
def test_a_deletion_without_a_number_on_one_page_with_others_keeps_the_newest_number(
    order: tuple[Item, ...], tmp_path: Path, clock: FixedClock
) -> None:
    refused: Item = {**STRIKE, "code": "573", "profile_id": "p2", "msisdn": TWO["msisdn"]}
    with new_store(tmp_path, clock) as store:
        put(store, "profiles", list(order))
        put(store, "events", [refused])
        assert Reports(store, clock).profile("p1").suppressed
