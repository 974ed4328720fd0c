"""Strikes, suppression and reclassified history (rules.md 2 and 5)."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.figures import Profile
from smsreport_tui.services.reports import Reports
from storage.store import Store, open_store
from tests.storage.engines import address
from tests.storage.feeds import Item
from tests.storage.stores import address_of, mirror, put, wrong_books

pytestmark = pytest.mark.portable

NUMBER = "+46701234567"
OTHER = "+46707654321"


def person(name: str = "p1", msisdn: str = NUMBER, at: str = "09:00:00") -> Item:
    return {"id": name, "updated_at": f"2026-03-02T{at}Z", "msisdn": msisdn}


def bounce(activity: str, code: str, *, at: str = "09:00:00", profile: str = "p1", **more: object) -> Item:
    known = {"kind": "bounced", "at": f"2026-03-02T{at}Z", "activity_id": activity, "profile_id": profile}
    return (
        {"id": f"{activity}-{profile}-{code}-{at}".replace(":", ""), "scheme": "error.id", "code": code} | known | more
    )


HARD, SOFT, REFUSED = "1", "27", "573"


def profile(store: Store, clock: FixedClock, name: str = "p1") -> Profile:
    return Reports(store, clock).profile(name)


def test_a_hard_recipient_is_one_strike_however_many_receipts_say_so(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce("A", HARD), bounce("A", HARD, at="09:00:01"), bounce("A", HARD, at="08:59:59")])
    strikes = profile(store, clock).strikes
    assert [(strike.activity, strike.code, strike.at) for strike in strikes] == [("A", HARD, 1772441999000000)]


def test_three_strikes_suppress_and_a_late_delivery_gives_one_back(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce(activity, HARD) for activity in ("A", "B", "C")])
    assert profile(store, clock).suppressed
    put(store, "events", [{**bounce("B", HARD), "id": "late", "kind": "delivered"}])
    assert (profile(store, clock).suppressed, len(profile(store, clock).strikes)) == (False, 2)
    assert wrong_books(store) == []


def test_two_people_with_one_number_are_one_strike_an_activity(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person(), person("p2")])
    put(store, "events", [bounce("A", HARD), bounce("A", HARD, profile="p2")])
    assert len(profile(store, clock).strikes) == len(profile(store, clock, "p2").strikes) == 1


def test_strikes_belong_to_the_number_that_the_message_went_to(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person(msisdn=OTHER)])
    put(store, "events", [bounce("A", HARD, msisdn=NUMBER)])
    assert profile(store, clock).strikes == ()
    put(store, "profiles", [person("p2", NUMBER)])
    assert len(profile(store, clock, "p2").strikes) == 1
    rows = Reports(store, clock).tab("A", Tab.BOUNCES).rows
    assert (rows[0].values[2], rows[0].values[-1]) == (OTHER, 1)


def test_without_a_number_they_follow_the_profiles_newest(store: Store, clock: FixedClock) -> None:
    put(store, "events", [bounce("A", HARD)])
    put(store, "profiles", [person(at="09:00:00")])
    assert len(profile(store, clock).strikes) == 1
    put(store, "profiles", [person(msisdn=OTHER, at="10:00:00"), person("p2", NUMBER)])
    assert (len(profile(store, clock).strikes), len(profile(store, clock, "p2").strikes)) == (1, 0)


def test_a_refusal_suppresses_at_once_even_when_a_delivery_is_known(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person()])
    delivered = {**bounce("A", REFUSED), "id": "d", "kind": "delivered"}
    put(store, "events", [bounce("A", REFUSED), delivered])
    assert (profile(store, clock).suppressed, profile(store, clock).strikes) == (True, ())
    assert Reports(store, clock).report("A").counts.delivered == 1


OVERRIDE = "vendor,scheme,code,name,vendor_says,outcome\ninfobip,error.id,27,ABSENT,false,hard\n"


@pytest.fixture
def override(tmp_path: Path) -> Path:
    path = tmp_path / "outcome_codes.csv"
    path.write_text(OVERRIDE)
    return path


def test_a_changed_override_reclassifies_history_and_back(
    store: Store, clock: FixedClock, override: Path, tmp_path: Path
) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce(activity, SOFT) for activity in ("A", "B", "C")])
    before = Reports(store, clock).report("A")
    with open_store(address_of(store), clock, writable=False, outcomes=override) as reader:
        after = Reports(reader, clock).report("A")
        assert (after.counts.soft, after.counts.hard, after.open) == (0, 1, 0)
        assert after.codes[0].outcome.word == "hard"
        assert profile(reader, clock).suppressed
        assert wrong_books(reader) == []
    with open_store(address_of(store), clock, writable=False) as reader:
        assert Reports(reader, clock).report("A") == before
        assert not profile(reader, clock).suppressed


def test_waiting_retries_are_open_until_48_hours_and_only_for_who_may_be_sent_to(
    store: Store, clock: FixedClock
) -> None:
    mirror(store)
    put(store, "profiles", [person(), person("p2", OTHER)])
    put(store, "events", [bounce("A", SOFT), bounce("A", SOFT, profile="p2"), bounce("A", SOFT, profile="unknown")])
    reports = Reports(store, clock)
    assert reports.report("A").open == 2
    put(store, "events", [{**bounce("A", SOFT, profile="p2"), "id": "u", "kind": "unsubscribed"}])
    assert reports.report("A").open == 1
    due = {row.values[0]: row.values[-2] for row in reports.tab("A", Tab.BOUNCES).rows}
    assert due == {"p1": 1772445600000000, "p2": None, "unknown": None}
    clock.at = 1772442000000000 + 48 * 3_600_000_000
    assert reports.report("A").open == 1
    clock.at += 1
    assert (reports.report("A").open, reports.report("A").final) == (0, True)


def test_pending_is_open_for_72_hours_to_the_microsecond(store: Store, clock: FixedClock) -> None:
    at = 1772442000000000
    put(store, "events", [{**bounce("A", SOFT), "kind": "sent"}, {**bounce("A", SOFT, profile="p2"), "kind": "queued"}])
    reports = Reports(store, clock)
    clock.at = at + 72 * 3_600_000_000 - 1
    assert reports.report("A").open == 2
    clock.at += 1
    assert (reports.report("A").open, reports.report("A").counts.pending) == (0, 2)


def test_a_program_that_runs_on_classes_by_the_table_that_another_has_changed(
    tmp_path: Path, clock: FixedClock
) -> None:
    table = tmp_path / "outcome_codes.csv"
    with open_store(address(tmp_path, "two.db"), clock, writable=True, outcomes=table) as running:
        put(running, "events", [bounce("A", SOFT, msisdn=NUMBER)])
        table.write_text(OVERRIDE)
        with open_store(address_of(running), clock, writable=False, outcomes=table) as other:
            assert Reports(other, clock).report("A").counts.hard == 1
        put(running, "events", [bounce("B", SOFT, msisdn=NUMBER)])
        assert Reports(running, clock).report("B").counts.hard == 1


@pytest.mark.parametrize("together", [True, False])
def test_beside_a_cancelled_message_stand_the_strikes_of_its_number_however_they_come(
    store: Store, clock: FixedClock, *, together: bool
) -> None:
    struck = bounce("A", HARD, profile="p1", msisdn=NUMBER)
    cancelled = {"id": "c", "kind": "cancelled", "at": "2026-03-02T09:00:00Z", "activity_id": "B", "profile_id": "p2"}
    events = [struck, {**cancelled, "msisdn": NUMBER}]
    for page in [events] if together else [[event] for event in reversed(events)]:
        put(store, "events", page)
    tab = Reports(store, clock).tab("B", Tab.BOUNCES)
    strikes = [column.name for column in tab.columns].index("strikes")
    assert [row.values[strikes] for row in tab.rows] == [1]
