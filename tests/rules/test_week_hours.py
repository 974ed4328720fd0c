"""Hours of a week: how they are written, and how long a clock on the wall has to run to the next of them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.week_hours import DAY, WEEK, read_week_hours

# A Monday.
MONDAY = (datetime(2026, 3, 2) - datetime(1970, 1, 1)).days * DAY  # noqa: DTZ001 - wall times have no zone
times = st.integers(0, 24 * 60 - 1)


@pytest.mark.parametrize(
    ("text", "day", "clock", "wait"),
    [
        ("09:00-20:00", 0, 8 * HOUR, HOUR),
        ("09:00-20:00", 0, 9 * HOUR - 1, 1),
        ("09:00-20:00", 0, 9 * HOUR, 0),
        ("09:00-20:00", 0, 20 * HOUR - 1, 0),
        ("09:00-20:00", 0, 20 * HOUR, 13 * HOUR),
        ("09:00-20:00", 6, 20 * HOUR, 13 * HOUR),
        ("20:00-08:00", 0, 0, 0),
        ("20:00-08:00", 0, 8 * HOUR, 12 * HOUR),
        ("20:00-08:00", 6, 23 * HOUR, 0),
        ("20:00-00:00", 0, 0, 20 * HOUR),
        ("08:00-12:00,13:00-20:00", 2, 12 * HOUR, HOUR),
        ("08:00 - 12:00 , 11:00 - 20:00", 2, 12 * HOUR, 0),
        ("08:00-20:00,09:00-10:00", 2, 12 * HOUR, 0),
        ("00:00-24:00", 3, 17 * HOUR + 1, 0),
        ("mon-fri 09:00-18:00; sat 10:00-14:00", 4, 18 * HOUR, 16 * HOUR),
        ("mon-fri 09:00-18:00; sat 10:00-14:00", 5, 14 * HOUR, 43 * HOUR),
        ("Mon-Fri 09:00-18:00;Sat 10:00-14:00", 5, 14 * HOUR, 43 * HOUR),
        ("fri 20:00-08:00", 5, 7 * HOUR, 0),
        ("fri 20:00-08:00", 5, 8 * HOUR, 6 * DAY + 12 * HOUR),
        ("sun 20:00-08:00", 0, 7 * HOUR, 0),
        ("sat-mon 10:00-11:00", 1, 0, 4 * DAY + 10 * HOUR),
        ("tue, thu 10:00-11:00", 1, 11 * HOUR, 2 * DAY - HOUR),
        ("wed 10:00-10:01", 2, 10 * HOUR + MINUTE, WEEK - MINUTE),
    ],
)
def test_how_long_to_wait(text: str, day: int, clock: int, wait: int) -> None:
    assert read_week_hours(text).wait(MONDAY + day * DAY + clock) == wait


@pytest.mark.parametrize(
    "text",
    [
        *("", ";", "off", "9-20", "09:00", "09:00-", "9:00-20:00", "09:00-20:00-21:00", "09:00-25:00", "09:60-10:00"),
        *("24:00-08:00", "09:00-09:00", "24:00-24:00", "00:00-24:01", "09:00-20:00,", "09:00-20:00;", "mon", "mon-fri"),
        *(
            "monday 09:00-10:00",
            "foo 09:00-10:00",
            "mon-foo 09:00-10:00",
            "mon-tue-wed 09:00-10:00",
            "-",
            "٠٩:00-10:00",
        ),
    ],
)
def test_what_is_no_hours_is_refused_with_what_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match=r'^hours such as "09:00-20:00"'):
        read_week_hours(text)


@given(start=times, end=times, at=st.integers(0, 4 * WEEK))
def test_the_wait_ends_where_the_window_begins_unless_it_is_open(start: int, end: int, at: int) -> None:
    if start == end:
        return
    minute = at // MINUTE % (24 * 60)
    is_open = start <= minute < end if start < end else minute >= start or minute < end
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    expected = 0 if is_open else (start * 60 * SECOND - at) % DAY
    assert read_week_hours(text).wait(at) == expected
