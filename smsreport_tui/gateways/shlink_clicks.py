"""Visits of our short links become clicks of the feed's own form."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from smsreport_tui.gateways.shlink_api import Visit
from smsreport_tui.rules.messages import EventMessage
from smsreport_tui.rules.times import BadTimeError, exact_time, parse_time
from storage.letterbox import Letter
from storage.short_links import Owner

BOT = "shlink-potential-bot"
"""Stands behind the agent of a visit that Shlink takes for a robot's; `rules/data/machine_agents.txt` knows it."""
_LONGEST_AGENT = 900
_COUNTRY = re.compile(r"[A-Z]{2}")
_CODE = re.compile(r"[0-9A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Click:
    """One click as a letter, and the id of its event."""

    id: str
    letter: Letter


def visited_codes(visits: Iterable[Visit]) -> set[str]:
    """What of the visited addresses may be codes."""
    return {code for visit in visits for code in _codes(visit)}


def clicks(visits: Sequence[Visit], owners: Mapping[str, Owner]) -> Iterator[Click]:
    """The clicks on codes that have an owner, oldest first; `visits` are all of their seconds, newest first.

    A visit has no id. It is known by all that does not change: code, date, agent, referer, whether it is a robot's, and
    its number among those that are alike in all that. Where it came from may be found out days after.
    """
    alike: Counter[tuple[object, ...]] = Counter()
    for visit in reversed(visits):
        code = next((one for one in _codes(visit) if one in owners), None)
        if code is None:
            continue
        at = _instant(visit.date)
        identity = (code, at, visit.user_agent or "", visit.referer or "", visit.potential_bot)
        alike[identity] += 1
        event_id = _digest(*identity, alike[identity])
        yield Click(event_id, _letter(event_id, at, visit, owners[code]))


def new_letters(found: Iterable[Click], known: Collection[str]) -> list[Letter]:
    """The letters of those whose events are not known."""
    return [one.letter for one in found if one.id not in known]


def _letter(event_id: str, at: str, visit: Visit, owner: Owner) -> Letter:
    location = visit.visit_location
    country = location.country_code if location is not None else None
    message = EventMessage(
        id=event_id,
        kind="clicked",
        at=at,
        profile_id=owner.profile,
        activity_id=owner.activity,
        link_id=owner.link,
        url=owner.url,
        user_agent=_agent(visit) or None,
        country=country if country is not None and _COUNTRY.fullmatch(country) else None,
    )
    return Letter("events", msgspec.json.encode(message))


def _agent(visit: Visit) -> str:
    agent = (visit.user_agent or "")[:_LONGEST_AGENT]
    return f"{agent} {BOT}".lstrip() if visit.potential_bot else agent


def _codes(visit: Visit) -> list[str]:
    """Parts of the visited path, which may also have one before the code, or more behind it; cases do not count."""
    try:
        path = urlsplit(visit.visited_url or "").path
    except ValueError:
        return []
    return [part.lower() for part in path.split("/") if _CODE.fullmatch(part)]


def _instant(date: str) -> str:
    """In one form, whatever zone the server writes; a date that is none is left for the door to refuse."""
    try:
        return exact_time(parse_time(date))
    except BadTimeError:
        return date


def _digest(*parts: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()
