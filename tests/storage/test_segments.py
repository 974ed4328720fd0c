"""Segments kept by name: made, frozen, renamed, used by others, and exactly the people of a report's tab."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import NotFoundError, SegmentError
from smsreport_tui.rules.segment_figures import Channel, Comparison
from smsreport_tui.rules.segment_file import SegmentFile, read_node
from smsreport_tui.rules.segment_forms import Listed
from smsreport_tui.rules.segment_tree import AllOf, HasTag, InSegment, Node
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.segment_desk import SegmentDesk
from storage.segment_members import member_ids
from storage.store import Store
from tests.storage.feeds import ACTIVITIES, START, Feed, Item, feeds
from tests.storage.stores import fill, new_store, put

pytestmark = pytest.mark.portable

DAY = 24 * HOUR
VIPS: dict[str, Any] = {"tag": "VIP"}


def person(number: int, **more: Any) -> Item:
    return {
        "id": f"p{number}",
        "updated_at": "2026-03-01T00:00:00Z",
        "msisdn": f"+4670000000{number}",
        "name": f"Name {number}",
        **more,
    }


@pytest.fixture
def desk(store: Store, clock: FixedClock) -> SegmentDesk:
    """Five people: p1 and p2 are VIPs, p2 has opted out, p3 is erased, p4 has no e-mail."""
    people = [
        person(1, tags=["vip"], email="one@example.org"),
        person(2, tags=["Vip"], sms_consent=False, email="two@example.org"),
        person(3, tags=["vip"], deleted=True),
        person(4),
        person(5, email="five@example.org"),
    ]
    put(store, "profiles", people)
    return SegmentDesk(store, clock)


def make(desk: SegmentDesk, name: str, where: dict[str, Any]) -> None:
    desk.create(SegmentFile(name, read_node(where)))


def members(desk: SegmentDesk, name: str) -> list[str]:
    return [one.profile for one in desk.people(name).first]


def test_a_name_is_taken_whatever_its_case(desk: SegmentDesk) -> None:
    make(desk, "Fans", VIPS)
    with pytest.raises(SegmentError, match="'Fans' already"):
        make(desk, "FANS", VIPS)
    assert desk.get("fans").name == "Fans"
    assert members(desk, "fAnS") == ["p1", "p2"]


def test_a_frozen_one_keeps_its_people_and_loses_only_who_is_erased(
    desk: SegmentDesk, store: Store, clock: FixedClock
) -> None:
    make(desk, "Fans", VIPS)
    assert desk.freeze("Fans", "Fans then") == 2
    clock.advance(HOUR)
    put(store, "profiles", [person(1, updated_at="2026-03-02T00:00:00Z"), person(4, tags=["vip"])])
    put(store, "profiles", [person(4, updated_at="2026-03-02T00:00:00Z", tags=["vip"])])
    assert members(desk, "Fans") == ["p2", "p4"]
    assert members(desk, "Fans then") == ["p1", "p2"]
    assert desk.compare("Fans", "Fans then") == Comparison(1, 1, 1)
    put(store, "profiles", [person(1, updated_at="2026-03-03T00:00:00Z", deleted=True)])
    assert members(desk, "Fans then") == ["p2"]
    with pytest.raises(SegmentError, match="frozen already"):
        desk.freeze("Fans then")
    with pytest.raises(SegmentError, match="is frozen"):
        desk.change("Fans then", HasTag("a"))


def test_one_that_uses_another_follows_it_and_its_new_name(desk: SegmentDesk) -> None:
    make(desk, "Fans", VIPS)
    make(desk, "Fans in reach", {"all": [{"segment": "fans"}, {"none": [{"state": "opted_out"}]}]})
    assert members(desk, "Fans in reach") == ["p1"]
    with pytest.raises(SegmentError, match="'Fans' is used by Fans in reach"):
        desk.delete("Fans")
    assert desk.get("Fans").used_by == ("Fans in reach",)
    desk.rename("Fans", "Friends")
    assert members(desk, "Fans in reach") == ["p1"]
    desk.change("friends", read_node({"none": [VIPS]}))
    assert members(desk, "Fans in reach") == ["p4", "p5"]
    desk.delete("Fans in reach")
    desk.delete("Friends")
    assert desk.all() == []


def test_a_circle_is_refused_however_it_is_closed(desk: SegmentDesk) -> None:
    with pytest.raises(SegmentError, match="uses itself"):
        make(desk, "A", {"segment": "a"})
    make(desk, "A", VIPS)
    make(desk, "B", {"all": [{"segment": "A"}]})
    make(desk, "C", {"any": [{"segment": "B"}]})
    with pytest.raises(SegmentError, match="uses itself"):
        desk.change("A", AllOf((InSegment("C"),)))
    assert members(desk, "C") == ["p1", "p2"]
    with pytest.raises(SegmentError, match="no segment 'Nobody'"):
        make(desk, "D", {"segment": "Nobody"})


def test_what_would_come_to_too_many_conditions_is_refused_and_not_worked_out(desk: SegmentDesk) -> None:
    make(desk, "S0", VIPS)

    def twice(number: int) -> None:
        below = {"segment": f"S{number - 1}"}
        make(desk, f"S{number}", {"any": [below, {"none": [below]}]})

    for number in range(1, 7):
        twice(number)
    with pytest.raises(SegmentError, match="more than 500 conditions: freeze one"):
        twice(7)
    # One that others use may grow later, and a tree that is not kept may use many.
    desk.change("S0", read_node({"any": [{"tag": f"t{number}"} for number in range(300)]}))
    with pytest.raises(SegmentError, match="more than 500 conditions"):
        desk.count("S6")
    desk.change("S0", read_node(VIPS))
    with pytest.raises(SegmentError, match="more than 500 conditions"):
        desk.preview(read_node({"any": [{"segment": "S6"}] * 40}))


def test_the_waterfall_has_everybody_in_the_first_step_that_holds(desk: SegmentDesk) -> None:
    make(desk, "All of them", {"any": [{"state": "erased"}, {"all": []}]})
    sms = desk.people("All of them", Channel.SMS)
    assert sms.waterfall is not None
    assert (sms.waterfall.matched, sms.waterfall.sendable) == (5, 3)
    assert dict(sms.waterfall.steps) == {"opted_out": 1, "suppressed": 0, "erased": 1}
    assert [one.profile for one in sms.first] == ["p1", "p4", "p5"]
    email = desk.people("All of them", Channel.EMAIL)
    assert email.waterfall is not None
    assert dict(email.waterfall.steps) == {"opted_out": 1, "erased": 1, "no_email": 1}
    assert (email.total, [one.profile for one in email.first]) == (2, ["p1", "p5"])


def test_why_says_it_for_each_condition_and_for_the_whole(desk: SegmentDesk) -> None:
    make(desk, "Fans", {"all": [VIPS, {"none": [{"state": "opted_out"}]}, {"attr": "email", "op": "any"}]})
    one, two, three = (desk.why("Fans", profile) for profile in ("p1", "p2", "p3"))
    assert (one.member, [below.holds for below in one.verdict.below]) == (True, [True, True, True])
    assert (two.member, [below.holds for below in two.verdict.below]) == (False, [True, False, True])
    assert two.verdict.below[1].below[0].holds
    assert not three.member
    with pytest.raises(NotFoundError, match="no profile 'nobody'"):
        desk.why("Fans", "nobody")
    desk.freeze("Fans", "Then")
    then = desk.why("Then", "p1")
    assert (then.member, then.verdict.node) == (True, InSegment("Then"))


def test_why_unfolds_the_segments_that_are_used(desk: SegmentDesk, clock: FixedClock) -> None:
    make(desk, "Fans", VIPS)
    make(desk, "Kept", {"attr": "email", "op": "any"})
    desk.freeze("Kept")
    since = clock.now()
    make(desk, "Open", {"all": [{"segment": "fans"}, {"none": [{"state": "opted_out"}]}]})
    make(desk, "Both", {"all": [{"segment": "Open"}, {"segment": "Kept"}, {"any": [{"segment": "Fans"}]}]})
    clock.advance(DAY)
    one, two, four = (desk.why("Both", profile).verdict for profile in ("p1", "p2", "p4"))
    assert [below.holds for below in one.below] == [True, True, True]
    assert [below.holds for below in two.below] == [False, True, True]
    assert [below.holds for below in four.below] == [False, False, False]
    opened, kept, again = two.below
    (inner,) = opened.below
    assert [below.holds for below in inner.below] == [True, False]
    (tag,) = inner.below[0].below
    assert (tag.node, tag.holds) == (HasTag("VIP"), True)
    assert (kept.since, kept.below) == (since, ())
    # What was told once is not told again.
    assert (again.below[0].node, again.below[0].below) == (InSegment("Fans"), ())
    assert desk.why("Kept", "p1").verdict.since == since


def test_segments_that_use_each_other_in_spite_of_all_are_told_and_end(desk: SegmentDesk, store: Store) -> None:
    make(desk, "A", VIPS)
    make(desk, "B", {"segment": "A"})
    make(desk, "C", {"segment": "B"})
    with store.writing() as connection:
        connection.exec_driver_sql("""UPDATE segment SET conditions = '{"segment": "B"}' WHERE name = 'A'""")
    for name in ("A", "B", "C"):
        with pytest.raises(SegmentError, match="uses itself: take that condition out"):
            desk.why(name, "p1")
        with pytest.raises(SegmentError, match="uses itself"):
            desk.count(name)


def test_sizes_are_kept_when_they_change_and_what_was_seen_last(
    desk: SegmentDesk, store: Store, clock: FixedClock
) -> None:
    make(desk, "Fans", VIPS)
    at = clock.now()
    assert [desk.count("Fans", seen=True), desk.count("Fans")] == [2, 2]
    clock.advance(DAY)
    desk.count("Fans")
    put(store, "profiles", [person(5, updated_at="2026-03-02T00:00:00Z", tags=["VIP"])])
    assert desk.count("Fans") == 3
    found = desk.get("Fans")
    assert found.sizes == ((at, 2), (at + DAY, 3))
    assert (found.seen_at, found.seen_people) == (at, 2)


def test_each_condition_of_a_preview_is_counted_by_itself(desk: SegmentDesk) -> None:
    where = read_node({"all": [VIPS, {"any": [{"tag": "none"}, {"state": "opted_out"}]}]})
    found = desk.preview(where)
    assert found.counts == (1, 2, 1, 0, 1)
    assert [one.profile for one in found.sample] == ["p2"]


def test_what_exists_is_offered_while_typing(desk: SegmentDesk, store: Store) -> None:
    put(
        store, "profiles", [person(6, attributes={"city": "Lund", "age": 40}), person(7, attributes={"city": "Lübeck"})]
    )
    assert desk.attributes() == ["name", "email", "msisdn", "age", "city"]
    assert desk.values("city", "LU") == ["Lund"]
    assert desk.values("city", "l") == ["Lund", "Lübeck"]
    assert desk.values("age", "4") == ["40"]
    assert desk.values("email", "f") == ["five@example.org"]
    assert desk.tags("V") == ["vip"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(feeds(), st.booleans(), st.sampled_from([None, "an", "+4670", "5"]))
def test_a_tab_gives_exactly_the_people_that_its_file_holds(
    tmp_path_factory: pytest.TempPathFactory, feed: Feed, machines: bool, find: str | None
) -> None:
    clock = FixedClock(START + 2 * HOUR)
    with new_store(tmp_path_factory.mktemp("tabs"), clock) as store:
        fill(store, [("activities", feed.activities), ("profiles", feed.profiles), ("events", feed.events)])
        desk, reports = SegmentDesk(store, clock), Reports(store, clock)
        known = {one.id for one in reports.activities()}
        with store.reading() as connection:
            people = set(member_ids(connection, AllOf(), clock.now()))
        for activity in known & set(ACTIVITIES):
            for tab in set(Tab) - {Tab.LINKS}:
                with reports.rows(activity, tab, find=find, machine_clicks=machines) as rows:
                    written = {str(row[0]) for batch in rows.batches for row in batch}
                where = desk.listed(Listed(activity, tab, find=find, machines=machines))
                assert found_by(store, where, clock) == written & people, (activity, tab)


def found_by(store: Store, where: Node, clock: FixedClock) -> set[str]:
    with store.reading() as connection:
        return set(member_ids(connection, where, clock.now()))
