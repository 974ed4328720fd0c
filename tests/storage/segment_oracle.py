"""Who is in a segment, by rules.md 6 alone: each condition is asked of each person, one at a time.

Slow and plain on purpose: the tests hold the store's queries against it.
"""

from collections.abc import Callable, Collection, Mapping

from smsreport_tui.rules.feed import Scalar
from smsreport_tui.rules.fold import RecipientFold
from smsreport_tui.rules.outcomes import BOUNCED, BUCKETS, Outcome
from smsreport_tui.rules.segment_tree import (
    FIELDS,
    AllOf,
    AnyOf,
    Found,
    Group,
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
    State,
    asks_for_erased,
    span,
)
from tests.storage.feeds import VENDOR, Feed
from tests.storage.segment_people import Person, people_of

NamedSegment = Node | Collection[str]
"""A dynamic segment's tree, or the ids of the profiles in a frozen one."""


class Oracle:
    """The members of segments over everything that a feed has told, at `now` (microseconds).

    `forgotten` are the ids of people that an operator has erased; `vendor` is the gateway's.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        now: int,
        forgotten: Collection[str] = (),
        segments: Mapping[str, NamedSegment] | None = None,
        vendor: str | None = VENDOR,
    ) -> None:
        self._now = now
        self._people = people_of(feed, forgotten, vendor)
        self._segments = {name.casefold(): segment for name, segment in (segments or {}).items()}

    def members(self, node: Node) -> set[str]:
        """Ids of the profiles with a record for which the tree holds; erased ones only where it asks for them."""
        return {name for name in self._people if self._is_member(node, name)}

    def holds(self, node: Node, profile_id: str) -> bool:
        """Whether the node as such holds for a person that the feed names. Raises KeyError for a strange segment."""
        person = self._people[profile_id]
        match node:
            case AllOf():
                held = all(self.holds(child, profile_id) for child in node.children)
            case AnyOf():
                held = any(self.holds(child, profile_id) for child in node.children)
            case NoneOf():
                held = not any(self.holds(child, profile_id) for child in node.children)
            case Happened():
                held = (self._count(person, node) >= node.at_least) is node.did
            case Found():
                held = _is_found(person, node.text)
            case HasAttribute():
                held = _compares(person, node)
            case HasTag():
                held = node.tag.casefold() in (tag.casefold() for tag in person.tags)
            case IsIn():
                held = _is_in(person, node.state)
            case InSegment():
                held = self._is_in_segment(node.segment, profile_id)
        return held

    def _is_member(self, node: Node, profile_id: str) -> bool:
        person = self._people[profile_id]
        admitted = person.has_record and (not person.erased or asks_for_erased(node))
        return admitted and self.holds(node, profile_id)

    def _is_in_segment(self, name: str, profile_id: str) -> bool:
        segment = self._segments[name.casefold()]
        if isinstance(segment, Group | Leaf):
            return self._is_member(segment, profile_id)
        return profile_id in segment

    def _count(self, person: Person, leaf: Happened) -> int:
        """How often it happened, `within` before now where that is asked."""
        times = _times(person, leaf)
        if leaf.within is None:
            return len(times)
        length = span(leaf.within)
        assert length is not None
        return sum(self._now - length <= at <= self._now for at in times)


def _times(person: Person, leaf: Happened) -> list[int]:
    """When it happened: once an activity for what receipts tell, else once an event."""

    def is_meant(activity: str | None) -> bool:
        return leaf.activity is None or activity == leaf.activity

    recipients = [one for activity, one in person.recipients.items() if is_meant(activity)]
    match leaf.event:
        case Happening.SENT:
            times = [one.sent_at for one in recipients]
        case Happening.DELIVERED:
            times = [one.delivered_at for one in recipients if one.outcome is Outcome.DELIVERED]
        case Happening.BOUNCED:
            times = [one.deciding.at for one in recipients if one.deciding is not None and _is_bounce(one, leaf)]
        case Happening.CLICKED:
            clicks = [one for one in person.clicks if is_meant(one.activity) and (leaf.machines or not one.machine)]
            times = [one.at for one in clicks if leaf.link is None or one.link == leaf.link]
        case _:
            times = [at for activity, at in person.others[str(leaf.event)] if is_meant(activity)]
    # Whoever has a receipt was sent to, whoever is delivered was at some time: no outcome is without its time.
    assert None not in times
    return [at for at in times if at is not None]


def _is_bounce(one: RecipientFold, leaf: Happened) -> bool:
    """Whether the recipient bounced as the leaf says; the code is that of the deciding receipt."""
    if one.outcome not in BOUNCED or one.deciding is None:
        return False
    asked = (leaf.vendor, leaf.scheme, leaf.code)
    told = (one.deciding.vendor, one.deciding.scheme, one.deciding.code)
    in_bucket = leaf.bounce is None or BUCKETS[one.outcome].value == leaf.bounce.value
    return in_bucket and all(wanted is None or wanted == known for wanted, known in zip(asked, told, strict=True))


def _is_found(person: Person, text: str) -> bool:
    name, number = person.fields.get("name", ""), person.fields.get("msisdn", "")
    return text.casefold() in name.casefold() or text in number


def _is_in(person: Person, state: State) -> bool:
    match state:
        case State.SUPPRESSED:
            return person.suppressed
        case State.OPTED_OUT:
            return person.opted_out
        case State.ERASED:
            return person.erased


def _compares(person: Person, leaf: HasAttribute) -> bool:
    own: Mapping[str, Scalar] = person.fields if leaf.name in FIELDS else person.attributes
    known = own.get(leaf.name)
    wanted = leaf.value if isinstance(leaf.value, tuple) else () if leaf.value is None else (leaf.value,)
    is_one = known is not None and any(_is_equal(known, value) for value in wanted)
    match leaf.op:
        case Op.ANY:
            held = known is not None
        case Op.EQ | Op.IN:
            held = is_one
        case Op.NE:
            held = not is_one
        case Op.CONTAINS:
            held = _texts(known, leaf.value, lambda one, other: other in one)
        case Op.STARTS:
            held = _texts(known, leaf.value, str.startswith)
        case Op.GT:
            held = _numbers(known, leaf.value, lambda one, other: one > other)
        case Op.LT:
            held = _numbers(known, leaf.value, lambda one, other: one < other)
    return held


def _is_equal(one: Scalar, other: Scalar) -> bool:
    """Numbers by value, texts by case folding; nothing of one kind equals anything of another, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def _texts(one: object, other: object, test: Callable[[str, str], bool]) -> bool:
    return isinstance(one, str) and isinstance(other, str) and test(one.casefold(), other.casefold())


def _numbers(one: object, other: object, test: Callable[[float, float], bool]) -> bool:
    # Python's own comparison of a large integer with a fraction is exact, so neither is turned into the other.
    numbers = (int, float)
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, numbers):
        return False
    return isinstance(other, numbers) and test(one, other)
