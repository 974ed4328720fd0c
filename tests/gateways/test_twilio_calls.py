"""Twilio's calls: taken when the account has signed them, and then only a sign of which message has news."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from smsreport_tui.gateways import twilio_collector, twilio_place
from smsreport_tui.gateways.calls import Call, CallRefusedError, encode_call
from smsreport_tui.gateways.receiver import Receiver
from smsreport_tui.gateways.twilio_calls import TwilioCalls, message_sid, signature
from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from storage.letterbox import CALLS, Letter, Letterbox
from storage.store import Store
from tests.gateways.twilio_standin import ACCOUNT, NUMBER, TOKEN, Stored
from tests.gateways.twilio_world import TwilioWorld
from tests.gateways.worlds import Fate
from tests.storage.stores import new_store

NOON = 1_772_452_800_000_000
ANNA, BO = "+46700000001", "+46700000002"
URL = "https://sms.example.com/in/0123456789abcdef/status?x=%C3%A5"
SID = f"SM{1:032x}"
TAKER = TwilioCalls(ACCOUNT, TOKEN)
STATUS = {
    "AccountSid": ACCOUNT,
    "MessageSid": SID,
    "SmsSid": SID,
    "MessageStatus": "delivered",
    "SmsStatus": "delivered",
    "To": ANNA,
    "From": NUMBER,
    "ApiVersion": "2010-04-01",
}
TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
FORMS = st.dictionaries(TEXTS.filter(bool), TEXTS, max_size=8)
URLS = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["sms.example.com", "127.0.0.1", "a-b.example"]),
    st.sampled_from(["", ":443", ":80", ":8443"]),
    st.text("abz/09-_.", max_size=12),
    st.sampled_from(["", "?x=1", "?a=%2B&b=", "?bodySHA=1"]),
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
    made = TwilioWorld(tmp_path, clock)
    yield made
    made.close()


def call(fields: dict[str, str], *, url: str = URL, token: str = TOKEN, **more: object) -> Call:
    """A call as Twilio makes it, signed by its own client's code."""
    signed = RequestValidator(token).compute_signature(url, fields)
    made = {"method": "POST", "path": "status", "query": "", "url": url, "signature": signed}
    form = {"content_type": "application/x-www-form-urlencoded; charset=UTF-8", "body": urlencode(fields).encode()}
    return Call(**{**made, **form, **more})


def about(message: Stored, status: str) -> Letter:
    """A callback about a message, as the receiver keeps it."""
    fields = {**STATUS, "MessageSid": message.sid, "SmsSid": message.sid, "MessageStatus": status, "To": message.to}
    made = call(fields)
    TAKER.check(made)
    return Letter(CALLS, encode_call(made))


async def look(world: TwilioWorld, store: Store) -> None:
    gateway = world.connect(store)
    try:
        await sync(store, gateway, world.clock)
    finally:
        await gateway.aclose()


@given(URLS, FORMS)
def test_what_twilios_own_code_signs_is_taken(url: str, fields: dict[str, str]) -> None:
    TAKER.check(call({**fields, "AccountSid": ACCOUNT, "MessageSid": SID}, url=url))


@given(URLS, FORMS)
def test_twilios_own_code_takes_what_is_signed_here(url: str, fields: dict[str, str]) -> None:
    signed = signature(TOKEN, url, fields.items())
    assert signed == RequestValidator(TOKEN).compute_signature(url, fields)
    assert RequestValidator(TOKEN).validate(url, fields, signed)


@given(FORMS, st.data())
def test_any_other_signature_is_refused(fields: dict[str, str], data: st.DataObject) -> None:
    taken = call({**fields, "AccountSid": ACCOUNT, "MessageSid": SID})
    other = data.draw(st.text(max_size=40).filter(lambda text: text != taken.signature))
    forged = Call(**{**_fields(taken), "signature": other})  # type: ignore[arg-type]
    with pytest.raises(CallRefusedError) as refused:
        TAKER.check(forged)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (call(STATUS, token="another"), 403),
        (call(STATUS, signature=""), 403),
        (call(STATUS, url="https://other.example/in", signature=call(STATUS).signature), 403),
        (call(STATUS, body=call(STATUS).body + b"&ErrorCode=30005"), 403),
        (call({**STATUS, "AccountSid": "AC" + "f" * 32}), 403),
        (call({"AccountSid": ACCOUNT}), 400),
        (call({**STATUS, "MessageSid": "../x", "SmsSid": ""}), 400),
        (call(STATUS, body=b"\xff"), 400),
        (call(STATUS, body=b"a=%FF"), 400),
        (call(STATUS, body=b"&".join(b"a=1" for _ in range(201))), 400),
        (call(STATUS, method="GET"), 405),
        (call(STATUS, content_type="application/json"), 415),
        (call(STATUS, url="https://[::1/in", signature="x"), 403),
    ],
)
def test_what_twilio_does_not_send_is_refused(made: Call, status: int) -> None:
    with pytest.raises(CallRefusedError) as refused:
        TAKER.check(made)
    assert refused.value.status == status
    assert TOKEN not in str(refused.value)
    assert ANNA not in str(refused.value)


def test_a_field_that_comes_twice_is_signed_with_all_its_values() -> None:
    fields = [("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "a"), ("AccountSid", ACCOUNT), ("MessageSid", SID)]
    signed = signature(TOKEN, URL, fields)
    TAKER.check(call({}, body=urlencode(fields).encode(), signature=signed))
    assert signed == signature(TOKEN, URL, reversed(fields))


def test_the_answer_is_an_empty_response_of_twiml() -> None:
    kind, body = TAKER.answer(call(STATUS))
    assert (kind, body) == ("text/xml", b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
    assert message_sid(call(STATUS)) == SID


async def test_a_callback_brings_news_of_a_message_that_no_look_reaches(world: TwilioWorld, store: Store) -> None:
    activity = world.campaign("Hello", [ANNA, BO])
    await look(world, store)
    world.clock.advance(100 * HOUR)
    await look(world, store)
    world.receipt(ANNA, Fate.DELIVERED)
    world.receipt(BO, Fate.DELIVERED)
    await look(world, store)
    reports = Reports(store, world.clock)
    assert reports.report(activity).counts.delivered == 0
    message = world.account.newest(ANNA)
    box = Letterbox(store, f"{world.url}/2010-04-01/Accounts/{ACCOUNT}")
    box.post([about(message, "sent"), about(message, "delivered"), about(message, "delivered")])
    world.account.requests.clear()
    await look(world, store)
    assert reports.report(activity).counts.delivered == 1
    assert [one for one in world.account.requests if "/Messages/" in one] == [
        f"GET /2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}.json"
    ]
    assert box.read(CALLS, 0, 9) == []


@pytest.mark.parametrize("body", [b"<html>", b'{"sid": "SM1"', b"\xff", b'"\\ud800"', b"[" * 99_999])
async def test_a_message_that_can_not_be_read_spoils_no_other(world: TwilioWorld, store: Store, body: bytes) -> None:
    activity = world.campaign("Hello", [ANNA])
    gateway = world.connect(store)
    box = Letterbox(store, gateway.url)
    box.post(
        [
            about(world.account.newest(ANNA), "sent"),
            Letter(CALLS, encode_call(call({**STATUS, "MessageSid": SID[:-1] + "9"}))),
        ]
    )

    async def fetch(_: str) -> bytes:
        return body

    api: Any = gateway._api
    api.fetch = fetch
    result = await sync(store, gateway, world.clock)
    await gateway.aclose()
    assert result.quarantined == 1
    assert Reports(store, world.clock).report(activity).counts.sent == 1


async def test_a_callback_about_no_message_of_ours_is_dropped(world: TwilioWorld, store: Store) -> None:
    activity = world.campaign("Hello", [ANNA])
    gone = world.account.add(BO, "deleted since")
    world.account.messages.remove(gone)
    box = Letterbox(store, f"{world.url}/2010-04-01/Accounts/{ACCOUNT}")
    box.post([about(gone, "sent")])
    await look(world, store)
    assert Reports(store, world.clock).report(activity).counts.sent == 1
    assert box.read(CALLS, 0, 9) == []


async def test_many_callbacks_have_all_looked_at_instead_of_each(
    world: TwilioWorld, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_collector, "MOST_FETCHED", 3)
    monkeypatch.setattr(twilio_place, "FEW", 0)
    numbers = [f"+4670000{number:04d}" for number in range(5)]
    activity = world.campaign("Hello", numbers)
    await look(world, store)
    for _ in range(4):
        world.clock.advance(55 * 60 * 1_000_000)
        await look(world, store)
    box = Letterbox(store, f"{world.url}/2010-04-01/Accounts/{ACCOUNT}")
    for number in numbers:
        world.receipt(number, Fate.DELIVERED)
        box.post([about(world.account.newest(number), "delivered")])
    world.clock.advance(1_000_000)
    world.account.requests.clear()
    await look(world, store)
    assert Reports(store, world.clock).report(activity).counts.delivered == 5
    assert not any("/Messages/" in one for one in world.account.requests)


async def test_an_incoming_message_is_taken_up_by_its_call(world: TwilioWorld, store: Store) -> None:
    activity = world.campaign("Hello", [ANNA])
    await look(world, store)
    world.clock.advance(HOUR)
    world.reply(ANNA, "STOP")
    reply = world.account.messages[-1]
    world.account.hidden.add(reply.sid)
    box = Letterbox(store, f"{world.url}/2010-04-01/Accounts/{ACCOUNT}")
    box.post([about(reply, "received")])
    await look(world, store)
    world.account.hidden.clear()
    await look(world, store)
    assert Reports(store, world.clock).report(activity).counts.unsubscribed == 1


async def test_the_receiver_takes_what_twilio_calls_it_with(world: TwilioWorld, store: Store) -> None:
    activity = world.campaign("Hello", [ANNA])
    await look(world, store)
    world.clock.advance(100 * HOUR)
    await look(world, store)
    world.receipt(ANNA, Fate.DELIVERED)
    box = Letterbox(store, f"{world.url}/2010-04-01/Accounts/{ACCOUNT}")
    receiver = Receiver(box, TAKER, "s3cr3t", "https://sms.example.com")
    fields = {**STATUS, "MessageSid": world.account.newest(ANNA).sid, "SmsSid": ""}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(receiver.app), base_url="http://127.0.0.1") as twilio:
        answers = []
        for token in ("another", TOKEN):
            signed = RequestValidator(token).compute_signature("https://sms.example.com/s3cr3t/status", fields)
            headers = {"X-Twilio-Signature": signed}
            answers.append(await twilio.post("/s3cr3t/status", data=fields, headers=headers))
    assert [one.status_code for one in answers] == [403, 200]
    assert answers[1].headers["content-type"].startswith("text/xml")
    assert answers[1].text.endswith("<Response/>")
    await look(world, store)
    assert Reports(store, world.clock).report(activity).counts.delivered == 1


def _fields(made: Call) -> dict[str, object]:
    return {name: getattr(made, name) for name in made.__struct_fields__}
