"""Our own attempts (rules.md 5): what the outbox knows of each, and the spans and waits that hold for all."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from smsreport_tui.rules.clock import HOUR, MINUTE

LAST_ATTEMPT = 49
"""Attempts are numbered 1 to 49."""
VALIDITY_MINUTES = 55
"""The network's own tries of a retry end before our next one begins."""
TIME_OUT = VALIDITY_MINUTES * MINUTE + 2 * HOUR
"""A retry with no final receipt so long after it was accepted has ended unknown."""
RETRY_WAIT = HOUR
RETRY_WINDOW = 48 * HOUR
UNKNOWN_ATTEMPTS = 3
"""So many attempts of a recipient may end unknown."""


class SendState(IntEnum):
    """What has become of an attempt of ours; the numbers stand in the store."""

    SENDING = 1
    """Claimed: its request may have left."""
    HELD = 2
    """Waits for an operator's word."""
    RELEASED = 3
    """The operator said send: the next pass sends it with the same key."""
    ACCEPTED = 4
    """The gateway has it, and no final receipt has come."""
    ENDED = 5
    """A final receipt is known, or it has timed out."""
    DROPPED = 6
    """The operator said that nothing more is to be sent to this recipient."""


UNSENT = frozenset({SendState.HELD, SendState.RELEASED, SendState.DROPPED})
"""States in which no request is under way."""


class Decision(StrEnum):
    """An operator's word on a recipient's next attempt."""

    SEND = "send"
    """Release what is held."""
    NOW = "now"
    """Send what is due with the next pass, to the number that the first attempt went to."""
    HOLD = "hold"
    DROP = "drop"
    """No further action."""


@dataclass(frozen=True, slots=True)
class SendFact:
    """What the fold needs of one attempt of ours; times in microseconds UTC."""

    number: int
    state: SendState
    message_id: str | None = None
    requested_at: int | None = None
    timed_out_at: int | None = None
    accepted_at: int | None = None


def attempt_key(activity_id: str, profile_id: str, number: int) -> str:
    """The idempotency key: the same for every request of this attempt."""
    return f"{activity_id}:{profile_id}:{number}"
