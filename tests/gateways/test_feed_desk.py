"""The sending half of the feed client: what each answer means for a message that may have left (rules.md 5)."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from smsreport_tui.gateways import feed_desk
from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.interface import Accepted, Lost, Message, NotFound, Refusal, Refused
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import parse_time
from tests.gateways.standin import Answer, StandIn, breaks_off, drips, hangs_up, says, standin

NOON = parse_time("2026-03-02T12:00:00Z")
MESSAGE = Message("A:p1:2", "+46700000001", "SHOP", "Hej! [/] 👋", "A", "p1", 2)
ACCEPTED = {"message_id": "m1", "accepted_at": "2026-03-02T12:00:00Z", "parts": 1, "credits": "1.5"}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin() as running:
        yield running


@pytest.fixture
async def gateway(server: StandIn) -> AsyncIterator[FeedGateway]:
    client = FeedGateway(server.url, "secret", clock=FixedClock(NOON))
    yield client
    await client.aclose()


@pytest.mark.parametrize("status", [200, 202])
async def test_a_message_is_asked_for_as_the_protocol_says(server: StandIn, gateway: FeedGateway, status: int) -> None:
    server.answers = [says(status, ACCEPTED)]
    assert await gateway.send(MESSAGE) == Accepted("m1", NOON)
    (key, body) = server.posted[0]
    assert key == "A:p1:2"
    assert json.loads(body) == {
        "to": "+46700000001",
        "sender": "SHOP",
        "body": "Hej! [/] 👋",
        "activity_id": "A",
        "profile_id": "p1",
        "attempt": 2,
        "validity_minutes": 55,
    }


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (400, Refusal.MESSAGE),
        (401, Refusal.TOKEN),
        (402, Refusal.CREDITS),
        (403, Refusal.MESSAGE),
        (422, Refusal.MESSAGE),
        (429, Refusal.BUSY),
    ],
)
async def test_a_refusal_accepts_nothing_and_says_why(
    server: StandIn, gateway: FeedGateway, status: int, why: Refusal
) -> None:
    server.answers = [says(status, {"title": "No", "status": status, "detail": "so \x1b[31m"}, Retry_After="7")]
    answer = await gateway.send(MESSAGE)
    assert isinstance(answer, Refused)
    assert (answer.why, answer.retry_after) == (why, 7.0)
    assert answer.reason == f"so ␛[31m ({status})"


LOST: dict[str, Answer] = {
    "500": says(500, {}),
    "redirect": says(302, {}, Location="/elsewhere"),
    "409": says(409, {}),
    "no answer": hangs_up,
    "a broken answer": breaks_off,
    "no JSON": says(200, b"thanks"),
    "no id": says(200, {"accepted_at": "2026-03-02T12:00:00Z"}),
    "a bad id": says(202, {**ACCEPTED, "message_id": "m 1"}),
    "a bad time": says(202, {**ACCEPTED, "accepted_at": "noon"}),
    "deep nesting": says(200, b"[" * 100_000),
    "404 to a send": says(404, {}),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())
async def test_any_other_answer_to_a_send_is_lost(server: StandIn, gateway: FeedGateway, answer: Answer) -> None:
    server.answers = [answer]
    assert isinstance(await gateway.send(MESSAGE), Lost)
    assert len(server.asked) == 1


async def test_an_answer_that_never_ends_is_lost(
    server: StandIn, gateway: FeedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_desk, "REQUEST_SECONDS", 0.3)
    server.answers = [drips]
    assert await gateway.send(MESSAGE) == Lost("it does not answer in time")


async def test_an_answer_too_large_is_lost(server: StandIn, gateway: FeedGateway) -> None:
    server.answers = [says(200, b" " * 2**21)]
    assert await gateway.send(MESSAGE) == Lost("its answer is too large")


async def test_where_nothing_answers_nothing_has_left(server: StandIn) -> None:
    with standin() as gone:
        url = gone.url
    client = FeedGateway(url, "secret", clock=FixedClock(NOON))
    answer = await client.send(MESSAGE)
    await client.aclose()
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.BUSY


async def test_finding_tells_yes_a_clear_no_or_nothing(server: StandIn, gateway: FeedGateway) -> None:
    server.answers = [says(200, ACCEPTED), says(404, {}), says(500, {}), says(429, {}, Retry_After="3")]
    assert await gateway.find(MESSAGE, NOON) == Accepted("m1", NOON)
    assert await gateway.find(MESSAGE, NOON) == NotFound()
    assert isinstance(await gateway.find(MESSAGE, NOON), Lost)
    assert isinstance(await gateway.find(MESSAGE, NOON), Refused)
    assert server.asked[0] == "/v1/messages?idempotency_key=A%3Ap1%3A2"


@pytest.mark.parametrize(
    ("told", "units"), [("5.5", 55_000), ("0", 0), ("-0.0001", -1), ("123456789012", 10**4 * 123456789012)]
)
async def test_credits_left_are_exact(server: StandIn, gateway: FeedGateway, told: str, units: int) -> None:
    server.answers = [says(200, {"credits": told})]
    assert await gateway.balance() == units


@pytest.mark.parametrize(
    "answer", [says(401, {}), says(200, {"credits": "much"}), says(200, b"NaN"), says(200, {"credits": 5}), hangs_up]
)
async def test_credits_that_are_not_told_are_an_error(server: StandIn, gateway: FeedGateway, answer: Answer) -> None:
    server.answers = [answer]
    with pytest.raises(GatewayError):
        await gateway.balance()
