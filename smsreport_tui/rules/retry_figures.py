"""What the queue of retries holds, as plain values; times in microseconds UTC, credits in ten-thousandths."""

from dataclasses import dataclass
from enum import StrEnum

from smsreport_tui.rules.marks import Mark
from smsreport_tui.rules.pauses import PauseKind


class RetryState(StrEnum):
    """Where a retry stands in the queue (cli.md, `retries`)."""

    WAITING = "waiting"
    SENDING = "sending"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Retry:
    """The next attempt of one recipient; `opens_at` is when allowed hours let it leave, None where they never do.

    `mark` is that of the number.
    """

    activity: str
    activity_name: str | None
    profile: str
    name: str | None
    msisdn: str | None
    attempt: int
    attempts: int
    due_at: int
    deadline: int
    state: RetryState
    reason: str | None = None
    since: int | None = None
    opens_at: int | None = None
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class PauseFigure:
    """Why the gateway is sent nothing, and when it is asked again."""

    kind: PauseKind
    reason: str
    since: int
    probe_at: int


@dataclass(frozen=True, slots=True)
class AttemptFigure:
    """What attempts of one number brought: how many were sent, and to how many they delivered."""

    attempt: int
    sent: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Yield:
    """What retries bring over all activities: by attempt number, and the credits spent on them."""

    attempts: tuple[AttemptFigure, ...]
    credits: int


@dataclass(frozen=True, slots=True)
class SendingConsent:
    """Whether this store may send: `needed` on a real gateway, `confirmed_at` None until an operator has said so.

    `people` have an attempt waiting, of which `credits` pay for one each, as far as their first attempts tell:
    `unpriced` of them do not.
    """

    needed: bool
    confirmed_at: int | None
    people: int
    credits: int
    unpriced: int
    single_store: bool = False


@dataclass(frozen=True, slots=True)
class RetryBoard:
    """The queue: its first rows, how many there are by state, and what stands in their way."""

    rows: tuple[Retry, ...]
    waiting: int
    sending: int
    held: int
    pauses: tuple[PauseFigure, ...]
    consent: SendingConsent
    gains: Yield

    @property
    def total(self) -> int:
        return self.waiting + self.sending + self.held
