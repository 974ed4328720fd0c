"""The allowed hours of a week by the clock on the wall, from a text such as 09:00-20:00."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from smsreport_tui.rules.clock import HOUR, MINUTE

DAY = 24 * HOUR
WEEK = 7 * DAY
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# 1970 began on a Thursday, three days into the week.
_INTO_WEEK = 3 * DAY
_PART = re.compile(r"(?:([a-z]{3}(?:\s*[-,]\s*[a-z]{3})*)\s+)?([0-9][0-9:\-,\s]*)")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00)")
_WANTED = 'hours such as "09:00-20:00", "08:00-12:00,13:00-20:00" or "mon-fri 09:00-18:00; sat 10:00-14:00"'


class WeekHours(NamedTuple):
    """At least one window a week; `text` is what it was read from.

    `spans` are microseconds from Monday 00:00, sorted, each with its end outside of it.
    """

    text: str
    spans: tuple[tuple[int, int], ...]

    def wait(self, wall: int) -> int:
        """Microseconds from a wall time, itself microseconds since 1970, to the next allowed one; 0 inside a window.

        The clock on the wall is taken to run evenly: whoever asks looks after its changes.
        """
        place = (wall + _INTO_WEEK) % WEEK
        for start, end in self.spans:
            if place < end:
                return max(start - place, 0)
        return self.spans[0][0] + WEEK - place


def read_week_hours(text: str) -> WeekHours:
    """Hours from parts with semicolons between, each of windows and the days that they begin on; no days is every day.

    A window that ends before it begins passes midnight. Raises ValueError with what is wanted instead.
    """
    spans = sorted(span for part in text.split(";") for span in _spans(part.strip().lower()))
    return WeekHours(text.strip(), tuple(spans))


def _spans(part: str) -> Iterator[tuple[int, int]]:
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(_WANTED)
    days = [day for run in (match[1] or "mon-sun").split(",") for day in _days(run)]
    for window in match[2].split(","):
        start, end = _window(window)
        for day in days:
            yield from _in_week(day * DAY + start, day * DAY + end)


def _days(run: str) -> list[int]:
    first, _, last = (word.strip() for word in run.partition("-"))
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError(f"{_WANTED}, with the days {', '.join(_DAYS)}")
    begin = _DAYS.index(first)
    return [(begin + step) % 7 for step in range((_DAYS.index(last or first) - begin) % 7 + 1)]


def _window(window: str) -> tuple[int, int]:
    """Microseconds from the midnight that the window's day begins with; an end on the next day lies past 24 hours."""
    first, _, last = window.partition("-")
    start, end = _time(first), _time(last)
    if start in (end, DAY):
        raise ValueError(f'{_WANTED}; a whole day is "00:00-24:00"')
    return start, end if start < end else end + DAY


def _time(text: str) -> int:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{_WANTED}, with times from 00:00 to 24:00")
    return int(match[1] or match[3]) * HOUR + int(match[2] or match[4]) * MINUTE


def _in_week(start: int, end: int) -> Iterator[tuple[int, int]]:
    """What passes the end of Sunday goes on at the beginning of Monday."""
    yield start, min(end, WEEK)
    if end > WEEK:
        yield 0, end - WEEK
