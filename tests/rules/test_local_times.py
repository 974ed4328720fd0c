"""A time as an operator writes it: by the clock on the wall, also where that clock is changed."""

import pytest

from smsreport_tui.rules.local_times import read_moment
from smsreport_tui.rules.times import BadTimeError, parse_time

HERE = "Europe/Stockholm"


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-02 09:00", HERE, "2026-03-02T08:00:00Z"),
        (" 2026-07-02 09:00 ", HERE, "2026-07-02T07:00:00Z"),
        ("2026-03-02 09:00:30", "America/New_York", "2026-03-02T14:00:30Z"),
        ("2026-03-02T09:00", "Asia/Kathmandu", "2026-03-02T03:15:00Z"),
        ("2026-03-02 09:00", None, "2026-03-02T09:00:00Z"),
        ("2026-03-02 09:00", "Nowhere/City", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00-05:00", HERE, "2026-03-02T14:00:00Z"),
        ("2026-03-02t09:00:00.25z", HERE, "2026-03-02T09:00:00.250Z"),
        # The minutes beside a change of the clocks are there, and there once.
        ("2026-03-29 01:59", HERE, "2026-03-29T00:59:00Z"),
        ("2026-03-29 03:00", HERE, "2026-03-29T01:00:00Z"),
        ("2026-10-25 01:59", HERE, "2026-10-24T23:59:00Z"),
        ("2026-10-25 03:00", HERE, "2026-10-25T02:00:00Z"),
    ],
)
def test_a_moment_is_read(text: str, zone: str | None, moment: str) -> None:
    assert read_moment(text, zone) == parse_time(moment)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "2026-03-29 02:30",
            "2026-03-29 02:30 never comes in Europe/Stockholm, where the clocks go forward: "
            "give 2026-03-29T01:30:00+01:00 or 2026-03-29T03:30:00+02:00.",
        ),
        (
            "2026-10-25 02:30",
            "2026-10-25 02:30 comes twice in Europe/Stockholm, where the clocks go back: "
            "give 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00.",
        ),
        ("2026-02-30 09:00", "There is no such time: give a time such as 2026-03-02 09:00, or"),
        ("2026-03-02 24:00", "There is no such time"),
        ("1999-12-31 23:59", "There is no such time"),
        ("0001-01-01 00:00", "There is no such time"),
        ("noon", "The time can not be read (not an RFC 3339 time with an offset): give a time such as"),
        ("09:00", "The time can not be read"),
        ("2026-03-02", "The time can not be read"),
        ("2026-03-02 9:00", "The time can not be read"),
        ("", "The time can not be read"),
    ],
)
def test_what_names_no_moment_says_what_to_give(text: str, sentence: str) -> None:
    with pytest.raises(BadTimeError) as caught:
        read_moment(text, HERE)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "text", ["2026-03-29T01:30:00+01:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
)
def test_what_is_given_instead_is_read(text: str) -> None:
    assert read_moment(text, HERE) == parse_time(text)
