"""Every leaf that the words of the random worlds allow, and random trees of them."""

import itertools
from collections.abc import Collection, Iterable

from hypothesis import strategies as st

from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    BounceBucket,
    Found,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    IsIn,
    Leaf,
    Node,
    NoneOf,
    Op,
    Scalar,
    State,
)
from tests.storage.feeds import NUMBERS
from tests.storage.segment_words import ATTRIBUTES, EMAILS, NAMES, SPANS, TAGS

_VALUES: dict[str, tuple[Scalar, ...]] = {**ATTRIBUTES, "name": NAMES, "email": EMAILS, "msisdn": NUMBERS, "none": (1,)}
"""By name what a condition may well ask for: fields stand before an attribute of their name."""


def _happenings() -> Iterable[Leaf]:
    asked = itertools.product(Happening, (None, "A1", "A9"), (None, *SPANS), (1, 2, 3), (True, False))
    for event, activity, within, times, did in asked:
        yield Happened(event, activity, did=did, at_least=times, within=within)
    # An id is exact: no link is called l1.
    clicks = itertools.product((None, "A1", "A2"), (None, "L1", "L9", "l1"), (None, *SPANS), (1, 2), (True, False))
    for activity, link, within, times, machines in clicks:
        yield Happened(Happening.CLICKED, activity, link, at_least=times, within=within, machines=machines)


def _bounces() -> Iterable[Leaf]:
    codes: list[tuple[str | None, str | None, str | None]] = [
        (None, None, code) for code in ("1", "27", "355", "30005", "nobody")
    ]
    codes += [(vendor, scheme, None) for vendor in ("infobip", "twilio", None) for scheme in ("error.id", None)]
    codes += [("infobip", "error.id", "27"), ("twilio", "error.id", "1"), (None, "error_code", "1")]
    for (vendor, scheme, code), bucket, within in itertools.product(codes, (None, *BounceBucket), (None, "120m")):
        yield Happened(Happening.BOUNCED, within=within, bounce=bucket, vendor=vendor, scheme=scheme, code=code)


def _attributes() -> Iterable[Leaf]:
    for name, likely in _VALUES.items():
        yield HasAttribute(name, Op.ANY)
        yield HasAttribute(name, Op.IN, ())
        yield HasAttribute(name, Op.IN, (likely[-1], True, 40, "40"))
        for value in (*likely, "", "1", 1, True):
            yield HasAttribute(name, Op.EQ, value)
            yield HasAttribute(name, Op.NE, value)
            if isinstance(value, str):
                for part in _parts(value):
                    yield HasAttribute(name, Op.CONTAINS, part)
                    yield HasAttribute(name, Op.STARTS, part)
        for number in (0, 1, 39.5, 40, -2.5, 0.3, 2**53):
            yield HasAttribute(name, Op.GT, number)
            yield HasAttribute(name, Op.LT, number)


def _parts(text: str) -> set[str]:
    """Some of a text in any case, as a file may hold it: neither empty nor blank at its ends."""
    parts = {text, text[:2], text[2:4]}
    cases = {case for part in parts for case in (part, part.upper(), part.casefold())}
    return {case for case in cases if case and case == case.strip()}


_HAPPENINGS = (*_happenings(), *_bounces())
_ATTRIBUTES = tuple(_attributes())
_FOUND = tuple(Found(part) for text in (*NAMES, *NUMBERS, "nobody") for part in sorted(_parts(text)))
_TAGS = tuple(HasTag(tag) for tag in (*TAGS, "ViP", "none"))
_STATES = tuple(IsIn(state) for state in State)
_LEAVES: tuple[Leaf, ...] = (*_HAPPENINGS, *_ATTRIBUTES, *_FOUND, *_TAGS)
_STEP = len(_LEAVES) // 100
CHOICES = 2 * _STEP


def with_erased(node: Node) -> Node:
    """The same for anybody, with erased people among the members."""
    return AllOf((node, AnyOf((AllOf(), IsIn(State.ERASED)))))


def some_leaves(choice: int) -> list[Node]:
    """About a hundred leaves of all kinds, and each state; erased people are admitted to every other.

    There are CHOICES of them, which together hold every leaf in both ways.
    """
    first, turn = divmod(choice, 2)
    leaves = (*_LEAVES[first::_STEP], *_STATES)
    return [with_erased(leaf) if place % 2 == turn else leaf for place, leaf in enumerate(leaves)]


def trees(segments: Collection[str] = ()) -> st.SearchStrategy[Node]:
    """Trees of a few leaves of any kind, those of other segments among them where there are any."""
    kinds: list[st.SearchStrategy[Leaf]] = [
        st.sampled_from(_HAPPENINGS),
        st.sampled_from(_ATTRIBUTES),
        st.sampled_from(_FOUND),
        st.sampled_from(_TAGS),
        st.sampled_from(_STATES),
    ]
    if segments:
        kinds.append(st.builds(InSegment, st.sampled_from(sorted(segments))))

    def groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        some = st.lists(children, max_size=3).map(tuple)
        return st.one_of(*(st.builds(kind, some) for kind in (AllOf, AnyOf, NoneOf)))

    return st.recursive(st.one_of(*kinds), groups, max_leaves=6)
