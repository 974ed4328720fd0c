"""Faults by switch: each is seen, and a reader that is patient gets everything all the same."""

import asyncio
import json
from pathlib import Path

import pytest

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.door import event_door
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.services.sync import SyncResult, sync
from smsreport_tui.simulator import faults
from smsreport_tui.simulator.faults import FAULTS, parse_faults
from smsreport_tui.simulator.run import running
from storage.store import open_store
from tests.simulator.asking import START, Gateway, small


def test_switches_are_read_from_a_list() -> None:
    assert parse_faults("429, reset") == {"429", "reset"}
    assert parse_faults("all") == set(FAULTS)
    assert parse_faults("") == set()
    with pytest.raises(ConfigError, match="--faults knows"):
        parse_faults("429,gremlins")


def test_bad_items_stand_between_good_ones_and_come_again_alike() -> None:
    config = small(profiles=600)
    plain, spoiled = Gateway(config), Gateway(config, bad=True)
    page = spoiled.get("/v1/events", limit=5000).content
    read, good = event_door().read(page), event_door().read(plain.get("/v1/events", limit=5000).content)
    assert [item.id for item in read.items] == [item.id for item in good.items]
    assert len(read.bad) > 3
    assert any(item.activity_id for item in read.bad)
    assert spoiled.get("/v1/events", limit=5000).content == page


def test_hostile_text_is_part_of_the_world() -> None:
    told = json.dumps(Gateway(small(hostile=True)).pages("activities")[0], ensure_ascii=False)
    assert "[/]" in told or "\\u001b" in told


def pull(tmp_path: Path, switches: str) -> tuple[SyncResult, dict[str, int]]:
    clock = FixedClock(START)

    async def no_wait(_: float) -> None:
        return

    with (
        running(small(profiles=400), parse_faults(switches), clock) as simulator,
        open_store(str(tmp_path / f"{switches}.db"), clock, writable=True) as store,
    ):

        async def run() -> SyncResult:
            patience = Patience(tries=12)
            gateway = FeedGateway(simulator.url, "secret", clock=clock, patience=patience, sleep=no_wait)
            gateway.page_items = 60
            try:
                return await sync(store, gateway, clock)
            finally:
                await gateway.aclose()

        return asyncio.run(run()), dict(simulator.faults.seen)


@pytest.mark.parametrize("switches", ["429", "500", "reset", "truncated", "drip", "gone", "nojson"])
def test_each_fault_is_met_and_nothing_is_lost(switches: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_DRIP_SECONDS", 0.0)
    expected, _ = pull(tmp_path, "")
    result, seen = pull(tmp_path, switches)
    assert seen.get(switches, 0) > 0
    assert (result.activities, result.profiles, result.events) == (
        expected.activities,
        expected.profiles,
        expected.events,
    )
