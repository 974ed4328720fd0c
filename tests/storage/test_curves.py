"""The curves of an activity: deliveries and first clicks by the hour since its sending."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.figures import Curves
from smsreport_tui.services.reports import Reports
from tests.storage.feeds import Item
from tests.storage.stores import new_store, put

pytestmark = pytest.mark.portable

ACTIVITY: Item = {"id": "A", "updated_at": "2026-03-02T09:00:00Z", "sent_at": "2026-03-02T09:02:00Z"}
ACTIVITY |= {"name": "Spring", "sender": "SHOP", "body": "Hello"}
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1"


def event(number: int, kind: str, at: str, **more: object) -> Item:
    return {"id": f"e{number}", "kind": kind, "at": at, "activity_id": "A", "profile_id": f"p{number % 10}", **more}


EVENTS = [
    event(1, "delivered", "2026-03-02T09:02:05Z"),
    event(2, "delivered", "2026-03-02T10:01:00Z"),
    event(3, "delivered", "2026-03-02T10:05:00Z"),
    event(4, "bounced", "2026-03-02T09:10:00Z", bounce="hard"),
    event(11, "clicked", "2026-03-02T09:30:00Z", link_id="L", user_agent=PHONE),
    event(21, "clicked", "2026-03-02T12:30:00Z", link_id="L", user_agent=PHONE),
    event(12, "clicked", "2026-03-02T11:30:00Z", link_id="L", user_agent="facebookexternalhit/1.1"),
]


def test_counts_people_by_the_hour(tmp_path: Path, clock: FixedClock) -> None:
    with new_store(tmp_path, clock) as store:
        put(store, "activities", [ACTIVITY])
        put(store, "events", EVENTS)
        reports = Reports(store, clock)
        assert reports.curves("A") == Curves(((0, 2), (1, 1)), ((0, 1),))
        assert reports.curves("A", machine_clicks=True) == Curves(((0, 2), (1, 1)), ((0, 1), (2, 1)))


def test_without_a_time_of_sending_the_first_hour_is_the_first_thing(tmp_path: Path, clock: FixedClock) -> None:
    with new_store(tmp_path, clock) as store:
        put(store, "events", EVENTS)
        assert Reports(store, clock).curves("A").delivered == ((0, 1), (1, 2))


def test_an_activity_without_receipts_has_none(tmp_path: Path, clock: FixedClock) -> None:
    with new_store(tmp_path, clock) as store:
        put(store, "activities", [ACTIVITY])
        assert Reports(store, clock).curves("A") == Curves((), ())
