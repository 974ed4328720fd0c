"""Replies that may have been meant as an opt-out: kept until somebody judges them, whatever comes in whatever order."""

import itertools
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.errors import DecisionError, NotFoundError
from smsreport_tui.rules.reply_figures import ReplyDecision, ReplyFigure, ReplyState
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.replies import decide, replies
from smsreport_tui.services.reports import Reports
from storage.near_misses import count_open_near_misses
from storage.store import Store
from tests.storage.feeds import START, Item
from tests.storage.stores import differences, everything, new_store, put, wrong_books

NUMBER = "+46701234567"
PERSON: Item = {"id": "p1", "updated_at": "2026-03-02T09:00:00Z", "msisdn": NUMBER}
OPT_OUT, DISMISS = ReplyDecision.OPT_OUT, ReplyDecision.DISMISS


def reply(text: str, name: str = "r1", **more: object) -> Item:
    about = {"id": name, "kind": "replied", "at": "2026-03-02T10:00:00Z", "profile_id": "p1", "activity_id": "A"}
    return about | {"text": text, "msisdn": NUMBER} | more


def happened(kind: str, at: str) -> Item:
    return {"id": f"{kind}-{at[:2]}", "kind": kind, "at": f"2026-03-02T{at}Z", "profile_id": "p1"}


def all_replies(store: Store) -> list[ReplyFigure]:
    return list(replies(store, None, near_misses=False).rows)


def waiting(store: Store) -> list[str]:
    """Events of the replies that wait for a word, by the list and by the count that doctor shows."""
    found = [one.event for one in replies(store, None, near_misses=True).rows]
    with store.reading() as connection:
        assert count_open_near_misses(connection) == len(found)
    return found


@pytest.mark.parametrize(
    ("text", "meaning", "state"),
    [
        ("Please STOP this", "near_miss", ReplyState.OPEN),
        ("stpo", "near_miss", ReplyState.OPEN),
        ("STOP", "opt_out", None),
        ("Thanks, see you", "other", None),
        ("", "other", None),
    ],
)
def test_what_comes_near_an_opt_out_waits_and_nothing_else(
    store: Store, text: str, meaning: str, state: ReplyState | None
) -> None:
    put(store, "events", [reply(text)])
    (one,) = all_replies(store)
    assert (one.meaning, one.state, one.text, one.msisdn) == (meaning, state, text, NUMBER)
    assert waiting(store) == ([] if state is None else ["r1"])


def test_an_opt_out_is_one_event_dated_as_the_reply_and_counts_in_its_activity(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [PERSON])
    put(store, "events", [reply("Stop it please")])
    said = decide(store, "r1", OPT_OUT)
    clock.advance(HOUR)
    assert decide(store, "r1", OPT_OUT) == said
    reports = Reports(store, clock)
    assert reports.report("A").counts.unsubscribed == 1
    person = reports.profile("p1")
    assert person.opted_out
    seen = sorted((event.kind, event.at) for event in person.timeline)
    assert seen == [("replied", START + HOUR), ("unsubscribed", START + HOUR)]
    (one,) = all_replies(store)
    assert (one.state, one.decided_at) == (ReplyState.OPTED_OUT, clock.at - HOUR)
    assert waiting(store) == []
    assert wrong_books(store) == []


def test_a_dismissed_one_waits_no_longer_and_may_still_become_an_opt_out(store: Store, clock: FixedClock) -> None:
    put(store, "events", [reply("Don't stop!")])
    decide(store, "r1", DISMISS)
    assert waiting(store) == []
    assert not Reports(store, clock).profile("p1").opted_out
    assert put(store, "events", [reply("Don't stop!")]).duplicates == 1
    assert waiting(store) == []
    decide(store, "r1", OPT_OUT)
    assert Reports(store, clock).profile("p1").opted_out
    with pytest.raises(DecisionError, match="which stays"):
        decide(store, "r1", DISMISS)


def test_any_reply_may_be_taken_for_an_opt_out_and_only_a_near_miss_dismissed(store: Store, clock: FixedClock) -> None:
    put(store, "events", [reply("Not interested"), happened("page_view", "10:00:00")])
    with pytest.raises(DecisionError, match="nothing to dismiss"):
        decide(store, "r1", DISMISS)
    for unknown in ("r2", "page_view-10"):
        with pytest.raises(NotFoundError, match="no reply"):
            decide(store, unknown, OPT_OUT)
    decide(store, "r1", OPT_OUT)
    assert Reports(store, clock).profile("p1").opted_out
    assert [one.state for one in all_replies(store)] == [ReplyState.OPTED_OUT]


@pytest.mark.parametrize(
    ("later", "waits"),
    [
        (happened("unsubscribed", "11:00:00"), False),
        (happened("unsubscribed", "09:00:00"), False),
        (happened("resubscribed", "11:00:00"), False),
        (happened("resubscribed", "09:00:00"), True),
    ],
)
def test_who_has_left_or_come_back_since_need_not_be_judged(store: Store, later: Item, waits: bool) -> None:
    put(store, "events", [reply("please stop")])
    put(store, "events", [later])
    assert waiting(store) == (["r1"] if waits else [])


def test_who_came_back_after_the_reply_stays_when_it_is_taken_for_an_opt_out(store: Store, clock: FixedClock) -> None:
    put(store, "events", [reply("please stop"), happened("resubscribed", "11:00:00")])
    decide(store, "r1", OPT_OUT)
    assert not Reports(store, clock).profile("p1").opted_out


def test_an_erased_persons_replies_are_nobodys_to_judge(store: Store) -> None:
    put(store, "profiles", [PERSON])
    put(store, "events", [reply("please stop"), reply("stpo", "r2")])
    decide(store, "r2", DISMISS)
    forget(store, "p1")
    put(store, "events", [reply("please stop", "r3")])
    assert waiting(store) == []
    assert {(one.text, one.msisdn, one.meaning, one.state, one.erased) for one in all_replies(store)} == {
        (None, None, None, None, True)
    }
    with pytest.raises(DecisionError, match="erased"):
        decide(store, "r3", OPT_OUT)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM near_miss").scalar() == 0


PAGES: list[tuple[str, Item]] = [
    ("profiles", PERSON),
    ("events", reply("please stop")),
    ("events", reply("please stop")),
    ("events", reply("stpo", "r2", profile_id="p2")),
    ("profiles", {**PERSON, "updated_at": "2026-03-02T09:30:00Z", "deleted": True}),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::11])
def test_the_same_waits_whatever_came_first(order: tuple[int, ...], tmp_path: Path, clock: FixedClock) -> None:
    seen = []
    for name, places in (("plain.db", range(5)), ("other.db", order)):
        with new_store(tmp_path, clock, name) as store:
            for stream, item in (PAGES[place] for place in places):
                put(store, stream, [item])
            seen.append(everything(store, clock, ["p1", "p2"]))
            assert waiting(store) == ["r2"]
    assert differences(seen[1], seen[0]) == []


def test_the_newest_come_first_and_all_are_counted(store: Store) -> None:
    put(store, "events", [reply(f"no {n}", f"r{n:02d}", at=f"2026-03-02T10:{n % 5:02d}:00Z") for n in range(30)])
    page = replies(store, 7, near_misses=False)
    assert page.total == 30
    assert [one.event for one in page.rows] == ["r04", "r09", "r14", "r19", "r24", "r29", "r03"]
