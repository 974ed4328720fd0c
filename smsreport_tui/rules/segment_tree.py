"""The conditions of a segment as a tree (rules.md 6): groups, and leaves that a person meets or does not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from smsreport_tui.rules.clock import HOUR, MINUTE

Scalar = str | int | float | bool

FIELDS = ("name", "email", "msisdn")
"""What these attributes name is the profile's own field."""

_SPAN = re.compile(r"([1-9][0-9]{0,5})([mhd])", re.ASCII)
_UNITS = {"m": MINUTE, "h": HOUR, "d": 24 * HOUR}


class Happening(StrEnum):
    """What an event leaf looks for."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    REPLIED = "replied"
    PAGE_VIEW = "page_view"


class BounceBucket(StrEnum):
    """The parts of Bounces, as the report has them."""

    SOFT = "soft"
    HARD = "hard"
    REJECTED = "rejected"


class Op(StrEnum):
    """How an attribute is compared."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    CONTAINS = "contains"
    STARTS = "starts"
    GT = "gt"
    LT = "lt"
    ANY = "any"


class State(StrEnum):
    """What a person is, apart from what is known of them."""

    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every child holds; of nothing: everybody."""

    children: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some child holds; of nothing: nobody."""

    children: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No child holds; of nothing: everybody."""

    children: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened to the person, or they did it, at least so often; with `did` false, it did not.

    `within` is a span such as 30m, 12h or 7d before the moment of use. `link` and `machines` belong to clicks; `bounce`
    and the code with its vendor and scheme belong to bounces.
    """

    event: Happening
    activity: str | None = None
    link: str | None = None
    did: bool = True
    at_least: int = 1
    within: str | None = None
    bounce: BounceBucket | None = None
    vendor: str | None = None
    scheme: str | None = None
    code: str | None = None
    machines: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The text is part of the name or the number, as `/` on a tab finds."""

    text: str


@dataclass(frozen=True, slots=True)
class HasAttribute:
    """An attribute compares; `value` is None for `any`, several for `in`."""

    name: str
    op: Op
    value: Scalar | tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True)
class HasTag:
    """The person bears the tag, whatever its case."""

    tag: str


@dataclass(frozen=True, slots=True)
class IsIn:
    """The person is in a state."""

    state: State


@dataclass(frozen=True, slots=True)
class InSegment:
    """The person is in another segment, by its name."""

    segment: str


Group = AllOf | AnyOf | NoneOf
Leaf = Happened | Found | HasAttribute | HasTag | IsIn | InSegment
Node = Group | Leaf


def span(text: str) -> int | None:
    """Microseconds of a span such as 30m, 12h or 7d; None where it is none."""
    found = _SPAN.fullmatch(text)
    return int(found[1]) * _UNITS[found[2]] if found else None


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before its children."""
    yield node
    if isinstance(node, Group):
        for child in node.children:
            yield from walk(child)


def asks_for_erased(node: Node) -> bool:
    """Whether erased people may be members: only where that state is named (rules.md 6)."""
    return any(one == IsIn(State.ERASED) for one in walk(node))


def named_segments(node: Node) -> list[str]:
    """The names of the segments that the tree uses, each once, in order."""
    return list(dict.fromkeys(one.segment for one in walk(node) if isinstance(one, InSegment)))
