"""When an attempt may leave: by the clock on the recipient's wall, through its changes, within a time."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.number_place import number_place
from smsreport_tui.rules.times import parse_time
from smsreport_tui.rules.week_hours import read_week_hours

LIFE = 48 * HOUR
SWEDE, AMERICAN, RUSSIAN, SATELLITE = "+46701234567", "+12125550123", "+79121234567", "+870772001230"
AUSTRALIAN = "+61412345678"
DAY_TIME = read_week_hours("09:00-20:00")
MONDAY_NOON = parse_time("2026-03-02T12:00:00Z")


def opens(hours: AllowedHours, at: str, zone: str | None = None, msisdn: str = SWEDE, life: int = LIFE) -> str | None:
    begin = parse_time(at)
    found = hours.opens_at(begin, begin + life, timezone=zone, msisdn=msisdn)
    return None if found is None else (datetime.fromtimestamp(found // 10**6, UTC)).strftime("%d %H:%M:%S")


@pytest.mark.parametrize(
    "hours", [AllowedHours(), AllowedHours(None, {"SE": None}), AllowedHours(DAY_TIME, {"SE": None})]
)
def test_without_hours_an_attempt_leaves_at_once(hours: AllowedHours) -> None:
    at = MONDAY_NOON + 11 * HOUR + 1
    assert hours.opens_at(at, at, timezone="Europe/Stockholm", msisdn=SWEDE) == at
    assert hours.opens_at(at, at - 1, timezone="Europe/Stockholm", msisdn=SWEDE) is None


def test_the_country_goes_before_all() -> None:
    hours = AllowedHours(DAY_TIME, {"SE": read_week_hours("10:00-11:00"), "US": None})
    assert opens(hours, "2026-03-02T00:00:00Z") == "02 09:00:00"
    assert opens(hours, "2026-03-02T00:00:00Z", msisdn=AMERICAN) == "02 00:00:00"
    assert opens(hours, "2026-03-02T00:00:00Z", msisdn="+4915112345678") == "02 08:00:00"


def test_hours_of_one_country_leave_the_others_free() -> None:
    hours = AllowedHours(None, {"SE": DAY_TIME})
    assert opens(hours, "2026-03-02T00:00:00Z") == "02 08:00:00"
    assert opens(hours, "2026-03-02T00:00:00Z", msisdn=AMERICAN) == "02 00:00:00"


def test_the_profile_s_zone_goes_before_the_number_s() -> None:
    hours = AllowedHours(DAY_TIME)
    assert opens(hours, "2026-03-02T00:00:00Z", "Asia/Tokyo") == "02 00:00:00"
    assert opens(hours, "2026-03-02T01:00:00Z", "America/New_York") == "02 14:00:00"


@pytest.mark.parametrize("zone", [None, "", "Europe/Stokholm", "../../etc/passwd", "localtime", "\x00", "x" * 5_000])
def test_a_zone_that_nobody_knows_is_none(zone: str | None) -> None:
    assert opens(AllowedHours(DAY_TIME), "2026-03-02T00:00:00Z", zone) == "02 08:00:00"


def test_every_zone_of_a_number_must_allow() -> None:
    # Nine in the west of Russia is 07:00 UTC, and then it is 19:00 in Kamchatka.
    assert opens(AllowedHours(DAY_TIME), "2026-03-02T00:00:00Z", msisdn=RUSSIAN) == "02 07:00:00"
    assert opens(AllowedHours(DAY_TIME), "2026-03-02T08:00:00Z", msisdn=RUSSIAN) == "03 07:00:00"
    assert opens(AllowedHours(read_week_hours("09:00-19:00")), "2026-03-02T00:00:00Z", msisdn=RUSSIAN) is None


def test_a_number_of_no_place_may_be_anywhere() -> None:
    assert opens(AllowedHours(DAY_TIME), "2026-03-02T00:00:00Z", msisdn=SATELLITE) is None
    assert opens(AllowedHours(DAY_TIME), "2026-03-02T00:00:00Z", "Europe/London", msisdn=SATELLITE) == "02 09:00:00"
    weekdays = AllowedHours(read_week_hours("mon-fri 00:00-24:00"))
    assert opens(weekdays, "2026-03-01T12:00:00Z", msisdn=SATELLITE) == "02 12:00:00"
    assert opens(weekdays, "2026-03-06T09:59:59Z", msisdn=SATELLITE) == "06 09:59:59"
    assert opens(weekdays, "2026-03-06T10:00:00Z", msisdn=SATELLITE) is None


def test_the_window_is_reached_within_the_time_or_not_at_all() -> None:
    hours = AllowedHours(DAY_TIME)
    assert opens(hours, "2026-03-02T19:00:00Z", life=13 * HOUR) == "03 08:00:00"
    assert opens(hours, "2026-03-02T19:00:00Z", life=13 * HOUR - 1) is None
    assert opens(AllowedHours(read_week_hours("mon 09:00-20:00")), "2026-03-02T19:00:00Z") is None


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        # Stockholm goes from 02:00 to 03:00 at 01:00 UTC on the 29th of March.
        ("02:30-05:00", "2026-03-29T00:50:00Z", "29 01:00:00"),
        ("02:00-03:00", "2026-03-29T00:50:00Z", "30 00:00:00"),
        ("09:00-20:00", "2026-03-28T22:00:00Z", "29 07:00:00"),
        # And from 03:00 back to 02:00 at 01:00 UTC on the 25th of October.
        ("02:15-02:45", "2026-10-25T00:45:00Z", "25 01:15:00"),
        ("01:00-02:30", "2026-10-25T00:30:00Z", "25 01:00:00"),
        ("09:00-20:00", "2026-10-24T22:00:00Z", "25 08:00:00"),
    ],
)
def test_the_clock_on_the_wall_may_jump(text: str, at: str, found: str) -> None:
    assert opens(AllowedHours(read_week_hours(text)), at, "Europe/Stockholm") == found


# Days on which the clocks change, in zones that do it by an hour, by half of one, at midnight, or by a whole day.
CHANGES = [
    ("Europe/Stockholm", "2026-03-28"),
    ("Europe/Stockholm", "2026-10-24"),
    ("America/New_York", "2026-03-07"),
    ("America/New_York", "2026-10-31"),
    ("Australia/Lord_Howe", "2026-04-04"),
    ("Australia/Lord_Howe", "2026-10-03"),
    ("America/Santiago", "2026-04-04"),
    ("America/Santiago", "2026-09-05"),
    ("Africa/Casablanca", "2026-02-14"),
    ("Asia/Kathmandu", "2026-03-01"),
    ("Pacific/Apia", "2011-12-29"),
]
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
clock_times = st.one_of(st.integers(0, 4 * 60), st.integers(22 * 60, 24 * 60 - 1), st.integers(0, 24 * 60 - 1))
windows = st.tuples(st.sets(st.sampled_from(range(7)), min_size=1), clock_times, clock_times).filter(
    lambda window: window[1] != window[2]
)
Window = tuple[set[int], int, int]


def written(window: Window) -> str:
    days, start, end = window
    return f"{','.join(NAMES[day] for day in days)} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def allowed(wall: datetime, week: list[Window]) -> bool:
    minute, day = wall.hour * 60 + wall.minute, wall.weekday()
    return any(
        (day in days and start <= minute < end)
        if start < end
        else (day in days and minute >= start) or ((day - 1) % 7 in days and minute < end)
        for days, start, end in week
    )


def by_brute_force(at: int, until: int, week: list[Window], zone: ZoneInfo) -> int | None:
    """Looks at the wall at `at`, then at every full minute."""
    for instant in (at, *range(at - at % MINUTE + MINUTE, until + 1, MINUTE)):
        if allowed((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(zone), week):
            return instant if instant <= until else None
    return None


@settings(max_examples=300, deadline=None)
@given(
    place=st.sampled_from(CHANGES),
    week=st.lists(windows, min_size=1, max_size=3),
    into=st.integers(-12 * HOUR, 48 * HOUR),
    life=st.integers(0, LIFE),
)
@example(place=CHANGES[0], week=[({6}, 150, 300)], into=20 * HOUR, life=LIFE)
@example(place=CHANGES[1], week=[({6}, 60, 150)], into=24 * HOUR + 30 * MINUTE, life=LIFE)
def test_the_first_allowed_instant_is_that_of_a_look_at_every_minute(
    place: tuple[str, str], week: list[Window], into: int, life: int
) -> None:
    zone, day = place
    at = parse_time(f"{day}T00:00:00Z") + into
    hours = AllowedHours(read_week_hours("; ".join(written(window) for window in week)))
    found = hours.opens_at(at, at + life, timezone=zone, msisdn=SWEDE)
    assert found == by_brute_force(at, at + life, week, ZoneInfo(zone))


@settings(max_examples=60, deadline=None)
@given(week=st.lists(windows, min_size=1, max_size=2), into=st.integers(0, LIFE), life=st.integers(0, LIFE))
def test_of_several_zones_the_first_instant_that_all_allow(week: list[Window], into: int, life: int) -> None:
    at = parse_time("2026-10-24T00:00:00Z") + into
    hours = AllowedHours(read_week_hours("; ".join(written(window) for window in week)))
    found = hours.opens_at(at, at + life, timezone=None, msisdn=AUSTRALIAN)
    walls = [ZoneInfo(name) for name in number_place(AUSTRALIAN).zones]
    assert len(walls) > 5
    instants = (at, *range(at - at % MINUTE + MINUTE, at + life + 1, MINUTE))
    utc = datetime(1970, 1, 1, tzinfo=UTC)
    expected = next(
        (
            instant
            for instant in instants
            if all(allowed((utc + timedelta(microseconds=instant)).astimezone(wall), week) for wall in walls)
        ),
        None,
    )
    assert found == expected


def test_the_numbering_plans_are_loaded_only_where_a_number_is_asked() -> None:
    code = (
        "import sys, smsreport_tui.config\n"
        "from smsreport_tui.rules.allowed_hours import AllowedHours\n"
        "from smsreport_tui.rules.week_hours import read_week_hours\n"
        "AllowedHours().opens_at(1, 2, timezone=None, msisdn='+46701234567')\n"
        "AllowedHours(read_week_hours('09:00-20:00')).opens_at(1, 2, timezone='Europe/Oslo', msisdn='+46701234567')\n"
        "print('phonenumbers' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_hours_can_be_read_again() -> None:
    assert str(AllowedHours()) == "off"
    assert str(AllowedHours(DAY_TIME, {"DE": None})) == "all: 09:00-20:00, DE: off"
    assert str(AllowedHours(None, {"SE": DAY_TIME})) == "SE: 09:00-20:00"
