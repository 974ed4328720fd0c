"""The outbox: attempts of ours, each written down before its request leaves (design.md, "Attempts")."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from smsreport_tui.rules.attempts import TIME_OUT, Decision, SendState, attempt_key
from storage.pauses import Pause, begin_rest, begin_stop, end_pause, note_vain_probe
from storage.read_report import sendable
from storage.refold import refold
from storage.tables import ACTIVITY, ATTEMPT, NUMBER, PROFILE

RELEASING = (Decision.SEND.value, Decision.NOW.value)
"""Decisions after which an attempt goes out without being asked about again."""


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


def _sending(key: Key) -> tuple[ColumnElement[bool], ...]:
    return (*_is(key), ATTEMPT.c.state == int(SendState.SENDING))


def put_attempt(connection: Connection, key: Key, **values: Any) -> None:
    """Write an attempt down, or what changes of one that stands; the caller folds its recipient again."""
    changed = connection.execute(update(ATTEMPT).where(*_is(key)).values(**values))
    if changed.rowcount == 0:
        names = {"activity_id": key.activity, "profile_id": key.profile, "attempt": key.attempt}
        connection.execute(insert(ATTEMPT).values(**names, **values))


def hold_attempt(connection: Connection, key: Key, source_id: int, reason: str, now: int, **more: Any) -> None:
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


class Outbox:
    """What became of the attempts of one pass, written in the caller's transaction; `finish` folds their recipients."""

    def __init__(self, connection: Connection, source_id: int, now: int) -> None:
        self._connection = connection
        self._source_id = source_id
        self._now = now
        self._touched: set[tuple[int, int]] = set()

    def finish(self) -> None:
        """Bring the recipients, their counters and their next attempts in step."""
        refold(self._connection, self._touched)
        self._touched.clear()

    def accepted(self, key: Key, message_id: str, accepted_at: int) -> None:
        """The gateway has the message: its events are known by this id, whatever has become of the attempt since."""
        state = self._connection.scalar(select(ATTEMPT.c.state).where(*_is(key)))
        values: dict[str, Any] = {"message_id": message_id, "holder": None, "reason": None}
        if state is None or state in (SendState.SENDING, SendState.HELD, SendState.RELEASED):
            values |= {"state": int(SendState.ACCEPTED), "accepted_at": accepted_at, "until": accepted_at + TIME_OUT}
        put_attempt(self._connection, key, source_id=self._source_id, **values)
        self._touch(key)

    def given_back(self, key: Key) -> None:
        """Nothing was accepted: the number is free again, and what the operator released stays released."""
        values = {"state": int(SendState.RELEASED), "holder": None, "until": None, "requested_at": None}
        mine = _sending(key)
        released = self._connection.execute(
            update(ATTEMPT).where(*mine, ATTEMPT.c.decision.in_(RELEASING)).values(**values)
        )
        if released.rowcount == 0:
            self._connection.execute(delete(ATTEMPT).where(*mine))
        self._touch(key)

    def held(self, key: Key, reason: str) -> None:
        """The request was refused, or nobody can tell: the operator decides, unless a receipt has come meanwhile."""
        values = {"state": int(SendState.HELD), "reason": reason, "held_at": self._now, "holder": None, "until": None}
        self._connection.execute(update(ATTEMPT).where(*_sending(key)).values(decision=None, **values))
        self._touch(key)

    def to_be_asked(self, key: Key, at: int) -> None:
        """From then on whoever makes a pass asks what became of the request."""
        self._connection.execute(update(ATTEMPT).where(*_sending(key)).values(until=at))

    def stop(self, reason: str) -> None:
        """The gateway's retries stop until a probe succeeds."""
        begin_stop(self._connection, self._source_id, reason, self._now)

    def rest(self, reason: str, until: int) -> None:
        """The gateway wants to be left alone for a while."""
        begin_rest(self._connection, self._source_id, reason, self._now, until)

    def probed(self, pause: Pause, *, succeeded: bool) -> None:
        """A message was sent as a probe of a stopped gateway."""
        if succeeded:
            end_pause(self._connection, self._source_id, pause.kind)
        else:
            note_vain_probe(self._connection, pause, self._now)

    def _touch(self, key: Key) -> None:
        self._touched.add((key.activity, key.profile))


def take_unanswered(connection: Connection, source_id: int, holder: str, now: int, until: int) -> list[Unanswered]:
    """Take over the attempts whose holder has not told what became of them before its time was over."""
    lost = (ATTEMPT.c.state == int(SendState.SENDING), ATTEMPT.c.until <= now, ATTEMPT.c.source_id == source_id)
    columns = (ATTEMPT.c.activity_id, ATTEMPT.c.profile_id, ATTEMPT.c.attempt)
    statement = (
        select(*columns, ATTEMPT.c.requested_at, ACTIVITY.c.gateway_id, PROFILE.c.gateway_id)
        .join(ACTIVITY, ACTIVITY.c.activity_id == ATTEMPT.c.activity_id)
        .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
        .where(*lost)
        .order_by(ATTEMPT.c.until)
    )
    rows = connection.execute(statement).all()
    connection.execute(update(ATTEMPT).where(*lost).values(holder=holder, until=until))
    return [Unanswered(Key(*row[:3]), attempt_key(row[4], row[5], row[2]), row[3] or 0) for row in rows]


def time_out(connection: Connection, now: int) -> int:
    """Accepted attempts that no final receipt has ended in time are unknown from then on; how many."""
    late = (ATTEMPT.c.state == int(SendState.ACCEPTED), ATTEMPT.c.until <= now)
    columns = (ATTEMPT.c.activity_id, ATTEMPT.c.profile_id, ATTEMPT.c.attempt)
    keys = [Key(*row) for row in connection.execute(select(*columns).where(*late))]
    connection.execute(update(ATTEMPT).where(*late).values(timed_out_at=ATTEMPT.c.until))
    refold(connection, [key[:2] for key in keys])
    return len(keys)
