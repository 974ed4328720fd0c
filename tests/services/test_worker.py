"""The worker: pass after pass, one at a time on a store, ending when told (issue 2; cli.md, `worker`)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.worker import PassResult, Watch, run_worker
from storage.store import Store, open_store
from tests.services.gateway import MemoryGateway
from tests.services.test_sync import world
from tests.storage.engines import address

CLOCK = FixedClock(1_772_442_000_000_000 + HOUR)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(address(tmp_path), CLOCK, writable=True) as opened:
        yield opened


class Heard:
    """Takes down what a worker tells, and ends it when a test has heard enough."""

    def __init__(self, passes: int = 1) -> None:
        self.passes: list[PassResult] = []
        self.problems: list[str] = []
        self.stop = asyncio.Event()
        self._wanted = passes

    def watch(self) -> Watch:
        return Watch(lambda: 0.001, self._pass, self._problem)

    def _pass(self, result: PassResult) -> None:
        self.passes.append(result)
        self._end()

    def _problem(self, sentence: str) -> None:
        self.problems.append(sentence)
        self._end()

    def _end(self) -> None:
        if len(self.passes) + len(self.problems) >= self._wanted:
            self.stop.set()


async def test_one_pass_says_what_it_synced_and_sends_nothing(store: Store) -> None:
    heard, gateway = Heard(), world()
    await run_worker(store, lambda: gateway, CLOCK, heard.watch(), once=True, stop=heard.stop)
    assert heard.passes == [PassResult(synced=7)]
    assert gateway.closed


async def test_goes_on_until_told_to_stop(store: Store) -> None:
    heard = Heard(passes=3)
    await run_worker(store, world, CLOCK, heard.watch(), once=False, stop=heard.stop)
    assert [result.synced for result in heard.passes] == [7, 0, 0]
    assert not Reports(store, CLOCK).sync_state().worker_alive


async def test_a_problem_is_kept_for_the_screens_and_tried_again(store: Store) -> None:
    heard, gateway = Heard(passes=2), world()
    failed: list[str] = []

    def fail_once(stream: str, cursor: str | None) -> None:
        if not failed:
            failed.append(stream)
            raise GatewayError("The line is down.")

    gateway.before = fail_once
    await run_worker(store, lambda: gateway, CLOCK, heard.watch(), once=False, stop=heard.stop)
    assert (heard.problems, [result.synced for result in heard.passes]) == (["The line is down."], [7])
    assert Reports(store, CLOCK).sync_state().problem is None


async def test_one_pass_raises_its_problem_and_notes_it(store: Store) -> None:
    heard, gateway = Heard(), world()

    def fail(stream: str, cursor: str | None) -> None:
        raise GatewayError("The line is down.")

    gateway.before = fail
    with pytest.raises(GatewayError, match="line is down"):
        await run_worker(store, lambda: gateway, CLOCK, heard.watch(), once=True, stop=heard.stop)
    assert Reports(store, CLOCK).sync_state().problem == "The line is down."


async def test_a_second_worker_leads_when_the_first_has_ended(store: Store) -> None:
    first, second = Heard(passes=2), Heard(passes=1)
    gateways: list[MemoryGateway] = [world(), world()]
    leading = asyncio.Event()
    gateways[0].before = lambda stream, cursor: leading.set()
    one = asyncio.ensure_future(
        run_worker(store, lambda: gateways[0], CLOCK, first.watch(), once=False, stop=first.stop)
    )
    await leading.wait()
    await run_worker(store, lambda: gateways[1], CLOCK, second.watch(), once=False, stop=second.stop)
    await one
    assert len(first.passes) == 2
    assert [result.synced for result in second.passes] == [0]


async def test_a_resting_worker_is_woken(store: Store) -> None:
    heard = Heard(passes=2)
    watch = Watch(lambda: 3_600, heard.watch().on_pass, heard.watch().on_problem)
    work = asyncio.ensure_future(run_worker(store, world, CLOCK, watch, once=False, stop=heard.stop))
    while not work.done():
        watch.wake.set()
        await asyncio.wait({work}, timeout=0.01)
    assert len(heard.passes) == 2


async def test_stops_in_the_middle_of_a_long_sync(store: Store) -> None:
    heard, gateway = Heard(), world()
    gateway.before = lambda stream, cursor: heard.stop.set()
    await run_worker(store, lambda: gateway, CLOCK, heard.watch(), once=False, stop=heard.stop)
    assert heard.problems == []
