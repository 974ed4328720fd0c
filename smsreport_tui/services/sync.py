"""Mirrors a gateway into the store: each stream from where it was left to its end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from smsreport_tui.gateways.interface import CursorGoneError, Gateway, GatewayInfo
from smsreport_tui.rules.clock import SECOND, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Page
from smsreport_tui.services.coming import Coming, Fetch
from smsreport_tui.services.unbroken import unbroken
from storage.mirror import STREAMS, Mirror, Stored, mirror_of
from storage.store import Store

MOST_RESTARTS = 5
"""How often one sync starts a stream again before it says that the gateway forgets too fast."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync has come in one stream."""

    stream: str
    items: int
    pages: int


@dataclass(frozen=True, slots=True)
class SyncResult:
    """New or changed activities and profiles, new events, ids known before, new bad items, seconds taken."""

    activities: int
    profiles: int
    events: int
    duplicates: int
    quarantined: int
    seconds: float


@dataclass(slots=True)
class _Tally:
    changed: dict[str, set[str]] = field(default_factory=lambda: {stream: set() for stream in STREAMS})
    events: int = 0
    duplicates: int = 0
    quarantined: int = 0

    def add(self, stream: str, stored: Stored) -> None:
        self.changed[stream] |= stored.changed
        self.events += stored.events
        self.duplicates += stored.duplicates
        self.quarantined += stored.quarantined


Report = Callable[[SyncProgress], None]


async def sync(
    store: Store, gateway: Gateway, clock: Clock, progress: Report | None = None, *, is_gateway: bool = True
) -> SyncResult:
    """Pull until caught up. Raises GatewayError or StoreError; what has been stored stays, and is gone on from.

    Of a source that is no gateway the store's last sync is not dated: its reports are as old as their receipts.
    """
    began = clock.now()
    info = await gateway.info()
    mirror = await asyncio.to_thread(_mirror, store, gateway.url, info)
    fetches: dict[str, Fetch] = {
        "activities": gateway.activities,
        "profiles": gateway.profiles,
        "events": gateway.events,
    }
    await gateway.collect()
    tally = _Tally()
    for stream in STREAMS:
        if stream != "profiles" or info.capabilities.profiles:
            await _Stream(mirror, stream, fetches[stream], tally, progress).pull()
    if is_gateway:
        await asyncio.to_thread(mirror.finish)
    return SyncResult(
        activities=len(tally.changed["activities"]),
        profiles=len(tally.changed["profiles"]),
        events=tally.events,
        duplicates=tally.duplicates,
        quarantined=tally.quarantined,
        seconds=(clock.now() - began) / SECOND,
    )


def _mirror(store: Store, url: str, info: GatewayInfo) -> Mirror:
    capabilities = msgspec.json.encode(info.capabilities).decode()
    return mirror_of(store, url, info.name, info.vendor, capabilities)


class _Stream:
    """One stream on its way into the store, the next page fetched while one is being stored."""

    def __init__(self, mirror: Mirror, name: str, fetch: Fetch, tally: _Tally, progress: Report | None) -> None:
        self._mirror = mirror
        self._name = name
        self._fetch = fetch
        self._tally = tally
        self._progress = progress
        self._restarts = 0
        self._items = 0
        self._pages = 0

    async def pull(self) -> None:
        """Read to the end, starting again where the gateway has forgotten the cursor."""
        while True:
            cursor = await asyncio.to_thread(self._mirror.cursor, self._name)
            try:
                if await self._run(cursor):
                    return
            except CursorGoneError as error:
                self._restarts += 1
                if self._restarts > MOST_RESTARTS:
                    raise GatewayError(
                        "The gateway forgets its cursors before a sync can reach the end: tell its operator."
                    ) from error
                cursor = await asyncio.to_thread(self._mirror.cursor, self._name)
                await asyncio.to_thread(self._mirror.restart, self._name, cursor)

    async def _run(self, cursor: str | None) -> bool:
        """Follow the pages from a cursor; False when another program stores the same stream."""
        coming = Coming(self._fetch, cursor)
        try:
            while True:
                page = await coming.page()
                if page.has_more:
                    coming.go_on(page.next_cursor)
                stored = await unbroken(self._mirror.store_page, self._name, cursor, page)
                if stored.stale:
                    return False
                self._note(page, stored)
                if not page.has_more:
                    return True
                cursor = page.next_cursor
        finally:
            await coming.end()

    def _note(self, page: Page[Any], stored: Stored) -> None:
        self._tally.add(self._name, stored)
        self._items += len(page.items)
        self._pages += 1
        if self._progress is not None:
            self._progress(SyncProgress(self._name, self._items, self._pages))
