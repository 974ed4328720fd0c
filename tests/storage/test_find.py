"""Who is found by a text in a tab: by name, by number, by code, and also without a profile (rules.md 7)."""

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.services.reports import Reports
from storage.store import Store
from tests.storage.stores import put
from tests.storage.test_bounces import SOFT, bounce

pytestmark = pytest.mark.portable

_ANNA = {"id": "anna", "updated_at": "2026-03-02T09:00:00Z", "name": "Anna Ek", "msisdn": "+46700000001"}
_BO = {"id": "bo", "updated_at": "2026-03-02T09:00:00Z", "name": "Bo_50%", "msisdn": "+46700000003"}
_GONE = {"id": "gone", "updated_at": "2026-03-02T09:00:00Z", "deleted": True}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NNA e", {"anna"}),
        ("00001", {"anna"}),
        # An event's number is that of who has no profile; of the others it may be an old one, of the erased none.
        ("00002", {"stranger"}),
        ("0%", {"bo"}),
        ("o_5", {"bo"}),
        ("0000", {"anna", "bo", "stranger"}),
        ("27", {"anna", "bo", "stranger", "gone"}),
        ("nobody", set()),
    ],
)
def test_bounces_are_found_by_name_number_and_code(store: Store, clock: FixedClock, text: str, found: set[str]) -> None:
    put(store, "profiles", [_ANNA, _BO, _GONE])
    numbers = {"anna": "+46700000009", "bo": "+46700000002", "stranger": "+46700000002", "gone": "+46700000002"}
    put(store, "events", [bounce("A", SOFT, profile=name, msisdn=number) for name, number in numbers.items()])

    page = Reports(store, clock).tab("A", Tab.BOUNCES, find=text)

    assert {row.key for row in page.rows} == found
    assert page.total == len(found)
