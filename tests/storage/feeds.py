"""Small random feeds, full of what real gateways do: late, repeated, contradicting and unknown."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from smsreport_tui.rules.times import exact_time, parse_time

START = parse_time("2026-03-02T09:00:00Z")
SECOND = 1_000_000
MINUTE = 60 * SECOND
VENDOR = "infobip"

Item = dict[str, Any]

ACTIVITIES = ("A1", "A2")
PROFILES = ("p1", "p2", "p3")
NUMBERS = ("+46700000001", "+46700000002", "+46700000003")
AGENTS = (
    None,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0",
)
CODES = (("error.id", "1"), ("error.id", "27"), ("error.id", "573"), ("error.id", "565"), ("error.id", "nobody"))


@dataclass(frozen=True)
class Feed:
    """Three streams, each in the gateway's order."""

    activities: list[Item]
    profiles: list[Item]
    events: list[Item]

    def streams(self) -> dict[str, list[Item]]:
        return {"activities": self.activities, "profiles": self.profiles, "events": self.events}


def times(spread: int = 3_000) -> st.SearchStrategy[str]:
    """Instants close enough to one another to tie and to cross the two seconds of a machine's click."""
    steps = st.one_of(st.integers(0, 4), st.integers(0, spread))
    return steps.map(lambda step: exact_time(START + step * SECOND))


def _optional(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Item]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def receipts(draw: st.DrawFn) -> Item:
    item: Item = {
        "kind": draw(st.sampled_from(["queued", "sent", "delivered", "delivered", "bounced", "bounced", "cancelled"])),
        "activity_id": draw(st.sampled_from(ACTIVITIES)),
    }
    item |= draw(
        _optional(
            {
                "msisdn": st.sampled_from(NUMBERS),
                "message_id": st.sampled_from(["m1", "m2", "m3"]),
                "attempt": st.integers(1, 3),
                "credits": st.sampled_from(["0", "1", "1.5", "0.0001"]),
            }
        )
    )
    if draw(st.integers(0, 3)) == 0:
        parts = draw(st.integers(1, 3))
        item |= {"parts": parts, "part": draw(st.integers(1, parts))}
    if item["kind"] == "bounced":
        if draw(st.booleans()):
            scheme, code = draw(st.sampled_from(CODES))
            item |= {"scheme": scheme, "code": code}
        if draw(st.booleans()):
            item["bounce"] = draw(st.sampled_from(["soft", "hard", "other"]))
    return item


@st.composite
def clicks(draw: st.DrawFn) -> Item:
    item: Item = {
        "kind": "clicked",
        "activity_id": draw(st.sampled_from(ACTIVITIES)),
        "link_id": draw(st.sampled_from(["L1", "L2", "L9"])),
        "url": draw(st.sampled_from(["https://one.example", "https://two.example"])),
    }
    agent = draw(st.sampled_from(AGENTS))
    return item if agent is None else item | {"user_agent": agent}


@st.composite
def other_events(draw: st.DrawFn) -> Item:
    item: Item = {"kind": draw(st.sampled_from(["unsubscribed", "resubscribed", "replied", "page_view"]))}
    if draw(st.booleans()):
        item["activity_id"] = draw(st.sampled_from(ACTIVITIES))
    if item["kind"] == "replied":
        item["text"] = draw(st.sampled_from(["STOP", "Stop it please", "stpo", "Hej"]))
    return item


@st.composite
def event_lists(draw: st.DrawFn) -> list[Item]:
    drawn = draw(st.lists(st.one_of(receipts(), receipts(), clicks(), other_events()), max_size=25))
    events = []
    for number, item in enumerate(drawn):
        known = {"id": f"e{number:03d}", "at": draw(times()), "profile_id": draw(st.sampled_from([*PROFILES, "px"]))}
        events.append(known | item)
    return events


@st.composite
def profile_versions(draw: st.DrawFn) -> Item:
    item: Item = {"id": draw(st.sampled_from(PROFILES)), "updated_at": draw(times(3))}
    item["msisdn"] = draw(st.sampled_from(NUMBERS))
    item |= draw(
        _optional(
            {
                "name": st.sampled_from(["Anna", "Bo", "Ćiril", None]),
                "email": st.sampled_from(["a@example.com", None]),
                "attributes": st.sampled_from([{}, {"city": "Lund"}, {"age": 40}, {"age": 40.0}]),
                "tags": st.sampled_from([[], ["vip"]]),
                "sms_consent": st.booleans(),
            }
        )
    )
    if draw(st.integers(0, 9)) == 0:
        item["deleted"] = True
        if draw(st.booleans()):
            del item["msisdn"]
    return item


@st.composite
def activity_versions(draw: st.DrawFn) -> Item:
    links = draw(st.sampled_from([[], [("L1", "https://l1.example")], [("L1", "https://x.example"), ("L2", "u")]]))
    item: Item = {
        "id": draw(st.sampled_from(ACTIVITIES)),
        "updated_at": draw(times(3)),
        "name": draw(st.sampled_from(["Spring", "Summer"])),
        "sender": "SHOP",
        "body": "Hello",
        "sent_at": exact_time(START),
        "links": [{"id": link, "url": url} for link, url in links],
    }
    return item | draw(_optional({"total_credits": st.sampled_from(["5", "5.0", "7.25"])}))


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A feed in which no id of an event comes twice with other content."""
    return Feed(
        activities=draw(st.lists(activity_versions(), max_size=4)),
        profiles=draw(st.lists(profile_versions(), max_size=8)),
        events=draw(event_lists()),
    )


@st.composite
def shuffled(draw: st.DrawFn, items: list[Item]) -> list[list[Item]]:
    """The same items in any order, some of them repeated, cut into pages anywhere."""
    order = list(draw(st.permutations(items)))
    if order:
        order += draw(st.lists(st.sampled_from(items), max_size=5))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=4)))
    edges = [0, *cuts, len(order)]
    return [order[start:end] for start, end in itertools.pairwise(edges)]


def page_bytes(items: list[Item], cursor: str, *, has_more: bool = False) -> bytes:
    """A page as the gateway sends it."""
    return json.dumps({"items": items, "next_cursor": cursor, "has_more": has_more}).encode()
