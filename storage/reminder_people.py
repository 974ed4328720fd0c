"""Whom a reminder goes to: sendable people of the included segments less those of the excluded ones (rules.md 6)."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, false, func, literal, select

from smsreport_tui.rules.reminders import Audience
from smsreport_tui.rules.segment_tree import AnyOf, InSegment
from storage.prices import PREFIX
from storage.segment_members import may_be_sent_to
from storage.segment_sql import People, is_suppressed
from storage.segments import compiler
from storage.tables import PROFILE

BATCH = 2_000


class _Chosen(NamedTuple):
    people: People
    is_excluded: ColumnElement[bool]


def count_audience(connection: Connection, include: Sequence[str], exclude: Sequence[str], now: int) -> Audience:
    """Everybody of the included segments in the first that holds, by one statement. Raises SegmentError."""
    people, is_excluded = _chosen(connection, include, exclude, now)
    person = people.person
    step = case(
        (person.c.opted_out == 1, literal("opted_out")),
        (is_suppressed(person), literal("suppressed")),
        (is_excluded, literal("excluded")),
        else_=literal("people"),
    )
    found = connection.execute(people.select(step.label("step"), func.count()).group_by("step"))
    numbers = {str(name): int(number) for name, number in found}
    return Audience(*(numbers.get(name, 0) for name in ("people", "opted_out", "suppressed", "excluded")))


def audience_places(
    connection: Connection, include: Sequence[str], exclude: Sequence[str], now: int
) -> Iterator[Sequence[tuple[str | None, str | None]]]:
    """Time zone and number of everybody who gets it, in batches from one statement."""
    people, is_excluded = _chosen(connection, include, exclude, now)
    person = people.person
    wanted = people.select(person.c.timezone, person.c.msisdn).where(may_be_sent_to(person), ~is_excluded)
    for some in connection.execute(wanted.execution_options(yield_per=BATCH)).partitions():
        yield [(row[0], row[1]) for row in some]


def audience_prefixes(
    connection: Connection, include: Sequence[str], exclude: Sequence[str], now: int
) -> dict[str | None, int]:
    """How many get it by the beginning of their number, which tells the country."""
    people, is_excluded = _chosen(connection, include, exclude, now)
    person = people.person
    prefix = func.substr(person.c.msisdn, 1, PREFIX).label("prefix")
    counted = people.select(prefix, func.count()).where(may_be_sent_to(person), ~is_excluded).group_by("prefix")
    return {row[0]: int(row[1]) for row in connection.execute(counted)}


def _chosen(connection: Connection, include: Sequence[str], exclude: Sequence[str], now: int) -> _Chosen:
    made = compiler(connection, now)
    people = made.people(AnyOf(tuple(InSegment(name) for name in include)))
    if not exclude:
        return _Chosen(people, false())
    everybody = int(connection.scalar(select(func.max(PROFILE.c.profile_id))) or 0)
    out: Any = made.condition(AnyOf(tuple(InSegment(name) for name in exclude))).holds(people.person, everybody)
    return _Chosen(people, out)
