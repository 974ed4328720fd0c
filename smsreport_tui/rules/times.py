"""RFC 3339 times, strictly, to and from integer microseconds UTC (rules.md 1: with an offset, 2000 to 2099)."""

import re
from datetime import UTC, datetime, timedelta

from smsreport_tui.rules.clock import SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = 946_684_800 * SECOND
_LAST = 4_102_444_800 * SECOND - 1
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]((?:[01][0-9]|2[0-3]):[0-9]{2}:)([0-9]{2})"
    r"(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class BadTimeError(ValueError):
    """The text is no RFC 3339 time with an offset, or lies outside 2000 to 2099."""


def parse_time(text: str) -> int:
    """Microseconds since 1970 UTC of a strict RFC 3339 time; finer digits are cut. Raises BadTimeError."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise BadTimeError("not an RFC 3339 time with an offset")
    day, minutes, seconds, fraction, offset = match.groups()
    # datetime knows no leap second; RFC 3339 allows one at the end of a UTC day only.
    leap = seconds == "60"
    try:
        whole = datetime.fromisoformat(f"{day}T{minutes}{'59' if leap else seconds}{_offset(offset)}")
        micros = (whole - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError) as error:
        raise BadTimeError("no such day or time") from error
    if leap:
        if (micros // SECOND) % 86_400 != 86_399:
            raise BadTimeError("a leap second inside a day")
        micros += SECOND
    micros += int(f"{fraction or ''}000000"[:6])
    if not _FIRST <= micros <= _LAST:
        raise BadTimeError("before 2000 or after 2099")
    return micros


def _offset(text: str) -> str:
    if text in "Zz":
        return "+00:00"
    if int(text[1:3]) > 23 or int(text[4:6]) > 59:
        raise BadTimeError("no such offset")
    return text


def format_time(micros: int) -> str:
    """RFC 3339 in UTC with seconds, and milliseconds where there are any (rules.md 7)."""
    moment = _EPOCH + timedelta(microseconds=micros)
    stem = moment.strftime("%Y-%m-%dT%H:%M:%S")
    millis = moment.microsecond // 1000
    return f"{stem}.{millis:03d}Z" if millis else f"{stem}Z"


def exact_time(micros: int) -> str:
    """RFC 3339 in UTC with all six decimals: one form for one instant."""
    return (_EPOCH + timedelta(microseconds=micros)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def utc(micros: int) -> datetime:
    """The aware datetime of an instant."""
    return _EPOCH + timedelta(microseconds=micros)
