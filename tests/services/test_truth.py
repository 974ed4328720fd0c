"""What the program says of a simulated world is what the world means, with every fault on the way."""

import asyncio
from pathlib import Path

import pytest

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from smsreport_tui.simulator import faults
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from storage.store import Store, open_store
from tests.services.truth_check import truth_of, untruths
from tests.storage.engines import address

START = 1_772_442_000_000_000


async def no_wait(_: float) -> None:
    return


def pull(simulator: Running, store: Store, clock: FixedClock) -> None:
    async def run() -> None:
        gateway = FeedGateway(simulator.url, "secret", clock=clock, patience=Patience(tries=12), sleep=no_wait)
        try:
            await sync(store, gateway, clock)
        finally:
            await gateway.aclose()

    asyncio.run(run())


@pytest.mark.parametrize(("switches", "seed"), [("", 1), ("", 7), ("all", 1), ("all", 3)])
def test_reports_and_lists_are_the_worlds_own_truth_while_it_goes_on(
    switches: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_DRIP_SECONDS", 0.0)
    clock = FixedClock(START)
    with (
        running(WorldConfig(profiles=500, seed=seed), parse_faults(switches), clock) as simulator,
        open_store(address(tmp_path), clock, writable=True) as store,
    ):
        for _ in range(3):
            pull(simulator, store, clock)
            assert untruths(Reports(store, clock), truth_of(simulator.world, clock.now())) == []
            clock.advance(7 * HOUR)
