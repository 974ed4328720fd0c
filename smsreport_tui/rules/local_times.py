"""Moments as an operator writes them: by the clock on the wall of their time zone, or as RFC 3339."""

import re
from datetime import UTC, datetime, tzinfo

from smsreport_tui.rules.formatting import zone_name
from smsreport_tui.rules.times import BadTimeError, parse_time
from smsreport_tui.rules.zones import known_zone

_LOCAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ Tt]+([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)")
_WANTED = "give a time such as 2026-03-02 09:00, or 2026-03-02T09:00:00+01:00"


def read_moment(text: str, zone: str | None) -> int:
    """Microseconds UTC of a time such as 2026-03-02 09:00 in a zone, or of an RFC 3339 time; an unknown zone is UTC.

    A time that the zone's clocks pass over, or show twice, names no moment. Raises BadTimeError with what to give.
    """
    text = text.strip()
    local = _LOCAL.fullmatch(text)
    if local is None:
        return _exact(text)
    place: tzinfo = (zone and known_zone(zone)) or UTC
    day, time = local.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{time}")
        found = sorted({one.astimezone(UTC) for one in _readings(wall, place) if _shows(one, wall, place)})
        if len(found) == 1:
            return parse_time(found[0].isoformat())
        around = sorted(one.astimezone(UTC).astimezone(place).isoformat() for one in _readings(wall, place))
    except (ValueError, OverflowError) as error:
        raise BadTimeError(f"There is no such time: {_WANTED}.") from error
    written = f"{day} {time}"
    if found:
        both = " or ".join(one.astimezone(place).isoformat() for one in found)
        raise BadTimeError(f"{written} comes twice in {zone_name(zone)}, where the clocks go back: give {both}.")
    raise BadTimeError(
        f"{written} never comes in {zone_name(zone)}, where the clocks go forward: give {' or '.join(around)}."
    )


def _exact(text: str) -> int:
    try:
        return parse_time(text)
    except BadTimeError as error:
        raise BadTimeError(f"The time can not be read ({error}): {_WANTED}.") from error


def _readings(wall: datetime, place: tzinfo) -> list[datetime]:
    """The wall time by the clocks before a change, and by those after it."""
    return [wall.replace(tzinfo=place, fold=fold) for fold in (0, 1)]


def _shows(reading: datetime, wall: datetime, place: tzinfo) -> bool:
    """Whether the clocks of the place show the wall time at that moment."""
    return reading.astimezone(UTC).astimezone(place).replace(tzinfo=None, fold=0) == wall
