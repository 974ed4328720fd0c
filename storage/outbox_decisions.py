"""An operator's word on a recipient's retries: send, hold, or no further action; each is recorded (rules.md 5)."""

from sqlalchemy import Connection

from smsreport_tui.rules.attempts import RETRY_WINDOW, SendState
from smsreport_tui.rules.errors import DecisionError
from smsreport_tui.rules.fold import RecipientFold
from storage.outbox import DROP, HOLD, SEND, Key, put_attempt
from storage.read_profile import profile_key
from storage.read_report import activity_key
from storage.refold import fold_recipients, refold
from storage.sends import Send, read_sends

_GONE = "There is no retry of {profile} in {activity} that waits or is held: `smsreport retries` lists them."
_UNDER_WAY = "The retry is being sent at this moment: look again in a minute."
_WORD = {
    SEND: "Released by the operator.",
    HOLD: "Held by the operator.",
    DROP: "The operator wants no further action.",
}


def decide(connection: Connection, activity_id: str, profile_id: str, decision: str, now: int) -> None:
    """Carry out `send`, `hold` or `drop` for the recipient's next attempt.

    Raises NotFoundError for who is not known, and DecisionError where there is nothing to decide.
    """
    pair = activity_key(connection, activity_id), profile_key(connection, profile_id)
    sends = read_sends(connection, pair[0], [pair[1]]).get(pair[1], [])
    folds = fold_recipients(connection, pair[0], [pair[1]], {pair[1]: [one.fact for one in sends]})
    gone = DecisionError(_GONE.format(profile=profile_id, activity=activity_id))
    fold = folds.get(pair[1])
    if fold is None:
        raise gone
    if any(one.state == SendState.SENDING for one in sends):
        raise DecisionError(_UNDER_WAY)
    number = _number(fold, sends, decision, now)
    if number is None:
        raise gone
    states = {SEND: SendState.RELEASED, HOLD: SendState.HELD, DROP: SendState.DROPPED}
    values = {"held_at": now} if decision == HOLD else {}
    put_attempt(
        connection,
        Key(*pair, number),
        state=int(states[decision]),
        decision=decision,
        decided_at=now,
        reason=_WORD[decision],
        **values,
    )
    refold(connection, [pair])


def _number(fold: RecipientFold, sends: list[Send], decision: str, now: int) -> int | None:
    """The attempt that the decision is about; None where there is none to come."""
    waits = fold.retry_due_at is not None and now <= (fold.sent_at or 0) + RETRY_WINDOW
    if waits:
        return fold.next_attempt
    under_way = [one.number for one in sends if one.state == SendState.ACCEPTED]
    # What is under way can not be called back, but nothing needs to follow it.
    return max(under_way) + 1 if decision == DROP and under_way else None
