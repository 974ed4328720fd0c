"""Workers that are killed at random and started again send every due retry once, by the simulator's own record.

`SMSREPORT_WORKER_KILLS=600` kills so many.
"""

import itertools
import json
import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from smsreport_tui.rules.attempts import SendState, attempt_key
from smsreport_tui.rules.clock import CLOCK_VARIABLE, HOUR, MINUTE, SECOND, HastyClock, SystemClock
from smsreport_tui.rules.times import parse_time
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from storage.store import open_store
from storage.tables import ACTIVITY, ATTEMPT, PROFILE
from tests.e2e.terminal import program

KILLS = int(os.environ.get("SMSREPORT_WORKER_KILLS", "60"))
HOURS = 2
WORKERS = 3
LONGEST = 1.2
"""Seconds that a kill waits for messages to leave."""
PROFILES = int(os.environ.get("SMSREPORT_WORKER_PROFILES", "6000"))


class WorldTime:
    """The world's clock, which the test moves on between its hours; programs take it from their environment."""

    def __init__(self) -> None:
        began = SystemClock().now()
        self.shared = HastyClock(began, began // SECOND * SECOND - 200 * HOUR, 1)

    def now(self) -> int:
        return self.shared.now()

    def span(self, microseconds: int) -> int:
        return microseconds

    def advance(self, microseconds: int) -> None:
        self.shared = HastyClock(self.shared.began, self.shared.start + microseconds, 1)


class Office:
    """One store, and the programs that run on it."""

    def __init__(self, folder: Path, simulator: Running, clock: WorldTime) -> None:
        self._command = [program(), "--store", str(folder / "store.db"), "--gateway", simulator.url]
        self._clock = clock

    def run(self, *arguments: str) -> str:
        """What a program says, run to its end."""
        command = [*self._command, *arguments]
        return subprocess.run(command, env=self._environment(), check=True, capture_output=True, text=True).stdout

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """A worker that does not wait for another to end: its pass runs beside theirs."""
        command = [*self._command, "worker", "--once"]
        return subprocess.Popen(command, env=self._environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def queue(self) -> list[dict[str, Any]]:
        """As `smsreport retries` lists it."""
        found: list[dict[str, Any]] = json.loads(self.run("retries", "--json"))
        return found

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "SMSREPORT_TOKEN": "secret", CLOCK_VARIABLE: str(self._clock.shared)}


def kill_at_random(office: Office, simulator: Running, kills: int, chance: random.Random) -> int:
    """Three workers at a time, each killed at a moment of its sending and started again; how many were at work."""
    killed = 0
    sent = simulator.world.resent
    workers = [office.start_worker() for _ in range(WORKERS)]
    for left in range(kills, 0, -1):
        until = len(sent) + chance.randint(0, 4)
        patience = time.monotonic() + LONGEST
        while len(sent) < until and time.monotonic() < patience:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.2))
        worker = workers.pop(chance.randrange(len(workers)))
        killed += worker.poll() is None
        worker.kill()
        worker.wait()
        if left > len(workers):
            workers.append(office.start_worker())
    return killed


def written_down(folder: Path, clock: WorldTime) -> set[str]:
    """The keys of the attempts of ours that the store takes for sent."""
    states = (int(SendState.ACCEPTED), int(SendState.ENDED))
    with open_store(str(folder / "store.db"), clock, writable=False) as store, store.reading() as connection:
        columns = (ACTIVITY.c.gateway_id, PROFILE.c.gateway_id, ATTEMPT.c.attempt)
        rows = connection.execute(
            select(*columns)
            .join_from(ATTEMPT, ACTIVITY, ACTIVITY.c.activity_id == ATTEMPT.c.activity_id)
            .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
            .where(ATTEMPT.c.state.in_(states), ATTEMPT.c.requested_at.is_not(None))
        )
        return {attempt_key(*row) for row in rows}


def pairs(queue: list[dict[str, Any]], *states: str) -> set[str]:
    return {f"{one['activity']}:{one['profile']}" for one in queue if one["state"] in states}


@pytest.mark.timeout(3600)
def test_killed_sixty_times_every_due_retry_is_sent_once(tmp_path: Path) -> None:
    clock = WorldTime()
    chance = random.Random(5)
    killed = amid = 0
    with running(WorldConfig(profiles=PROFILES, start=clock.now()), parse_faults("lost"), clock) as simulator:
        office = Office(tmp_path, simulator, clock)
        office.run("sync")
        for _ in range(HOURS):
            clock.advance(HOUR)
            office.run("sync")
            known, moment = len(simulator.world.resent), clock.now()
            due = pairs([one for one in office.queue() if parse_time(one["due_at"]) <= moment], "waiting")
            assert due
            killed += kill_at_random(office, simulator, KILLS // HOURS, chance)
            amid += len(simulator.world.resent) - known
            # The claims of those who were killed have run out by then.
            clock.advance(3 * MINUTE)
            office.run("worker", "--once")
            sent = Counter(one.key.rpartition(":")[0] for one in simulator.world.resent[known:])
            queue = office.queue()
            waiting = [one for one in queue if one["state"] == "waiting"]
            overdue = [one for one in waiting if parse_time(one["due_at"]) <= moment]
            assert [pair for pair, times in sent.items() if times > 1] == []
            assert overdue == []
            assert written_down(tmp_path, clock) == {one.key for one in simulator.world.resent}
        assert killed > KILLS // 3
        faults = dict(simulator.faults.seen)
        print(f"{killed} killed at work, {len(simulator.world.resent)} sent, {amid} of them meanwhile, {faults}")
        assert simulator.faults.seen["lost"] > 0
        assert amid > 0
        office.run("doctor")
    check_record(simulator)


def check_record(simulator: Running) -> None:
    """No attempt twice, none within an hour of the one before it."""
    times: dict[str, list[int]] = {}
    for one in simulator.world.resent:
        times.setdefault(one.key.rpartition(":")[0], []).append(one.at)
    # The simulator tells whole milliseconds.
    gaps = [later - earlier for some in times.values() for earlier, later in itertools.pairwise(some)]
    assert min(gaps, default=HOUR) >= HOUR - SECOND // 1000
