"""Three workers that stay on one store and share its sending: one after another is killed, and nothing is sent twice.

`SMSREPORT_TAKEOVERS=20` kills so many of them amid their work.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.times import parse_time
from smsreport_tui.services.worker import LEASE_SECONDS
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import running
from smsreport_tui.simulator.world import WorldConfig
from tests.e2e.office import Office, WorldTime, check_record, written_down
from tests.e2e.terminal import PATIENCE

TAKEOVERS = int(os.environ.get("SMSREPORT_TAKEOVERS", "3"))
WORKERS = 3
PROFILES = int(os.environ.get("SMSREPORT_WORKER_PROFILES", "4500"))
SPEED = 60
"""So much faster goes the world: what a lease of half a minute keeps waiting is half an hour of its retries."""
MOST_BEFORE_A_KILL = 12
"""A worker is killed before it has sent so many, which is amid its batch."""
LONGEST = 2.0
"""Seconds that a kill waits for further messages: later hours of a world have few."""


@dataclass
class Resident:
    """A worker that stays, and the file in which it tells its requests."""

    process: "subprocess.Popen[bytes]"
    told: Path

    def posted(self) -> int:
        """How many messages it has begun to send."""
        return self.told.read_bytes().count(b"send_request_headers.started request=<Request [b'POST']>")


class Watch:
    """Those who are at work on a store."""

    def __init__(self, office: Office, folder: Path) -> None:
        self._office = office
        self._folder = folder
        self._started = 0
        self.residents = [self._start() for _ in range(WORKERS)]
        self.senders: set[Path] = set()

    def _start(self) -> Resident:
        told = self._folder / f"worker-{self._started}"
        self._started += 1
        return Resident(self._office.start_resident(told), told)

    def sender(self, messages: int) -> Resident:
        """Who has just begun to send so many more, or some at least."""
        known = [one.posted() for one in self.residents]

        def most() -> tuple[int, Resident]:
            more = [(one.posted() - before, one) for one, before in zip(self.residents, known, strict=True)]
            return max(more, key=lambda pair: pair[0])

        assert comes(lambda: most()[0] > 0, LEASE_SECONDS + PATIENCE), "nobody goes on"
        comes(lambda: most()[0] >= messages, LONGEST)
        self.senders |= {one.told for one, before in zip(self.residents, known, strict=True) if one.posted() > before}
        return most()[1]

    def kill(self, resident: Resident) -> None:
        """And start another, which comes last."""
        resident.process.kill()
        resident.process.wait()
        self.residents.remove(resident)
        self.residents.append(self._start())

    def end(self) -> list[int]:
        """Tell all to end as a service would, and say how they did."""
        # The youngest may be no further than its imports, and would be killed like any program.
        assert comes(lambda: all(listens(one.process) for one in self.residents), PATIENCE)
        for one in self.residents:
            one.process.send_signal(signal.SIGTERM)
        return [one.process.wait(PATIENCE) for one in self.residents]


def listens(process: "subprocess.Popen[bytes]") -> bool:
    """Whether it ends in its own way when it is told to; where the system does not say so it is believed."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return True
    caught = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def comes(condition: Callable[[], bool], patience: float) -> bool:
    """Whether the condition holds within so many seconds."""
    last = time.monotonic() + patience
    while not condition():
        if time.monotonic() > last:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def at_work(office: Office, folder: Path) -> Iterator[Watch]:
    watch = Watch(office, folder)
    try:
        yield watch
    finally:
        for one in watch.residents:
            one.process.kill()
            one.process.wait()


def kill_sender(watch: Watch, chance: random.Random) -> None:
    """The one at work is killed after some messages of a batch have left, wherever it is then; others now and then."""
    sender = watch.sender(chance.randint(1, MOST_BEFORE_A_KILL))
    time.sleep(chance.uniform(0.0, 0.05))
    watch.kill(sender)
    if chance.random() < 0.5:
        watch.kill(chance.choice(watch.residents[:-1]))


@pytest.mark.slow
@pytest.mark.portable
@pytest.mark.timeout(3600)
def test_others_go_on_for_a_killed_one_and_every_retry_is_sent_once(tmp_path: Path) -> None:
    clock, chance = WorldTime(SPEED), random.Random(11)
    with running(WorldConfig(profiles=PROFILES, start=clock.now()), parse_faults("lost"), clock) as simulator:
        office = Office(tmp_path, simulator, clock)
        office.run("sync")
        clock.advance(HOUR)
        with at_work(office, tmp_path) as watch:
            for _ in range(TAKEOVERS):
                kill_sender(watch, chance)
            watch.sender(1)
            assert len(watch.senders) > 1
            assert watch.end() == [0] * WORKERS
        # The claims of those who were killed have run out by then.
        clock.advance(3 * MINUTE * SPEED)
        moment = clock.now()
        office.run("worker", "--once")
        queue = office.queue()
        overdue = [one for one in queue if one["state"] == "waiting" and parse_time(one["due_at"]) <= moment]
        assert overdue == []
        keys = Counter(one.key for one in simulator.world.resent)
        assert [key for key, times in keys.items() if times > 1] == []
        assert written_down(office.store, clock) == set(keys)
        print(f"{TAKEOVERS} killed amid a batch, {len(keys)} sent, {dict(simulator.faults.seen)}")
        assert simulator.faults.seen["lost"] > 0
        office.run("doctor")
    check_record(simulator)
