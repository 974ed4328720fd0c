"""Time as the program sees it: integer microseconds since 1970, UTC, from a clock that tests can set."""

import time
from typing import NamedTuple, Protocol

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

CLOCK_VARIABLE = "SMSREPORT_CLOCK"
"""By this variable the programs of a demo share their world's time."""


class Clock(Protocol):
    """Where a rule that depends on the time takes it from."""

    def now(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        ...

    def span(self, microseconds: int) -> int:
        """How far this clock comes while the machine's goes on so long: what a claim or a heartbeat is measured in."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1000

    def span(self, microseconds: int) -> int:
        return microseconds


class ServerClock:
    """A machine's clock as far ahead or behind as a server's was when it was last asked.

    What several machines share is dated by it, so that none takes another's lease for ended because of its own clock.
    """

    def __init__(self, machine: Clock) -> None:
        self.machine = machine
        self._ahead = 0

    def now(self) -> int:
        return self.machine.now() + self._ahead

    def span(self, microseconds: int) -> int:
        return self.machine.span(microseconds)

    def settle(self, server: int, asked_at: int, answered_at: int) -> None:
        """Go by what the server said, asked and answered at these times of the machine's."""
        self._ahead = server - (asked_at + answered_at) // 2


class HastyClock(NamedTuple):
    """A clock that said `start` when the machine's said `began`, and runs ahead until it has caught up with it.

    The programs of a demo share one, so that an hour of its world passes in minutes for all of them.
    """

    began: int
    start: int
    speed: int
    machine: Clock = SystemClock()

    def now(self) -> int:
        present = self.machine.now()
        return min(present, self.start + (present - self.began) * self.speed)

    def span(self, microseconds: int) -> int:
        return microseconds * self.speed

    def __str__(self) -> str:
        """As `parse_clock` reads it."""
        return f"{self.began} {self.start} {self.speed}"


def parse_clock(text: str | None) -> Clock:
    """The machine's clock, or the hasty one that the text names. Raises ValueError."""
    if not text:
        return SystemClock()
    began, start, speed = (int(word) for word in text.split())
    return HastyClock(began, start, max(1, speed))


def by_server(clock: Clock) -> tuple[Clock, ServerClock | None]:
    """The clock with its machine's time taken from a server, which settles the second; one that stands has no such."""
    if isinstance(clock, HastyClock):
        server = ServerClock(clock.machine)
        return clock._replace(machine=server), server
    if isinstance(clock, SystemClock):
        server = ServerClock(clock)
        return server, server
    return clock, None


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at

    def span(self, microseconds: int) -> int:
        return microseconds

    def advance(self, microseconds: int) -> None:
        self.at += microseconds
