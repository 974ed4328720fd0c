"""How long to wait before asking again: Retry-After wins, else longer from time to time, with chance in it."""

import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from smsreport_tui.rules.clock import SECOND

LONGEST_WAIT = 900.0
"""Seconds. A gateway that wants a longer rest ends the sync with a sentence."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Tries of one request, and the waits between them in seconds."""

    tries: int = 9
    first: float = 0.25
    longest: float = 30.0

    def wait(self, failures: int, retry_after: float | None) -> float:
        """Seconds to wait after so many failures in a row."""
        if retry_after is not None:
            return retry_after
        step = min(self.longest, self.first * 2.0 ** (failures - 1))
        return step * random.uniform(0.5, 1.0)


def retry_after_seconds(header: str | None, now: int) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None when it says nothing readable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now / SECOND)
    except (ValueError, TypeError, OverflowError):
        return None
