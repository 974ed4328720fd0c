"""Retries: every hour for 48 hours, never twice, never to who may not be sent to (rules.md 5)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import Answer, Lost, Message, Refusal, Refused
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services import retries
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.worker import PassResult, Sending, Watch, run_worker
from storage.store import Store, open_store
from tests.services.gateway import Item
from tests.services.sending_gateway import SendingGateway, Sent
from tests.storage.engines import address

START = 1_772_442_000_000_000
NUMBER = "+46700000001"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with open_store(address(tmp_path), clock, writable=True) as opened:
        yield opened


def profile(name: str = "p1", msisdn: str = NUMBER, **more: object) -> Item:
    return {"id": name, "updated_at": exact_time(START), "msisdn": msisdn, "name": "Anna", **more}


def bounced(clock: FixedClock, *people: str, bounce: str = "soft") -> SendingGateway:
    """A gateway on which a message to each of these people has bounced."""
    at = exact_time(START)
    activity = {"id": "A", "updated_at": at, "name": "n", "sender": "SHOP", "body": "Hello", "sent_at": at}
    gateway = SendingGateway(clock, [activity], [profile(one, f"+4670000000{one[1:]}") for one in people], [])
    for one in people:
        about = {"activity_id": "A", "profile_id": one, "msisdn": f"+4670000000{one[1:]}", "message_id": f"first-{one}"}
        about["at"] = at
        gateway.tell(kind="sent", **about)
        gateway.tell(kind="bounced", bounce=bounce, **about)
    return gateway


def make_pass(store: Store, gateway: SendingGateway, sending: Sending | None = None) -> PassResult:
    passes: list[PassResult] = []

    async def run() -> None:
        watch = Watch(lambda: 0.001, passes.append, pytest.fail)
        await run_worker(
            store, lambda: gateway, gateway.clock, watch, once=True, stop=asyncio.Event(), sending=sending or Sending()
        )

    asyncio.run(run())
    return passes[0]


def soft_again(sent: Sent) -> list[Item]:
    return [{"kind": "sent"}, {"kind": "bounced", "bounce": "soft"}]


def test_a_soft_bounce_is_sent_again_after_an_hour_as_it_was(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    clock.advance(HOUR - 1)
    assert make_pass(store, gateway) == PassResult(synced=2)
    clock.advance(1)
    assert make_pass(store, gateway) == PassResult(due=1, sent=1)
    (sent,) = gateway.record.sent
    message = sent.message
    assert (sent.key, message.msisdn, message.sender, message.body) == ("A:p1:2", NUMBER, "SHOP", "Hello")
    assert (message.attempt, message.validity_minutes) == (2, 55)


def test_every_hour_until_48_hours_after_the_first(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.receipts = soft_again
    for _ in range(60 * 6):
        clock.advance(10 * MINUTE)
        make_pass(store, gateway)
    assert [sent.at - START for sent in gateway.record.sent] == [hour * HOUR for hour in range(1, 49)]
    assert Reports(store, clock).report("A").final


def test_a_delivery_ends_the_retries(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.receipts = lambda _: [{"kind": "sent"}, {"kind": "delivered"}]
    for _ in range(5):
        clock.advance(HOUR)
        make_pass(store, gateway)
    assert len(gateway.record.sent) == 1
    assert Reports(store, clock).report("A").counts.delivered == 1


def test_after_a_long_stop_one_overdue_attempt_is_sent(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.receipts = soft_again
    make_pass(store, gateway)
    clock.advance(20 * HOUR)
    assert [make_pass(store, gateway).sent for _ in range(3)] == [1, 0, 0]


def test_a_lost_answer_is_found_and_not_sent_twice(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.script.loses = lambda _: True
    clock.advance(HOUR)
    assert make_pass(store, gateway) == PassResult(synced=2, due=1, sent=1)
    clock.advance(HOUR)
    make_pass(store, gateway)
    assert len(gateway.record.sent) == 1


def test_a_clear_no_sends_again_with_the_same_key(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    lost = iter([Lost("broken"), None])
    gateway.script.answer = lambda _: next(lost)
    clock.advance(HOUR)
    assert make_pass(store, gateway).sent == 1
    assert [message.key for message in gateway.record.requests] == ["A:p1:2", "A:p1:2"]


@pytest.mark.parametrize("why", [Refusal.CREDITS, Refusal.BUSY, Refusal.TOKEN])
def test_what_was_refused_uses_no_number(store: Store, clock: FixedClock, why: Refusal) -> None:
    gateway = bounced(clock, "p1", "p2")
    gateway.script.answer = lambda _: Refused(why, "no")
    gateway.script.balance = 0
    clock.advance(HOUR)
    assert make_pass(store, gateway) == PassResult(synced=4, due=2, postponed=2)
    gateway.script.answer = lambda _: None
    clock.advance(14 * MINUTE)
    gateway.script.balance = 1
    make_pass(store, gateway)
    assert len(gateway.record.sent) == (2 if why is Refusal.BUSY else 0)
    clock.advance(MINUTE)
    make_pass(store, gateway)
    assert sorted(sent.key for sent in gateway.record.sent) == ["A:p1:2", "A:p2:2"]


def test_a_message_that_is_refused_is_held(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.script.answer = lambda _: Refused(Refusal.MESSAGE, "bad")
    clock.advance(HOUR)
    assert make_pass(store, gateway) == PassResult(synced=2, due=1, held=1)
    clock.advance(HOUR)
    assert make_pass(store, gateway) == PassResult()


def test_another_number_now_holds(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    gateway.streams["profiles"].append(profile(msisdn="+46700000099", updated_at=exact_time(START + 1)))
    clock.advance(HOUR)
    assert make_pass(store, gateway) == PassResult(synced=2, due=1, held=1)


def test_a_retry_without_a_final_receipt_ends_unknown(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    clock.advance(HOUR)
    make_pass(store, gateway)
    clock.advance(2 * HOUR + 54 * MINUTE)
    assert make_pass(store, gateway).due == 0
    clock.advance(MINUTE)
    assert make_pass(store, gateway).sent == 1
    # The late receipt of the second attempt wins over its time-out.
    gateway.tell(kind="delivered", activity_id="A", profile_id="p1", message_id="m-A-p1-2")
    make_pass(store, gateway)
    assert Reports(store, clock).report("A").counts.delivered == 1


def test_a_worker_that_is_told_to_stop_leaves_the_request_under_way_to_be_asked_about(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "STOP_SECONDS", 0.05)
    gateway, stop = bounced(clock, "p1", "p2"), asyncio.Event()
    send = gateway.send

    async def never_answers(message: Message) -> Answer:
        await send(message)
        stop.set()
        await asyncio.Event().wait()
        raise AssertionError("nothing sets it")

    gateway.send = never_answers  # type: ignore[method-assign]
    clock.advance(HOUR)
    watch = Watch(lambda: 0.001, lambda _: None, pytest.fail)
    asyncio.run(run_worker(store, lambda: gateway, clock, watch, once=False, stop=stop))
    assert not Reports(store, clock).sync_state().worker_alive
    gateway.send = send  # type: ignore[method-assign]
    make_pass(store, gateway)
    assert sorted(sent.key for sent in gateway.record.sent) == ["A:p1:2", "A:p2:2"]
