"""The feed client against a server that does what real ones do."""

from collections.abc import Iterator

import pytest

from smsreport_tui.gateways import feed
from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.interface import CursorGoneError
from smsreport_tui.gateways.patience import LONGEST_WAIT, Patience
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.rules.times import parse_time
from tests.gateways.standin import INFO, Answer, StandIn, breaks_off, drips, hangs_up, page, says, standin

CLOCK = FixedClock(parse_time("2026-03-02T09:00:00Z"))
EVENT = {"id": "e1", "kind": "page_view", "at": "2026-03-02T09:00:00Z", "profile_id": "p"}


class Waits(list[float]):
    """Takes down how long the client would have slept."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin() as running:
        yield running


@pytest.fixture
def waits() -> Waits:
    return Waits()


def client(server: StandIn, waits: Waits, tries: int = 4) -> FeedGateway:
    return FeedGateway(server.url, "secret", clock=CLOCK, patience=Patience(tries=tries), sleep=waits)


async def test_tells_who_the_gateway_is_and_sends_the_token(server: StandIn, waits: Waits) -> None:
    server.answers = [says(200, INFO)]
    info = await client(server, waits).info()
    assert (info.name, info.vendor, info.capabilities.send) == ("Stand-in", "infobip", True)
    assert server.tokens == ["Bearer secret"]


async def test_asks_with_cursor_and_limit(server: StandIn, waits: Waits) -> None:
    server.answers = [page([EVENT], "c2")]
    found = await client(server, waits).events("c1")
    assert [item.id for item in found.items] == ["e1"]
    assert server.asked == ["/v1/events?limit=2000&cursor=c1"]


async def test_tells_where_a_page_leads_each_time_that_it_comes(server: StandIn, waits: Waits) -> None:
    broken = says(200, {"items": 7, "next_cursor": "other", "has_more": True})
    server.answers = [broken, page([EVENT], "c2", has_more=True)]
    told: list[str] = []
    found = await client(server, waits).events("c1", told.append)
    assert (found.next_cursor, told) == ("c2", ["other", "c2"])


PASSING: dict[str, Answer] = {
    "500": says(500, {}),
    "503": says(503, {}),
    "no answer": hangs_up,
    "a broken answer": breaks_off,
    "a page that is no JSON": says(200, b"<html>"),
    "a page without next_cursor": says(200, {"items": []}),
    "a page with NaN": says(200, b'{"items":[NaN],"next_cursor":"c"}'),
}


@pytest.mark.parametrize("name", PASSING)
async def test_asks_again_with_longer_waits(name: str, server: StandIn, waits: Waits) -> None:
    server.answers = [PASSING[name], PASSING[name], page([EVENT], "c")]
    found = await client(server, waits).events(None)
    assert found.next_cursor == "c"
    assert len(waits) == 2
    assert all(wait > 0 for wait in waits)


@pytest.mark.parametrize("name", PASSING)
async def test_gives_up_with_a_sentence(name: str, server: StandIn, waits: Waits) -> None:
    server.otherwise = PASSING[name]
    with pytest.raises(GatewayError, match=r"was asked 4 times, and .*: check"):
        await client(server, waits).events(None)
    assert len(server.asked) == 4


async def test_retry_after_wins(server: StandIn, waits: Waits) -> None:
    dated = says(503, {}, Retry_After="Mon, 02 Mar 2026 09:00:30 GMT")
    server.answers = [says(429, {}, Retry_After="7"), dated, page([], "c")]
    await client(server, waits).events(None)
    assert list(waits) == [7.0, 30.0]


async def test_a_long_rest_ends_the_sync_with_a_sentence(server: StandIn, waits: Waits) -> None:
    server.answers = [says(429, {}, Retry_After=str(int(LONGEST_WAIT) * 4))]
    with pytest.raises(GatewayError, match="left alone for 60 minutes"):
        await client(server, waits).events(None)
    assert list(waits) == []


@pytest.mark.parametrize(
    ("status", "sentence"), [(401, "SMSREPORT_TOKEN"), (403, "SMSREPORT_TOKEN"), (404, "check the gateway's address")]
)
async def test_what_no_patience_helps_says_what_to_do(
    status: int, sentence: str, server: StandIn, waits: Waits
) -> None:
    server.otherwise = says(status, {})
    with pytest.raises(GatewayError, match=sentence):
        await client(server, waits).info()
    assert len(server.asked) == 1


async def test_never_follows_a_redirect(server: StandIn, waits: Waits) -> None:
    server.otherwise = says(302, {}, Location=f"{server.url}/elsewhere")
    with pytest.raises(GatewayError, match="final address"):
        await client(server, waits).info()
    assert server.asked == ["/v1/info"]


@pytest.mark.parametrize("content", [b"<html>", {"hello": 1}, {**INFO, "capabilities": {}}])
async def test_another_service_is_told_from_a_feed(content: object, server: StandIn, waits: Waits) -> None:
    server.otherwise = says(200, content)
    with pytest.raises(GatewayError, match="no SMS Report feed"):
        await client(server, waits).info()


async def test_an_answer_spoiled_on_the_way_is_asked_for_again(server: StandIn, waits: Waits) -> None:
    server.answers = [says(200, b'{"protocol":'), says(200, b""), says(200, INFO)]
    assert (await client(server, waits).info()).name == "Stand-in"


async def test_another_protocol_is_refused(server: StandIn, waits: Waits) -> None:
    server.otherwise = says(200, {**INFO, "protocol": "smsreport-feed/2"})
    with pytest.raises(GatewayError, match="update one of them"):
        await client(server, waits).info()


@pytest.mark.parametrize("status", [410, 400])
async def test_a_forgotten_cursor_is_told_apart(status: int, server: StandIn, waits: Waits) -> None:
    server.otherwise = says(status, {})
    with pytest.raises(CursorGoneError):
        await client(server, waits).events("old")


async def test_a_page_too_large_is_asked_for_in_smaller_ones(
    server: StandIn, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LARGEST_ANSWER", 1_000)
    server.answers = [says(200, b"x" * 2_000), page([EVENT], "c")]
    await client(server, waits).events(None)
    assert server.asked == ["/v1/events?limit=2000", "/v1/events?limit=500"]


async def test_endless_pages_end_with_a_sentence(
    server: StandIn, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LARGEST_ANSWER", 1_000)
    server.otherwise = says(200, b"x" * 2_000)
    with pytest.raises(GatewayError, match="tell its operator"):
        await client(server, waits).events(None)


async def test_a_slow_drip_meets_the_deadline(server: StandIn, waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "DEADLINE", 0.2)
    server.otherwise = drips
    with pytest.raises(GatewayError, match="does not answer in time"):
        await client(server, waits, tries=2).events(None)


async def test_nobody_at_the_address(waits: Waits) -> None:
    with standin() as server:
        gone = client(server, waits, tries=2)
    with pytest.raises(GatewayError, match="nothing answers at that address"):
        await gone.info()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sms.example.com", "no web address"),
        ("ftp://sms.example.com", "no web address"),
        ("http://sms.example.com", "use https"),
        ("https://me:pass@sms.example.com", "name or password"),
        ("https://sms.example.com/?a=1", "before /v1"),
        ("https://[sms", "no URL"),
    ],
)
def test_addresses_that_no_token_is_sent_to(url: str, sentence: str, waits: Waits) -> None:
    with pytest.raises(ConfigError, match=sentence):
        FeedGateway(url, "secret", clock=CLOCK)


@pytest.mark.parametrize("url", ["https://sms.example.com/", "https://sms.example.com/v1", "https://sms.example.com"])
def test_one_address_however_it_is_written(url: str) -> None:
    assert FeedGateway(url, "secret", clock=CLOCK).url == "https://sms.example.com"
