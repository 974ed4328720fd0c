"""Edges of rules.md 5: what changes between the claim and the request, clocks set back, workers that overtake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from smsreport_tui.gateways.interface import Lost, Message, Refusal, Refused
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.attempts import Decision
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.week_hours import read_week_hours
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.retry_setup import IN_FLIGHT
from smsreport_tui.services.worker import Sending
from storage.due_attempts import due_recipients
from storage.leases import take_lease
from storage.outbox import Outbox, take_unanswered
from storage.outbox_claim import Claimant, claim
from storage.outbox_decisions import decide
from storage.pauses import begin_stop
from storage.store import Store, open_store
from tests.services.gateway import ABLE
from tests.services.sending_gateway import SendingGateway, Sent
from tests.services.test_retries import START, bounced, make_pass, soft_again
from tests.storage.engines import address

BLIND = replace(ABLE, find=False, credits=False)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with open_store(address(tmp_path), clock, writable=True) as opened:
        yield opened


def keys(gateway: SendingGateway) -> list[str]:
    return sorted(sent.key for sent in gateway.record.sent)


def test_dropped_stays_dropped_when_the_held_attempt_is_heard_of(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.able = BLIND
    gateway.script.loses = lambda _: True
    clock.advance(HOUR)
    assert make_pass(store, gateway).held == 1
    with store.writing() as connection:
        decide(connection, "A", "p1", Decision.DROP, clock.now())
    for kind in ({"kind": "sent"}, {"kind": "bounced", "bounce": "soft"}):
        gateway.tell(activity_id="A", profile_id="p1", message_id="m-A-p1-2", attempt=2, **kind)
    clock.advance(2 * HOUR)
    make_pass(store, gateway)
    assert keys(gateway) == ["A:p1:2"]


def test_no_request_leaves_after_48_hours_though_it_was_claimed_before(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1", "p2")
    gateway.able = replace(ABLE, max_per_second=5)

    def a_moment_passes(_: Message) -> None:
        clock.advance(1)

    gateway.script.answer = a_moment_passes
    clock.advance(48 * HOUR)
    assert make_pass(store, gateway).postponed == 1
    assert [sent.at - START for sent in gateway.record.sent] == [48 * HOUR + 1]
    assert len(gateway.record.requests) == 1


def test_no_request_leaves_when_the_clock_is_set_back_behind_its_claim(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1", "p2")
    gateway.able = replace(ABLE, max_per_second=5)

    def the_clock_is_set(_: Message) -> None:
        clock.advance(-30 * MINUTE)

    gateway.script.answer = the_clock_is_set
    clock.advance(HOUR)
    make_pass(store, gateway)
    assert len(gateway.record.requests) == 1


def test_a_probe_goes_past_who_may_not_be_sent_to_at_this_hour(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1", "p2")
    gateway.able = replace(ABLE, credits=False)
    closed = gateway.streams["profiles"][0]
    closed["timezone"] = "Pacific/Honolulu"
    gateway.streams["profiles"][1]["timezone"] = "Europe/Stockholm"
    hours = Sending(AllowedHours(read_week_hours("mon-sun 08:00-20:00")))
    make_pass(store, gateway, hours)
    with store.writing() as connection:
        begin_stop(connection, 1, "no credits", clock.now())
    clock.advance(HOUR)
    assert make_pass(store, gateway, hours).sent == 1
    assert keys(gateway) == ["A:p2:2"]


def test_who_is_overtaken_changes_nothing_of_the_others_attempt(store: Store, clock: FixedClock) -> None:
    make_pass(store, bounced(clock, "p1"))
    clock.advance(HOUR)
    until = clock.now() + MINUTE
    first = Claimant(1, "first", clock.now(), until, store.number_key, AllowedHours())
    with store.writing() as connection:
        (claimed,) = claim(connection, due_recipients(connection, clock.now()), first).claimed
    clock.advance(MINUTE)
    with store.writing() as connection:
        assert len(take_unanswered(connection, 1, "second", clock.now(), clock.now() + MINUTE)) == 1
        late = Outbox(connection, 1, "first", clock.now())
        late.given_back(claimed.key)
        late.held(claimed.key, "late")
        late.to_be_asked(claimed.key, 0)
        late.finish()
        assert due_recipients(connection, clock.now()) == []
    clock.advance(MINUTE)
    with store.writing() as connection:
        assert len(take_unanswered(connection, 1, "third", clock.now(), clock.now() + MINUTE)) == 1


def test_a_pause_that_begins_meanwhile_stops_the_pass(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, *(f"p{number}" for number in range(10, 90)))

    def learned(_: Message) -> None:
        if len(gateway.record.requests) == 1:
            with store.writing() as connection:
                begin_stop(connection, 1, "no credits", clock.now())

    gateway.script.answer = learned
    clock.advance(HOUR)
    result = make_pass(store, gateway)
    # Those under way at that moment are sent, and nobody else.
    assert 1 <= result.sent <= IN_FLIGHT
    assert result.sent + result.postponed == 80


def test_a_retry_that_only_receipts_tell_of_is_timed_out(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    clock.advance(HOUR)
    gateway.tell(kind="sent", activity_id="A", profile_id="p1", message_id="elsewhere", attempt=2)
    assert make_pass(store, gateway).due == 0
    clock.advance(2 * HOUR + 55 * MINUTE)
    assert make_pass(store, gateway).sent == 1
    assert keys(gateway) == ["A:p1:3"]


def test_a_claim_made_by_a_clock_that_ran_ahead_is_asked_about(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.script.loses = lambda _: True
    gateway.script.finds = lambda _: Lost("no")
    gateway.receipts = lambda _: []
    clock.advance(40 * HOUR)
    make_pass(store, gateway)
    clock.advance(-30 * HOUR)
    gateway.script.finds = lambda _: None
    make_pass(store, gateway)
    clock.advance(3 * MINUTE)
    assert make_pass(store, gateway).sent == 1
    assert keys(gateway) == ["A:p1:2"]


def test_a_lease_and_a_pause_dated_by_a_clock_that_ran_ahead_end(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    make_pass(store, gateway)
    clock.advance(1000 * HOUR)
    assert take_lease(store, "worker", "gone", 30 * SECOND)
    with store.writing() as connection:
        begin_stop(connection, 1, "no credits", clock.now())
    clock.advance(-999 * HOUR)
    assert take_lease(store, "worker", "alive", 30 * SECOND)
    assert make_pass(store, gateway).sent == 1


def test_who_is_erased_while_a_request_is_under_way_keeps_nothing_of_it(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")

    def erased_meanwhile(_: Message) -> Refused:
        forget(store, "p1")
        return Refused(Refusal.MESSAGE, "not to +46700000001")

    gateway.script.answer = erased_meanwhile
    clock.advance(HOUR)
    make_pass(store, gateway)
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT msisdn, body, reason, state FROM attempt").all()
    assert [tuple(row) for row in rows] == [(None, None, None, 6)]


def test_what_may_have_been_sent_is_repeated_as_it_was(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.able = BLIND
    gateway.script.answer = lambda _: Lost("broken")
    clock.advance(HOUR)
    make_pass(store, gateway)
    activity = gateway.streams["activities"][0]
    gateway.streams["activities"].append({**activity, "updated_at": "2026-03-03T00:00:00Z", "body": "Another"})
    with store.writing() as connection:
        decide(connection, "A", "p1", Decision.SEND, clock.now())
    gateway.script.answer = lambda _: None
    make_pass(store, gateway)
    assert [message.body for message in gateway.record.requests] == ["Hello", "Hello"]


def test_an_account_receipt_known_before_its_message_pauses(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1", "p2")
    gateway.script.loses = lambda key: key == "A:p1:2"
    gateway.script.finds = lambda _: Lost("not yet")
    account = {"kind": "bounced", "vendor": "infobip", "scheme": "error.id", "code": "433"}
    told = {"attempt": None, "at": "2026-03-02T10:00:00Z"}

    def receipts(sent: Sent) -> list[dict[str, object]]:
        return [{"kind": "sent", **told}, {**account, **told}] if "p1" in sent.key else soft_again(sent)

    gateway.receipts = receipts
    clock.advance(HOUR)
    make_pass(store, gateway)
    make_pass(store, gateway)
    gateway.script.finds = lambda _: None
    gateway.script.balance = 0
    clock.advance(HOUR)
    make_pass(store, gateway)
    assert keys(gateway) == ["A:p1:2", "A:p2:2"]


@pytest.mark.parametrize("decision", [Decision.NOW, Decision.SEND])
def test_an_operator_s_word_waits_for_the_allowed_hours_too(
    store: Store, clock: FixedClock, decision: Decision
) -> None:
    # The first message left at ten in the morning, where the number is.
    hours = Sending(AllowedHours(read_week_hours("mon-sun 14:00-20:00")))
    gateway = bounced(clock, "p1")
    make_pass(store, gateway, hours)
    clock.advance(HOUR)
    with store.writing() as connection:
        if decision is Decision.SEND:
            decide(connection, "A", "p1", Decision.HOLD, clock.now())
        decide(connection, "A", "p1", decision, clock.now())
    assert make_pass(store, gateway, hours).postponed == 1
    assert keys(gateway) == []
    clock.advance(3 * HOUR)
    assert make_pass(store, gateway, hours).sent == 1
