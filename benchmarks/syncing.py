"""A sync of events over HTTP: beside the same pages decoded and stored alone, beside fetching alone, by store size.

The gateway is another process that hands out pages made beforehand, so that none of its work counts as ours. What is
measured is `services.sync.sync` with the program's own gateway client, in this process with all its threads.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.cost import cpu_ms, wall_ms
from benchmarks.further import further_mirror, further_pages
from benchmarks.gateway import lay_out, serving
from benchmarks.plan import Plan
from benchmarks.rows import Row, beside
from benchmarks.statements import Statement, bare, noting, write
from benchmarks.stores import NOW
from smsreport_tui.gateways.feed import PAGE_ITEMS, FeedGateway
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.door import event_door
from smsreport_tui.services.sync import sync
from storage.mirror import Mirror
from storage.store import Store, open_store

_NAME = "syncing"
_WAIT_MS = 50
_SMALL_PAGE = 500
_SMALL_PAGES = 24
_UNIT = "µs/event"

Pairs = list[tuple[float, float]]


def run(plan: Plan) -> list[Row]:
    """Three pairs, each in turns, into copies of the kept stores."""
    return [*_processor_rows(plan), _wall_row(plan, _SMALL_PAGE, _SMALL_PAGES, 1.1), _wall_row(plan, PAGE_ITEMS, 6)]


class _Feeds(NamedTuple):
    """A running gateway, and the loop in which all of a benchmark's requests are made."""

    url: str
    runner: asyncio.Runner

    def sync(self, store: Store, gateway: FeedGateway) -> None:
        """From where the last one ended to the page that says that there is no more."""
        self.runner.run(sync(store, gateway, FixedClock(NOW)))

    @contextlib.contextmanager
    def gateway(self, name: str) -> Iterator[FeedGateway]:
        opened = FeedGateway(f"{self.url}/{name}", "x", clock=FixedClock(NOW))
        try:
            yield opened
        finally:
            self.runner.run(opened.aclose())


@contextlib.contextmanager
def _feeds(folder: Path) -> Iterator[_Feeds]:
    with serving(folder) as url, asyncio.Runner() as runner:
        yield _Feeds(url, runner)


def _processor_rows(plan: Plan) -> list[Row]:
    few = min(100_000, plan.recipients // 10)
    rounds = plan.repeats + 1
    pages, small_pages = (
        further_pages(count, plan.pages * rounds, whole=plan.pages) for count in (plan.recipients, few)
    )
    alone: Pairs = []
    by_driver: Pairs = []
    sizes: Pairs = []
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as opened:
        folder = Path(name)
        (folder / "feeds").mkdir()
        lay_out(folder / "feeds" / "large", pages)
        lay_out(folder / "feeds" / "small", small_pages)
        feeds = opened.enter_context(_feeds(folder / "feeds"))
        large, small, other = (
            _copy(plan, count, folder / kind, opened)
            for kind, count in (("a", plan.recipients), ("b", few), ("c", plan.recipients))
        )
        mirror = further_mirror(other)
        cursor = opened.enter_context(bare(_copied(plan, plan.recipients, folder / "d"), writable=True))
        gateway, small_gateway = (opened.enter_context(feeds.gateway(kind)) for kind in ("large", "small"))
        for start in range(0, len(pages), plan.pages):
            some = pages[start : start + plan.pages]
            with noting() as noted:
                ours = cpu_ms(lambda: feeds.sync(large, gateway))
            statements = [one for one in noted if one.is_write]
            floor = cpu_ms(lambda: _store(mirror, some))  # noqa: B023 - run at once
            least = cpu_ms(lambda: _write(cursor, some, statements))  # noqa: B023
            smaller = cpu_ms(lambda: feeds.sync(small, small_gateway))
            for pairs, other_side in ((alone, floor), (by_driver, least), (sizes, smaller)):
                pairs.append((_each(ours, plan.pages), _each(other_side, plan.pages)))
        _check_events(large, other)
    # The first round warms what is compiled once, and does not count.
    return [
        beside(_NAME, "sync, processor / decoding and storing alone", alone[1:], 1.5, _UNIT),
        beside(_NAME, "sync, processor / decoding, and executemany of its rows", by_driver[1:], None, _UNIT),
        beside(_NAME, "sync, processor, large store / small store", sizes[1:], 1.6, _UNIT),
    ]


def _wall_row(plan: Plan, items: int, count: int, most: float | None = None) -> Row:
    """Sync and bare fetching of the same pages, of which each takes 50 ms, the store's work hidden behind the wait."""
    pages = further_pages(plan.recipients, count * (plan.repeats + 1), items=items, whole=count)
    pairs = []
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as opened:
        folder = Path(name)
        (folder / "feeds").mkdir()
        lay_out(folder / "feeds" / "slow", pages, _WAIT_MS)
        feeds = opened.enter_context(_feeds(folder / "feeds"))
        store = _copy(plan, plan.recipients, folder / "a", opened)
        gateway = opened.enter_context(feeds.gateway("slow"))
        client = httpx.AsyncClient(trust_env=False, timeout=None, headers={"Authorization": "Bearer x"})
        for start in range(0, len(pages), count):
            ours = wall_ms(lambda: feeds.sync(store, gateway))
            floor = wall_ms(lambda: feeds.runner.run(_fetch(client, feeds.url, start, count)))  # noqa: B023
            pairs.append((ours / count, floor / count))
        feeds.runner.run(client.aclose())
    return beside(_NAME, f"sync, wall, pages of {items:,} / fetching alone", pairs[1:], most, "ms/page")


async def _fetch(client: httpx.AsyncClient, url: str, start: int, count: int) -> None:
    for number in range(start, start + count):
        query = {"limit": str(PAGE_ITEMS), **({"cursor": str(number)} if number else {})}
        answer = await client.get(f"{url}/slow/v1/events", params=query)
        if not answer.content:
            raise ValueError("The gateway gave no page.")


def _store(mirror: Mirror, bodies: Sequence[bytes]) -> None:
    door, before = event_door(), mirror.cursor("events")
    for body in bodies:
        page = door.read(body)
        mirror.store_page("events", before, page)
        before = page.next_cursor


def _write(cursor: object, bodies: Sequence[bytes], statements: Sequence[Statement]) -> None:
    """In as many transactions as pages: each ends where the cursor moves."""
    door, rest = event_door(), list(statements)
    for body in bodies:
        door.read(body)
    while rest:
        end = next((place for place, one in enumerate(rest, 1) if " cursor" in one.sql.partition("(")[0]), len(rest))
        write(cursor, rest[:end])
        rest = rest[end:]


def _each(milliseconds: float, pages: int) -> float:
    return milliseconds * 1000 / (pages * PAGE_ITEMS)


def _copy(plan: Plan, recipients: int, folder: Path, opened: contextlib.ExitStack) -> Store:
    path = _copied(plan, recipients, folder)
    return opened.enter_context(open_store(str(path), FixedClock(NOW), writable=True))


def _copied(plan: Plan, recipients: int, folder: Path) -> Path:
    folder.mkdir()
    return plan.stores.copy_of(recipients, folder)


def _check_events(*stores: Store) -> None:
    found = set()
    for store in stores:
        with store.reading() as connection:
            found.add(int(connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one()))
    if len(found) != 1:
        raise ValueError(f"The copies differ after the same pages: {found}.")
