"""The hours at which an attempt may leave, in the recipient's time zone (rules.md 5)."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.times import utc
from smsreport_tui.rules.week_hours import WeekHours
from smsreport_tui.rules.zones import known_zone

_MICROSECOND = timedelta(microseconds=1)
# No zone changes its offset twice within this time.
_STEP = 6 * HOUR
# Every offset that a place on earth has: a number of no known place may be at any of them.
_ANYWHERE: Sequence[tzinfo] = [timezone(timedelta(minutes=minutes)) for minutes in range(-12 * 60, 14 * 60 + 1, 15)]


class AllowedHours(NamedTuple):
    """Hours for every country and for single ones by ISO code, which then go first; None is no limit."""

    for_all: WeekHours | None = None
    by_country: Mapping[str, WeekHours | None] = MappingProxyType({})

    def __str__(self) -> str:
        hours = {"all": self.for_all, **self.by_country} if self.for_all else self.by_country
        return ", ".join(f"{name}: {week.text if week else 'off'}" for name, week in hours.items()) or "off"

    @property
    def is_off(self) -> bool:
        """Whether there is no limit for anybody."""
        return self.for_all is None and not any(self.by_country.values())

    def opens_at(self, at: int, until: int, *, timezone: str | None, msisdn: str) -> int | None:
        """The first microsecond from `at` to `until`, both included, that is allowed; None where there is none.

        `timezone` is the profile's IANA name. Where it is none, the number tells its zones, and an hour must be
        allowed in each of them; a number that tells none may be anywhere on earth.
        """
        week = self._week(msisdn)
        if week is None:
            return at if at <= until else None
        return _opens_in_all(week, _zones(timezone, msisdn), at, until)

    def _week(self, msisdn: str) -> WeekHours | None:
        if not self.by_country:
            return self.for_all
        # The numbering plans take a moment to load, and most runs need none.
        from smsreport_tui.rules.number_place import number_place

        return self.by_country.get(number_place(msisdn).country or "", self.for_all)


def _zones(name: str | None, msisdn: str) -> Sequence[tzinfo]:
    own = known_zone(name) if name else None
    if own:
        return [own]
    from smsreport_tui.rules.number_place import number_place

    zones = [known_zone(zone) for zone in number_place(msisdn).zones]
    return [zone for zone in zones if zone] or _ANYWHERE


def _opens_in_all(week: WeekHours, zones: Sequence[tzinfo], at: int, until: int) -> int | None:
    """Goes from zone to zone, each time on to where that zone allows, until a whole round has moved nothing."""
    agreed = 0
    while agreed < len(zones):
        for zone in zones:
            opens = _opens_in(week, zone, at, until)
            if opens is None:
                return None
            agreed = agreed + 1 if opens == at else 1
            at = opens
    return at


def _opens_in(week: WeekHours, zone: tzinfo, at: int, until: int) -> int | None:
    while at <= until:
        wait = week.wait(at + _offset(zone, at))
        change = _change(zone, at, min(at + wait, until))
        if change is None:
            return at + wait if at + wait <= until else None
        at = change
    return None


def _change(zone: tzinfo, begin: int, end: int) -> int | None:
    """The first instant after `begin`, `end` included, at which the zone has another offset than at `begin`."""
    offset = _offset(zone, begin)
    low = begin
    while low < end:
        high = min(low + _STEP, end)
        if _offset(zone, high) != offset:
            between = range(low + 1, high + 1)
            return between[bisect_left(between, True, key=lambda instant: _offset(zone, instant) != offset)]
        low = high
    return None


def _offset(zone: tzinfo, instant: int) -> int:
    """Microseconds that the clock on the wall is ahead of UTC."""
    return (utc(instant).astimezone(zone).utcoffset() or timedelta()) // _MICROSECOND
