"""A gateway's limit a second, divided among all workers of a store: each books the time of its requests."""

import asyncio

from sqlalchemy import Connection

from smsreport_tui.rules.clock import SECOND
from smsreport_tui.services.pace import BATCH_SECONDS, Pace
from smsreport_tui.services.retry_setup import Setup
from storage.leases import book, booked_until


class Turns:
    """When the requests of one worker may leave: after those that others have booked, and a gap apart."""

    def __init__(self, setup: Setup) -> None:
        most = setup.capabilities.max_per_second
        self.pace = Pace(most, setup.sleep)
        self._setup = setup
        self._name = f"requests:{setup.source_id}"
        second = setup.clock.span(SECOND)
        self._gap = int(second / most) if most else 0
        self._longest = max(BATCH_SECONDS * second, self._gap)

    def begin_at(self, connection: Connection) -> int | None:
        """When requests booked now could begin; None where that is too far ahead for a claim to wait."""
        now = self._setup.clock.now()
        if not self._gap:
            return now
        # Somebody may have begun as late as that, and booked as long.
        began = booked_until(connection, self._name, self._setup.holder, now, 2 * self._longest)
        return began if began - now <= self._longest else None

    def book(self, connection: Connection, began: int, requests: int) -> None:
        """Have the gateway to oneself for so many from then on, in the transaction that knows how many they are."""
        if self._gap and requests:
            book(connection, self._name, self._setup.holder, began + requests * self._gap)

    def from_then(self, began: int) -> None:
        """Let no request leave before it."""
        clock = self._setup.clock
        self.pace.hold_back((began - clock.now()) / clock.span(SECOND))

    async def for_others(self) -> None:
        """Wait while others have the gateway for longer than a claim can wait."""
        await self._setup.sleep(1.0)

    async def reserve(self, requests: int) -> None:
        """Book requests that need no claim. Raises StoreError."""
        if not self._gap:
            return
        began = None
        while began is None and not self._setup.stop.is_set():
            began = await asyncio.to_thread(self._reserve, requests)
            if began is None:
                await self.for_others()
        if began is not None:
            self.from_then(began)

    def _reserve(self, requests: int) -> int | None:
        def change(connection: Connection) -> int | None:
            began = self.begin_at(connection)
            if began is not None:
                self.book(connection, began, requests)
            return began

        return self._setup.store.write(change)
