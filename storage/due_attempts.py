"""Whose next attempt is due, and who of them is claimed by one worker alone (rules.md 5)."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from smsreport_tui.rules.attempts import SendState
from storage.numbers import SUPPRESSED
from storage.read_report import has_attempt, sendable, with_number
from storage.tables import ACTIVITY, RECIPIENT


class Pair(NamedTuple):
    """A recipient by the store's keys."""

    activity: int
    profile: int


def _falls_due(now: int) -> tuple[ColumnElement[bool], ...]:
    # Through the activities, as the index begins with them: what is long past would be read through else.
    of_any = RECIPIENT.c.activity_id.in_(select(ACTIVITY.c.activity_id))
    return of_any, RECIPIENT.c.retry_until >= now, RECIPIENT.c.retry_due_at <= now


def due_recipients(connection: Connection, now: int) -> list[Pair]:
    """Recipients whose attempt is due and not held, who may be sent to, in the order in which they fell due."""
    statement = (
        select(RECIPIENT.c.activity_id, RECIPIENT.c.profile_id)
        .select_from(with_number())
        .where(*_falls_due(now), sendable(), ~has_attempt(SendState.HELD))
        .order_by(RECIPIENT.c.retry_due_at, RECIPIENT.c.profile_key)
    )
    return [Pair(*row) for row in connection.execute(statement)]


def count_suppressed(connection: Connection, now: int) -> int:
    """Recipients whose attempt would be due, and whose number is suppressed."""
    statement = select(RECIPIENT.c.profile_id).select_from(with_number()).where(*_falls_due(now), SUPPRESSED)
    return len(connection.execute(statement).all())


def lock_due(connection: Connection, activity: int, profiles: Sequence[int], now: int) -> list[int]:
    """Those of them whose attempt is due, which nobody else can claim until the transaction ends, in the order given.

    Who is locked by another is left out, and not waited for. SQLite has one writer, and locks nobody.
    """
    statement = (
        select(RECIPIENT.c.profile_id)
        .where(
            RECIPIENT.c.activity_id == activity,
            RECIPIENT.c.profile_id.in_(profiles),
            RECIPIENT.c.retry_due_at <= now,
            RECIPIENT.c.retry_until >= now,
        )
        .with_for_update(skip_locked=True, of=RECIPIENT)
    )
    locked = set(connection.scalars(statement))
    return [profile for profile in profiles if profile in locked]
