"""From a segment's conditions to SQL: the rarest condition finds people, the others are asked of each (rules.md 6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)

from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    Found,
    Happened,
    HasAttribute,
    HasTag,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    Op,
    Scalar,
    State,
    asks_for_erased,
)
from storage.dialect import as_number, items, json_number, members, position, token_of
from storage.facts import fold
from storage.numbers import suppressed
from storage.segment_events import EventConditions
from storage.tables import NUMBER, PROFILE, SEGMENT_MEMBER

Holds = Callable[[FromClause, int], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Condition:
    """`holds` says of a row of `profile` whether the condition does, when about so many people are asked.

    `rows` are the keys of those for whom it may, where they can be found without asking everybody, and `most` is how
    many they are at the most; `once` tells that no key comes twice. It holds for those of them for whom `also` does.
    """

    holds: Holds
    rows: Select[Any] | None = None
    most: int = 0
    once: bool = True
    also: tuple[Holds, ...] = ()


class People(NamedTuple):
    """Rows of `person`, an alias of `profile`, once each: from where, and which of them."""

    source: FromClause
    person: FromClause
    chosen: ColumnElement[bool]

    def select(self, *columns: Any) -> Select[Any]:
        """These columns of each of them."""
        return select(*columns).select_from(self.source).where(self.chosen)


class NamedSegments(Protocol):
    """Where a tree's named segments are looked up."""

    def conditions(self, name: str) -> Node:
        """Its tree, also that of a frozen one. Raises SegmentError when there is none."""
        ...

    def frozen_key(self, name: str) -> int | None:
        """The key of a frozen segment; None where it is dynamic. Raises SegmentError when there is none."""
        ...

    def size(self, name: str) -> int:
        """How many conditions it comes to. Raises SegmentError when they never end, or are too many."""
        ...

    def size_of(self, where: Node) -> int:
        """The same of a tree."""
        ...


class Compiler:
    """Makes conditions of trees, by a clock that stands still meanwhile."""

    def __init__(self, connection: Connection, now: int, segments: NamedSegments) -> None:
        self._connection = connection
        self._segments = segments
        self._events = EventConditions(connection, now)

    def people(self, where: Node) -> "People":
        """The members of a tree."""
        return self.people_of(where, where)

    def people_in(self, name: str) -> "People":
        """The members of a segment by its name. Raises SegmentError."""
        where = self._segments.conditions(name)
        return self.people_of(InSegment(name) if self._segments.frozen_key(name) is not None else where, where)

    def people_of(self, node: Node, where: Node) -> "People":
        """Those for whom one condition of a tree holds, by itself."""
        self._segments.size_of(where)
        condition = self.condition(node)
        if condition.rows is None:
            person = PROFILE.alias()
            return People(person, person, and_(may_be_member(where, person), condition.holds(person, self._profiles())))
        found = _found(condition, condition.rows)
        return found._replace(chosen=and_(may_be_member(where, found.person), found.chosen))

    def condition(self, node: Node) -> Condition:
        """The condition of one node, as such: who may be a member at all is not asked."""
        match node:
            case AllOf():
                found = self._all([self.condition(child) for child in node.children])
            case AnyOf():
                found = self._any([self.condition(child) for child in node.children])
            case NoneOf():
                children = [self.condition(child).holds for child in node.children]
                found = Condition(
                    lambda person, people: not_(or_(false(), *(holds(person, people) for holds in children)))
                )
            case Happened():
                found = Condition(*self._events.condition(node))
            case InSegment():
                found = self._segment(node)
            case _:
                found = Condition(_plain(node))
        return found

    def _profiles(self) -> int:
        """About so many profiles there are: none goes ever."""
        return int(self._connection.scalar(select(func.max(PROFILE.c.profile_id))) or 0)

    @staticmethod
    def _all(children: list[Condition]) -> Condition:
        everything = [child.holds for child in children]
        finders = [child for child in children if child.rows is not None]
        rarest = min(finders, key=lambda child: child.most, default=None)

        def holds(person: FromClause, people: int) -> ColumnElement[bool]:
            return and_(true(), *(one(person, people) for one in everything))

        if rarest is None:
            return Condition(holds)
        others = tuple(child.holds for child in children if child is not rarest)
        return Condition(holds, rarest.rows, rarest.most, rarest.once, (*rarest.also, *others))

    @staticmethod
    def _any(children: list[Condition]) -> Condition:
        everything = [child.holds for child in children]
        finders = [_exact(child, child.rows) for child in children if child.rows is not None]
        rows = None
        if children and len(finders) == len(children):
            rows = select(union(*finders).subquery().c.profile_id)
        return Condition(
            lambda person, people: or_(false(), *(holds(person, people) for holds in everything)),
            rows,
            sum(child.most for child in children),
            # A union of one is that one as it is.
            once=len(finders) != 1 or children[0].once,
        )

    def _segment(self, node: InSegment) -> Condition:
        key = self._segments.frozen_key(node.segment)
        if key is not None:
            return self._frozen(key, self._segments.conditions(node.segment))
        # What a store holds in spite of using itself would have no end.
        self._segments.size(node.segment)
        where = self._segments.conditions(node.segment)
        inner = self.condition(where)
        also = (*inner.also, lambda person, _people: may_be_member(where, person))
        return Condition(
            lambda person, people: and_(may_be_member(where, person), inner.holds(person, people)),
            inner.rows,
            inner.most,
            inner.once,
            also if inner.rows is not None else (),
        )

    def _frozen(self, key: int, where: Node) -> Condition:
        def holds(person: FromClause, _people: int) -> ColumnElement[bool]:
            member = SEGMENT_MEMBER.alias()
            listed = member.c.segment_id == key, member.c.profile_id == person.c.profile_id
            return and_(may_be_member(where, person), select(literal(1)).where(*listed).correlate(person).exists())

        member = SEGMENT_MEMBER.alias()
        rows = select(member.c.profile_id).where(member.c.segment_id == key)
        counted = select(func.count()).select_from(SEGMENT_MEMBER).where(SEGMENT_MEMBER.c.segment_id == key)
        most = int(self._connection.scalar(counted) or 0)
        return Condition(holds, rows, most, also=(lambda person, _people: may_be_member(where, person),))


def may_be_member(where: Node, person: FromClause) -> ColumnElement[bool]:
    """Everybody who has a record; the erased only where the tree asks for them (rules.md 6)."""
    known: ColumnElement[bool] = person.c.known == 1
    return known if asks_for_erased(where) else and_(known, person.c.erased == 0)


def _found(condition: Condition, rows: Select[Any]) -> People:
    """Those that the condition finds, each once."""
    person = PROFILE.alias()
    also = and_(true(), *(holds(person, condition.most) for holds in condition.also))
    if not condition.once:
        # Looked up in the order of their keys, once each: quicker than to drop what comes twice, and to look up then.
        return People(person, person, and_(person.c.profile_id.in_(rows), also))
    found = rows.subquery()
    return People(found.join(person, person.c.profile_id == found.c.profile_id), person, also)


def _exact(condition: Condition, rows: Select[Any]) -> Select[Any]:
    """The keys of those alone for whom the condition holds."""
    if not condition.also:
        return rows
    found = _found(condition, rows)
    return found.select(found.person.c.profile_id)


def _plain(node: Node) -> Holds:
    """The condition of a leaf that looks at the profile's own row."""
    test = _own(node)
    return lambda person, _people: test(person)


def _own(node: Node) -> Callable[[FromClause], ColumnElement[bool]]:
    match node:
        case HasAttribute():
            return lambda person: _attribute(node, person)
        case HasTag():
            return lambda person: _tag(node.tag, person)
        case Found():
            return lambda person: or_(
                func.coalesce(person.c.name_folded.contains(node.text.casefold(), autoescape=True), false()),
                func.coalesce(person.c.msisdn.contains(node.text, autoescape=True), false()),
            )
        case IsIn(State.SUPPRESSED):
            return is_suppressed
        case IsIn(State.OPTED_OUT):
            return lambda person: person.c.opted_out == 1
        case IsIn():
            return lambda person: person.c.erased == 1
    raise TypeError(node)


def is_suppressed(person: FromClause) -> ColumnElement[bool]:
    """What `rules.marks.is_suppressed` says of the number that the person holds.

    A profile that has not bounced itself has no key of its number: others may have held it, and it is known by its
    token. The statement runs on a connection of `compiler`.
    """
    number, other = NUMBER.alias(), NUMBER.alias()
    own = select(literal(1)).where(number.c.number_id == person.c.number_id, suppressed(number)).correlate(person)
    tokens = select(other.c.token).where(suppressed(other))
    by_token = and_(person.c.number_id.is_(None), person.c.msisdn.is_not(None), token_of(person).in_(tokens))
    return or_(own.exists(), by_token)


def _tag(tag: str, person: FromClause) -> ColumnElement[bool]:
    each = items(person.c.tags_folded)
    return select(literal(1)).select_from(each).where(each.c.value == tag.casefold()).correlate(person).exists()


def _attribute(node: HasAttribute, person: FromClause) -> ColumnElement[bool]:
    each = members(person.c.facts)
    compared = _ATTRIBUTE_TESTS[node.op](each, node.value)
    found = select(literal(1)).select_from(each).where(each.c.key == node.name, compared).correlate(person).exists()
    return not_(found) if node.op is Op.NE else found


def _is(each: Any, wanted: Scalar) -> ColumnElement[bool]:
    """Equal and of one kind: a number is no text, and true is not 1."""
    if isinstance(wanted, bool):
        return and_(each.c.type == ("true" if wanted else "false"))
    if isinstance(wanted, str):
        return and_(each.c.type == "text", each.c.value == fold(wanted))
    return and_(each.c.type.in_(("integer", "real")), as_number(each) == json_number(wanted))


def _in(each: Any, wanted: Any) -> ColumnElement[bool]:
    return or_(false(), *(_is(each, one) for one in wanted))


def _text(test: Callable[[Any, str], ColumnElement[bool]]) -> Callable[[Any, Any], ColumnElement[bool]]:
    return lambda each, wanted: and_(each.c.type == "text", test(each.c.value, str(fold(wanted))))


def _number(test: Callable[[Any, Any], ColumnElement[bool]]) -> Callable[[Any, Any], ColumnElement[bool]]:
    return lambda each, wanted: and_(each.c.type.in_(("integer", "real")), test(as_number(each), json_number(wanted)))


_ATTRIBUTE_TESTS: Mapping[Op, Callable[[Any, Any], ColumnElement[bool]]] = {
    Op.EQ: _is,
    Op.NE: _is,
    Op.IN: _in,
    Op.CONTAINS: _text(lambda value, wanted: position(value, wanted) > 0),
    Op.STARTS: _text(lambda value, wanted: func.substr(value, 1, len(wanted)) == wanted),
    Op.GT: _number(lambda value, wanted: value > wanted),
    Op.LT: _number(lambda value, wanted: value < wanted),
    Op.ANY: lambda _each, _wanted: true(),
}
