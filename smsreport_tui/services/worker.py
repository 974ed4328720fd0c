"""The background worker: keeps the store in step with the gateway, then sends the retries that are due."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

import msgspec

from smsreport_tui.gateways.interface import Capabilities, Gateway
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import SECOND, Clock
from smsreport_tui.rules.errors import GatewayError, StoreAwayError
from smsreport_tui.services.click_sync import ClickKeeper, ClickSource
from smsreport_tui.services.reports import WORKER_LEASE
from smsreport_tui.services.retries import RetryPass
from smsreport_tui.services.retry_setup import Counts, Setup
from smsreport_tui.services.sync import sync
from storage.leases import end_lease, take_lease
from storage.mirror import caught_up_at, note_problem, read_sources
from storage.sending_consent import confirmed_at
from storage.store import Store

T = TypeVar("T")

LEASE_SECONDS = 30
"""A worker that has not been heard of for so long is taken to be gone."""
RECEIPTS_SECONDS = 120
"""Receipts that are older than this are asked for again before anything more is sent."""
HEARTBEAT_SECONDS = 10
STOP_GRACE = 1.5
"""Seconds that requests under way may take when the worker is told to stop."""
AWAY_SECONDS = 5.0
"""How soon, at the latest, a worker looks again for a store whose server is away."""


@dataclass(frozen=True, slots=True)
class PassResult:
    """One pass: new events stored, and attempts by what became of them."""

    synced: int = 0
    due: int = 0
    sent: int = 0
    held: int = 0
    postponed: int = 0
    suppressed: int = 0

    def __add__(self, other: "PassResult") -> "PassResult":
        return PassResult(**{name: number + getattr(other, name) for name, number in asdict(self).items()})


@dataclass(frozen=True, slots=True)
class Sending:
    """When retries may leave: in which hours, and whether an operator must have confirmed sending first."""

    hours: AllowedHours = field(default_factory=AllowedHours)
    asks_first: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who hears of a worker's passes, how long it rests between them, in seconds, and what ends the rest early."""

    interval: Callable[[], float]
    on_pass: Callable[[PassResult], None]
    on_problem: Callable[[str], None]
    wake: asyncio.Event = field(default_factory=asyncio.Event)


async def run_worker(
    store: Store,
    connect: Callable[[], Gateway],
    clock: Clock,
    watch: Watch,
    *,
    once: bool,
    stop: asyncio.Event,
    sending: Sending = Sending(),
    clicks: Sequence[ClickSource] = (),
) -> None:
    """Pass after pass until `stop` is set. Of several workers on a store one leads; the others share its sending.

    With `once` one pass is made and its GatewayError raised; else the sentence is kept for the screens and the
    next pass tries again, as it does when the store's server is away. Other StoreErrors are raised. Sources of clicks
    are pulled beside the passes.
    """
    gateway = connect()
    keeper = ClickKeeper(store, clicks, clock)
    worker = _Worker(store, gateway, clock, stop, sending, keeper)
    try:
        if once:
            await worker.one_pass(watch)
        else:
            await worker.run(watch)
    finally:
        await keeper.end()
        await gateway.aclose()


class _Worker:
    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        clock: Clock,
        stop: asyncio.Event,
        sending: Sending,
        clicks: ClickKeeper,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._stop = stop
        self._sending = sending
        self._clicks = clicks
        self._new_clicks = 0
        self._holder = secrets.token_hex(8)

    async def run(self, watch: Watch) -> None:
        try:
            while not self._stop.is_set():
                try:
                    await self._noted_pass(watch, leads=await self._hold())
                    await self._rest(watch.interval(), watch.wake)
                except StoreAwayError as error:
                    watch.on_problem(str(error))
                    await self._until_stopped(asyncio.sleep(min(watch.interval(), AWAY_SECONDS)), 0.0)
        finally:
            with contextlib.suppress(StoreAwayError):
                await asyncio.to_thread(end_lease, self._store, WORKER_LEASE, self._holder)

    async def one_pass(self, watch: Watch) -> None:
        """A pass and the clicks beside it, both to their end. Raises the gateway's problem, else that of the clicks."""
        self._clicks.begin()
        try:
            result = await self.make_pass(leads=True) or PassResult()
        finally:
            clicks = await self._until_stopped(self._clicks.whole(), 0.0)
        brought = 0 if clicks is None else clicks.brought.events
        watch.on_pass(replace(result, synced=result.synced + brought))
        if clicks is not None and clicks.problems:
            raise GatewayError(" ".join(clicks.problems.values()))

    def _hear_clicks(self, watch: Watch) -> None:
        result = self._clicks.take()
        self._new_clicks += result.brought.events
        for sentence in result.problems.values():
            watch.on_problem(sentence)

    async def make_pass(self, *, leads: bool) -> PassResult | None:
        """Sync, then retries, as often as receipts grow too old to send by; None when it was told to stop meanwhile.

        Raises GatewayError, noted in the store: without the newest receipts nothing is sent. Who does not lead sends by
        the receipts of who does, and nothing where these are too old.
        """
        total = PassResult()
        while True:
            try:
                events = await self._sync() if leads else 0
            except GatewayError:
                if total == PassResult():
                    raise
                # What was sent before is told; the problem is noted, and the next pass meets it.
                return total
            if events is None:
                return None
            total += PassResult(synced=events)
            caught_up = await asyncio.to_thread(caught_up_at, self._store)
            span = self._clock.span(RECEIPTS_SECONDS * SECOND)
            if caught_up is None or not (leads or caught_up <= self._clock.now() <= caught_up + span):
                return total
            sending = await self._until_stopped(self._send_due(caught_up + span, leads=leads), STOP_GRACE)
            if sending is None:
                return None
            counts, is_finished = sending
            total += PassResult(**asdict(counts))
            if is_finished:
                return total

    async def _sync(self) -> int | None:
        try:
            result = await self._until_stopped(sync(self._store, self._gateway, self._clock), 0.0)
        except GatewayError as error:
            await asyncio.to_thread(note_problem, self._store, str(error))
            raise
        return None if result is None else result.events

    async def _send_due(self, receipts_until: int, *, leads: bool) -> tuple[Counts, bool]:
        found = (await asyncio.to_thread(read_sources, self._store)).get(self._gateway.url)
        if found is None:
            return Counts(), True
        source_id, capabilities = found
        setup = Setup(
            store=self._store,
            gateway=self._gateway,
            source_id=source_id,
            capabilities=msgspec.json.decode(capabilities, type=Capabilities),
            holder=self._holder,
            clock=self._clock,
            stop=self._stop,
            hours=self._sending.hours,
            may_send=not self._sending.asks_first or await asyncio.to_thread(self._is_confirmed, source_id),
            leads=leads,
            receipts_until=receipts_until,
        )
        work = RetryPass(setup)
        return await work.run(), work.is_finished

    def _is_confirmed(self, source_id: int) -> bool:
        with self._store.reading() as connection:
            return confirmed_at(connection, source_id) is not None

    async def _noted_pass(self, watch: Watch, *, leads: bool) -> None:
        heartbeat = asyncio.ensure_future(self._keep_holding())
        try:
            self._hear_clicks(watch)
            if leads:
                self._clicks.begin()
            result = await self.make_pass(leads=leads)
            if result is not None and (leads or result.due):
                self._hear_clicks(watch)
                brought, self._new_clicks = self._new_clicks, 0
                watch.on_pass(replace(result, synced=result.synced + brought))
        except GatewayError as error:
            watch.on_problem(str(error))
        finally:
            heartbeat.cancel()
            await asyncio.gather(heartbeat, return_exceptions=True)

    async def _until_stopped(self, piece: Coroutine[Any, Any, T], grace: float) -> T | None:
        """What a piece of work comes to; None when it had to be cut off, so many seconds after the stop."""
        work = asyncio.ensure_future(piece)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and grace:
                await asyncio.wait({work}, timeout=grace)
            return await work if work.done() else None
        finally:
            for task in (work, stopping):
                task.cancel()
            await asyncio.gather(work, stopping, return_exceptions=True)

    async def _hold(self) -> bool:
        span = self._clock.span(LEASE_SECONDS * SECOND)
        return await asyncio.to_thread(take_lease, self._store, WORKER_LEASE, self._holder, span)

    async def _keep_holding(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            with contextlib.suppress(StoreAwayError):
                await self._hold()

    async def _rest(self, seconds: float, wake: asyncio.Event) -> None:
        """Wait for the next pass, the stop, or to be woken, keeping the lease."""
        ends = [asyncio.ensure_future(event.wait()) for event in (self._stop, wake)]
        try:
            while seconds > 0:
                span = min(seconds, HEARTBEAT_SECONDS)
                seconds -= span
                done, _ = await asyncio.wait(ends, timeout=span, return_when=asyncio.FIRST_COMPLETED)
                if done:
                    break
                if seconds > 0:
                    await self._hold()
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            wake.clear()
