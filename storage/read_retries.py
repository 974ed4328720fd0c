"""The queue of retries as an operator sees it: waiting, being sent, held (cli.md, `retries`)."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, func, literal, select, union_all

from smsreport_tui.rules.attempts import RETRY_WINDOW, SendState
from smsreport_tui.rules.marks import mark_of
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.retry_figures import AttemptFigure, Retry, RetryState, Yield
from storage.read_report import sendable, with_number
from storage.tables import ACTIVITY, ACTIVITY_COUNTS, ATTEMPT, NUMBER, PROFILE, RECIPIENT

_NAMES = ("activity", "activity_name", "profile", "name", "msisdn", "attempt", "attempts", "due_at", "deadline")


def _own_attempt(state: SendState) -> ColumnElement[bool]:
    return and_(
        ATTEMPT.c.activity_id == RECIPIENT.c.activity_id,
        ATTEMPT.c.profile_id == RECIPIENT.c.profile_id,
        ATTEMPT.c.state == int(state),
    )


def _to_come(now: int) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """Recipients whose next attempt waits or is held, with the row that holds it."""
    source = ACTIVITY.join(with_number(), RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
    return source.outerjoin(ATTEMPT, _own_attempt(SendState.HELD)), [RECIPIENT.c.retry_until >= now, sendable()]


def _strikes() -> ColumnElement[Any]:
    """Those of the number that the retry goes to; who is suppressed stands in no queue."""
    return func.coalesce(NUMBER.c.strikes, 0).label("strikes")


def _columns() -> list[ColumnElement[Any]]:
    return [
        ACTIVITY.c.gateway_id,
        ACTIVITY.c.name,
        PROFILE.c.gateway_id,
        PROFILE.c.name,
        PROFILE.c.msisdn,
    ]


def _waiting_or_held(now: int, profile: int | None) -> Select[Any]:
    source, conditions = _to_come(now)
    if profile is not None:
        conditions.append(RECIPIENT.c.profile_id == profile)
    state = case((ATTEMPT.c.state.is_not(None), RetryState.HELD.value), else_=RetryState.WAITING.value)
    figures = (RECIPIENT.c.retry_number, RECIPIENT.c.attempts, RECIPIENT.c.retry_due_at, RECIPIENT.c.retry_until)
    return (
        select(*_columns(), *figures, state, ATTEMPT.c.reason, ATTEMPT.c.held_at, _strikes(), PROFILE.c.timezone)
        .select_from(source)
        .where(*conditions)
    )


def _being_sent(profile: int | None) -> Select[Any]:
    chosen = [] if profile is None else [ATTEMPT.c.profile_id == profile]
    recipient = and_(RECIPIENT.c.activity_id == ATTEMPT.c.activity_id, RECIPIENT.c.profile_id == ATTEMPT.c.profile_id)
    figures = (
        ATTEMPT.c.attempt,
        RECIPIENT.c.attempts,
        ATTEMPT.c.requested_at,
        RECIPIENT.c.sent_at + RETRY_WINDOW,
        literal(RetryState.SENDING.value),
    )
    return (
        select(*_columns(), *figures, ATTEMPT.c.reason, ATTEMPT.c.requested_at, _strikes(), PROFILE.c.timezone)
        .select_from(
            ATTEMPT.join(RECIPIENT, recipient)
            .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
            .join(ACTIVITY, ACTIVITY.c.activity_id == ATTEMPT.c.activity_id)
            .outerjoin(NUMBER, NUMBER.c.number_id == ATTEMPT.c.number_id)
        )
        .where(ATTEMPT.c.state == int(SendState.SENDING), *chosen)
    )


def read_queue(
    connection: Connection, now: int, most: int | None = None, profile: int | None = None
) -> list[tuple[Retry, str | None]]:
    """Each retry of the queue, or of one profile, by the time it is due, with its person's time zone."""
    both = union_all(_waiting_or_held(now, profile), _being_sent(profile)).subquery()
    columns = list(both.c)
    statement = select(*columns).order_by(columns[7].nulls_first(), columns[0], columns[2]).limit(most)
    return [_retry(row) for row in connection.execute(statement)]


def _retry(row: Any) -> tuple[Retry, str | None]:
    *told, strikes, timezone = row
    values = dict(zip((*_NAMES, "state", "reason", "since"), told, strict=True))
    return Retry(**{**values, "state": RetryState(values["state"])}, mark=mark_of(strikes, suppressed=False)), timezone


def count_queue(connection: Connection, now: int) -> dict[RetryState, int]:
    """How many retries there are in each state."""
    source, conditions = _to_come(now)
    counted = select(func.count(), func.count(ATTEMPT.c.state)).select_from(source).where(*conditions)
    total, held = connection.execute(counted).one()
    sending = select(func.count()).select_from(ATTEMPT).where(ATTEMPT.c.state == int(SendState.SENDING))
    return {
        RetryState.WAITING: int(total) - int(held),
        RetryState.HELD: int(held),
        RetryState.SENDING: int(connection.scalar(sending) or 0),
    }


def count_held(connection: Connection, now: int) -> int:
    """How many retries are held, read by the rows that hold them."""
    source, conditions = _to_come(now)
    statement = select(func.count()).select_from(source).where(*conditions, ATTEMPT.c.state == int(SendState.HELD))
    return int(connection.scalar(statement) or 0)


def price_queue(connection: Connection, now: int) -> tuple[int, int, int]:
    """People with an attempt waiting, what one attempt for each costs, and how many of them tell no price."""
    source, conditions = _to_come(now)
    first = RECIPIENT.c.credits - RECIPIENT.c.retry_credits
    statement = (
        select(func.count(), func.coalesce(func.sum(first), 0), func.count().filter(RECIPIENT.c.credits.is_(None)))
        .select_from(source)
        .where(*conditions, ATTEMPT.c.state.is_(None))
    )
    people, price, unpriced = connection.execute(statement).one()
    return int(people), int(price), int(unpriced)


def read_yield(connection: Connection) -> Yield:
    """What this store's retries have brought, and what retries have cost in all activities."""
    delivered = func.count().filter(ATTEMPT.c.outcome == int(Outcome.DELIVERED))
    left = ATTEMPT.c.state.in_([int(SendState.ACCEPTED), int(SendState.ENDED)])
    attempts = select(ATTEMPT.c.attempt, func.count(), delivered).where(left).group_by(ATTEMPT.c.attempt)
    spent = select(func.coalesce(func.sum(ACTIVITY_COUNTS.c.retry_credits), 0))
    rows = connection.execute(attempts.order_by(ATTEMPT.c.attempt))
    figures = tuple(AttemptFigure(int(row[0]), int(row[1]), int(row[2])) for row in rows)
    return Yield(figures, int(connection.scalar(spent) or 0))
