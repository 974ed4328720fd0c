"""The segments of the feed client: what is asked for, what is asked again, and what ends with a sentence."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from smsreport_tui.gateways import feed_segments
from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.interface import SegmentLostError
from smsreport_tui.gateways.patience import LONGEST_WAIT, Patience
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import parse_time
from tests.gateways.standin import Answer, StandIn, breaks_off, drips, hangs_up, says, standin

NOON = parse_time("2026-03-02T12:00:00Z")
Work = Callable[[FeedGateway], Awaitable[None]]


async def put(gateway: FeedGateway) -> None:
    await gateway.put_segment("S.1", "Lapsed 👋", "to include")


async def add(gateway: FeedGateway) -> None:
    await gateway.put_members("S.1", 7, ("p1", "p2"))


async def commit(gateway: FeedGateway) -> None:
    await gateway.commit_segment("S.1", 2)


EMPTY = {"id": "S.1", "name": "Lapsed 👋", "members": 0, "committed": False}
IN_FORCE = {**EMPTY, "members": 2, "committed": True}
REQUESTS: dict[str, tuple[Work, Answer, str, object]] = {
    "put": (put, says(200, EMPTY), "/v1/segments/S.1", {"name": "Lapsed 👋", "description": "to include"}),
    "members": (add, says(204, b""), "/v1/segments/S.1/members/7", {"profile_ids": ["p1", "p2"]}),
    "commit": (commit, says(200, IN_FORCE), "/v1/segments/S.1/commit", {"members": 2}),
}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
async def gateway(server: StandIn, waits: list[float]) -> AsyncIterator[FeedGateway]:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    client = FeedGateway(server.url, "secret", clock=FixedClock(NOON), patience=Patience(tries=4), sleep=sleep)
    yield client
    await client.aclose()


@pytest.mark.parametrize("name", REQUESTS)
async def test_each_request_is_as_the_protocol_says(name: str, server: StandIn, gateway: FeedGateway) -> None:
    work, answer, path, body = REQUESTS[name]
    server.answers = [answer]
    await work(gateway)
    assert server.asked == [path]
    assert server.tokens == ["Bearer secret"]
    assert json.loads(server.posted[0][1]) == body


PASSING: dict[str, Answer] = {
    "429": says(429, {}, Retry_After="0"),
    "500": says(500, {}),
    "no answer": hangs_up,
    "a broken answer": breaks_off,
}
UNREADABLE: dict[str, Answer] = {
    "no JSON": says(200, b"thanks"),
    "NaN": says(200, json.dumps({**IN_FORCE, "x": float("nan")}).encode()),
    "deep nesting": says(200, b"[" * 100_000),
    "another segment": says(200, {**IN_FORCE, "id": "S.2"}),
}


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("name", PASSING)
async def test_what_may_pass_is_asked_again(
    request_name: str, name: str, server: StandIn, gateway: FeedGateway, waits: list[float]
) -> None:
    work, answer, path, body = REQUESTS[request_name]
    server.answers = [PASSING[name], PASSING[name], answer]
    await work(gateway)
    assert server.asked == [path] * 3
    assert [json.loads(told) for _, told in server.posted] == [body] * 3
    assert len(waits) == 2


@pytest.mark.parametrize("request_name", ["put", "commit"])
@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_answer_that_can_not_be_read_is_asked_for_again(
    request_name: str, name: str, server: StandIn, gateway: FeedGateway
) -> None:
    work, answer, path, _ = REQUESTS[request_name]
    server.answers = [UNREADABLE[name], answer]
    await work(gateway)
    assert server.asked == [path] * 2


async def test_retry_after_wins_and_what_is_waited_in_all_is_bounded(
    server: StandIn, gateway: FeedGateway, waits: list[float]
) -> None:
    half = int(LONGEST_WAIT / 2)
    server.answers = [says(429, {}, Retry_After="7"), says(503, {}, Retry_After=str(half)), says(204, b"")]
    await add(gateway)
    assert waits == [7.0, half]
    server.otherwise = says(429, {}, Retry_After=str(half))
    with pytest.raises(GatewayError, match="was asked 3 times, and it asks to be left alone"):
        await add(gateway)
    assert waits[2:] == [half, half]


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (400, r"does not take the segment: No name \(400\)\. Change it"),
        (401, "refuses the token .401.: check SMSREPORT_TOKEN"),
        (402, r"has no credits left: No name \(402\)\. Buy some"),
        (404, r"does not have the segment as it was uploaded: No name \(404\)\. Push it again"),
        (409, r"does not have the segment as it was uploaded: No name \(409\)"),
        (422, r"does not take the segment: No name \(422\)"),
        (302, "final address"),
    ],
)
async def test_what_no_patience_helps_says_what_to_do(
    request_name: str, status: int, sentence: str, server: StandIn, gateway: FeedGateway
) -> None:
    server.otherwise = says(status, {"title": "Bad", "status": status, "detail": "No name"}, Location="/elsewhere")
    with pytest.raises(GatewayError, match=sentence) as told:
        await REQUESTS[request_name][0](gateway)
    assert len(server.asked) == 1
    assert isinstance(told.value, SegmentLostError) is (status in (404, 409))


@pytest.mark.parametrize("answer", [{**IN_FORCE, "members": 1}, {**IN_FORCE, "committed": False}])
async def test_a_commit_of_other_people_is_none(server: StandIn, gateway: FeedGateway, answer: object) -> None:
    server.otherwise = says(200, answer)
    with pytest.raises(SegmentLostError, match="people in force"):
        await commit(gateway)


async def test_endless_answers_end(server: StandIn, gateway: FeedGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_segments, "DEADLINE", 0.1)
    server.otherwise = drips
    with pytest.raises(GatewayError, match="was asked 4 times, and it does not answer in time"):
        await put(gateway)
    server.otherwise = says(422, b" " * 2**21)
    with pytest.raises(GatewayError, match="too large to read"):
        await put(gateway)
