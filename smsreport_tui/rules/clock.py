"""Time as the program sees it: integer microseconds since 1970, UTC, from a clock that tests can set."""

import time
from dataclasses import dataclass
from typing import Protocol

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class Clock(Protocol):
    """Where a rule that depends on the time takes it from."""

    def now(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1000


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    at: int

    def now(self) -> int:
        return self.at

    def advance(self, microseconds: int) -> None:
        self.at += microseconds
