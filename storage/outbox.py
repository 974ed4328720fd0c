"""The outbox: attempts of ours, each written down before its request leaves (design.md, "Attempts")."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from smsreport_tui.rules.attempts import TIME_OUT, Decision, SendState
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.pauses import ACCOUNT_FAILED
from storage.pauses import Pause, begin_rest, begin_stop, end_pause, note_vain_probe
from storage.prepared import Prepared
from storage.read_report import sendable
from storage.refold import fold_recipients, refold
from storage.sends import end_attempts, read_sends
from storage.tables import ACTIVITY, ATTEMPT, NUMBER, PROFILE, RECIPIENT, chunks

RELEASING = (Decision.SEND.value, Decision.NOW.value)
"""Decisions after which an attempt goes out without being asked about again."""


class Key(NamedTuple):
    """Where an attempt stands in the outbox."""

    activity: int
    profile: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An attempt whose request may have left, and whose answer is not known; `key` is where it stands in the outbox.

    An erased person's has neither number nor text.
    """

    key: Key
    requested_at: int
    activity_id: str
    profile_id: str
    msisdn: str | None
    sender: str | None
    body: str | None


def _is(key: Key) -> tuple[ColumnElement[bool], ...]:
    return (
        ATTEMPT.c.activity_id == key.activity,
        ATTEMPT.c.profile_id == key.profile,
        ATTEMPT.c.attempt == key.attempt,
    )


def _sending(key: Key) -> tuple[ColumnElement[bool], ...]:
    return (*_is(key), ATTEMPT.c.state == int(SendState.SENDING))


# Built once: they are asked for every request.
_KEY = (
    ATTEMPT.c.activity_id == bindparam("key_activity"),
    ATTEMPT.c.profile_id == bindparam("key_profile"),
    ATTEMPT.c.attempt == bindparam("key_attempt"),
)
_STANDS = select(ATTEMPT.c.state, ATTEMPT.c.requested_at).where(*_KEY)
_ACCEPT = (
    update(ATTEMPT)
    .where(*_KEY)
    .values(
        state=int(SendState.ACCEPTED),
        source_id=bindparam("source"),
        message_id=bindparam("message"),
        accepted_at=bindparam("began"),
        until=bindparam("ends"),
        holder=None,
        reason=None,
    )
)
_MAY_SEND = Prepared(
    select(ATTEMPT.c.until)
    .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
    .outerjoin(NUMBER, NUMBER.c.number_id == ATTEMPT.c.number_id)
    .where(
        *_KEY,
        ATTEMPT.c.state == int(SendState.SENDING),
        ATTEMPT.c.holder == bindparam("holder"),
        sendable(),
    )
)


def _bound(key: Key) -> dict[str, Any]:
    """The parameters of _KEY."""
    return {f"key_{name}": value for name, value in key._asdict().items()}


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
    return bool(_MAY_SEND.rows(connection, **_bound(key), holder=holder))


class Outbox:
    """What became of the attempts of one pass, written in the caller's transaction; `finish` folds their recipients."""

    def __init__(self, connection: Connection, source_id: int, holder: str, now: int) -> None:
        self._connection = connection
        self._source_id = source_id
        self._holder = holder
        self._now = now
        self._touched: set[tuple[int, int]] = set()
        self._named: list[str] = []

    def finish(self) -> None:
        """Bring the recipients, their counters and their next attempts in step."""
        refold(self._connection, self._touched)
        self._forget_erased()
        self._stop_for_account()
        self._touched.clear()

    def accepted(self, key: Key, message_id: str, accepted_at: int) -> None:
        """The gateway has the message: its events are known by this id, whatever has become of the attempt since."""
        row = self._connection.execute(_STANDS, _bound(key)).first()
        if row is None:
            put_attempt(self._connection, key, source_id=self._source_id, state=int(SendState.RELEASED))
        if row is None or row.state in (SendState.SENDING, SendState.HELD, SendState.RELEASED):
            # A gateway's clock may be wrong: it was accepted after it was asked for, and before it was heard of.
            began = max(row.requested_at or 0 if row else 0, min(accepted_at, self._now))
            values = {"message": message_id, "source": self._source_id, "began": began, "ends": began + TIME_OUT}
            self._connection.execute(_ACCEPT, {**_bound(key), **values})
            self._named.append(message_id)
        else:
            put_attempt(self._connection, key, message_id=message_id, holder=None, reason=None)
        self._touch(key)

    def given_back(self, key: Key) -> None:
        """Nothing was accepted: the number is free again, and what the operator released stays released."""
        values = {"state": int(SendState.RELEASED), "holder": None, "until": None, "requested_at": None}
        mine = self._mine(key)
        released = self._connection.execute(
            update(ATTEMPT).where(*mine, ATTEMPT.c.decision.in_(RELEASING)).values(**values)
        )
        if released.rowcount == 0:
            self._connection.execute(delete(ATTEMPT).where(*mine))
        self._touch(key)

    def held(self, key: Key, reason: str) -> None:
        """Nobody can tell whether it was sent: the operator decides, unless a receipt has come meanwhile."""
        values = {"state": int(SendState.HELD), "reason": reason, "held_at": self._now, "holder": None, "until": None}
        self._connection.execute(update(ATTEMPT).where(*self._mine(key)).values(decision=None, **values))
        self._touch(key)

    def refused(self, key: Key, reason: str) -> None:
        """Nothing was accepted, nor would it be: the operator decides, and the request may then be another."""
        self._connection.execute(update(ATTEMPT).where(*self._mine(key)).values(requested_at=None))
        self.held(key, reason)

    def to_be_asked(self, key: Key, at: int) -> None:
        """From then on whoever makes a pass asks what became of the request."""
        self._connection.execute(update(ATTEMPT).where(*self._mine(key)).values(until=at))

    def stop(self, reason: str) -> None:
        """The gateway's retries stop until a probe succeeds."""
        begin_stop(self._connection, self._source_id, reason, self._now)

    def rest(self, reason: str, until: int) -> None:
        """The gateway wants to be left alone for a while."""
        begin_rest(self._connection, self._source_id, reason, self._now, until)

    def probed(self, pause: Pause, *, succeeded: bool) -> None:
        """A message was sent as a probe of a stopped gateway."""
        if succeeded:
            end_pause(self._connection, pause)
        else:
            note_vain_probe(self._connection, pause, self._now)

    def _mine(self, key: Key) -> tuple[ColumnElement[bool], ...]:
        """While nobody else has taken the attempt over."""
        return (*_sending(key), ATTEMPT.c.holder == self._holder)

    def _forget_erased(self) -> None:
        """Who was erased while a request was under way keeps nothing of it, and nothing is held for them."""
        for some in chunks(sorted({profile for _, profile in self._touched})):
            erased = select(PROFILE.c.profile_id).where(PROFILE.c.profile_id.in_(some), PROFILE.c.erased == 1)
            for profile in self._connection.scalars(erased).all():
                end_attempts(self._connection, profile)
                refold(self._connection, [pair for pair in self._touched if pair[1] == profile])

    def _stop_for_account(self) -> None:
        """A receipt of the account may have come before it was known that its message is a retry."""
        for activity, profile in self._touched if self._named else ():
            of_pair = (ATTEMPT.c.activity_id == activity, ATTEMPT.c.profile_id == profile)
            ended = (ATTEMPT.c.message_id.in_(self._named), ATTEMPT.c.outcome == int(Outcome.ACCOUNT))
            if self._connection.scalar(select(ATTEMPT.c.attempt).where(*of_pair, *ended).limit(1)) is not None:
                self.stop(f"{ACCOUNT_FAILED}.")
        self._named.clear()

    def _touch(self, key: Key) -> None:
        self._touched.add((key.activity, key.profile))


def take_unanswered(connection: Connection, source_id: int, holder: str, now: int, until: int) -> list[Unanswered]:
    """Take over the attempts whose holder has not told what became of them before its time was over."""
    lost = (ATTEMPT.c.state == int(SendState.SENDING), ATTEMPT.c.until <= now, ATTEMPT.c.source_id == source_id)
    columns = (ATTEMPT.c.activity_id, ATTEMPT.c.profile_id, ATTEMPT.c.attempt, ATTEMPT.c.requested_at)
    request = (ATTEMPT.c.msisdn, ATTEMPT.c.sender, ATTEMPT.c.body)
    statement = (
        select(*columns, ACTIVITY.c.gateway_id, PROFILE.c.gateway_id, *request)
        .join(ACTIVITY, ACTIVITY.c.activity_id == ATTEMPT.c.activity_id)
        .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
        .where(*lost)
        .order_by(ATTEMPT.c.until)
    )
    # A claim can not reach further ahead than one made at this moment: the clock has been set back.
    ahead = (ATTEMPT.c.state == int(SendState.SENDING), ATTEMPT.c.until > until, ATTEMPT.c.source_id == source_id)
    connection.execute(update(ATTEMPT).where(*ahead).values(until=until))
    rows = connection.execute(statement).all()
    connection.execute(update(ATTEMPT).where(*lost).values(holder=holder, until=until))
    return [Unanswered(Key(*row[:3]), row[3] or 0, *row[4:]) for row in rows]


def time_out(connection: Connection, source_id: int, now: int) -> int:
    """Accepted attempts that no final receipt has ended in time are unknown from then on; how many."""
    _adopt(connection, source_id)
    late = (ATTEMPT.c.state == int(SendState.ACCEPTED), ATTEMPT.c.until <= now)
    columns = (ATTEMPT.c.activity_id, ATTEMPT.c.profile_id, ATTEMPT.c.attempt)
    keys = [Key(*row) for row in connection.execute(select(*columns).where(*late))]
    connection.execute(update(ATTEMPT).where(*late).values(timed_out_at=ATTEMPT.c.until))
    refold(connection, [key[:2] for key in keys])
    return len(keys)


def _adopt(connection: Connection, source_id: int) -> None:
    """Retries under way that only receipts tell of, as after a backup is restored, end in their time like our own."""
    known = ATTEMPT.select().where(
        ATTEMPT.c.activity_id == RECIPIENT.c.activity_id,
        ATTEMPT.c.profile_id == RECIPIENT.c.profile_id,
        ATTEMPT.c.state.in_([int(SendState.SENDING), int(SendState.ACCEPTED)]),
    )
    strange = (
        select(RECIPIENT.c.activity_id, RECIPIENT.c.profile_id)
        .join_from(ACTIVITY, RECIPIENT, RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
        .where(RECIPIENT.c.under_way_since.is_not(None), ~known.exists())
    )
    by_activity: dict[int, list[int]] = {}
    for activity, profile in connection.execute(strange).all():
        by_activity.setdefault(activity, []).append(profile)
    for activity, profiles in by_activity.items():
        for some in chunks(profiles):
            _adopt_some(connection, source_id, activity, some)


def _adopt_some(connection: Connection, source_id: int, activity: int, profiles: list[int]) -> None:
    sends = read_sends(connection, activity, profiles)
    facts = {profile: [one.fact for one in found] for profile, found in sends.items()}
    for profile, fold in fold_recipients(connection, activity, profiles, facts).items():
        sent = {send.number for send in sends.get(profile, [])}
        for number in {number for number in fold.receipts if number > 1} - sent:
            if fold.outcomes[number] is Outcome.PENDING:
                began = min(receipt.at for receipt in fold.receipts[number])
                values = {"state": int(SendState.ACCEPTED), "accepted_at": began, "until": began + TIME_OUT}
                put_attempt(connection, Key(activity, profile, number), source_id=source_id, **values)
