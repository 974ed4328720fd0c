"""Operators and workers of a team on one server, which is killed and started again amid the sending.

`SMSREPORT_TEAM=10,4,20000` has so many apps, workers and people; the long tests of .ci/run have fewer.
"""

import contextlib
import json
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import CLOCK_VARIABLE, HOUR, MINUTE
from smsreport_tui.rules.times import parse_time
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from tests.e2e.office import Office, WorldTime, check_record, written_down
from tests.e2e.terminal import PATIENCE, Terminal, terminal
from tests.require import require
from tests.storage.postgres import Server, programs

APPS, WORKERS, PEOPLE = map(int, os.environ.get("SMSREPORT_TEAM", "3,4,3000").split(","))


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that may be killed, and keeps what it has committed."""
    found = programs()
    require("postgres", found=found is not None, reason="no PostgreSQL 13 or newer is installed here")
    assert found is not None
    server = Server(found, durable=True)
    yield server
    server.close()


class Watched(contextlib.ExitStack):
    """The operators' screens, each on the report of the largest activity."""

    def __init__(self, office: Office, clock: WorldTime, folder: Path) -> None:
        super().__init__()
        self.screens: list[Terminal] = []
        for place in range(APPS):
            home = folder / f"operator-{place}"
            home.mkdir()
            extra = {CLOCK_VARIABLE: str(clock.shared)}
            self.screens.append(self.enter_context(terminal("--store", office.store, folder=home, extra=extra)))
        for screen in self.screens:
            screen.wait("a row", lambda text: "▌" in text)
            screen.press("\r")
            screen.wait_for("1 Sent", "exports all")

    def all_follow(self, delivered: int) -> None:
        """Every screen shows so many delivered, or more, as time goes on."""
        for screen in self.screens:
            screen.wait(f"{delivered} delivered", lambda text: _delivered_on(text) >= delivered)


def _delivered_on(text: str) -> int:
    found = re.search(r"2 Delivered\s+([\d\s]+?)\s*│", text)
    return int("".join(found[1].split())) if found else 0


@contextlib.contextmanager
def at_work(office: Office) -> Iterator[list["subprocess.Popen[bytes]"]]:
    workers = [office.begin("worker", "--interval", "1") for _ in range(WORKERS)]
    try:
        yield workers
    finally:
        for one in workers:
            one.kill()
            one.wait()


def comes(condition: Callable[[], bool], name: str) -> None:
    last = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < last, f"waited in vain for {name}"
        time.sleep(0.02)


def overdue(office: Office, moment: int) -> list[str]:
    queue = office.queue()
    return [one["profile"] for one in queue if one["state"] == "waiting" and parse_time(one["due_at"]) <= moment]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_team_goes_on_when_its_server_is_killed(tmp_path: Path, own_server: Server) -> None:
    clock = WorldTime()
    with running(WorldConfig(profiles=PEOPLE, start=clock.now()), parse_faults("lost"), clock) as simulator:
        office = Office(tmp_path, simulator, clock, own_server.address("team"))
        office.run("sync")
        clock.advance(HOUR)
        with Watched(office, clock, tmp_path) as watched, at_work(office) as workers:
            sent = simulator.world.resent
            comes(lambda: len(sent) > 10, "the first retries")
            own_server.stop()
            before = len(sent)
            own_server.start()
            comes(lambda: len(sent) > before, "retries after the server is back")
            comes(lambda: not overdue(office, clock.now()), "the end of what is due")
            assert [one.poll() for one in workers] == [None] * WORKERS
            (activity, *_) = json.loads(office.run("activities", "--json"))
            office.run("sync")
            report = json.loads(office.run("report", activity["id"], "--json"))
            watched.all_follow(report["delivered"])
            for one in workers:
                one.terminate()
            assert [one.wait(PATIENCE) for one in workers] == [0] * WORKERS
            for screen in watched.screens:
                screen.press("q")
                assert screen.wait_end() == 0
        clock.advance(3 * MINUTE)
        office.run("worker", "--once")
        check_once(office, simulator, clock)


def check_once(office: Office, simulator: Running, clock: WorldTime) -> None:
    """Nothing is lost and nothing was sent twice, by the gateway's record, the store's and the books."""
    keys = Counter(one.key for one in simulator.world.resent)
    assert [key for key, times in keys.items() if times > 1] == []
    assert written_down(office.store, clock) == set(keys)
    assert simulator.faults.seen["lost"] > 0
    office.run("doctor")
    check_record(simulator)
    print(f"{APPS} apps, {WORKERS} workers: {len(keys)} sent once, {dict(simulator.faults.seen)}")
