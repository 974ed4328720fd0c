"""The outbox: attempts of ours, each written down before its request leaves (design.md, "Attempts")."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from smsreport_tui.rules.attempts import TIME_OUT, UNSENT, SendState, attempt_key
from storage.read_report import sendable
from storage.refold import refold
from storage.tables import ACTIVITY, ATTEMPT, NUMBER, PROFILE


class Key(NamedTuple):
    """Where an attempt stands in the outbox."""

    activity: int
    profile: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An attempt whose request may have left, and whose answer is not known."""

    key: Key
    idempotency_key: str
    requested_at: int


def _is(key: Key) -> tuple[ColumnElement[bool], ...]:
    return (
        ATTEMPT.c.activity_id == key.activity,
        ATTEMPT.c.profile_id == key.profile,
        ATTEMPT.c.attempt == key.attempt,
    )


def put_attempt(connection: Connection, key: Key, **values: Any) -> None:
    """Write an attempt down, or what changes of one that stands; the caller folds its recipient again."""
    changed = connection.execute(update(ATTEMPT).where(*_is(key)).values(**values))
    if changed.rowcount == 0:
        names = {"activity_id": key.activity, "profile_id": key.profile, "attempt": key.attempt}
        connection.execute(insert(ATTEMPT).values(**names, **values))


def hold_attempt(
    connection: Connection, key: Key, source_id: int, reason: str, now: int, **more: Any
) -> None:
    """Hold an attempt for the operator's word."""
    values = {"state": int(SendState.HELD), "reason": reason, "held_at": now, "holder": None, "until": None}
    put_attempt(connection, key, source_id=source_id, **values, **more)


def may_send(connection: Connection, key: Key, holder: str) -> bool:
    """Whether the holder still has the attempt, and its person may be sent to, at this moment."""
    statement = (
        select(ATTEMPT.c.until)
        .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
        .outerjoin(NUMBER, NUMBER.c.number_id == ATTEMPT.c.number_id)
        .where(*_is(key), ATTEMPT.c.state == int(SendState.SENDING), ATTEMPT.c.holder == holder, sendable())
    )
    return connection.scalar(statement) is not None


def note_accepted(connection: Connection, key: Key, message_id: str, accepted_at: int) -> None:
    """The gateway has the message; whatever has become of the attempt meanwhile, its events are known by this id."""
    row = connection.execute(select(ATTEMPT.c.state).where(*_is(key))).one_or_none()
    values: dict[str, Any] = {"message_id": message_id, "holder": None, "reason": None}
    if row is None or row.state in (SendState.SENDING, SendState.HELD, SendState.RELEASED):
        values |= {"state": int(SendState.ACCEPTED), "accepted_at": accepted_at, "until": accepted_at + TIME_OUT}
    put_attempt(connection, key, **values)
    refold(connection, [key[:2]])
