"""A reminder: a new SMS to the people of some segments less those of others, and what is looked at before it leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.rules.text import shown

LONGEST_NAME, LONGEST_SENDER, LONGEST_BODY = 500, 32, 10_000
"""What a gateway takes (feed/openapi.yaml, NewActivity)."""
MOST_SEGMENTS = 100
KEY_LIFE = 71 * HOUR
"""So long after it was first asked for a reminder may be asked for again: the gateway keeps its key for 72 hours."""
REPEATED_WITHIN = 20 * HOUR
"""The same reminder so soon after another is taken for a mistake; one that is sent every day is not."""


class ReminderState(IntEnum):
    """What has become of a reminder; the numbers stand in the store."""

    SENDING = 1
    """Its request may have left, and no answer is known."""
    ACCEPTED = 2
    REFUSED = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent, to which segments by name; `send_at` in microseconds UTC, None is at once."""

    name: str
    sender: str
    body: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    send_at: int | None = None

    def says_the_same(self, other: "Draft") -> bool:
        """Whether it is the same reminder: segments are told apart without regard to case and order."""
        return (self.name, self.sender, self.body, self.send_at) == (
            other.name,
            other.sender,
            other.body,
            other.send_at,
        ) and all(
            {name.casefold() for name in mine} == {name.casefold() for name in its}
            for mine, its in ((self.include, other.include), (self.exclude, other.exclude))
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A reminder that a gateway was asked for; times in microseconds UTC.

    `include_ids` and `exclude_ids` are the gateway's: with the same key the same request goes out.
    """

    key: str
    draft: Draft
    include_ids: tuple[str, ...]
    exclude_ids: tuple[str, ...]
    state: ReminderState
    asked_at: int
    ended_at: int | None = None
    activity_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of the included segments, each in the first that holds (rules.md 6): who gets it, and who does not."""

    people: int
    opted_out: int
    suppressed: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a reminder would reach, by the store alone; `price` of one part to all of them, in ten-thousandths.

    The price is an estimate from what parts have cost lately, None where that is not known.
    """

    audience: Audience
    price: float | None

    def cost(self, parts: int) -> int | None:
        """What so many parts to everybody cost, in ten-thousandths."""
        return None if self.price is None else round(self.price * parts)


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is looked at before a reminder is sent. Credits are ten-thousandths.

    `cost` is an estimate from what parts have cost lately, None where that is not known, `balance` None where the
    gateway does not tell it. `outside` counts people who may not be sent to at that hour, None without allowed hours;
    with `any_hour` they are sent to all the same. With anything in `forbids` the reminder is not sent.
    """

    draft: Draft
    audience: Audience
    parts: int
    characters: int
    encoding: str
    cost: int | None
    balance: int | None
    outside: int | None
    forbids: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    any_hour: bool = False

    @property
    def messages(self) -> int:
        """Parts that are sent, to everybody in all."""
        return self.parts * self.audience.people


def read_draft(
    name: str,
    sender: str,
    body: str,
    include: Iterable[str],
    exclude: Iterable[str] = (),
    send_at: int | None = None,
) -> Draft:
    """A draft that a gateway takes. Raises ReminderError with what is wrong."""
    included, excluded = _names(include), _names(exclude)
    if not included:
        raise ReminderError("A reminder goes to the people of at least one segment: name it with --include.")
    if len(included) + len(excluded) > MOST_SEGMENTS:
        raise ReminderError(f"A reminder names at most {MOST_SEGMENTS} segments.")
    both = {one.casefold() for one in included} & {one.casefold() for one in excluded}
    if both:
        raise ReminderError(f"The segment {shown(min(both))!r} is included and excluded: take it out of one.")
    name, sender = name.strip(), sender.strip()
    for what, text, most in (("name", name, LONGEST_NAME), ("sender", sender, LONGEST_SENDER)):
        if not text or len(text) > most or not text.isprintable():
            raise ReminderError(f"A reminder's {what} has 1 to {most} characters, all of them visible.")
    if not body.strip() or len(body) > LONGEST_BODY or not _is_text(body):
        raise ReminderError(f"A reminder's text has 1 to {LONGEST_BODY} characters, and no broken ones.")
    return Draft(name, sender, body, included, excluded, send_at)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _is_text(body: str) -> bool:
    try:
        body.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in body
