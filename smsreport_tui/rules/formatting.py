"""Numbers, times and list cells as people read them: English, ISO dates, decimal point; the locale changes nothing.

What files and JSON hold is formed in rules.times and rules.amounts.
"""

import math
from datetime import UTC, tzinfo

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.columns import Column, Kind, Value
from smsreport_tui.rules.text import mask, shown
from smsreport_tui.rules.times import utc
from smsreport_tui.rules.zones import known_zone

NOTHING = "–"
"""Stands for what is not known, and for the rate of nothing."""

_GROUPS = str.maketrans(",", "\u202f")
_NO_BREAK = "\u00a0"
_PLURALS = {"person": "people"}


def thousands(number: int) -> str:
    """Groups of three parted by a narrow no-break space."""
    return f"{number:,}".translate(_GROUPS)


def percent(rate: float | None) -> str:
    """A rate with one decimal, such as 96.0 %; a dash where there is none."""
    if rate is None or not math.isfinite(rate):
        return NOTHING
    return f"{rate * 100:,.1f}".translate(_GROUPS) + f"{_NO_BREAK}%"


def credits(units: int) -> str:  # noqa: A001 - the field's word
    """Ten-thousandths of a credit as an exact decimal."""
    whole, point, decimals = format_credits(abs(units)).partition(".")
    return f"{'-' if units < 0 else ''}{thousands(int(whole))}{point}{decimals}"


def count_of(number: int, noun: str) -> str:
    """A number and its noun in the plural that it asks for: 1 part, 2 parts."""
    return f"{thousands(number)} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    if noun.endswith(("ss", "x", "ch", "sh")):
        return f"{noun}es"
    return noun if noun.endswith("s") else f"{noun}s"


def zone_name(zone: str | None) -> str:
    """The name that stands beside a time: the zone's own, or UTC for one that nobody knows; UTC has one name alone."""
    return zone if zone and zone != "Etc/UTC" and known_zone(zone) else "UTC"


def place_name(zone: str | None) -> str:
    """The last part of the zone's name, for lines that are short of room: New York."""
    return zone_name(zone).rpartition("/")[2].replace("_", " ")


def local_time(micros: int | None, zone: str | None, *, with_zone: bool = True, with_date: bool = True) -> str:
    """Such as 2026-03-02 09:00:07 Europe/Stockholm, of microseconds UTC; a dash for no time."""
    if micros is None:
        return NOTHING
    place: tzinfo = (zone and known_zone(zone)) or UTC
    text = utc(micros).astimezone(place).replace(tzinfo=None).isoformat(" ", "seconds")
    if not with_date:
        text = text[11:]
    return f"{text} {zone_name(zone)}" if with_zone else text


def ago(now: int, then: int) -> str:
    """How long ago, in one whole unit: 12 s ago, hours until two days have passed; times in microseconds."""
    seconds = abs(now - then) // SECOND
    if seconds < 60:
        span = f"{seconds} s"
    elif seconds < 3_600:
        span = f"{seconds // 60} min"
    else:
        span = f"{seconds // 3_600} h" if seconds < 172_800 else f"{thousands(seconds // 86_400)} d"
    return f"{span} ago" if now >= then or seconds == 0 else f"in {span}"


def synced(as_of: int | None, now: int) -> str:
    """How old the last complete sync is."""
    return "not synced yet" if as_of is None else f"synced {ago(now, as_of)}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units: 0.4 s, 12 s, 5 min 7 s, 2 h 3 min, 3 d 4 h."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for unit, size, lesser, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            return f"{thousands(whole // size)} {unit} {whole % size // part} {lesser}"
    return f"{whole} s"


def value_text(column: Column, value: Value, zone: str | None, *, masked: bool = True) -> str:
    """One cell of a list: safe for a terminal, times in the zone and with its name, a dash for what is not known."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return shown(mask(value) if masked and column.kind is Kind.MSISDN else value)
    if column.kind is Kind.RATE:
        return percent(value)
    whole = int(value)
    if column.kind is Kind.TIME:
        return local_time(whole, zone)
    return credits(whole) if column.kind is Kind.CREDITS else thousands(whole)
