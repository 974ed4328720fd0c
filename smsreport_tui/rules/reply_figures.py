"""What people have answered, and what of it an operator has to judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ReplyState(StrEnum):
    """Where a reply that may have been meant as an opt-out stands; the value is its word."""

    OPEN = "open"
    OPTED_OUT = "opted_out"
    DISMISSED = "dismissed"


class ReplyDecision(StrEnum):
    """An operator's word on a reply, as the store keeps it."""

    OPT_OUT = "opt_out"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class ReplyFigure:
    """One reply; times in microseconds UTC. Number and text are None of an erased person.

    `meaning` is what its words say (`rules.opt_out_words.Reply`), `state` None where there is nothing to judge.
    """

    event: str
    at: int
    activity: str | None
    profile: str
    msisdn: str | None
    text: str | None
    erased: bool
    meaning: str | None
    state: ReplyState | None
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """The newest replies, and how many there are in all."""

    total: int
    rows: Sequence[ReplyFigure]


def state_of(decision: str | None, *, near_miss: bool, settled: bool) -> ReplyState | None:
    """Where a reply stands by the operator's word, and by what its person has said since (`settled`)."""
    if decision is not None:
        return ReplyState.OPTED_OUT if decision == ReplyDecision.OPT_OUT else ReplyState.DISMISSED
    return ReplyState.OPEN if near_miss and not settled else None
