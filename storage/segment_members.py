"""Who is in a segment: each answer by one statement over its conditions (rules.md 6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, or_, select, true

from smsreport_tui.rules.columns import SHOWN_ROWS
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.segment_figures import Channel, Comparison, Person, Verdict, Waterfall
from smsreport_tui.rules.segment_tree import Group, InSegment, Node, walk
from storage.segment_sql import People, is_suppressed, may_be_member
from storage.segments import SegmentBook, compiler
from storage.tables import PROFILE

Whose = Node | str
"""People by conditions, or those of a segment by its name."""
BATCH = 2_000
"""Rows of one read of a long list."""
_MOST_COLUMNS = 100


def count_members(connection: Connection, whose: Whose, now: int) -> int:
    """How many people are in it."""
    return int(connection.scalar(_source(connection, whose, now).select(func.count())) or 0)


def member_ids(connection: Connection, whose: Whose, now: int) -> list[str]:
    """The gateway's ids of its people, in order."""
    people = _source(connection, whose, now)
    ids = people.person.c.gateway_id
    return list(connection.scalars(people.select(ids).order_by(ids)))


def first_members(connection: Connection, whose: Whose, now: int, channel: Channel | None = None) -> list[Person]:
    """At most 25 people, by id; those alone who may be sent to, when it is said by what."""
    return [Person(*row) for row in connection.execute(_people(connection, whose, now, channel).limit(SHOWN_ROWS))]


def all_members(
    connection: Connection, whose: Whose, now: int, channel: Channel | None = None
) -> Iterator[Sequence[Person]]:
    """All of them, by id, in batches from one statement."""
    result = connection.execution_options(yield_per=BATCH).execute(_people(connection, whose, now, channel))
    for some in result.partitions(BATCH):
        yield [Person(*row) for row in some]


def waterfall(connection: Connection, whose: Whose, now: int, channel: Channel) -> Waterfall:
    """Everybody in the first step that holds."""
    people = _source(connection, whose, now)
    steps = _steps(people.person, channel)
    step = case(*((test, literal(name)) for name, test in steps.items()), else_=literal(""))
    found = people.select(step.label("step"), func.count()).group_by("step")
    numbers: dict[str, int] = {str(name): int(number) for name, number in connection.execute(found)}
    return Waterfall(sum(numbers.values()), tuple((name, numbers.get(name, 0)) for name in steps))


def compare_members(connection: Connection, first: Whose, second: Whose, now: int) -> Comparison:
    """How many are in one alone, and in both."""
    one, other = _source(connection, first, now), _source(connection, second, now)
    ids = other.select(other.person.c.profile_id)
    both = int(connection.scalar(one.select(func.count()).where(one.person.c.profile_id.in_(ids))) or 0)
    return Comparison(count_members(connection, first, now) - both, both, count_members(connection, second, now) - both)


def why_member(connection: Connection, name: str, profile: str, now: int) -> tuple[bool, Verdict]:
    """Whether a person is in a segment, and each of its conditions with whether it holds for them.

    A frozen one has one condition: to be on its list. Of a segment that is used, the conditions stand below it where
    it is named first. Raises NotFoundError, SegmentError.
    """
    key = connection.scalar(select(PROFILE.c.profile_id).where(PROFILE.c.gateway_id == profile))
    if key is None:
        raise NotFoundError(f"There is no profile {profile[:128]!r}: `smsreport list` names those of an activity.")
    book, made, person = SegmentBook(connection), compiler(connection, now), PROFILE.alias()
    conditions = book.conditions(name)
    where: Node = conditions if book.frozen_key(name) is None else InSegment(name)
    opened = _opened(book, where, {name.casefold()})
    tests = [made.condition(one.node).holds(person, 1) for one in _in_order(opened)]
    tests.append(may_be_member(conditions, person))
    answers: list[bool] = []
    for start in range(0, len(tests), _MOST_COLUMNS):
        some = [case((test, 1), else_=0) for test in tests[start : start + _MOST_COLUMNS]]
        row = connection.execute(select(*some).where(person.c.profile_id == key)).one()
        answers.extend(bool(value) for value in row)
    told = iter(answers)
    verdict = _verdict(opened, told)
    return verdict.holds and next(told), verdict


def count_nodes(connection: Connection, where: Node, now: int) -> list[int]:
    """How many people each condition of the tree holds for by itself, in the order of `walk`."""
    made = compiler(connection, now)
    counts = (made.people_of(node, where).select(func.count()) for node in walk(where))
    return [int(connection.scalar(count) or 0) for count in counts]


def may_be_sent_to(person: Any) -> ColumnElement[bool]:
    """Whether a list that leaves for sending by SMS may hold a row of `profile`."""
    return ~or_(*_steps(person, Channel.SMS).values())


def _source(connection: Connection, whose: Whose, now: int) -> People:
    made = compiler(connection, now)
    return made.people_in(whose) if isinstance(whose, str) else made.people(whose)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A condition with those below it, also those of a segment that it names; `since` of a frozen one."""

    node: Node
    below: "tuple[_Opened, ...]" = ()
    since: int | None = None


def _opened(book: SegmentBook, node: Node, known: set[str]) -> _Opened:
    """Each segment is opened once, so that none is without an end, and many uses of one do not multiply."""
    if isinstance(node, Group):
        return _Opened(node, tuple(_opened(book, child, known) for child in node.children))
    if not isinstance(node, InSegment):
        return _Opened(node)
    since, folded = book.frozen_at(node.segment), node.segment.casefold()
    if since is not None or folded in known:
        return _Opened(node, since=since)
    known.add(folded)
    return _Opened(node, (_opened(book, book.conditions(node.segment), known),))


def _in_order(opened: _Opened) -> Iterator[_Opened]:
    yield opened
    for one in opened.below:
        yield from _in_order(one)


def _verdict(opened: _Opened, answers: Iterator[bool]) -> Verdict:
    holds = next(answers)
    return Verdict(opened.node, holds, tuple(_verdict(one, answers) for one in opened.below), opened.since)


def _people(connection: Connection, whose: Whose, now: int, channel: Channel | None) -> Select[Any]:
    people = _source(connection, whose, now)
    person = people.person
    columns = (person.c.gateway_id, person.c.name, person.c.msisdn, person.c.email)
    left_out = or_(*_steps(person, channel).values()) if channel else ~true()
    return people.select(*columns).where(~left_out).order_by(person.c.gateway_id)


def _steps(person: Any, channel: Channel) -> dict[str, ColumnElement[bool]]:
    """Why people are not sent to (rules.md 6)."""
    opted_out, erased = person.c.opted_out == 1, person.c.erased == 1
    if channel is Channel.SMS:
        return {"opted_out": opted_out, "suppressed": is_suppressed(person), "erased": erased}
    return {"opted_out": opted_out, "erased": erased, "no_email": func.coalesce(person.c.email, "") == ""}
