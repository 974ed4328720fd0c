"""A gateway's limit a second, divided among all workers of a store: each books the time of its requests."""

import asyncio
import secrets

from sqlalchemy import Connection

from smsreport_tui.rules.clock import SECOND
from smsreport_tui.services.pace import BATCH_SECONDS, Pace
from smsreport_tui.services.retry_setup import IN_FLIGHT, Setup
from storage.leases import book, booked_until

_LEAST_WAIT = 0.2
_FEW = 3
"""So many requests may be booked together however slow the gateway is."""


class Turns:
    """When the requests of one pass may leave: after those that others have booked, and a gap apart."""

    def __init__(self, setup: Setup) -> None:
        most = setup.capabilities.max_per_second
        self.pace = Pace(most, setup.sleep)
        self._setup = setup
        self._name = f"requests:{setup.source_id}"
        # Of the pass alone: one that broke off leaves behind what it has booked, as another worker does.
        self._holder = secrets.token_hex(8)
        self._second = setup.clock.span(SECOND)
        self._gap = int(self._second / most) if most else 0
        self._longest = max(BATCH_SECONDS * self._second, _FEW * self._gap)
        self._ends: int | None = None
        self._too_early = 0
        self._booking = asyncio.Lock()

    def begin_at(self, connection: Connection) -> int | None:
        """When requests booked now could begin; None where that is too far ahead for a claim to wait."""
        now = self._setup.clock.now()
        if not self._gap:
            return now
        # Somebody may have begun as late as that, and booked as long.
        began = booked_until(connection, self._name, self._holder, now, 2 * self._longest)
        self._too_early = began - now - self._longest
        return began if self._too_early <= 0 else None

    def book(self, connection: Connection, began: int, requests: int) -> None:
        """Have the gateway to oneself for so many from then on, in the transaction that knows how many they are."""
        if self._gap and requests:
            book(connection, self._name, self._holder, began + requests * self._gap)

    def from_then(self, began: int, requests: int) -> None:
        """Let so many requests leave from that time on, and none before it."""
        self._ends = began + requests * self._gap
        self.pace.hold_back((began - self._setup.clock.now()) / self._second)

    async def for_others(self) -> None:
        """Wait while others have the gateway for longer than a claim can wait."""
        await self._setup.sleep(max(_LEAST_WAIT, self._too_early / self._second))

    async def wait(self) -> None:
        """Returns when the next request may leave. Raises StoreError."""
        await self.pace.wait()
        while self._gap and self._is_late():
            # Slow answers have held it up until others' time began: theirs would come on top.
            async with self._booking:
                if self._is_late():
                    await self.reserve(IN_FLIGHT)
            await self.pace.wait()

    def _is_late(self) -> bool:
        # A moment, in which the last of a booking leaves.
        return self._ends is not None and self._setup.clock.now() > self._ends + max(self._gap, self._second)

    async def reserve(self, requests: int) -> None:
        """Book requests that need no claim. Raises StoreError."""
        if not self._gap:
            return
        while (began := await asyncio.to_thread(self._reserve, requests)) is None:
            await self.for_others()
            if self._setup.stop.is_set():
                return
        self.from_then(began, requests)

    def _reserve(self, requests: int) -> int | None:
        def change(connection: Connection) -> int | None:
            began = self.begin_at(connection)
            if began is not None:
                self.book(connection, began, requests)
            return began

        return self._setup.store.write(change)
