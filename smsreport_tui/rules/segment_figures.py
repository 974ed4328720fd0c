"""What is told of a segment: who is in it, how large it is, who may be sent to, and why somebody is in it."""

from dataclasses import dataclass
from enum import StrEnum

from smsreport_tui.rules.segment_tree import Node


class Channel(StrEnum):
    """What a list of people is meant for."""

    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    """What a gateway is to do with the people of a segment (rules.md 6)."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Person:
    """A member as lists show them; the name is the profile's, the rest may be missing."""

    profile: str
    name: str | None
    msisdn: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From all members to those who may be sent to: how many each step left out, in order (rules.md 6)."""

    matched: int
    steps: tuple[tuple[str, int], ...]

    @property
    def sendable(self) -> int:
        return self.matched - sum(number for _, number in self.steps)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many people are in one of two segments alone, and in both."""

    only_first: int
    both: int
    only_second: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """A segment at a gateway: under which id, since when it is in force there, and how many people it has.

    Without a time a push is under way, or was cut off.
    """

    purpose: Purpose
    gateway_id: str
    pushed_at: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment by name. Times in microseconds; `frozen_at` is set on a dated list.

    `seen_people` is how many an operator last saw, at `seen_at`; `sizes` are (time, people) of the last evaluations.
    """

    name: str
    where: Node
    frozen_at: int | None
    changed_at: int
    seen_at: int | None = None
    seen_people: int | None = None
    used_by: tuple[str, ...] = ()
    pushed: tuple[Pushed, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds for a person, and the same of those below it.

    Below a segment stand its own conditions, where it is named first. `since` is when a frozen one became a list, in
    microseconds UTC.
    """

    node: Node
    holds: bool
    below: "tuple[Verdict, ...]" = ()
    since: int | None = None


@dataclass(frozen=True, slots=True)
class People:
    """How many there are, the first of them by id, and from whom they are left when they are meant for sending."""

    total: int
    first: tuple[Person, ...]
    waterfall: Waterfall | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a tree finds: people for each condition, in the order of `rules.segment_tree.walk`, and some of them."""

    counts: tuple[int, ...]
    sample: tuple[Person, ...]

    @property
    def total(self) -> int:
        return self.counts[0]


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a person is a member, and each condition with whether it holds for them."""

    member: bool
    verdict: Verdict
