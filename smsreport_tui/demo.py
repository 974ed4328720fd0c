"""The demo: a gateway simulator as a child process, and a throw-away store filled from it."""

import contextlib
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from smsreport_tui.paths import own_command
from smsreport_tui.rules.clock import CLOCK_VARIABLE, HOUR, HastyClock, SystemClock
from smsreport_tui.rules.errors import SmsReportError, StoreError

SPEED = 20
HOURS_AGO = 3
"""The world begins so long ago and runs so fast until it has caught up: ten minutes in which an hour takes three."""
_GRACE_SECONDS = 5.0
_READY = "ready "


class DemoError(SmsReportError):
    """The demo could not be set up."""


@dataclass(frozen=True, slots=True)
class World:
    """What the simulator makes up."""

    profiles: int
    activities: int
    seed: int

    @property
    def options(self) -> list[str]:
        return [f"--profiles={self.profiles}", f"--activities={self.activities}", f"--seed={self.seed}"]


@contextlib.contextmanager
def demo_surroundings(world: World, folder: Path, keep_in: str | None = None) -> Iterator[Mapping[str, str]]:
    """Global options for a filled store and a live gateway, which ends with the block. Raises DemoError.

    The store is a file in `folder`, or at the address `keep_in`, where there must be none yet.
    """
    if keep_in is not None and _is_store(keep_in):
        raise DemoError("There is a store at that address already: made-up people must not come among its own.")
    # The simulator and every child that asks it get this token by their environment; no token of the operator's does.
    os.environ["SMSREPORT_TOKEN"] = secrets.token_hex(16)
    present = SystemClock().now()
    os.environ[CLOCK_VARIABLE] = str(HastyClock(present, present - HOURS_AGO * HOUR, SPEED))
    with _simulator(world, folder / "simulator.log") as url:
        flags = {"store": keep_in or str(folder / "demo.db"), "gateway": url}
        _fill(flags)
        yield flags


def _is_store(address: str) -> bool:
    from storage.store import open_store

    try:
        open_store(address, SystemClock(), writable=False).close()
    except StoreError:
        # Whatever else is wrong with the address, who fills the store will say.
        return False
    return True


@contextlib.contextmanager
def _simulator(world: World, errors: Path) -> Iterator[str]:
    command = own_command("simulate", "--port=0", "--faults=picky", "--with-parent", *world.options)
    with errors.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)  # noqa: S603
    try:
        yield _address(process, errors)
    finally:
        _end(process)


def _address(process: "subprocess.Popen[bytes]", errors: Path) -> str:
    first = process.stdout.readline().decode("utf-8", "replace").strip() if process.stdout else ""
    if first.startswith(_READY):
        return first.removeprefix(_READY)
    process.wait()
    words = errors.read_text("utf-8", "replace").strip().splitlines()
    raise DemoError(words[-1] if words else "The gateway simulator did not start: run `smsreport simulate` to see why.")


def _fill(flags: Mapping[str, str]) -> None:
    options = [word for name, value in flags.items() for word in (f"--{name}", value)]
    # Its progress bar and its last words go to the terminal.
    done = subprocess.run(own_command(*options, "sync"), stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode != 0:
        raise DemoError("The demo's store could not be filled: the lines above say why.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Closes its input, which ends it; waits, then insists."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
