"""A new activity by the feed client: what each answer means for an SMS that may have left."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from smsreport_tui.gateways import feed_desk
from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.interface import Created, Lost, NewActivity, Refusal, Refused
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.times import parse_time
from tests.gateways.standin import Answer, StandIn, breaks_off, drips, hangs_up, says, standin

NOON = parse_time("2026-03-02T12:00:00Z")
ACTIVITY = NewActivity("Again [/]", "SHOP", "Hej! 👋", ("sr-1", "sr-2"), ("sr-3",))
MADE = {"id": "n1", "updated_at": "2026-03-02T12:00:00Z", "name": "Again", "sender": "SHOP", "body": "", "sent_at": "x"}


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
async def test_an_activity_is_asked_for_as_the_protocol_says(
    server: StandIn, gateway: FeedGateway, status: int
) -> None:
    server.otherwise = says(status, MADE)
    assert await gateway.create_activity("k:1", ACTIVITY) == Created("n1")
    assert server.asked == ["/v1/activities"]
    told = {"name": "Again [/]", "sender": "SHOP", "body": "Hej! 👋", "include": ["sr-1", "sr-2"], "exclude": ["sr-3"]}
    assert (server.posted[0][0], json.loads(server.posted[0][1])) == ("k:1", told)
    later = NewActivity("Again [/]", "SHOP", "Hej! 👋", ("sr-1", "sr-2"), ("sr-3",), NOON)
    await gateway.create_activity("k:2", later)
    assert json.loads(server.posted[1][1]) == {**told, "send_at": "2026-03-02T12:00:00.000000Z"}


async def test_the_same_request_is_the_same_to_the_byte(server: StandIn, gateway: FeedGateway) -> None:
    server.otherwise = says(503, {})
    for _ in range(2):
        await gateway.create_activity("k:1", ACTIVITY)
    assert server.posted[0] == server.posted[1]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (400, Refusal.MESSAGE),
        (401, Refusal.TOKEN),
        (402, Refusal.CREDITS),
        (404, Refusal.MESSAGE),
        (422, Refusal.MESSAGE),
        (429, Refusal.BUSY),
    ],
)
async def test_a_refusal_accepts_nothing_and_says_why(
    server: StandIn, gateway: FeedGateway, status: int, why: Refusal
) -> None:
    server.answers = [says(status, {"title": "No", "status": status, "detail": "so \x1b[31m"}, Retry_After="7")]
    assert await gateway.create_activity("k:1", ACTIVITY) == Refused(why, f"so ␛[31m ({status})", 7.0)


LOST: dict[str, Answer] = {
    "500": says(500, {}),
    "redirect": says(302, {}, Location="/elsewhere"),
    "no answer": hangs_up,
    "a broken answer": breaks_off,
    "no JSON": says(200, b"thanks"),
    "no id": says(200, {"name": "Again"}),
    "a bad id": says(202, {**MADE, "id": "n 1"}),
    "deep nesting": says(200, b"[" * 100_000),
    "endless": drips,
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())
async def test_any_other_answer_is_lost_and_asked_for_once(
    server: StandIn, gateway: FeedGateway, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_desk, "CREATE_SECONDS", 0.3)
    server.answers = [answer]
    assert isinstance(await gateway.create_activity("k:1", ACTIVITY), Lost)
    assert len(server.asked) == 1
