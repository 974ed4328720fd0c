"""Workers that stay on one store share its sending: what is due, the gateway's limit a second, its pauses."""

import asyncio
import copy
import dataclasses
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from smsreport_tui.gateways.interface import Answer, Message
from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.clock import HOUR, SECOND, FixedClock
from smsreport_tui.rules.errors import StoreAwayError
from smsreport_tui.services.pace import BATCH_SECONDS
from smsreport_tui.services.retries import RetryPass
from smsreport_tui.services.retry_setup import Setup
from smsreport_tui.services.turns import Turns
from smsreport_tui.services.worker import RECEIPTS_SECONDS, PassResult, Watch, run_worker
from storage.leases import book
from storage.outbox import Key, Outbox
from storage.pauses import begin_stop, read_pauses
from storage.store import Store, open_store
from tests.require import require
from tests.services.gateway import ABLE
from tests.services.sending_gateway import SendingGateway
from tests.services.test_retries import START, bounced, make_pass
from tests.storage import engines
from tests.storage.postgres import Server, programs

pytestmark = pytest.mark.portable

MANY = tuple(f"p{number}" for number in range(100, 230))
"""More than two workers claim together."""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with open_store(engines.address(tmp_path), clock, writable=True) as opened:
        yield opened


def keys(gateway: SendingGateway) -> Counter[str]:
    return Counter(sent.key for sent in gateway.record.sent)


def all_of(people: tuple[str, ...]) -> Counter[str]:
    return Counter(f"A:{one}:2" for one in people)


def as_of(gateway: SendingGateway, told: Callable[[Message], Awaitable[None]]) -> SendingGateway:
    """The same gateway as one worker sees it, which is told of each of its requests before it is carried out."""
    one = copy.copy(gateway)

    async def send(message: Message) -> Answer:
        await told(message)
        return await gateway.send(message)

    one.send = send  # type: ignore[method-assign]
    return one


async def comes(condition: Callable[[], bool], *work: asyncio.Future[None]) -> None:
    """Returns when the condition holds, or with the error of a worker that has ended."""
    while not condition():
        await asyncio.wait(work, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
        for one in work:
            if one.done():
                one.result()
                return


async def run(store: Store, gateway: SendingGateway, stop: asyncio.Event, passes: list[PassResult]) -> None:
    watch = Watch(lambda: 0.001, passes.append, lambda _: None)
    await run_worker(store, lambda: gateway, gateway.clock, watch, once=False, stop=stop)


async def test_workers_that_stay_share_what_is_due(store: Store, clock: FixedClock) -> None:
    gateway, stop, both = bounced(clock, *MANY), asyncio.Event(), asyncio.Event()
    senders: set[str] = set()

    def asked_by(name: str) -> SendingGateway:
        async def told(_: Message) -> None:
            senders.add(name)
            if len(senders) == 2:
                both.set()
            # Neither goes on before the other has begun.
            await both.wait()

        return as_of(gateway, told)

    clock.advance(HOUR)
    passes: list[PassResult] = []
    work = [asyncio.ensure_future(run(store, asked_by(name), stop, passes)) for name in ("one", "other")]
    await comes(lambda: sum(one.sent for one in passes) == len(MANY), *work)
    stop.set()
    await asyncio.gather(*work)
    assert senders == {"one", "other"}
    assert keys(gateway) == all_of(MANY)


def setup_of(store: Store, clock: FixedClock, holder: str, gateway: SendingGateway, most: float | None = None) -> Setup:
    able = replace(ABLE, max_per_second=most)
    return Setup(store, gateway, 1, able, holder, clock, asyncio.Event(), leads=False)


def taken(store: Store, turns: Turns, requests: int) -> int | None:
    """When that many requests may begin, now that they are booked."""

    def change(connection: Connection) -> int | None:
        began = turns.begin_at(connection)
        if began is not None:
            turns.book(connection, began, requests)
        return began

    return store.write(change)


def test_each_books_the_gateway_after_the_others(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    one, other, third = (Turns(setup_of(store, clock, name, gateway, 4.0)) for name in ("one", "other", "third"))
    now = clock.now()
    assert taken(store, one, 40) == now
    assert taken(store, other, 20) == now + 10 * SECOND
    assert taken(store, third, 8) == now + BATCH_SECONDS * SECOND
    # Nobody claims what could only be sent much later.
    assert taken(store, one, 1) is None
    clock.advance(2 * SECOND)
    assert taken(store, one, 1) == now + 17 * SECOND
    # What is booked by oneself is kept to by one's own pace.
    assert taken(store, one, 1) == clock.now()
    # Another pass does not know it, whoever makes it.
    again = Turns(setup_of(store, clock, "one", gateway, 4.0))
    assert taken(store, again, 1) == clock.now() + SECOND // 4


def test_a_slow_gateway_holds_no_place_in_the_time_of_others(store: Store, clock: FixedClock) -> None:
    """Requests that slow answers have held up are booked anew before they leave."""
    gateway = bounced(clock, "p1")
    one, other = (Turns(setup_of(store, clock, name, gateway, 10.0)) for name in ("one", "other"))

    async def late() -> float:
        began = taken(store, one, 20)
        assert began is not None
        one.from_then(began, 20)
        await one.wait()
        clock.advance(5 * SECOND)
        assert taken(store, other, 60) == clock.now()
        waits: list[float] = []

        async def noted(seconds: float) -> None:
            waits.append(seconds)

        one.pace._sleep = noted
        await one.wait()
        return waits[-1]

    # The other has the gateway for six seconds.
    assert 5.5 < asyncio.run(late()) <= 6.2


def test_a_slow_gateway_is_booked_for_long_and_in_turn(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    one, other, third = (Turns(setup_of(store, clock, name, gateway, 0.1)) for name in ("one", "other", "third"))
    now = clock.now()
    assert [taken(store, one, 1), taken(store, other, 3)] == [now, now + 10 * SECOND]
    assert taken(store, third, 1) is None


def test_what_is_known_is_kept_when_another_request_fails(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, *MANY[:20])
    gateway.able = replace(ABLE, find=False)

    def fails(message: Message) -> None:
        if len(gateway.record.requests) == 20:
            raise StoreAwayError("The server is away.")

    gateway.script.answer = fails
    clock.advance(HOUR)
    with pytest.raises(StoreAwayError):
        make_pass(store, gateway)
    assert len(gateway.record.sent) == 19
    with store.reading() as connection:
        states = Counter(connection.exec_driver_sql("SELECT state FROM attempt").scalars())
    # It may have left, and nobody can tell: the operator decides about that one, and about no other.
    assert states == {SendState.ACCEPTED: 19, SendState.HELD: 1}


def test_a_probe_is_kept_when_its_answer_is_written_at_the_second_try(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = bounced(clock, "p1", "p2")
    gateway.able = replace(ABLE, credits=False)
    make_pass(store, gateway)
    with store.writing() as connection:
        begin_stop(connection, 1, "no credits", clock.now())
    clock.advance(HOUR)
    failed: list[int] = []
    accepted = Outbox.accepted

    def fails_once(outbox: Outbox, key: Key, message_id: str, accepted_at: int) -> None:
        if not failed:
            failed.append(1)
            raise StoreAwayError("The server is away.")
        accepted(outbox, key, message_id, accepted_at)

    monkeypatch.setattr(Outbox, "accepted", fails_once)
    assert make_pass(store, gateway).sent == 1
    with store.reading() as connection:
        assert read_pauses(connection) == []
    assert make_pass(store, gateway).sent == 1


def test_receipts_grow_old_while_others_have_the_gateway(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    make_pass(store, gateway)
    clock.advance(HOUR)
    setup = setup_of(store, clock, "one", gateway, 1.0)
    assert taken(store, Turns(setup), 30) is not None

    async def waits(seconds: float) -> None:
        # As if others booked again and again.
        clock.advance(int((seconds + 1) * SECOND))
        with store.writing() as connection:
            book(connection, "requests:1", "other", clock.now() + 30 * SECOND)

    until = clock.now() + RECEIPTS_SECONDS * SECOND
    work = RetryPass(dataclasses.replace(setup, sleep=waits, receipts_until=until))
    asyncio.run(work.run())
    assert not work.is_finished
    assert gateway.record.requests == []


def test_a_booking_by_a_clock_that_was_set_back_holds_nobody_up(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    one, other = (Turns(setup_of(store, clock, name, gateway, 1.0)) for name in ("one", "other"))
    assert taken(store, one, 5) == clock.now()
    clock.advance(-HOUR)
    assert taken(store, other, 5) == clock.now()


def test_without_a_limit_nobody_books(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1")
    one, other = (Turns(setup_of(store, clock, name, gateway)) for name in ("one", "other"))
    assert [taken(store, turns, 64) for turns in (one, other, one)] == [clock.now()] * 3


def test_who_shares_asks_no_gateway_that_is_paused(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, "p1", "p2")
    make_pass(store, gateway)
    with store.writing() as connection:
        begin_stop(connection, 1, "no credits", clock.now())
    clock.advance(HOUR)
    counts = asyncio.run(RetryPass(setup_of(store, clock, "other", gateway)).run())
    assert (counts.due, counts.sent, counts.postponed) == (2, 0, 2)
    assert gateway.record.asked_balance == 0
    assert gateway.record.requests == []


def test_who_is_delivered_while_others_are_sent_to_is_not_sent_to(store: Store, clock: FixedClock) -> None:
    gateway = bounced(clock, *MANY)

    def time_passes(message: Message) -> None:
        if len(gateway.record.requests) == 1:
            for event in ({"kind": "sent"}, {"kind": "delivered"}):
                gateway.tell(activity_id="A", profile_id=MANY[-1], message_id=f"first-{MANY[-1]}", **event)
            clock.advance((RECEIPTS_SECONDS + 1) * SECOND)

    gateway.script.answer = time_passes
    clock.advance(HOUR)
    make_pass(store, gateway)
    assert keys(gateway) == all_of(MANY[:-1])


@pytest.fixture
def private_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that may be stopped."""
    found = programs()
    require("postgres", found=found is not None, reason="no PostgreSQL 13 or newer is installed here")
    assert found is not None
    own = Server(found, durable=True)
    try:
        yield own
    finally:
        own.close()


@pytest.mark.sqlite
@pytest.mark.parametrize("amid", [1, 20, 65])
async def test_a_server_that_restarts_amid_a_batch_ends_no_worker(
    private_server: Server, clock: FixedClock, amid: int
) -> None:
    gateway, stop = bounced(clock, *MANY), asyncio.Event()
    asked = 0

    def restart() -> None:
        private_server.stop()
        private_server.start()

    async def told(_: Message) -> None:
        nonlocal asked
        asked += 1
        if asked == amid:
            await asyncio.to_thread(restart)

    clock.advance(HOUR)
    passes: list[PassResult] = []
    with open_store(private_server.address("shared"), clock, writable=True) as store:
        work = asyncio.ensure_future(run(store, as_of(gateway, told), stop, passes))
        await comes(lambda: len(gateway.record.sent) == len(MANY), work)
        stop.set()
        await work
        assert keys(gateway) == all_of(MANY)
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM attempt").scalar() == len(MANY)
