"""The oracle of segments itself: small cases whose answers rules.md 6 gives, sentence by sentence."""

import itertools
from typing import Any

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    BounceBucket,
    Found,
    Happened,
    Happening,
    HasTag,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    State,
)
from smsreport_tui.rules.times import exact_time
from tests.storage.feeds import AGENTS, NUMBERS, START, Feed, Item
from tests.storage.segment_oracle import Oracle

NOW = START + 2 * HOUR
ONE, TWO, THREE = NUMBERS
HARD, SOFT, REFUSED, BLOCKED = "1", "27", "573", "565"
PHONE, PREVIEW = AGENTS[1], AGENTS[2]
VIP, ERASED = HasTag("vip"), IsIn(State.ERASED)
_ids = itertools.count()


def person(profile: str = "p1", msisdn: str = ONE, *, at: int = START, **more: Any) -> Item:
    return {"id": profile, "updated_at": exact_time(at), "msisdn": msisdn, **more}


def event(kind: str, profile: str = "p1", at: int = START, **more: Any) -> Item:
    return {"id": f"e{next(_ids)}", "kind": kind, "profile_id": profile, "at": exact_time(at), **more}


def receipt(kind: str = "delivered", activity: str = "A", profile: str = "p1", at: int = START, **more: Any) -> Item:
    return event(kind, profile, at, activity_id=activity, **more)


def bounce(code: str, activity: str = "A", profile: str = "p1", at: int = START, **more: Any) -> Item:
    return receipt("bounced", activity, profile, at, **{"scheme": "error.id", "code": code, **more})


def click(activity: str = "A", link: str = "L1", at: int = NOW, agent: str | None = PHONE, profile: str = "p1") -> Item:
    agents = {} if agent is None else {"user_agent": agent}
    return receipt("clicked", activity, profile, at, link_id=link, **agents)


def oracle(*profiles: Item, events: list[Item] | None = None, **more: Any) -> Oracle:
    return Oracle(Feed([], list(profiles), events or []), **{"now": NOW, **more})


def happened(leaf: Happened, *events: Item, now: int = NOW) -> bool:
    return oracle(person(), events=list(events), now=now).members(leaf) == {"p1"}


SENT, DELIVERED, BOUNCED = Happened(Happening.SENT), Happened(Happening.DELIVERED), Happened(Happening.BOUNCED)
CLICKED = Happened(Happening.CLICKED)


def test_all_of_nothing_is_everybody_with_a_record_any_of_nothing_nobody() -> None:
    world = oracle(person(), person("p2"), events=[receipt(profile="p3")])
    assert world.members(AllOf()) == world.members(NoneOf()) == {"p1", "p2"}
    assert world.members(AnyOf()) == set()
    assert world.members(SENT) == set()
    assert world.holds(SENT, "p3")


def test_groups_nest() -> None:
    people = [person("p1", tags=["vip"]), person("p2", tags=["vip"], name="Bo"), person("p3", name="Bo")]
    world = oracle(*people)
    bo = Found("bo")
    assert world.members(AllOf((VIP, bo))) == {"p2"}
    assert world.members(AnyOf((VIP, bo))) == {"p1", "p2", "p3"}
    assert world.members(NoneOf((VIP, bo))) == set()
    assert world.members(AnyOf((AllOf((VIP, NoneOf((bo,)))), NoneOf((VIP,))))) == {"p1", "p3"}


def test_erased_people_are_members_only_where_that_state_is_asked_for_in_the_tree() -> None:
    people = [person(), person("p2", deleted=True), person("p3"), person("p3", at=START - HOUR, deleted=True)]
    world = oracle(*people, person("p4"), forgotten=["p4"])
    assert world.members(AllOf()) == {"p1"}
    assert world.members(ERASED) == {"p2", "p3", "p4"}
    assert world.members(AnyOf((ERASED, AllOf()))) == {"p1", "p2", "p3", "p4"}
    assert world.members(NoneOf((ERASED,))) == {"p1"}


def test_erased_people_have_no_details_left_but_their_events_and_states() -> None:
    details: Item = {"name": "Anna", "email": "a@example.com", "tags": ["vip"], "attributes": {"city": "Lund"}}
    told = [receipt(), *(bounce(HARD, name) for name in "BCD"), event("unsubscribed")]
    world = oracle(person(**details), events=told, forgotten=["p1"])
    assert not any(world.holds(leaf, "p1") for leaf in (VIP, Found("a"), Found("+"), Found("467")))
    kept: list[Node] = [DELIVERED, BOUNCED, Happened(Happening.UNSUBSCRIBED), *(IsIn(state) for state in State)]
    assert all(world.members(AllOf((leaf, ERASED))) == {"p1"} for leaf in kept)


def test_another_segment_keeps_its_own_rule_for_erased_people() -> None:
    world = oracle(person(), person("p2", deleted=True), segments={"All": AllOf(), "Gone": ERASED})
    everyone = AnyOf((AllOf(), ERASED))
    assert world.members(AllOf((InSegment("All"), everyone))) == {"p1"}
    assert world.members(AllOf((InSegment("Gone"), everyone))) == {"p2"}
    assert world.members(InSegment("Gone")) == set()
    assert world.members(AllOf((NoneOf((InSegment("All"),)), everyone))) == {"p2"}


def test_a_segment_is_known_by_its_name_in_any_case_and_a_frozen_one_is_a_list() -> None:
    segments = {"Straße": VIP, "List": ["p2", "stranger"], "Both": AnyOf((InSegment("STRASSE"), InSegment("list")))}
    world = oracle(person(tags=["vip"]), person("p2"), person("p3"), segments=segments)
    assert world.members(InSegment("strasse")) == {"p1"}
    assert world.members(InSegment("List")) == {"p2"}
    assert world.members(NoneOf((InSegment("BOTH"),))) == {"p3"}


@pytest.mark.parametrize("kind", ["unsubscribed", "replied", "page_view"])
def test_other_events_count_with_an_activity_and_without(kind: str) -> None:
    leaves = Happened(Happening(kind)), Happened(Happening(kind), activity="A")
    assert [happened(leaf, event(kind)) for leaf in leaves] == [True, False]
    assert [happened(leaf, receipt(kind)) for leaf in leaves] == [True, True]
    assert [happened(leaf, receipt(kind, "B")) for leaf in leaves] == [True, False]
    assert happened(Happened(Happening(kind), at_least=2), event(kind), receipt(kind))
    assert not happened(Happened(Happening(kind), at_least=2), event(kind))


def test_who_came_back_has_unsubscribed_all_the_same() -> None:
    assert happened(Happened(Happening.UNSUBSCRIBED), event("unsubscribed"), event("resubscribed", at=NOW))


@pytest.mark.parametrize(
    ("told", "sent", "delivered", "bounced"),
    [
        ([], False, False, False),
        ([click(), event("replied")], False, False, False),
        ([receipt("queued")], True, False, False),
        ([bounce(HARD), receipt(at=NOW)], True, True, False),
        ([receipt("cancelled")], True, False, True),
        ([receipt(part=1, parts=2)], True, False, False),
        # The table says that this code is a delivery.
        ([bounce("0")], True, True, False),
    ],
)
def test_sent_delivered_and_bounced_go_by_the_outcome(
    told: list[Item], sent: bool, delivered: bool, bounced: bool
) -> None:
    assert [happened(leaf, *told) for leaf in (SENT, DELIVERED, BOUNCED)] == [sent, delivered, bounced]


def test_receipts_count_once_an_activity() -> None:
    twice = Happened(Happening.SENT, at_least=2)
    assert not happened(twice, receipt("queued"), receipt("sent"), receipt(attempt=2))
    assert happened(twice, receipt(), receipt("queued", "B"))
    assert not happened(Happened(Happening.BOUNCED, at_least=2), bounce(SOFT), bounce(SOFT, "B"), receipt(activity="B"))
    assert not happened(Happened(Happening.SENT, activity="A", at_least=2), receipt(), receipt(activity="B"))


def test_receipts_happen_at_sent_at_delivered_at_and_the_deciding_receipt() -> None:
    told = [receipt("sent", at=NOW - 3 * HOUR), receipt(at=NOW - HOUR), receipt(at=NOW)]
    assert [happened(Happened(Happening.SENT, within=span), *told) for span in ("179m", "3h")] == [False, True]
    assert [happened(Happened(Happening.DELIVERED, within=span), *told) for span in ("59m", "1h")] == [False, True]
    # Hard decides before soft, and the earliest that is hard.
    told = [bounce(SOFT, at=NOW), bounce(HARD, at=NOW - HOUR), bounce(HARD, at=NOW - 2 * HOUR)]
    assert [happened(Happened(Happening.BOUNCED, within=span), *told) for span in ("119m", "2h")] == [False, True]


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (NOW - 30 * MINUTE, True),
        (NOW - 30 * MINUTE - 1, False),
        (NOW, True),
        (NOW + 1, False),
        (NOW + 48 * HOUR, False),
    ],
)
def test_within_is_up_to_the_moment_of_use_and_a_time_to_come_is_within_none(at: int, holds: bool) -> None:
    recent = Happened(Happening.PAGE_VIEW, within="30m")
    assert happened(recent, event("page_view", at=at)) is holds
    assert happened(Happened(Happening.PAGE_VIEW, did=False, within="30m"), event("page_view", at=at)) is not holds
    assert happened(Happened(Happening.PAGE_VIEW), event("page_view", at=at))


def test_a_segment_is_evaluated_when_it_is_used() -> None:
    recent = Happened(Happening.CLICKED, within="12h")
    assert [happened(recent, click(at=NOW), now=NOW + later) for later in (0, 12 * HOUR, 12 * HOUR + 1)] == [
        True,
        True,
        False,
    ]


def test_at_least_counts_what_is_within() -> None:
    clicks = [click(at=NOW), click(at=NOW - HOUR), click(at=NOW + 1)]
    assert happened(Happened(Happening.CLICKED, at_least=2, within="1h"), *clicks)
    assert not happened(Happened(Happening.CLICKED, at_least=3, within="1h"), *clicks)
    assert happened(Happened(Happening.CLICKED, at_least=3), *clicks)


def test_did_not_is_the_opposite_of_the_whole_leaf() -> None:
    assert happened(Happened(Happening.CLICKED, did=False, at_least=2), click())
    assert not happened(Happened(Happening.CLICKED, did=False, at_least=2), click(), click())
    assert happened(Happened(Happening.CLICKED, "A", did=False), click("B"))


def test_did_not_click_alone_is_everyone_who_did_not() -> None:
    told = [receipt(), click(), receipt(profile="p2"), bounce(HARD, profile="p3")]
    world = oracle(*(person(name) for name in ("p1", "p2", "p3", "p4")), events=told)
    assert world.members(Happened(Happening.CLICKED, "A", did=False)) == {"p2", "p3", "p4"}
    assert world.members(AllOf((DELIVERED, Happened(Happening.CLICKED, "A", did=False)))) == {"p2"}


def test_clicks_are_those_of_people_by_link_or_of_machines_too() -> None:
    leaves = CLICKED, Happened(Happening.CLICKED, machines=True)
    assert [happened(leaf, click(agent=PREVIEW)) for leaf in leaves] == [False, True]
    hasty, patient = (click(at=START + seconds * SECOND, agent=None) for seconds in (1, 2))
    assert [happened(leaf, receipt(), hasty) for leaf in leaves] == [False, True]
    assert [happened(leaf, receipt(), patient) for leaf in leaves] == [True, True]


def test_clicks_are_told_apart_by_link_and_activity() -> None:
    clicks = [click(link="L2"), click("B")]
    asked = [(None, "L1"), (None, "L2"), ("A", "L2"), ("B", "L2"), ("B", None), (None, "l1")]
    holds = [happened(Happened(Happening.CLICKED, activity, link), *clicks) for activity, link in asked]
    assert holds == [True, True, True, False, True, False]


@pytest.mark.parametrize(
    ("code", "bucket"), [(SOFT, "soft"), ("4101", "soft"), ("?", "soft"), (HARD, "hard"), (REFUSED, "rejected")]
)
def test_a_bounce_is_in_one_bucket(code: str, bucket: str) -> None:
    buckets = [one for one in BounceBucket if happened(Happened(Happening.BOUNCED, bounce=one), bounce(code))]
    assert buckets == [BounceBucket(bucket)]


def test_a_bounces_code_is_that_of_the_deciding_receipt_and_its_vendor_else_the_gateways() -> None:
    told = [bounce(SOFT), bounce(BLOCKED, at=NOW), bounce(HARD, "B", vendor="twilio", bounce="soft")]

    def has(**asked: Any) -> bool:
        return happened(Happened(Happening.BOUNCED, **asked), *told)

    # Blocked comes before soft in the order.
    assert [has(code=code) for code in (BLOCKED, SOFT)] == [True, False]
    assert [has(vendor="infobip", code=code) for code in (BLOCKED, HARD)] == [True, False]
    assert has(vendor="twilio", scheme="error.id", code=HARD, bounce=BounceBucket.SOFT)
    assert [has(scheme="error_code"), has(vendor="Infobip")] == [False, False]
