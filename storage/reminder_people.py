"""Whom a reminder goes to: sendable people of the included segments less those of the excluded ones (rules.md 6)."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, false, func, literal, select

from smsreport_tui.rules.parts import count_parts
from smsreport_tui.rules.reminders import Audience
from smsreport_tui.rules.segment_tree import AnyOf, InSegment
from storage.segment_members import may_be_sent_to
from storage.segment_sql import People, is_suppressed
from storage.segments import compiler
from storage.tables import ACTIVITY, ACTIVITY_COUNTS, PROFILE

BATCH = 2_000
PRICED = 20
"""So many activities tell what a part costs."""


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
    found = connection.execute(people.select(step.label("step"), func.count()).group_by(step))
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


def price_of_part(connection: Connection) -> float | None:
    """What a part has cost in the newest activities that tell it, in ten-thousandths of a credit; None in none."""
    counts, columns = ACTIVITY_COUNTS.c, (ACTIVITY.c.body, ACTIVITY.c.total_credits)
    told = (counts.credits - counts.retry_credits, counts.credit_recipients, counts.sent)
    priced = (counts.credit_recipients > 0) | ((ACTIVITY.c.total_credits > 0) & (counts.sent > 0))
    rows = connection.execute(
        select(*columns, *told)
        .join_from(ACTIVITY, ACTIVITY_COUNTS, counts.activity_id == ACTIVITY.c.activity_id)
        .where(ACTIVITY.c.body.is_not(None), priced)
        .order_by(ACTIVITY.c.sent_at.desc(), ACTIVITY.c.gateway_id)
        .limit(PRICED)
    )
    paid = messages = 0
    for body, total, spent, priced_people, sent in rows:
        paid += spent if priced_people else total
        messages += (priced_people or sent) * len(count_parts(body).parts)
    return paid / messages if messages else None


def _chosen(connection: Connection, include: Sequence[str], exclude: Sequence[str], now: int) -> _Chosen:
    made = compiler(connection, now)
    people = made.people(AnyOf(tuple(InSegment(name) for name in include)))
    if not exclude:
        return _Chosen(people, false())
    everybody = int(connection.scalar(select(func.max(PROFILE.c.profile_id))) or 0)
    out: Any = made.condition(AnyOf(tuple(InSegment(name) for name in exclude))).holds(people.person, everybody)
    return _Chosen(people, out)
