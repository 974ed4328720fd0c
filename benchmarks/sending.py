"""Retries to a simulator on the same machine: one pass of the worker beside a bare httpx client with the same requests.

The bare client posts the very messages that the pass has sent, as many at once, to the same simulator, which takes no
key twice from either. It claims nothing, asks nothing right before a request, and writes no answer down; the worker
does all of that on the disk. The gateway's limit a second is switched off for both.
"""

import asyncio
import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec

from benchmarks.cost import wall_ms
from benchmarks.desk import desk
from benchmarks.plan import Plan
from benchmarks.rows import Row, beside
from benchmarks.stores import NOW
from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.interface import Accepted, Answer, Capabilities, Message
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.services.retries import RetryPass
from smsreport_tui.services.retry_setup import IN_FLIGHT, Setup
from storage.mirror import mirror_of, read_sources
from storage.outbox import time_out
from storage.store import Store, open_store

_NAME = "sending"
_CLOCK = FixedClock(NOW)
_CAPABILITIES = Capabilities(
    send=True, find=True, clicks=True, opt_outs=True, profiles=True, segments=True, create_activity=True, credits=True
)


def run(plan: Plan) -> list[Row]:
    """Each pass into a fresh copy, as a pass leaves nothing due."""
    pairs = []
    with tempfile.TemporaryDirectory() as name, desk(plan.recipients) as url, asyncio.Runner() as runner:
        for _ in range(plan.repeats + 1):
            path = plan.stores.copy_of(plan.recipients, Path(name))
            with open_store(str(path), _CLOCK, writable=True) as store:
                pairs.append(_pair(store, url, runner))
    # The first pass compiles its statements, and does not count.
    return [beside(_NAME, "a retry by the worker / by a bare client", pairs[1:], 2.0, "ms/retry")]


def _pair(store: Store, url: str, runner: asyncio.Runner) -> tuple[float, float]:
    gateway = runner.run(_gateway(url))
    setup = _setup(store, gateway)
    # Retries that only receipts tell of are taken up once in a store's life, and not with each pass.
    store.write(lambda connection: time_out(connection, setup.source_id, NOW))
    ours = wall_ms(lambda: runner.run(RetryPass(setup).run()))
    sent = gateway.sent
    if not sent or gateway.refused:
        raise ValueError(f"{len(sent)} retries were sent, and {gateway.refused} of them refused.")
    floor = wall_ms(lambda: runner.run(_post(url, sent)))
    runner.run(gateway.aclose())
    return ours / len(sent), floor / len(sent)


class _Noting(FeedGateway):
    """The program's own gateway, that keeps what it has sent, and gives each pass keys of its own."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "x", clock=_CLOCK)
        self.sent: list[Message] = []
        self.refused = 0
        self._pass = secrets.token_hex(4)

    async def send(self, message: Message) -> Answer:
        message = replace(message, key=f"{self._pass}:{message.key}")
        self.sent.append(message)
        answer = await super().send(message)
        self.refused += not isinstance(answer, Accepted)
        return answer


async def _gateway(url: str) -> _Noting:
    return _Noting(url)


def _setup(store: Store, gateway: FeedGateway) -> Setup:
    mirror_of(store, gateway.url, "desk", None, msgspec.json.encode(_CAPABILITIES).decode())
    source, _ = read_sources(store)[gateway.url]
    return Setup(store, gateway, source, _CAPABILITIES, secrets.token_hex(8), _CLOCK, asyncio.Event())


async def _post(url: str, messages: list[Message]) -> None:
    room = asyncio.Semaphore(IN_FLIGHT)

    async def post(client: httpx.AsyncClient, message: Message) -> None:
        body = {
            "to": message.msisdn,
            "body": message.body,
            "activity_id": message.activity_id,
            "profile_id": message.profile_id,
            "attempt": message.attempt,
            "validity_minutes": message.validity_minutes,
            **({"sender": message.sender} if message.sender else {}),
        }
        headers = {"Idempotency-Key": f"bare:{message.key}", "Content-Type": "application/json"}
        async with room:
            answer = await client.post(f"{url}/v1/messages", content=msgspec.json.encode(body), headers=headers)
        answer.raise_for_status()

    async with httpx.AsyncClient(headers={"Authorization": "Bearer x"}, trust_env=False, timeout=None) as client:
        await asyncio.gather(*(post(client, message) for message in messages))
