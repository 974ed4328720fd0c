"""What the gateway does when it is asked to: send one message again, or a new activity; each key once."""

import re
import threading
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec.structs import replace

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.clock import MINUTE, SECOND
from smsreport_tui.rules.times import BadTimeError, parse_time
from smsreport_tui.simulator.countries import COUNTRIES, MIX, Country
from smsreport_tui.simulator.fates import Fate, Style, first_fate, retry_fate, settle_time, tell_attempt
from smsreport_tui.simulator.people import has_left, is_erased, person_of
from smsreport_tui.simulator.problems import ProblemError
from smsreport_tui.simulator.reactions import Setup, react
from smsreport_tui.simulator.scribe import Entry, Scribe
from smsreport_tui.simulator.seeds import stream_of, tag_of
from smsreport_tui.simulator.segments import Segments
from smsreport_tui.simulator.stamps import stamp
from smsreport_tui.simulator.texts import part_count
from smsreport_tui.simulator.wire import Accepted, ActivityItem, Link, NewActivity, SendRequest, Setting
from smsreport_tui.simulator.world import VENDOR, Created, Resent, World

OPENING_BALANCE = 2_500_000 * 10_000
Answer = TypeVar("Answer", Accepted, ActivityItem)
_ADDRESS = re.compile(r"https?://\S+")


@dataclass
class Desk:
    """Accepts messages and activities; `balance` is ten-thousandths of a credit.

    A picky desk sends nothing again to one person in 23 as the message is.
    """

    world: World
    segments: Segments
    balance: int = OPENING_BALANCE
    picky: bool = False
    _messages: dict[str, tuple[SendRequest, Accepted]] = field(default_factory=dict)
    _activities: dict[str, tuple[NewActivity, ActivityItem]] = field(default_factory=dict)
    _links: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    # Activities are made in threads: a key that comes again meanwhile waits, and credits are counted one by one.
    _making: threading.Lock = field(default_factory=threading.Lock)
    _paying: threading.Lock = field(default_factory=threading.Lock)

    def send(self, key: str, request: SendRequest) -> tuple[Accepted, bool]:
        """The answer, and whether it is a replay. Raises ProblemError."""
        known = self._messages.get(key)
        if known is not None:
            return _replay(known, request), True
        campaign = self._campaign(request.activity_id)
        person = person_of(request.profile_id)
        if campaign is None or person is None or person >= self.world.people.size:
            raise ProblemError(422, "there is no such activity or profile")
        if is_erased(person) or has_left(person):
            raise ProblemError(403, "this person may not be sent to")
        if self.picky and person % 23 == 2:
            raise ProblemError(422, "the sender is not registered with the network of this number")
        country = _country(person)
        now = self.world.advance()
        parts = part_count(request.body)
        cost = self._charge(parts * country.price)
        message = f"m{tag_of('message', key, length=16)}"
        scribe, entries = self._scribe(message, request.profile_id, request.activity_id, request.to)
        fate = retry_fate(scribe.chance())
        limit = request.validity_minutes * MINUTE
        settled = now + (limit if fate is Fate.EXPIRED else min(limit, settle_time(fate, scribe.chance)))
        links, vendor = campaign
        style = Style(parts, country.price, vendor=vendor)
        delivered = tell_attempt(scribe, fate, now, style, settled, attempt=request.attempt)
        if delivered is not None:
            react(scribe, delivered, Setup(links, country))
        self._tell(entries, now)
        answer = Accepted(message, stamp(now), parts, format_credits(cost))
        self._messages[key] = (request, answer)
        self.world.resent.append(Resent(key, now, request.to))
        return answer, False

    def find(self, key: str) -> Accepted:
        """What was answered to this key. Raises ProblemError."""
        known = self._messages.get(key)
        if known is None:
            raise ProblemError(404, "no message was accepted with this key")
        return known[1]

    def create(self, key: str, request: NewActivity) -> tuple[ActivityItem, bool]:
        """A new activity, and whether it is a replay. Raises ProblemError."""
        with self._making:
            known = self._activities.get(key)
            if known is not None:
                return _replay(known, request), True
            told = self._make(f"n{tag_of('activity', key, length=12)}", request)
            self._activities[key] = (request, told)
            self.world.created.append(Created(key, self.world.clock.now(), told.id))
            return told, False

    def _make(self, activity: str, request: NewActivity) -> ActivityItem:
        now = self.world.clock.now()
        begins = _begins(request, now)
        members = frozenset[str]().union(*(self.segments.members(one) for one in request.include))
        members = members.difference(*(self.segments.members(one) for one in request.exclude))
        people = sorted(person for one in members if (person := self._reachable(one)) is not None)
        parts = part_count(request.body)
        cost = self._charge(sum(parts * _country(person).price for person in people))
        links = tuple(
            Link(f"{activity}-L{number}", url) for number, url in enumerate(_ADDRESS.findall(request.body)[:20], 1)
        )
        self._links[activity] = links
        told = ActivityItem(
            id=activity,
            updated_at=stamp(now),
            name=request.name,
            sender=request.sender,
            body=request.body,
            sent_at=stamp(begins),
            status="sending" if begins <= now else "scheduled",
            sending_to=self._settings(request),
            recipients=len(people),
            excluded=len(members) - len(people),
            links=list(links),
        )
        self.world.activities.add(now + 1, told)
        if begins > now:
            self.world.activities.add(begins + 1, replace(told, updated_at=stamp(begins), status="sending"))
        for place, person in enumerate(people):
            self._first_send(activity, person, begins + place * SECOND // 50, Setup(links, _country(person)), parts)
        ends = begins + len(people) * SECOND // 50 + SECOND
        last = replace(told, updated_at=stamp(ends), status="sent", total_credits=format_credits(cost))
        self.world.activities.add(ends + 1, last)
        return told

    def _settings(self, request: NewActivity) -> list[Setting]:
        kinds = [("include_segment", one) for one in request.include] + [
            ("exclude_segment", one) for one in request.exclude
        ]
        return [Setting(kind, self.segments.name(one)) for kind, one in kinds]

    def _campaign(self, activity: str) -> tuple[tuple[Link, ...], str] | None:
        """The links of an activity, and whose codes its receipts carry."""
        campaign = self.world.campaign(activity)
        if campaign is not None:
            return campaign.links, campaign.vendor
        links = self._links.get(activity)
        return None if links is None else (links, VENDOR)

    def _first_send(self, activity: str, person: int, at: int, setup: Setup, parts: int) -> None:
        msisdn = self.world.people.number(person, at)
        scribe, entries = self._scribe(f"m{activity}.{person}", f"p{person:07d}", activity, msisdn)
        fate = first_fate(scribe.chance())
        settled = at + settle_time(fate, scribe.chance)
        delivered = tell_attempt(scribe, fate, at, Style(parts, setup.country.price), settled)
        if delivered is not None:
            react(scribe, delivered, setup)
        self._tell(entries, self.world.clock.now())

    def _reachable(self, profile: str) -> int | None:
        person = person_of(profile)
        if person is None or person >= self.world.people.size or has_left(person) or is_erased(person):
            return None
        return person

    def _charge(self, cost: int) -> int:
        with self._paying:
            if cost > self.balance:
                raise ProblemError(402, "the credits do not suffice")
            self.balance -= cost
        return cost

    def _scribe(self, message: str, profile: str, activity: str, msisdn: str) -> tuple[Scribe, list[Entry]]:
        entries: list[Entry] = []
        chance = stream_of(self.world.config.seed, "desk", message).random
        scribe = Scribe(entries, chance, message, profile, activity, msisdn, prompt=True)
        scribe.message = message
        return scribe, entries

    def _tell(self, entries: list[Entry], now: int) -> None:
        """Nothing is told at a time that a reader may have passed."""
        for at, item in entries:
            self.world.events.add(max(at, now + 1), item)


def _replay(known: tuple[object, Answer], request: object) -> Answer:
    if known[0] != request:
        raise ProblemError(422, "the same key came with another body")
    return known[1]


def _begins(request: NewActivity, now: int) -> int:
    if not isinstance(request.send_at, str):
        return now
    try:
        return max(now, parse_time(request.send_at))
    except BadTimeError as error:
        raise ProblemError(422, f"send_at: {error}") from error


def _country(person: int) -> Country:
    return COUNTRIES[MIX[person % len(MIX)]]
