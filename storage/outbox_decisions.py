"""An operator's word on a recipient's retries: send, hold, or no further action; each is recorded (rules.md 5)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from smsreport_tui.rules.attempts import RETRY_WINDOW, Decision, SendState
from smsreport_tui.rules.errors import DecisionError
from smsreport_tui.rules.fold import RecipientFold
from smsreport_tui.rules.times import format_time
from storage.outbox import Key, put_attempt
from storage.read_profile import profile_key
from storage.read_report import activity_key
from storage.refold import fold_recipients, refold
from storage.sends import Send, read_sends

_STATES = {
    Decision.SEND: SendState.RELEASED,
    Decision.NOW: SendState.RELEASED,
    Decision.HOLD: SendState.HELD,
    Decision.DROP: SendState.DROPPED,
}
_REASONS = {
    Decision.SEND: "released by the operator",
    Decision.NOW: "released by the operator",
    Decision.HOLD: "by the operator",
    Decision.DROP: "no further action, says the operator",
}
_SAID = {
    Decision.SEND: "Attempt {number} to {profile} is sent by the next pass, with the same key.",
    Decision.NOW: "Attempt {number} to {profile} is sent by the next pass.",
    Decision.HOLD: "Attempt {number} to {profile} is held: release it to have it sent.",
    Decision.DROP: "Nothing more is sent to {profile} in this activity.",
}


def decide(connection: Connection, activity_id: str, profile_id: str, decision: Decision, now: int) -> str:
    """Carry out a decision on the recipient's next attempt; what then holds, as a sentence.

    Raises NotFoundError for who is not known, and DecisionError where there is nothing of the kind to decide.
    """
    pair = activity_key(connection, activity_id), profile_key(connection, profile_id)
    sends = read_sends(connection, pair[0], [pair[1]]).get(pair[1], [])
    folds = fold_recipients(connection, pair[0], [pair[1]], {pair[1]: [one.fact for one in sends]})
    if any(one.state == SendState.SENDING for one in sends):
        raise DecisionError("The retry is being sent at this moment: look again in a minute.")
    fold = folds.get(pair[1], RecipientFold())
    queue = _Queue(fold, sends, fold.retry_due_at is not None and now <= (fold.sent_at or 0) + RETRY_WINDOW)
    number = _number(queue, decision, now)
    if number is None:
        raise DecisionError(
            f"No retry to {profile_id} waits or is held in {activity_id}: `smsreport retries` lists those that do."
        )
    held = {"held_at": now} if decision is Decision.HOLD else {}
    put_attempt(
        connection,
        Key(*pair, number),
        state=int(_STATES[decision]),
        decision=decision.value,
        decided_at=now,
        reason=_REASONS[decision],
        **held,
    )
    refold(connection, [pair])
    return _SAID[decision].format(number=number, profile=profile_id)


@dataclass(frozen=True, slots=True)
class _Queue:
    """A recipient's place in the queue; `waits` also while it is held."""

    fold: RecipientFold
    sends: list[Send]
    waits: bool


def _number(queue: _Queue, decision: Decision, now: int) -> int | None:
    """The attempt that the decision is about; None where there is none to come. Raises DecisionError."""
    fold = queue.fold
    if not queue.waits:
        under_way = [one.number for one in queue.sends if one.state == SendState.ACCEPTED]
        # What is under way can not be called back, but nothing needs to follow it.
        return max(under_way) + 1 if decision is Decision.DROP and under_way else None
    if decision is Decision.SEND and not fold.held:
        raise DecisionError("The retry is not held: it is sent when it is due.")
    if decision is Decision.NOW and (fold.retry_due_at or 0) > now:
        raise DecisionError(
            f"The retry is due at {format_time(fold.retry_due_at or 0)}: "
            "never within an hour of the attempt before it, nor before that has ended."
        )
    return fold.next_attempt
