"""One instant in the several spellings that RFC 3339 allows, quick enough for a million events."""

from datetime import UTC, datetime
from functools import lru_cache

from smsreport_tui.rules.clock import HOUR, SECOND


@lru_cache(maxsize=8192)
def _minute(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:")


def stamp(micros: int) -> str:
    """UTC with six decimals, or none where there are none."""
    seconds, rest = divmod(micros, SECOND)
    minute, second = divmod(seconds, 60)
    return f"{_minute(minute)}{second:02d}.{rest:06d}Z" if rest else f"{_minute(minute)}{second:02d}Z"


def stamp_abroad(micros: int) -> str:
    """The same instant as told two hours east, with nine decimals: readers must see that it is the same."""
    seconds, rest = divmod(micros + 2 * HOUR, SECOND)
    minute, second = divmod(seconds, 60)
    return f"{_minute(minute)}{second:02d}.{rest:06d}000+02:00"
