"""Strict RFC 3339 times, cut to microseconds, from 2000 to 2099 (rules.md 1 and 7)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.clock import FixedClock, SystemClock
from smsreport_tui.rules.times import BadTimeError, exact_time, format_time, parse_time, utc

NINE = 1_772_442_007_000_000
FIRST = 946_684_800_000_000
LAST = 4_102_444_799_999_999
instants = st.integers(FIRST, LAST)
offsets = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-03-02T09:00:07Z", NINE),
        ("2026-03-02t09:00:07z", NINE),
        ("2026-03-02T10:00:07+01:00", NINE),
        ("2026-03-01T23:30:07-09:30", NINE),
        ("2026-03-02T09:00:07-00:00", NINE),
        ("2026-03-03T08:59:07+23:59", NINE),
        ("2026-03-02T09:00:07.5Z", NINE + 500_000),
        ("2026-03-02T09:00:07.123456Z", NINE + 123_456),
        ("2026-03-02T09:00:07.1234569999999999999999Z", NINE + 123_456),
        ("2026-03-02T09:00:07.0000009Z", NINE),
        ("2000-01-01T00:00:00Z", FIRST),
        ("2099-12-31T23:59:59.999999Z", LAST),
        ("1999-12-31T23:00:00-01:00", FIRST),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("2017-01-01T00:59:60.25+01:00", 1_483_228_800_250_000),
    ],
)
def test_a_time_with_an_offset_is_an_instant(text: str, micros: int) -> None:
    assert parse_time(text) == micros


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-02",
        "2026-03-02T09:00:07",
        "2026-03-02 09:00:07Z",
        "2026-03-02T09:00Z",
        "2026-03-02T09:00:07 Z",
        "2026-03-02T09:00:07Z\n",
        " 2026-03-02T09:00:07Z",
        "2026-03-02T09:00:07+0100",
        "2026-03-02T09:00:07+01",
        "2026-03-02T09:00:07+24:00",
        "2026-03-02T09:00:07+01:60",
        "2026-03-02T09:00:07.Z",
        "2026-03-02T09:00:07,5Z",
        "2026-3-2T09:00:07Z",
        "2026-02-29T09:00:07Z",
        "2026-13-01T09:00:07Z",
        "2026-03-00T09:00:07Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T25:00:00Z",
        "2026-03-02T09:60:07Z",
        "2026-03-02T09:00:61Z",
        "2026-03-02T09:00:60Z",
        "2026-W10-1T09:00:07Z",
        "20260302T090007Z",
        "+2026-03-02T09:00:07Z",
        "２０２６-03-02T09:00:07Z",
        "1772442007",
        "now",
        # Absurd: before 2000 or after 2099.
        "1999-12-31T23:59:59.999999Z",
        "2100-01-01T00:00:00Z",
        "2099-12-31T23:59:60Z",
        "2099-12-31T23:30:00-01:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_anything_else_is_a_bad_time(text: str) -> None:
    with pytest.raises(BadTimeError):
        parse_time(text)


@given(instants, offsets)
def test_the_same_instant_is_read_from_every_offset(micros: int, offset: timezone) -> None:
    assert parse_time(utc(micros).astimezone(offset).isoformat(timespec="microseconds")) == micros


@given(st.text(max_size=40))
def test_no_text_does_worse_than_a_bad_time(text: str) -> None:
    try:
        assert FIRST <= parse_time(text) <= LAST
    except BadTimeError:
        return


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (NINE, "2026-03-02T09:00:07Z"),
        (NINE + 1_000, "2026-03-02T09:00:07.001Z"),
        (NINE + 999, "2026-03-02T09:00:07Z"),
        (NINE + 999_999, "2026-03-02T09:00:07.999Z"),
        (NINE + 120_000, "2026-03-02T09:00:07.120Z"),
    ],
)
def test_a_written_time_has_seconds_and_milliseconds_where_there_are_any(micros: int, text: str) -> None:
    assert format_time(micros) == text


@given(instants)
def test_a_written_time_reads_back_to_its_millisecond_and_an_exact_one_to_its_microsecond(micros: int) -> None:
    assert parse_time(format_time(micros)) == micros // 1_000 * 1_000
    assert parse_time(exact_time(micros)) == micros
    assert utc(micros) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(NINE)
    assert [clock.now(), clock.now()] == [NINE, NINE]
    clock.advance(5)
    assert clock.now() == NINE + 5


def test_the_machines_clock_counts_microseconds_of_this_century() -> None:
    assert FIRST < SystemClock().now() < LAST
