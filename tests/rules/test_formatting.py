"""Numbers, times and cells as people read them: the same on every machine (cli.md)."""

import locale
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.columns import Column, Kind, Value
from smsreport_tui.rules.formatting import (
    ago,
    count_of,
    duration,
    local_time,
    percent,
    place_name,
    thousands,
    value_text,
    zone_name,
)
from smsreport_tui.rules.formatting import (
    credits as credits_text,
)
from smsreport_tui.rules.times import parse_time, utc

NINE = parse_time("2026-03-02T09:00:07.987654Z")
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1_000, "1\u202f000"), (1_234_567, "1\u202f234\u202f567"), (-1_000, "-1\u202f000")],
)
def test_thousands_are_parted_by_a_narrow_no_break_space(number: int, text: str) -> None:
    assert thousands(number) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "–"),
        (0.0, "0.0\u00a0%"),
        (0.96, "96.0\u00a0%"),
        (1 / 3, "33.3\u00a0%"),
        (1.0, "100.0\u00a0%"),
        (12.5, "1\u202f250.0\u00a0%"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_a_rate_is_a_percentage_never_capped_and_a_dash_for_none(rate: float | None, text: str) -> None:
    assert percent(rate) == text


@pytest.mark.parametrize(
    ("units", "text"),
    [
        (0, "0"),
        (55_000, "5.5"),
        (1, "0.0001"),
        (1_045_000_000, "104\u202f500"),
        (12_345_678_901, "1\u202f234\u202f567.8901"),
        (-5_000, "-0.5"),
        (-12_345_000, "-1\u202f234.5"),
    ],
)
def test_credits_are_exact(units: int, text: str) -> None:
    assert credits_text(units) == text


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "part", "0 parts"),
        (1, "part", "1 part"),
        (1_234, "row", "1\u202f234 rows"),
        (2, "activity", "2 activities"),
        (2, "day", "2 days"),
        (2, "person", "2 people"),
        (2, "bad item", "2 bad items"),
        (2, "address", "2 addresses"),
        (2, "duplicates", "2 duplicates"),
        (2, "y", "2 ys"),
    ],
)
def test_a_number_and_its_noun_agree(number: int, noun: str, text: str) -> None:
    assert count_of(number, noun) == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Stockholm", "2026-03-02 10:00:07 Europe/Stockholm"),
        ("America/New_York", "2026-03-02 04:00:07 America/New_York"),
        ("Asia/Kathmandu", "2026-03-02 14:45:07 Asia/Kathmandu"),
        ("UTC", "2026-03-02 09:00:07 UTC"),
        (None, "2026-03-02 09:00:07 UTC"),
        ("", "2026-03-02 09:00:07 UTC"),
        ("Mars/Olympus", "2026-03-02 09:00:07 UTC"),
        ("../../../etc/passwd", "2026-03-02 09:00:07 UTC"),
        ("/etc/localtime", "2026-03-02 09:00:07 UTC"),
        ("Europe", "2026-03-02 09:00:07 UTC"),
        ("Europe/Stockholm\x1b[2J", "2026-03-02 09:00:07 UTC"),
        ("Europe/Stock\x00holm", "2026-03-02 09:00:07 UTC"),
        ("\ud800", "2026-03-02 09:00:07 UTC"),
        ("x" * 5_000, "2026-03-02 09:00:07 UTC"),
        ("tzdata.zi", "2026-03-02 09:00:07 UTC"),
        # The machine's own zone, and leap seconds counted, are nobody's zone.
        ("localtime", "2026-03-02 09:00:07 UTC"),
        ("posixrules", "2026-03-02 09:00:07 UTC"),
        ("right/Europe/Stockholm", "2026-03-02 09:00:07 UTC"),
    ],
)
def test_a_time_stands_in_its_zone_and_in_utc_where_nobody_knows_the_zone(zone: str | None, text: str) -> None:
    assert local_time(NINE, zone) == text
    assert zone_name(zone) == text.split(" ")[2]


def test_a_time_may_leave_out_what_stands_elsewhere() -> None:
    assert local_time(NINE, "Europe/Stockholm", with_zone=False) == "2026-03-02 10:00:07"
    assert local_time(NINE, "Europe/Stockholm", with_date=False) == "10:00:07 Europe/Stockholm"
    assert local_time(NINE, None, with_date=False, with_zone=False) == "09:00:07"
    assert local_time(None, "Europe/Stockholm") == "–"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-03-29T00:59:59Z", "2026-03-29 01:59:59"),
        ("2026-03-29T01:00:00Z", "2026-03-29 03:00:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25 02:30:00"),
        ("2026-10-25T01:30:00Z", "2026-10-25 02:30:00"),
        ("2025-12-31T23:30:00Z", "2026-01-01 00:30:00"),
    ],
)
def test_summer_time_is_the_zones(moment: str, text: str) -> None:
    assert local_time(parse_time(moment), "Europe/Stockholm", with_zone=False) == text


@given(st.integers(946_684_800_000_000, 4_102_444_799_999_999), st.sampled_from(["Asia/Tokyo", "America/St_Johns"]))
def test_a_local_time_is_what_the_zone_says(micros: int, zone: str) -> None:
    assert local_time(micros, zone, with_zone=False) == utc(micros).astimezone(ZoneInfo(zone)).strftime("%F %T")


@given(st.text())
def test_no_zone_however_named_stops_a_time(zone: str) -> None:
    assert local_time(NINE, zone).startswith("2026-03-0")


@pytest.mark.parametrize(
    ("since", "text"),
    [
        (0, "0 s ago"),
        (999_999, "0 s ago"),
        (12 * SECOND, "12 s ago"),
        (59 * SECOND, "59 s ago"),
        (MINUTE, "1 min ago"),
        (HOUR - SECOND, "59 min ago"),
        (HOUR, "1 h ago"),
        (2 * DAY - SECOND, "47 h ago"),
        (2 * DAY, "2 d ago"),
        (-500_000, "0 s ago"),
        (-5 * MINUTE, "in 5 min"),
    ],
)
def test_how_long_ago(since: int, text: str) -> None:
    assert ago(NINE, NINE - since) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (0.04, "0.0 s"),
        (0.35, "0.3 s"),
        (9.96, "10.0 s"),
        (12.4, "12 s"),
        (59.7, "1 min 0 s"),
        (307, "5 min 7 s"),
        (7_380, "2 h 3 min"),
        (273_600, "3 d 4 h"),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.TEXT, "Åsa\n\x1b[2J", "Åsa⏎␛[2J"),
        (Kind.TEXT, "", "–"),
        (Kind.TEXT, "+46701230012", "+46701230012"),
        (Kind.MSISDN, "+46701230012", "+46…0012"),
        (Kind.TIME, NINE, "2026-03-02 10:00:07 Europe/Stockholm"),
        (Kind.COUNT, 12_345, "12\u202f345"),
        (Kind.CREDITS, 12_345_000, "1\u202f234.5"),
        (Kind.RATE, 0.5, "50.0\u00a0%"),
        (Kind.RATE, 1, "100.0\u00a0%"),
        (Kind.TIME, "not yet\x07", "not yet␇"),
    ],
)
def test_a_cell_of_each_kind(kind: Kind, value: Value, text: str) -> None:
    assert value_text(Column("x", "X", kind), value, "Europe/Stockholm") == text


@pytest.mark.parametrize("kind", Kind)
def test_a_value_that_is_not_known_is_a_dash(kind: Kind) -> None:
    assert value_text(Column("x", "X", kind), None, "Europe/Stockholm") == "–"


def test_a_number_is_whole_where_it_may_be() -> None:
    column = Column("msisdn", "Number", Kind.MSISDN)
    assert value_text(column, "+46701230012", None, masked=False) == "+46701230012"
    assert value_text(column, "+4670\x1b12", None, masked=False) == "+4670␛12"


def test_the_locale_changes_nothing() -> None:
    before = locale.setlocale(locale.LC_ALL)
    kind = Column("x", "X", Kind.RATE)
    try:
        for name in ("sv_SE.UTF-8", "de_DE.UTF-8", "C.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert (thousands(1_000), value_text(kind, 0.96, None)) == ("1\u202f000", "96.0\u00a0%")
            assert local_time(NINE, None) == "2026-03-02 09:00:07 UTC"
    finally:
        locale.setlocale(locale.LC_ALL, before)
    assert thousands(1_000) == "1\u202f000"


@pytest.mark.parametrize(
    ("zone", "place"), [("Europe/Stockholm", "Stockholm"), ("America/New_York", "New York"), (None, "UTC")]
)
def test_a_zone_is_short_by_its_place(zone: str | None, place: str) -> None:
    assert place_name(zone) == place
