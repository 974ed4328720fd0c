"""Held against what Twilio has published: Prism checks requests and answers, and its own client drives the stand-in.

Skipped where Prism is not installed, unless SMSREPORT_REQUIRE names it.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from smsreport_tui.gateways.calls import Call, encode_call
from smsreport_tui.gateways.interface import Accepted, Lost, Message
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.services.sync import sync
from storage.letterbox import CALLS, Letter, Letterbox
from storage.store import Store
from tests.gateways.prism import MISSING, prism_path
from tests.gateways.twilio_standin import ACCOUNT, NUMBER, SERVICE, TOKEN
from tests.gateways.twilio_world import TwilioWorld
from tests.gateways.worlds import Fate
from tests.require import require
from tests.storage.stores import new_store

NOON = 1_772_452_800_000_000
ANNA, BO = "+46700000001", "+46700000002"
MESSAGE = Message("A:p1:2", ANNA, None, "Hej! [/] 👋 & = ?", "A", "p1", 2)
STATES = (
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "partially_delivered",
    "delivered",
    "read",
    "undelivered",
    "failed",
    "canceled",
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with new_store(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> Iterator[TwilioWorld]:
    require("prism", found=prism_path() is not None, reason=MISSING)
    made = TwilioWorld(tmp_path, clock)
    assert made.prism is not None
    yield made
    made.close()


class _ToTheStandIn(TwilioHttpClient):  # type: ignore[misc]
    """The vendor's own client asks its own address: the same path is asked for at another."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **more)


def client(world: TwilioWorld, token: str = TOKEN) -> Client:
    return Client(ACCOUNT, token, http_client=_ToTheStandIn(world.url))


async def test_all_that_the_adapter_asks_is_as_published(world: TwilioWorld, store: Store) -> None:
    world.server.largest_page = 3
    for place, status in enumerate(STATES):
        message = world.account.add(f"+467000001{place:02d}", "Hej 👋", service=SERVICE if place % 2 else None)
        world.account.move(message, status, 30003 if status in ("undelivered", "failed") else None, "words")
    world.campaign("Hello", [ANNA, BO])
    world.receipt(ANNA, Fate.DELIVERED)
    world.reply(BO, "STOP")
    gateway = world.connect(store, receiver="https://sms.example.com")
    await sync(store, gateway, world.clock)
    old = world.account.messages[0]
    world.clock.advance(100 * HOUR)
    await sync(store, gateway, world.clock)
    form = "application/x-www-form-urlencoded"
    call = Call("POST", "status", "", "https://sms.example.com/x", form, "checked", f"MessageSid={old.sid}".encode())
    Letterbox(store, gateway.url).post([Letter(CALLS, encode_call(call))])
    await sync(store, gateway, world.clock)
    assert isinstance(await gateway.send(MESSAGE), Accepted)
    by_service = world.connect(store, sender=SERVICE)
    assert isinstance(await by_service.send(MESSAGE), Accepted)
    world.lose_next()
    assert isinstance(await gateway.send(MESSAGE), Lost)
    assert isinstance(await gateway.find(MESSAGE, world.clock.now()), Lost)
    await by_service.aclose()
    await gateway.aclose()
    asked = {one.partition("?")[0] for one in world.account.requests}
    path = f"/2010-04-01/Accounts/{ACCOUNT}"
    assert asked == {f"GET {path}/Messages.json", f"GET {path}/Messages/{old.sid}.json", f"POST {path}/Messages.json"}


async def test_what_is_not_as_published_does_not_pass(world: TwilioWorld) -> None:
    assert world.prism is not None
    world.account.add(ANNA, "Hello")

    def spoil(page: dict[str, Any]) -> dict[str, Any]:
        page["messages"][0]["status"] = "vanished"
        return page

    world.account.mangle = spoil
    path = f"{world.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN)) as asks:
        assert (await asks.get(path)).status_code == 500
        assert (await asks.get(path, params={"PageSize": "many"})).status_code == 422
        assert (await asks.post(path, data={"To": ANNA, "Body": "x", "ValidityPeriod": "soon"})).status_code == 422
    assert len(world.prism.violations()) == 3


async def test_the_vendors_own_client_sends_fetches_and_lists(world: TwilioWorld, clock: FixedClock) -> None:
    def drive() -> None:
        world.server.largest_page = 2
        messages = client(world).messages
        made = [
            messages.create(to=f"+4670000000{place}", body=f"Hej {place} 👋", from_=NUMBER, validity_period=3_300)
            for place in range(5)
        ]
        assert [one.status for one in made] == ["queued"] * 5
        assert made[0].date_created == datetime(2026, 3, 2, 12, tzinfo=UTC)
        by_service = messages.create(to=ANNA, body="Hi", messaging_service_sid=SERVICE)
        assert (by_service.status, by_service.from_) == ("accepted", None)
        clock.advance(MINUTE)
        for one in world.account.messages:
            world.account.move(one, "delivered")
            one.price = "-0.00790"
        fetched = messages(made[0].sid or "").fetch()
        assert (fetched.status, fetched.price, fetched.direction) == ("delivered", "-0.00790", "outbound-api")
        assert fetched.date_sent == datetime(2026, 3, 2, 12, 1, tzinfo=UTC)
        since = datetime(2026, 3, 2, 12, tzinfo=UTC)
        listed = messages.list(date_sent_after=since, page_size=2)
        assert [one.sid for one in listed] == [by_service.sid, *(one.sid for one in reversed(made))]
        assert [one.sid for one in messages.list(to="+46700000003")] == [made[3].sid]
        with pytest.raises(TwilioRestException) as refused:
            messages.create(to=ANNA, from_=NUMBER)
        assert (refused.value.status, refused.value.code) == (400, 21602)

    await asyncio.to_thread(drive)


async def test_the_vendors_own_client_is_refused_with_a_wrong_token(world: TwilioWorld) -> None:
    def drive() -> None:
        with pytest.raises(TwilioRestException) as refused:
            client(world, "another").messages.create(to=ANNA, from_=NUMBER, body="Hi")
        assert (refused.value.status, refused.value.code) == (401, 20003)

    await asyncio.to_thread(drive)


async def test_what_the_adapter_sends_the_vendors_own_client_reads(world: TwilioWorld, store: Store) -> None:
    gateway = world.connect(store)
    answer = await gateway.send(MESSAGE)
    await gateway.aclose()
    assert isinstance(answer, Accepted)
    found = await asyncio.to_thread(lambda: client(world).messages(answer.message_id).fetch())
    assert (found.to, found.from_, found.body) == (ANNA, NUMBER, MESSAGE.body)
