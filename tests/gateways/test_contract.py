"""What every adapter promises, whoever the vendor is: run it over a new one by naming its `World` in `WORLDS`."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import (
    Accepted,
    Capabilities,
    Created,
    Lost,
    Message,
    NewActivity,
    NotFound,
    Refusal,
    Refused,
)
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.retry_desk import RetryDesk
from smsreport_tui.services.sync import SyncResult, sync
from smsreport_tui.services.worker import PassResult, Watch, run_worker
from storage.books import book_errors
from storage.store import Store, open_store
from tests.gateways.feed_world import FeedWorld
from tests.gateways.kannel_world import KannelWorld
from tests.gateways.shlink_vendor import ShlinkVendor
from tests.gateways.sinch_world import SinchWorld
from tests.gateways.twilio_world import TwilioWorld
from tests.gateways.worlds import SECRET, Fate, MakeVendor, MakeWorld, Vendor, World

WORLDS: dict[str, MakeWorld] = {"feed": FeedWorld, "kannel": KannelWorld, "sinch": SinchWorld, "twilio": TwilioWorld}
VENDORS: dict[str, MakeVendor] = {**WORLDS, "shlink": ShlinkVendor}
"""With those that send nothing, which promise less."""
START = 1_772_442_000_000_000
ANNA, BO, CARL, DINA = "+46700000001", "+46700000002", "+46700000003", "+46700000004"
BODY = "Hej! Rea på {allt} 30 % 👋"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[World]:
    folder = tmp_path / "vendor"
    folder.mkdir()
    made = WORLDS[request.param](folder, clock)
    yield made
    made.close()


@pytest.fixture(params=sorted(VENDORS))
def vendor(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[Vendor]:
    folder = tmp_path / "vendor"
    folder.mkdir()
    made = VENDORS[request.param](folder, clock)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with open_store(str(tmp_path / "store.db"), clock, writable=True) as opened:
        yield opened


@pytest.fixture
def able(store: Store, world: World) -> Capabilities:
    """What the adapter says that its vendor can do."""

    async def asked() -> Capabilities:
        gateway = world.connect(store)
        try:
            return (await gateway.info()).capabilities
        finally:
            await gateway.aclose()

    return asyncio.run(asked())


def pull(store: Store, world: Vendor) -> SyncResult:
    """One sync, by a connection of its own."""

    async def run() -> SyncResult:
        gateway = world.connect(store)
        try:
            return await sync(store, gateway, world.clock)
        finally:
            await gateway.aclose()

    return asyncio.run(run())


def make_pass(store: Store, world: World) -> PassResult:
    """One pass of the worker."""
    passes: list[PassResult] = []

    async def run() -> None:
        watch = Watch(lambda: 0.001, passes.append, pytest.fail)
        await run_worker(store, partial(world.connect, store), world.clock, watch, once=True, stop=asyncio.Event())

    asyncio.run(run())
    return passes[0]


def send(store: Store, world: World, message: Message) -> object:
    """What the adapter says of one message."""

    async def run() -> object:
        gateway = world.connect(store)
        try:
            return await gateway.send(message)
        finally:
            await gateway.aclose()

    return asyncio.run(run())


def message_to(number: str, activity: str, profile: str) -> Message:
    return Message(f"{activity}:{profile}:2", number, "SHOP", BODY, activity, profile, 2)


def profile_of(store: Store, world: World, activity: str, number: str) -> str:
    """The id of whoever has this number in the activity's list."""
    rows = Reports(store, world.clock).tab(activity, Tab.SENT).rows
    return next(str(row.values[0]) for row in rows if row.values[2] == number)


def test_a_campaign_becomes_a_report(store: Store, world: World, clock: FixedClock) -> None:
    activity = world.campaign(BODY, [ANNA, BO, CARL, DINA])
    clock.advance(MINUTE)
    world.receipt(ANNA, Fate.DELIVERED)
    world.receipt(BO, Fate.SOFT)
    world.receipt(CARL, Fate.HARD)
    pull(store, world)
    report = Reports(store, clock).report(activity)
    counts = report.counts
    assert (counts.sent, counts.delivered, counts.soft, counts.hard, counts.pending) == (4, 1, 1, 1, 1)
    assert report.activity.body == BODY
    assert report.quarantined == 0
    with store.reading() as connection:
        assert book_errors(connection) == []


def test_a_second_sync_brings_nothing_new(store: Store, world: World, clock: FixedClock) -> None:
    world.campaign(BODY, [ANNA, BO])
    world.receipt(ANNA, Fate.DELIVERED)
    pull(store, world)
    clock.advance(MINUTE)
    again = pull(store, world)
    assert (again.activities, again.profiles, again.events, again.quarantined) == (0, 0, 0, 0)


def test_news_come_with_the_next_sync(store: Store, world: World, clock: FixedClock) -> None:
    activity = world.campaign(BODY, [ANNA, BO])
    pull(store, world)
    clock.advance(3 * MINUTE)
    world.receipt(ANNA, Fate.DELIVERED)
    pull(store, world)
    clock.advance(3 * MINUTE)
    world.receipt(BO, Fate.HARD)
    pull(store, world)
    reports = Reports(store, clock)
    assert (reports.report(activity).counts.delivered, reports.report(activity).counts.hard) == (1, 1)


def test_a_soft_bounce_is_sent_again_and_its_delivery_ends_it(store: Store, world: World, clock: FixedClock) -> None:
    activity = world.campaign(BODY, [ANNA, BO])
    world.receipt(ANNA, Fate.SOFT)
    world.receipt(BO, Fate.DELIVERED)
    clock.advance(HOUR + MINUTE)
    assert make_pass(store, world).sent == 1
    assert world.sent() == [(ANNA, BODY)]
    clock.advance(MINUTE)
    world.receipt(ANNA, Fate.DELIVERED)
    for _ in range(3):
        clock.advance(HOUR)
        make_pass(store, world)
    assert world.sent() == [(ANNA, BODY)]
    report = Reports(store, clock).report(activity)
    assert (report.counts.sent, report.counts.delivered, report.counts.soft) == (2, 2, 0)
    assert len(Reports(store, clock).activities()) == 1


def test_an_attempt_that_bounces_again_is_followed_by_the_next(store: Store, world: World, clock: FixedClock) -> None:
    world.campaign(BODY, [ANNA])
    world.receipt(ANNA, Fate.SOFT)
    for attempt in range(1, 4):
        clock.advance(HOUR + MINUTE)
        make_pass(store, world)
        assert world.sent() == [(ANNA, BODY)] * attempt
        clock.advance(MINUTE)
        world.receipt(ANNA, Fate.SOFT)


def test_a_lost_answer_is_never_a_second_message(
    store: Store, world: World, able: Capabilities, clock: FixedClock
) -> None:
    activity = world.campaign(BODY, [ANNA])
    world.receipt(ANNA, Fate.SOFT)
    pull(store, world)
    clock.advance(HOUR + MINUTE)
    world.lose_next()
    make_pass(store, world)
    for _ in range(4):
        clock.advance(2 * MINUTE)
        make_pass(store, world)
    assert world.sent() == [(ANNA, BODY)]
    assert RetryDesk(store, clock).board().held == (0 if able.find else 1)
    clock.advance(MINUTE)
    world.receipt(ANNA, Fate.DELIVERED)
    make_pass(store, world)
    assert Reports(store, clock).report(activity).counts.delivered == 1
    assert world.sent() == [(ANNA, BODY)]


@pytest.mark.parametrize(
    ("status", "why"), [(401, Refusal.TOKEN), (429, Refusal.BUSY), (503, None), (500, None)], ids=str
)
def test_what_was_refused_was_not_sent(store: Store, world: World, status: int, why: Refusal | None) -> None:
    activity = world.campaign(BODY, [ANNA])
    pull(store, world)
    message = message_to(ANNA, activity, profile_of(store, world, activity, ANNA))
    world.refuse_next(status)
    answer = send(store, world, message)
    assert isinstance(answer, Refused | Lost)
    assert not isinstance(answer, Refused) or why is None or answer.why is why
    assert why is None or isinstance(answer, Refused)
    assert world.sent() == []
    assert SECRET not in repr(answer)
    assert ANNA not in repr(answer)
    assert isinstance(send(store, world, message), Accepted)
    assert world.sent() == [(ANNA, BODY)]


def test_a_wrong_secret_is_told_in_a_sentence_and_stops_the_sync(store: Store, vendor: Vendor) -> None:
    wrong = "wr0ng-secret"

    async def run() -> None:
        gateway = vendor.connect(store, secret=wrong)
        try:
            await gateway.info()
            await sync(store, gateway, vendor.clock)
        finally:
            await gateway.aclose()

    with pytest.raises(GatewayError) as told:
        asyncio.run(run())
    assert str(told.value).endswith((".", "`."))
    assert wrong not in str(told.value)


def test_a_reply_of_one_word_ends_the_sending(
    store: Store, world: World, able: Capabilities, clock: FixedClock
) -> None:
    if not able.opt_outs:
        pytest.skip("no opt-outs come from here")
    activity = world.campaign(BODY, [ANNA, BO])
    world.receipt(ANNA, Fate.SOFT)
    pull(store, world)
    clock.advance(MINUTE)
    world.reply(ANNA, " stop ")
    world.reply(BO, "stop by tomorrow?")
    clock.advance(HOUR + MINUTE)
    make_pass(store, world)
    assert world.sent() == []
    assert Reports(store, clock).report(activity).counts.unsubscribed == 1


def test_hostile_text_is_kept_out_of_nobodys_way(store: Store, world: World, clock: FixedClock) -> None:
    activity = world.campaign(BODY, [ANNA, BO])
    world.receipt(ANNA, Fate.DELIVERED)
    world.reply(BO, "[/] \x1b[2J \u202e =1+1 '; DROP TABLE event; --" + "x" * 5_000)
    pull(store, world)
    assert Reports(store, clock).report(activity).counts.delivered == 1
    with store.reading() as connection:
        assert book_errors(connection) == []


def test_what_the_vendor_can_not_do_is_said_and_not_tried(store: Store, vendor: Vendor) -> None:
    message = Message("A:p:2", ANNA, "SHOP", BODY, "A", "p", 2)

    async def run() -> tuple[Capabilities, list[object], list[str]]:
        gateway = vendor.connect(store)
        try:
            able = (await gateway.info()).capabilities
            answers: list[object] = []
            said: list[str] = []
            if not able.send:
                answers.append(await gateway.send(message))
            if not able.find:
                answers.append(await gateway.find(message, START))
            if not able.create_activity:
                answers.append(await gateway.create_activity("k", NewActivity("n", "SHOP", BODY, ("s",))))
            if not able.segments:
                with pytest.raises(GatewayError) as told:
                    await gateway.put_segment("s", "n", "")
                said.append(str(told.value))
            if not able.credits:
                with pytest.raises(GatewayError) as told:
                    await gateway.balance()
                said.append(str(told.value))
            return able, answers, said
        finally:
            await gateway.aclose()

    able, answers, said = asyncio.run(run())
    assert able.send or isinstance(answers[0], Refused)
    assert not any(isinstance(answer, Accepted | Created | NotFound) for answer in answers)
    assert all(sentence.endswith(".") for sentence in said)
    assert vendor.sent() == []


def test_a_vendor_with_nothing_to_tell_is_synced_all_the_same(store: Store, vendor: Vendor) -> None:
    for _ in range(2):
        found = pull(store, vendor)
        assert (found.activities, found.profiles, found.events, found.quarantined) == (0, 0, 0, 0)
