"""Mirrors the sources of clicks of an account beside its gateway: what hinders one hinders nothing else."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from smsreport_tui.gateways.interface import Gateway
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.services.sync import SyncResult, sync
from storage.mirror import note_click_problems
from storage.store import Store


@dataclass(frozen=True, slots=True)
class ClickSource:
    """One source by its account's name. `connect` raises ConfigError; without a store only `info` may be asked."""

    name: str
    connect: Callable[[Store | None], Gateway]


@dataclass(frozen=True, slots=True)
class ClickResult:
    """What the sources brought together, and sentences on those that failed, by name."""

    brought: SyncResult = field(default_factory=lambda: SyncResult(0, 0, 0, 0, 0, 0.0))
    problems: dict[str, str] = field(default_factory=dict)


async def sync_clicks(store: Store, sources: Sequence[ClickSource], clock: Clock) -> ClickResult:
    """Pull every source until caught up, all at once; their problems are kept in the store. Raises StoreError."""
    found = await asyncio.gather(*(_pull(store, source, clock) for source in sources), return_exceptions=True)
    brought, problems = ClickResult().brought, {}
    for source, result in zip(sources, found, strict=True):
        if isinstance(result, SyncResult):
            brought = added(brought, result)
        elif isinstance(result, GatewayError | ConfigError):
            problems[source.name] = f"Clicks from {source.name}: {result}"
        else:
            raise result
    await asyncio.to_thread(note_click_problems, store, problems)
    return ClickResult(brought, problems)


def added(one: SyncResult, other: SyncResult) -> SyncResult:
    """What two syncs brought, which ran beside each other or one behind the other."""
    return replace(
        one,
        activities=one.activities + other.activities,
        profiles=one.profiles + other.profiles,
        events=one.events + other.events,
        duplicates=one.duplicates + other.duplicates,
        quarantined=one.quarantined + other.quarantined,
        seconds=max(one.seconds, other.seconds),
    )


async def _pull(store: Store, source: ClickSource, clock: Clock) -> SyncResult:
    gateway = source.connect(store)
    try:
        return await sync(store, gateway, clock, is_gateway=False)
    finally:
        await gateway.aclose()


class ClickKeeper:
    """The sources' syncs of a worker: begun with a pass and never waited for, as one may hang for minutes."""

    def __init__(self, store: Store, sources: Sequence[ClickSource], clock: Clock) -> None:
        self._store = store
        self._sources = sources
        self._clock = clock
        self._task: asyncio.Task[ClickResult] | None = None

    def begin(self) -> None:
        """Pull, unless the last pull still goes on, or has not been taken."""
        if self._task is None:
            self._task = asyncio.ensure_future(sync_clicks(self._store, self._sources, self._clock))

    def take(self) -> ClickResult:
        """What the last pull came to, once; nothing while it goes on. Raises StoreError."""
        if self._task is None or not self._task.done():
            return ClickResult()
        task, self._task = self._task, None
        return task.result()

    async def whole(self) -> ClickResult:
        """What the pull comes to, waited for."""
        if self._task is not None:
            await asyncio.wait({self._task})
        return self.take()

    async def end(self) -> None:
        """Break off what still goes on; it is gone on from."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
