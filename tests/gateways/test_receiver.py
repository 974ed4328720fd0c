"""A call is kept before it is answered, who has no secret finds nothing, and what can not be kept comes again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from smsreport_tui.gateways.calls import Call, CallRefusedError, decode_call
from smsreport_tui.gateways.kannel_calls import KannelCalls
from smsreport_tui.gateways.receiver import LARGEST, Receiver
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.errors import StoreError
from storage.letterbox import CALLS, Letter, Letterbox
from storage.store import Store
from tests.storage.feeds import START
from tests.storage.stores import new_store

SECRET = "s3cr3t-p4th"
URL = "https://vendor.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path, FixedClock(START)) as opened:
        yield opened


@pytest.fixture
def box(store: Store) -> Letterbox:
    return Letterbox(store, URL)


@pytest.fixture
async def client(box: Letterbox) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(Receiver(box, KannelCalls(), SECRET, "https://public.example/")) as opened:
        yield opened


def calling(receiver: Receiver) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(receiver.app), base_url="http://127.0.0.1:8190")


def kept(box: Letterbox) -> list[Call]:
    return [decode_call(one.content) for one in box.read(CALLS, 0, 10_000)]


async def test_a_call_is_kept_as_it_came_and_answered_with_nothing(client: httpx.AsyncClient, box: Letterbox) -> None:
    answer = await client.get(f"/{SECRET}/dlr?activity=A&to=%2B46700000001&type=1&at=1&reply=a%20b")
    assert (answer.status_code, answer.content) == (200, b"")
    (call,) = kept(box)
    assert (call.method, call.path, call.body) == ("GET", "dlr", b"")
    assert call.query == "activity=A&to=%2B46700000001&type=1&at=1&reply=a%20b"
    assert call.url == f"https://public.example/{SECRET}/dlr?{call.query}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 404),
        ("/dlr", 404),
        ("/wrong/dlr", 404),
        (f"/{SECRET}", 404),
        (f"/{SECRET}/", 404),
        (f"/{SECRET}/other", 404),
        (f"/{SECRET}x/dlr", 404),
        (f"/{SECRET}/dlr/../../x", 404),
        ("/%00%ff/dlr", 404),
    ],
)
async def test_nothing_else_is_there(client: httpx.AsyncClient, box: Letterbox, path: str, status: int) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        answer = await client.request(method, path)
        assert answer.status_code in (status, 405)
        assert answer.content == b""
    assert kept(box) == []


async def test_it_says_that_it_is_well_to_who_knows_the_secret(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/{SECRET}/health")).text == "ok\n"
    assert (await client.get("/health")).status_code == 404


async def test_a_body_is_kept_up_to_its_limit(client: httpx.AsyncClient, box: Letterbox) -> None:
    whole = await client.post(f"/{SECRET}/mo", content=b"x" * LARGEST, headers={"Content-Type": "text/plain"})
    more = await client.post(f"/{SECRET}/mo", content=b"x" * (LARGEST + 1))
    assert (whole.status_code, more.status_code) == (200, 413)
    (call,) = kept(box)
    assert (len(call.body), call.content_type) == (LARGEST, "text/plain")


async def test_what_can_not_be_kept_is_asked_to_come_again(
    box: Letterbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_letters: object) -> None:
        raise StoreError("The disk that holds the store is full: make room and try again.")

    async with calling(Receiver(box, KannelCalls(), SECRET)) as client:
        with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
            broken.setattr(box, "post", fails)
            answer = await client.get(f"/{SECRET}/dlr?type=1")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "full" in caplog.text
        assert SECRET not in caplog.text
        assert (await client.get(f"/{SECRET}/dlr?type=1")).status_code == 200
    assert len(kept(box)) == 1


async def test_calls_that_come_together_are_kept_together(box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    post = box.post

    def counted(letters: list[Letter]) -> None:
        commits.append(len(letters))
        post(letters)

    monkeypatch.setattr(box, "post", counted)
    async with calling(Receiver(box, KannelCalls(), SECRET)) as client:
        answers = await asyncio.gather(*(client.get(f"/{SECRET}/dlr?at={number}") for number in range(200)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(int(call.query[3:]) for call in kept(box)) == list(range(200))
    assert sum(commits) == 200
    assert len(commits) < 50


class Signed(KannelCalls):
    """A vendor that signs."""

    signature_header = "x-signature"

    def check(self, call: Call) -> None:
        if call.signature != "good":
            raise CallRefusedError(403, "The call is not signed by the vendor.")

    def answer(self, call: Call) -> tuple[str, bytes]:
        return "text/xml", b"<Response/>" + call.body


async def test_who_does_not_sign_is_refused(box: Letterbox) -> None:
    async with calling(Receiver(box, Signed(), SECRET)) as client:
        refused = await client.post(f"/{SECRET}/sms", content=b"a", headers={"X-Signature": "bad"})
        taken = await client.post(f"/{SECRET}/sms", content=b"a", headers={"X-Signature": "good"})
    assert refused.status_code == 403
    assert (taken.status_code, taken.content) == (200, b"<Response/>a")
    assert taken.headers["Content-Type"].startswith("text/xml")
    assert [call.signature for call in kept(box)] == ["good"]
