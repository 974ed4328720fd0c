"""Retries by Twilio: asked for as its API says, known again in its lists, and never sent twice."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from smsreport_tui.gateways import telling
from smsreport_tui.gateways.interface import Accepted, Lost, Message, NotFound, Refusal, Refused
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.retry_desk import RetryDesk
from smsreport_tui.services.worker import PassResult, Sending, Watch, run_worker
from storage.letterbox import Letterbox
from storage.receiver_secret import receiver_secret
from storage.store import Store
from tests.gateways.twilio_standin import NUMBER, SERVICE, Fault, problem
from tests.gateways.twilio_world import TwilioWorld
from tests.gateways.worlds import Fate
from tests.storage.stores import new_store, wrong_books

NOON = 1_772_452_800_000_000
ANNA, BO = "+46700000001", "+46700000002"
MESSAGE = Message("A:p1:2", ANNA, "+14155550199", "Hej! [/] 👋", "A", "p1", 2)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with new_store(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> Iterator[TwilioWorld]:
    made = TwilioWorld(tmp_path, clock)
    yield made
    made.close()


async def make_pass(world: TwilioWorld, store: Store) -> PassResult:
    passes: list[PassResult] = []
    watch = Watch(lambda: 0.001, passes.append, pytest.fail)
    await run_worker(
        store, lambda: world.connect(store), world.clock, watch, once=True, stop=asyncio.Event(), sending=Sending()
    )
    return passes[0]


async def bounce(world: TwilioWorld, store: Store, *numbers: str) -> str:
    """A campaign to these numbers of which every message has bounced; the retries are due."""
    activity = world.campaign("Sale ends today", numbers)
    for number in numbers:
        world.receipt(number, Fate.SOFT)
    await make_pass(world, store)
    world.clock.advance(HOUR)
    return activity


def outcomes(store: Store, world: TwilioWorld, activity: str) -> list[tuple[object, ...]]:
    listed = Reports(store, world.clock).tab(activity, Tab.SENT)
    names = [column.name for column in listed.columns]
    wanted = [names.index(name) for name in ("msisdn", "outcome", "attempts")]
    return sorted((tuple(str(row.values[at]) for at in wanted) for row in listed.rows), key=str)


async def test_a_request_says_what_twilio_asks_for(world: TwilioWorld, store: Store) -> None:
    gateway = world.connect(store, receiver="https://sms.example.com/in/")
    answer = await gateway.send(MESSAGE)
    (made,) = world.account.messages
    assert answer == Accepted(made.sid, NOON)
    assert made.asked == {
        "To": ANNA,
        "Body": "Hej! [/] 👋",
        "ValidityPeriod": "3300",
        "From": NUMBER,
        "StatusCallback": f"https://sms.example.com/in/{receiver_secret(store)}/status",
    }
    await gateway.aclose()


async def test_the_sender_is_the_accounts_or_the_activitys(world: TwilioWorld, store: Store) -> None:
    for told in (SERVICE, ""):
        gateway = world.connect(store, sender=told)
        await gateway.send(MESSAGE)
        await gateway.aclose()
    nobody = world.connect(store, sender="")
    refused = await nobody.send(Message("k", ANNA, None, "Hi", "A", "p1", 2))
    await nobody.aclose()
    by = [{**one.asked, "To": "", "Body": ""} for one in world.account.messages]
    assert [one.get("MessagingServiceSid") or one.get("From") for one in by] == [SERVICE, "+14155550199"]
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.MESSAGE


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (400, 21211, Refusal.MESSAGE),
        (400, 21610, Refusal.MESSAGE),
        (401, 20003, Refusal.TOKEN),
        (403, 20403, Refusal.TOKEN),
        (401, 20005, Refusal.CREDITS),
        (403, 10001, Refusal.CREDITS),
        (400, 90010, Refusal.CREDITS),
        (402, 0, Refusal.CREDITS),
        (422, 0, Refusal.MESSAGE),
        (429, 20429, Refusal.BUSY),
    ],
)
async def test_a_refusal_says_why(world: TwilioWorld, store: Store, status: int, code: int, why: Refusal) -> None:
    world.account.faults = [Fault(status, problem(status, code, "No [b]way[/b]\n"), {"Retry_After": "7"})]
    gateway = world.connect(store)
    answer = await gateway.send(MESSAGE)
    await gateway.aclose()
    assert isinstance(answer, Refused)
    assert (answer.why, answer.retry_after) == (why, 7)
    assert "No [b]way[/b]" in answer.reason
    assert str(code) in answer.reason
    assert "\n" not in answer.reason
    assert world.sent() == []


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(503, b"{}"), Fault(404), Fault(409), Fault(302), Fault(loses=True)]
)
async def test_any_other_answer_is_lost(world: TwilioWorld, store: Store, fault: Fault) -> None:
    world.account.faults = [fault]
    gateway = world.connect(store)
    assert isinstance(await gateway.send(MESSAGE), Lost)
    await gateway.aclose()
    assert len([one for one in world.account.requests if one.startswith("POST")]) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"sid": "?"}', b"[" * 99_999, b'{"sid": "SM1"'])
async def test_an_answer_that_can_not_be_read_is_lost(
    tmp_path: Path, clock: FixedClock, store: Store, body: bytes
) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    world.account.faults = [Fault(201, body)]
    gateway = world.connect(store)
    assert await gateway.send(MESSAGE) == Lost("its answer can not be read")
    await gateway.aclose()


async def test_an_answer_too_large_is_lost(
    tmp_path: Path, clock: FixedClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    world.account.faults = [Fault(201, b" " * (telling.LARGEST + 1))]
    gateway = world.connect(store)
    assert await gateway.send(MESSAGE) == Lost("its answer is too large")
    await gateway.aclose()


async def test_a_retry_belongs_to_its_activity_and_attempt(world: TwilioWorld, store: Store) -> None:
    activity = await bounce(world, store, ANNA, BO)
    assert (await make_pass(world, store)).sent == 2
    assert sorted(world.sent()) == [(ANNA, "Sale ends today"), (BO, "Sale ends today")]
    world.clock.advance(MINUTE)
    world.receipt(ANNA, Fate.DELIVERED)
    world.receipt(BO, Fate.SOFT)
    await make_pass(world, store)
    assert outcomes(store, world, activity) == [(ANNA, "delivered", "2"), (BO, "soft", "2")]
    assert [one.id for one in Reports(store, world.clock).activities()] == [activity]
    assert Reports(store, world.clock).report(activity).total_credits == 4 * 79
    world.clock.advance(HOUR)
    assert (await make_pass(world, store)).sent == 1
    world.receipt(BO, Fate.DELIVERED)
    await make_pass(world, store)
    assert outcomes(store, world, activity) == [(ANNA, "delivered", "2"), (BO, "delivered", "3")]
    assert wrong_books(store) == []


async def test_a_lost_answer_is_found_and_not_sent_again(world: TwilioWorld, store: Store) -> None:
    activity = await bounce(world, store, ANNA)
    world.lose_next()
    await make_pass(world, store)
    world.clock.advance(MINUTE)
    await make_pass(world, store)
    assert world.sent() == [(ANNA, "Sale ends today")]
    world.receipt(ANNA, Fate.DELIVERED)
    await make_pass(world, store)
    assert outcomes(store, world, activity) == [(ANNA, "delivered", "2")]


async def test_a_list_that_shows_a_lost_message_first_knows_it_as_ours(world: TwilioWorld, store: Store) -> None:
    activity = await bounce(world, store, ANNA)
    world.lose_next()
    world.account.lags = True
    await make_pass(world, store)
    assert len(world.sent()) == 1
    world.account.hidden.clear()
    world.receipt(ANNA, Fate.DELIVERED)
    await make_pass(world, store)
    assert outcomes(store, world, activity) == [(ANNA, "delivered", "2")]
    assert [one.id for one in Reports(store, world.clock).activities()] == [activity]
    assert len(world.sent()) == 1


async def test_a_request_that_never_arrived_is_sent_again_when_no_list_shows_it(
    world: TwilioWorld, store: Store
) -> None:
    await bounce(world, store, ANNA)
    world.account.faults = [Fault(500)]
    await make_pass(world, store)
    assert world.sent() == []
    world.clock.advance(2 * MINUTE)
    await make_pass(world, store)
    assert world.sent() == []
    world.clock.advance(2 * MINUTE)
    await make_pass(world, store)
    assert world.sent() == [(ANNA, "Sale ends today")]


async def test_where_it_can_not_be_told_the_operator_decides(world: TwilioWorld, store: Store) -> None:
    await bounce(world, store, ANNA)
    world.account.faults = [Fault(500)]
    await make_pass(world, store)
    world.account.add(ANNA, "Another text", service=SERVICE)
    world.clock.advance(6 * MINUTE)
    assert (await make_pass(world, store)).held == 1
    (held,) = RetryDesk(store, world.clock).all()
    assert "another text" in (held.reason or "")
    assert world.sent() == []


async def test_two_lost_requests_for_one_text_are_told_apart_by_the_list(world: TwilioWorld, store: Store) -> None:
    first = world.campaign("Sale ends today", [ANNA])
    world.receipt(ANNA, Fate.SOFT)
    second = world.campaign("Sale ends today", [ANNA])
    world.receipt(ANNA, Fate.SOFT)
    await make_pass(world, store)
    world.clock.advance(HOUR)
    world.account.lags = True
    world.lose_next()
    world.account.faults.append(Fault(500))
    await make_pass(world, store)
    assert len(world.sent()) == 1
    world.account.lags = False
    world.account.hidden.clear()
    world.account.move(world.account.messages[2], "sent")
    for _ in range(3):
        world.clock.advance(2 * MINUTE)
        await make_pass(world, store)
    assert len(world.sent()) == 2
    world.clock.advance(MINUTE)
    for message in world.account.messages[2:]:
        world.account.move(message, "delivered")
    await make_pass(world, store)
    for activity in (first, second):
        assert outcomes(store, world, activity) == [(ANNA, "delivered", "2")]


async def test_while_they_can_not_be_told_apart_both_are_held(world: TwilioWorld, store: Store) -> None:
    for _ in range(2):
        world.campaign("Sale ends today", [ANNA])
        world.receipt(ANNA, Fate.SOFT)
    await make_pass(world, store)
    world.clock.advance(HOUR)
    world.lose_next()
    world.account.faults.append(Fault(500))
    await make_pass(world, store)
    world.clock.advance(6 * MINUTE)
    assert (await make_pass(world, store)).held == 2
    assert len(world.sent()) == 1


async def test_a_retry_that_a_list_by_date_leaves_out_is_asked_for(world: TwilioWorld, store: Store) -> None:
    activity = await bounce(world, store, ANNA)
    await make_pass(world, store)
    message = world.account.newest(ANNA)
    world.clock.advance(MINUTE)
    world.account.move(message, "failed", 30005)
    message.sent = None
    await make_pass(world, store)
    assert outcomes(store, world, activity) == [(ANNA, "hard", "2")]
    world.account.requests.clear()
    await make_pass(world, store)
    assert not any("/Messages/" in one for one in world.account.requests)


async def test_finding_needs_exactly_one(world: TwilioWorld, store: Store) -> None:
    gateway = world.connect(store)
    later = NOON + 2 * HOUR
    world.clock.at = later + 2 * MINUTE
    world.account.add(ANNA, MESSAGE.body, created=NOON)
    world.account.add(BO, MESSAGE.body)
    assert isinstance(await gateway.find(MESSAGE, later), Lost)
    world.clock.advance(MINUTE)
    assert await gateway.find(MESSAGE, later) == NotFound()
    waiting = world.account.add(ANNA, f"{MESSAGE.body} ", status="queued", sent=None, created=later + SECOND)
    assert await gateway.find(MESSAGE, later) == Accepted(waiting.sid, later + SECOND)
    world.account.hidden.add(waiting.sid)
    assert await gateway.find(MESSAGE, later) == NotFound()
    world.account.hidden.clear()
    world.account.add(ANNA, MESSAGE.body, created=later + 2 * SECOND)
    answer = await gateway.find(MESSAGE, later)
    assert isinstance(answer, Lost)
    assert "2 times" in answer.reason
    asked = [dict(parse_qsl(urlsplit(one).query)) for one in world.account.requests]
    assert all(one == {"To": ANNA, "PageSize": "1000"} for one in asked)
    await gateway.aclose()


async def test_finding_looks_through_all_pages(world: TwilioWorld, store: Store) -> None:
    gateway = world.connect(store)
    world.server.largest_page = 2
    mine = world.account.add(ANNA, MESSAGE.body)
    for _ in range(3):
        world.account.reply(ANNA, "x")
        world.account.add(ANNA, "earlier", created=NOON - HOUR)
    assert await gateway.find(MESSAGE, NOON) == Accepted(mine.sid, NOON)
    world.server.largest_page = 1
    for _ in range(3):
        world.account.add(ANNA, "earlier", created=NOON - HOUR)
    assert await gateway.find(MESSAGE, NOON) == Lost("its list of messages to the number is too long")
    await gateway.aclose()


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(500), Lost("it answers with error 500")),
        (Fault(404, b"{}"), Lost("it answers with error 404")),
        (Fault(400, b"{}"), Lost("It says 400.")),
        (Fault(401, b"{}"), Refused(Refusal.TOKEN, "It says 401.")),
        (Fault(429, b"{}", {"Retry_After": "9"}), Refused(Refusal.BUSY, "It says 429.", 9)),
    ],
)
async def test_finding_without_a_list_finds_nothing_out(
    world: TwilioWorld, store: Store, fault: Fault, answer: object
) -> None:
    gateway = world.connect(store)
    world.clock.advance(HOUR)
    world.account.list_faults = [fault]
    assert await gateway.find(MESSAGE, NOON) == answer
    await gateway.aclose()


@pytest.mark.parametrize("body", [b"<html>", b'{"messages": [{"sid": "x"}]}', b'{"messages": [1], "next_page_uri": 1}'])
async def test_a_list_that_can_not_be_read_finds_nothing_out(
    tmp_path: Path, clock: FixedClock, store: Store, body: bytes
) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    gateway = world.connect(store)
    world.clock.advance(HOUR)
    world.account.list_faults = [Fault(200, body)]
    assert await gateway.find(MESSAGE, NOON) == Lost("its list can not be read")
    world.account.mangle = lambda page: {**page, "next_page_uri": "https://evil.example/"}
    answer = await gateway.find(MESSAGE, NOON)
    assert isinstance(answer, Lost)
    assert "was not followed" in answer.reason
    await gateway.aclose()


async def test_nothing_is_asked_of_an_erased_person(world: TwilioWorld, store: Store) -> None:
    gateway = world.connect(store)
    answer = await gateway.find(Message("k", "", None, "", "A", "p1", 2), NOON)
    assert answer == Lost("its person has been erased")
    assert world.account.requests == []
    await gateway.aclose()


async def test_who_has_opted_out_at_twilio_is_not_sent_to_again(world: TwilioWorld, store: Store) -> None:
    activity = await bounce(world, store, ANNA)
    world.account.faults = [Fault(400, problem(400, 21610, "Attempt to send to unsubscribed recipient"))]
    await make_pass(world, store)
    await make_pass(world, store)
    assert outcomes(store, world, activity) == [(ANNA, "optout", "2")]
    assert RetryDesk(store, world.clock).all() == []
    world.clock.advance(HOUR)
    other = world.campaign("Another sale", [ANNA])
    world.receipt(ANNA, Fate.SOFT)
    await make_pass(world, store)
    world.clock.advance(HOUR)
    assert (await make_pass(world, store)).suppressed == 1
    assert outcomes(store, world, other) == [(ANNA, "soft", "1")]
    assert world.sent() == []


async def test_no_number_and_no_token_reaches_the_log(
    world: TwilioWorld, store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    caplog.set_level("DEBUG", logger="smsreport_tui")
    gateway = world.connect(store)
    monkeypatch.setattr(Letterbox, "post", full)
    world.account.faults = [Fault(400, problem(400, 21610, "stop"))]
    assert isinstance(await gateway.send(MESSAGE), Refused)
    await gateway.aclose()
    assert "could not be kept" in caplog.text
    assert ANNA not in caplog.text
    assert "s3cret" not in caplog.text
