"""A write that fails anywhere in a pass, and a disk that is full, leave a store that goes on, and nothing sent twice.

`SMSREPORT_DISK_FAULTS=all` fails every write in turn.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, SystemClock
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from tests.e2e.office import Office, WorldTime, written_down

PROFILES = 600
START = SystemClock().now() // SECOND * SECOND - 200 * HOUR
WRITES = "pwrite64,write,fsync,fdatasync,ftruncate"
ALL = os.environ.get("SMSREPORT_DISK_FAULTS") == "all"
SPREAD = range(1, 1000) if ALL else (1, 2, 3, 5, 8, 31, 32, 34, 60, 90, 120, 150)
"""Which write of a pass fails; the first thirty open the store."""


def strace_missing() -> str | None:
    tracer = shutil.which("strace")
    if tracer is None:
        return "strace is not installed"
    tried = subprocess.run([tracer, "-qq", "-o", os.devnull, "true"], check=False, capture_output=True)
    return None if tried.returncode == 0 else "this machine allows no tracing"


def need(reason: str | None) -> None:
    if reason is not None and "strace" in os.environ.get("SMSREPORT_REQUIRE", ""):
        pytest.fail(f"SMSREPORT_REQUIRE names strace, and {reason}")
    if reason is not None:
        pytest.skip(reason)


@contextmanager
def due_world(folder: Path) -> Iterator[tuple[Office, Running, WorldTime]]:
    """A store synced an hour before some retries of its world fell due; the same world each time."""
    clock = WorldTime()
    clock.advance(START - clock.now() + SECOND)
    with running(WorldConfig(profiles=PROFILES, start=START), clock=clock) as simulator:
        office = Office(folder, simulator, clock)
        office.run("sync")
        clock.advance(HOUR)
        yield office, simulator, clock


def go_on(office: Office, clock: WorldTime) -> None:
    """The doctor finds nothing wrong, and a pass without a fault ends what was begun."""
    office.run("doctor")
    # The claims of the pass that failed have run out by then.
    clock.advance(3 * MINUTE)
    office.run("worker", "--once")
    office.run("doctor")


def keys(simulator: Running) -> list[str]:
    return sorted(one.key for one in simulator.world.resent)


@cache
def without_a_fault(folder: Path) -> list[str]:
    with due_world(folder) as (office, simulator, clock):
        office.run("worker", "--once")
        go_on(office, clock)
        return keys(simulator)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("error", "numbers"), [("EIO", SPREAD[::2]), ("ENOSPC", SPREAD[1::2])])
def test_a_write_that_fails_loses_nothing_and_sends_nothing_twice(
    error: str, numbers: Sequence[int], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    need(strace_missing())
    expected = without_a_fault(tmp_path_factory.getbasetemp())
    assert expected
    for number in numbers:
        folder, log = tmp_path / str(number), tmp_path / f"{number}.log"
        folder.mkdir()
        tracer = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={WRITES}"]
        with due_world(folder) as (office, simulator, clock):
            done = office.pass_under([*tracer, "-e", f"inject={WRITES}:error={error}:when={number}"])
            assert "Traceback" not in done.stderr
            go_on(office, clock)
            assert keys(simulator) == expected, number
            assert [one for one in office.queue() if one["state"] != "waiting"] == []
            assert sorted(written_down(office.store, clock)) == expected
        if "INJECTED" not in log.read_text(errors="replace"):
            assert number > 1
            break


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("room", [0, 160])
def test_a_full_disk_loses_nothing_and_sends_nothing_twice(
    room: int, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = without_a_fault(tmp_path_factory.getbasetemp())
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        with due_world(disk) as (office, simulator, clock):
            filler = disk / "filler"
            with filler.open("wb") as file:
                file.truncate(0)
                os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - room * 1024)
            full = office.pass_under([])
            assert "Traceback" not in full.stderr
            filler.unlink()
            # The doctor wants more room than a test should fill.
            subprocess.run(["mount", "-o", "remount,size=4g", str(disk)], check=True)
            go_on(office, clock)
            assert keys(simulator) == expected
            assert sorted(written_down(office.store, clock)) == expected
    finally:
        subprocess.run(["umount", str(disk)], check=True)
