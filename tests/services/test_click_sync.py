"""Sources of clicks beside a gateway: each with its own cursor, and what hinders one hinders nothing else."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import Gateway
from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.services.click_sync import ClickSource, sync_clicks
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from smsreport_tui.services.worker import PassResult, Watch, run_worker
from storage.mirror import note_problem
from storage.store import Store, open_store
from tests.services.gateway import MemoryGateway
from tests.services.test_sync import AT, delivered, world

CLOCK = FixedClock(1_772_442_000_000_000 + HOUR)
DEADLINE = 20.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store.db"), CLOCK, writable=True) as opened:
        yield opened


def clicks(name: str, number: int) -> MemoryGateway:
    """So many clicks of as many people."""
    events = [
        {"id": f"{name}{one}", "kind": "clicked", "at": AT, "activity_id": "A", "profile_id": f"p{one}", "link_id": "L"}
        for one in range(number)
    ]
    gateway = MemoryGateway([], [], events)
    gateway.url = f"https://{name}.example"
    return gateway


def fails(stream: str, cursor: str | None) -> None:
    raise GatewayError("The links are away.")


def source(name: str, gateway: Gateway) -> ClickSource:
    return ClickSource(name, lambda _: gateway)


def without_secret(_: Store | None) -> Gateway:
    raise ConfigError("There is no secret.")


def problem(store: Store) -> str | None:
    return Reports(store, CLOCK).sync_state().problem


async def test_each_source_has_its_own_cursor_and_the_sum_is_told(store: Store) -> None:
    one, other = clicks("one", 4), clicks("other", 3)
    sources = [source("one", one), source("other", other)]
    assert (await sync_clicks(store, sources, CLOCK)).brought.events == 7
    other.streams["events"].append({**other.streams["events"][0], "id": "late"})
    assert (await sync_clicks(store, sources, CLOCK)).brought.events == 1
    assert one.asked[-1] == ("events", "4")
    assert one.closed
    # As old as the receipts are, the report is.
    assert Reports(store, CLOCK).sync_state().as_of is None


async def test_a_source_that_fails_hinders_no_other_and_is_told_until_it_works(store: Store) -> None:
    good, bad = clicks("good", 2), clicks("bad", 2)
    bad.before = fails
    sources = [source("bad", bad), source("good", good), ClickSource("secretless", without_secret)]
    result = await sync_clicks(store, sources, CLOCK)
    assert result.brought.events == 2
    assert problem(store) == "Clicks from bad: The links are away. Clicks from secretless: There is no secret."
    note_problem(store, "The line is down.")
    await sync(store, world(), CLOCK)
    assert problem(store) == "Clicks from bad: The links are away. Clicks from secretless: There is no secret."
    bad.before = lambda stream, cursor: None
    assert (await sync_clicks(store, sources[:2], CLOCK)).brought.events == 2
    assert problem(store) is None


async def test_the_gateway_s_problem_stays_its_own(store: Store) -> None:
    note_problem(store, "The line is down.")
    await sync_clicks(store, [source("good", clicks("good", 1))], CLOCK)
    assert problem(store) == "The line is down."


class Heard:
    """What a worker tells; `enough` says when it may end."""

    def __init__(self) -> None:
        self.passes: list[PassResult] = []
        self.problems: list[str] = []
        self.stop = asyncio.Event()

    def watch(self, enough: int) -> Watch:
        def on_pass(result: PassResult) -> None:
            self.passes.append(result)
            if sum(one.synced for one in self.passes) >= enough and len(self.passes) > 1:
                self.stop.set()

        return Watch(lambda: 0.001, on_pass, self.problems.append)


async def test_one_pass_brings_receipts_and_clicks(store: Store) -> None:
    heard, gateway = Heard(), clicks("links", 3)
    sources = [source("links", gateway)]
    await run_worker(store, world, CLOCK, heard.watch(0), once=True, stop=heard.stop, clicks=sources)
    assert [one.synced for one in heard.passes] == [10]
    assert gateway.closed


async def test_one_pass_raises_the_problem_of_the_clicks_after_it_has_told_of_the_rest(store: Store) -> None:
    heard, gateway = Heard(), clicks("links", 3)
    gateway.before = fails
    with pytest.raises(GatewayError, match="Clicks from links: The links are away"):
        await run_worker(
            store, world, CLOCK, heard.watch(0), once=True, stop=heard.stop, clicks=[source("links", gateway)]
        )
    assert [one.synced for one in heard.passes] == [7]
    assert delivered(store) == 7


async def test_a_gateway_that_is_down_does_not_keep_the_clicks_away(store: Store) -> None:
    heard, gateway = Heard(), world()
    gateway.before = fails
    sources = [source("links", clicks("links", 3))]
    with pytest.raises(GatewayError, match="links are away"):
        await run_worker(store, lambda: gateway, CLOCK, heard.watch(0), once=True, stop=heard.stop, clicks=sources)
    assert (await sync_clicks(store, sources, CLOCK)).brought.events == 0
    assert problem(store) == "The links are away."


class Hanging(MemoryGateway):
    """Never answers."""

    async def collect(self) -> None:
        await asyncio.Event().wait()


async def test_a_source_that_hangs_holds_up_no_pass(store: Store) -> None:
    heard = Heard()
    hanging = Hanging([], [], [])
    hanging.url = "https://hanging.example"
    sources = [source("hanging", hanging)]
    async with asyncio.timeout(DEADLINE):
        await run_worker(store, world, CLOCK, heard.watch(7), once=False, stop=heard.stop, clicks=sources)
    assert len(heard.passes) > 1
    assert hanging.closed


async def test_a_worker_counts_the_clicks_once_and_tells_their_problems(store: Store) -> None:
    heard, good, bad = Heard(), clicks("good", 3), clicks("bad", 1)
    bad.before = fails
    sources = [source("good", good), source("bad", bad)]
    async with asyncio.timeout(DEADLINE):
        await run_worker(store, world, CLOCK, heard.watch(10), once=False, stop=heard.stop, clicks=sources)
    assert sum(one.synced for one in heard.passes) == 10
    assert set(heard.problems) == {"Clicks from bad: The links are away."}
