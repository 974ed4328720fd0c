"""Workers that are killed at random and started again send every due retry once, by the simulator's own record.

`SMSREPORT_WORKER_KILLS=600` kills so many.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.times import parse_time
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from tests.e2e.office import Office, WorldTime, check_record, written_down

KILLS = int(os.environ.get("SMSREPORT_WORKER_KILLS", "60"))
HOURS = 2
MOST_HOURS = 8
"""Where workers end their hour's work before they are killed, as on a quick machine, more hours follow."""
WORKERS = 3
LONGEST = 2.0
"""Seconds that a kill waits for messages to leave."""
PROFILES = int(os.environ.get("SMSREPORT_WORKER_PROFILES", "4500"))


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


def pairs(queue: list[dict[str, Any]], *states: str) -> set[str]:
    return {f"{one['activity']}:{one['profile']}" for one in queue if one["state"] in states}


@pytest.mark.slow
@pytest.mark.portable
@pytest.mark.timeout(3600)
def test_killed_sixty_times_every_due_retry_is_sent_once(tmp_path: Path) -> None:
    clock = WorldTime()
    chance = random.Random(5)
    killed = amid = 0
    with running(WorldConfig(profiles=PROFILES, start=clock.now()), parse_faults("lost"), clock) as simulator:
        office = Office(tmp_path, simulator, clock)
        office.run("sync")
        for hour in range(MOST_HOURS):
            if hour >= HOURS and killed > KILLS // 3:
                break
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
            assert written_down(office.store, clock) == {one.key for one in simulator.world.resent}
        assert killed > KILLS // 3
        faults = dict(simulator.faults.seen)
        print(f"{killed} killed at work, {len(simulator.world.resent)} sent, {amid} of them meanwhile, {faults}")
        assert simulator.faults.seen["lost"] > 0
        assert amid > 0
        office.run("doctor")
    check_record(simulator)
