"""The people of the simulated world: each one follows from the seed and a number, and none is kept in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.simulator.countries import COUNTRIES, MIX, Country
from smsreport_tui.simulator.hostile import hostile_text
from smsreport_tui.simulator.seeds import draw, pick
from smsreport_tui.simulator.stamps import stamp, stamp_abroad
from smsreport_tui.simulator.wire import ProfileItem

DAY = 24 * HOUR
BLOCK = 2000
_MOVED = 5_000_000  # added to a number when it changes, out of the way of everybody's first number

Rows = Iterator[tuple[int, ProfileItem]]


def profile_id(person: int) -> str:
    """The gateway's id of a person."""
    return f"p{person:07d}"


def person_of(profile: str) -> int | None:
    """The number of the person with this id, None when no id of ours reads so."""
    digits = profile[1:]
    if profile[:1] != "p" or not (digits.isascii() and digits.isdigit()) or profile_id(int(digits)) != profile:
        return None
    return int(digits)


def is_dead(person: int) -> bool:
    """Whether the number can not receive SMS: hard in every activity, so that three strikes come together."""
    return person % 83 == 40


def has_left(person: int) -> bool:
    """Whether the person has said no to SMS before any activity of the world."""
    return person % 41 == 17


def is_moved(person: int) -> bool:
    """Whether the person has had two numbers."""
    return person % 29 == 11


def is_erased(person: int) -> bool:
    """Whether the person has asked to be forgotten."""
    return person % 67 == 23


@dataclass(frozen=True)
class People:
    """Everybody from 0 to `size`, as seen at `start` (microseconds)."""

    seed: int
    size: int
    start: int
    hostile: bool

    def country(self, person: int) -> Country:
        return COUNTRIES[MIX[person % len(MIX)]]

    def moved_at(self, person: int) -> int:
        """When the number changed, for who has had two."""
        return self.start - (30 + person % 200) * DAY - person % 86_400 * SECOND

    def number(self, person: int, at: int) -> str:
        """The person's number at an instant; one in 397 shares a relative's."""
        # Twenty places earlier stands somebody of the same country.
        owner = person - len(MIX) if person % 397 == len(MIX) else person
        digits = owner + _MOVED if is_moved(person) and at >= self.moved_at(person) else owner
        return f"{self.country(person).prefix}{digits:07d}"

    def name(self, person: int) -> str:
        if self.hostile and person % 61 == 5:
            return hostile_text(person // 61)
        country = self.country(person)
        first = pick(country.first_names, draw(self.seed, "first", person))
        return f"{first} {pick(country.last_names, draw(self.seed, 'last', person))}"

    def blocks(self) -> list[tuple[str, int, int]]:
        """What the profiles stream told before the start: kind of version, from, to."""
        found = []
        for kind, step, first in _KINDS:
            people = range(first, self.size, step)
            found += [(kind, low, min(low + BLOCK, len(people))) for low in range(0, len(people), BLOCK)]
        return found

    def rows(self, kind: str, low: int, high: int) -> Rows:
        """The versions of one block, as (time of telling, profile)."""
        step, first = next((step, first) for name, step, first in _KINDS if name == kind)
        for person in range(first, self.size, step)[low:high]:
            yield self.start, self._version(kind, person)

    def live_rows(self) -> Rows:
        """Changes that come after the start: a few every hour, for a day."""
        for place in range(min(48, self.size)):
            person = int(draw(self.seed, "live profile", place) * self.size)
            at = self.start + (place * 30 + 3) * MINUTE
            version = self._version("first", person, at)
            yield at, _deleted(person, at) if place % 12 == 5 else version

    def _version(self, kind: str, person: int, at: int | None = None) -> ProfileItem:
        if kind == "deleted":
            return _deleted(person, self.start - (1 + person % 20) * DAY)
        # Of one in two who moved the newest version comes first and the older one late.
        moves = is_moved(person) and (kind == "moved") != (person % 2 == 1)
        base = self.start - 400 * DAY + person % 86_400 * SECOND
        known = self.moved_at(person) if moves else base
        if kind == "returned":
            known = self.start - 12 * HOUR
        item = self._item(person, at or known, self.start if at else known)
        return _twin(item) if kind == "twin" else item

    def _item(self, person: int, updated_at: int, number_at: int) -> ProfileItem:
        country = self.country(person)
        name = self.name(person)
        mail = f"person{person}@{country.code.lower()}.example" if person % 5 else None
        attributes: dict[str, str | int | float | bool] = {
            "city": pick(country.cities, draw(self.seed, "city", person)),
            "birth_year": 1940 + person % 66,
            "member": person % 3 == 0,
        }
        if person % 4 == 0:
            attributes["spent"] = person % 9973 / 4
        if self.hostile and person % 61 == 6:
            attributes[hostile_text(person // 61, 60)] = hostile_text(person // 61 + 1)
        tags = [tag for tag, every in (("vip", 17), ("newsletter", 3), ("trial", 11)) if person % every == 0]
        return ProfileItem(
            id=profile_id(person),
            updated_at=(stamp_abroad if person % 13 == 0 else stamp)(updated_at),
            msisdn=self.number(person, number_at),
            name=None if person % 53 == 7 else name,
            email=mail,
            timezone=country.zone,
            attributes=attributes,
            tags=tags,
            sms_consent=False if has_left(person) else None,
        )


# Kind of version, every how many people, from which on.
_KINDS: tuple[tuple[str, int, int], ...] = (
    ("first", 1, 0),
    ("moved", 29, 11),
    ("deleted", 67, 23),
    ("returned", 134, 23),
    ("twin", 101, 37),
)


def _deleted(person: int, at: int) -> ProfileItem:
    return ProfileItem(id=profile_id(person), updated_at=stamp(at), deleted=True)


def _twin(item: ProfileItem) -> ProfileItem:
    """Another content under the same instant: which one holds is for the reader to decide always alike."""
    return ProfileItem(
        id=item.id,
        updated_at=item.updated_at,
        msisdn=item.msisdn,
        name=f"{item.name or 'No name'} (twin)",
        email=item.email,
        timezone=item.timezone,
        attributes=item.attributes,
        tags=item.tags,
        sms_consent=item.sms_consent,
    )
