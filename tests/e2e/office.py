"""One store and the programs that run on it, in the time of a simulated world that a test moves on."""

import itertools
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from smsreport_tui.rules.attempts import SendState, attempt_key
from smsreport_tui.rules.clock import CLOCK_VARIABLE, HOUR, SECOND, HastyClock, SystemClock
from smsreport_tui.simulator.run import Running
from storage.store import open_store
from storage.tables import ACTIVITY, ATTEMPT, PROFILE
from tests.e2e.terminal import program
from tests.storage.engines import address

IN_ONE_THREAD = Path(__file__).with_name("in_one_thread")
"""A folder that Python reads when it starts: what a tracer counts by the thread it then counts by the program."""


class WorldTime:
    """The world's clock, which the test moves on between its hours; programs take it from their environment.

    It runs `speed` times as fast as the machine's.
    """

    def __init__(self, speed: int = 1) -> None:
        began = SystemClock().now()
        self.shared = HastyClock(began, began // SECOND * SECOND - 200 * HOUR, speed)

    def now(self) -> int:
        return self.shared.now()

    def span(self, microseconds: int) -> int:
        return self.shared.span(microseconds)

    def advance(self, microseconds: int) -> None:
        self.shared = HastyClock(self.shared.began, self.shared.start + microseconds, self.shared.speed)


class Office:
    """One store, and the programs that run on it."""

    def __init__(self, folder: Path, simulator: Running, clock: WorldTime, store: str | None = None) -> None:
        self.store = store or address(folder)
        self._command = [program(), "--store", self.store, "--gateway", simulator.url]
        self._clock = clock

    def run(self, *arguments: str) -> str:
        """What a program says, run to its end."""
        command = [*self._command, *arguments]
        done = subprocess.run(command, env=self.environment(), check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def begin(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A program that is not waited for."""
        command = [*self._command, *arguments]
        return subprocess.Popen(command, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """A worker that does not wait for another to end: its pass runs beside theirs."""
        return self.begin("worker", "--once")

    def start_resident(self, told: Path) -> "subprocess.Popen[bytes]":
        """A worker that stays and makes passes while it holds the store; each request that it makes is told there."""
        command = [self._command[0], "--verbose", *self._command[1:], "worker", "--interval", "1"]
        with told.open("wb") as file:
            return subprocess.Popen(command, env=self.environment(), stdout=file, stderr=subprocess.STDOUT)

    def pass_under(self, tracer: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """One pass under another program's eyes, in one thread, whatever it ends with."""
        command = [*tracer, *self._command, "worker", "--once"]
        environment = {**self.environment(), "PYTHONPATH": str(IN_ONE_THREAD)}
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

    def queue(self) -> list[dict[str, Any]]:
        """As `smsreport retries` lists it."""
        found: list[dict[str, Any]] = json.loads(self.run("retries", "--json"))
        return found

    def environment(self) -> dict[str, str]:
        """What its programs are started with: the token, and the world's time."""
        return {**os.environ, "SMSREPORT_TOKEN": "secret", CLOCK_VARIABLE: str(self._clock.shared)}


def written_down(address: str, clock: WorldTime) -> set[str]:
    """The keys of the attempts of ours that the store takes for sent."""
    states = (int(SendState.ACCEPTED), int(SendState.ENDED))
    with open_store(address, clock, writable=False) as store, store.reading() as connection:
        columns = (ACTIVITY.c.gateway_id, PROFILE.c.gateway_id, ATTEMPT.c.attempt)
        rows = connection.execute(
            select(*columns)
            .join_from(ATTEMPT, ACTIVITY, ACTIVITY.c.activity_id == ATTEMPT.c.activity_id)
            .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
            .where(ATTEMPT.c.state.in_(states), ATTEMPT.c.requested_at.is_not(None))
        )
        return {attempt_key(*row) for row in rows}


def check_record(simulator: Running) -> None:
    """No attempt twice, none within an hour of the one before it."""
    times: dict[str, list[int]] = {}
    for one in simulator.world.resent:
        times.setdefault(one.key.rpartition(":")[0], []).append(one.at)
    # The simulator tells whole milliseconds.
    gaps = [later - earlier for some in times.values() for earlier, later in itertools.pairwise(some)]
    assert min(gaps, default=HOUR) >= HOUR - SECOND // 1000
