"""Our own attempts beside the fold: what it needs of them, and what the receipts say of each (rules.md 5)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, func, select, update

from smsreport_tui.rules.attempts import TIME_OUT, SendFact, SendState
from smsreport_tui.rules.fold import RecipientFold
from smsreport_tui.rules.outcomes import Outcome
from storage.by_keys import ByKeys
from storage.tables import ACTIVITY, ATTEMPT, EVENT, Row, bulk, update_row

_SETTLED = ("state", "outcome", "message_id", "accepted_at", "until")
_NAMES = ("attempt", "requested_at", "timed_out_at", *_SETTLED)
_SENDS = ByKeys(
    select(ATTEMPT.c.profile_id, *(ATTEMPT.c[name] for name in _NAMES)).where(
        ATTEMPT.c.activity_id == bindparam("activity")
    ),
    ATTEMPT.c.profile_id,
    ("activity",),
)
_UPDATE = update_row(ATTEMPT, *_SETTLED)
_KEYS = ("key_activity_id", "key_profile_id", "key_attempt")
_UNHEARD = (SendState.SENDING, SendState.HELD, SendState.RELEASED)


class Send(NamedTuple):
    """One attempt of ours as it stands."""

    number: int
    requested_at: int | None
    timed_out_at: int | None
    state: int
    outcome: int | None
    message_id: str | None
    accepted_at: int | None
    until: int | None

    @property
    def fact(self) -> SendFact:
        """What the fold needs of it."""
        state = SendState(self.state)
        return SendFact(self.number, state, self.message_id, self.requested_at, self.timed_out_at, self.accepted_at)


def has_sends(connection: Connection, activity: int) -> bool:
    """Whether we have sent, or have held, anything in this activity."""
    return connection.scalar(select(1).where(ATTEMPT.c.activity_id == activity).limit(1)) is not None


def read_sends(connection: Connection, activity: int, profiles: Sequence[int]) -> dict[int, list[Send]]:
    """Our attempts by profile."""
    found: dict[int, list[Send]] = {}
    for row in _SENDS.rows(connection, profiles, activity):
        found.setdefault(row[0], []).append(Send(*row[1:]))
    return found


def is_retry(connection: Connection, activity: int, profile: int, message_id: str | None) -> bool:
    """Whether a message is known as a retry: we sent it, or an event of it says so."""
    if message_id is None:
        return False
    ours = (ATTEMPT.c.activity_id == activity, ATTEMPT.c.profile_id == profile, ATTEMPT.c.message_id == message_id)
    if connection.scalar(select(1).where(*ours).limit(1)) is not None:
        return True
    told = (EVENT.c.activity_id == activity, EVENT.c.profile_id == profile, EVENT.c.message_id == message_id)
    return (connection.scalar(select(func.min(EVENT.c.attempt)).where(*told)) or 1) > 1


def settle_sends(
    connection: Connection,
    activity: int,
    folds: Mapping[int, RecipientFold],
    sends: Mapping[int, list[Send]],
) -> None:
    """Bring our attempts in step with their receipts: any ends a holding, a final one ends the attempt."""
    changes: list[Row] = []
    for profile, some in sends.items():
        for send in some:
            settled = _settled(send, folds[profile])
            if settled != tuple(send[3:]):
                changes.append((*settled, activity, profile, send.number))
    bulk(connection, _UPDATE, (*_SETTLED, *_KEYS), changes)


def _settled(send: Send, fold: RecipientFold) -> Row:
    """The values of _SETTLED that the receipts make of an attempt."""
    receipts = fold.receipts.get(send.number, [])
    if send.state == SendState.DROPPED or (send.state in _UNHEARD and not receipts):
        return tuple(send[3:])
    outcome = fold.outcomes.get(send.number, Outcome.PENDING)
    accepted_at, until = send.accepted_at, send.until
    if send.state in _UNHEARD:
        # The answer is lost, or on its way; the receipts say that the request arrived. Their clock is not ours.
        accepted_at = send.requested_at or min(receipt.at for receipt in receipts)
        until = accepted_at + TIME_OUT
    message = send.message_id or min((one.message_id for one in receipts if one.message_id is not None), default=None)
    state = SendState.ACCEPTED if outcome is Outcome.PENDING else SendState.ENDED
    return int(state), int(outcome), message, accepted_at, until


def end_attempts(connection: Connection, profile_id: int) -> None:
    """An erased person's attempts lose number and text, and what has not been sent is dropped."""
    # Through the activities, as every index begins with them.
    theirs = (ATTEMPT.c.activity_id.in_(select(ACTIVITY.c.activity_id)), ATTEMPT.c.profile_id == profile_id)
    unsent = ATTEMPT.c.state.in_([int(SendState.HELD), int(SendState.RELEASED)])
    state = case((unsent, int(SendState.DROPPED)), else_=ATTEMPT.c.state)
    connection.execute(update(ATTEMPT).where(*theirs).values(msisdn=None, body=None, reason=None, state=state))
