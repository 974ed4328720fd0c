"""What becomes of one attempt, and the receipts that tell it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.simulator.codes import failure
from smsreport_tui.simulator.hostile import hostile_text
from smsreport_tui.simulator.scribe import Scribe

Chance = Callable[[], float]


class Fate(Enum):
    """What is meant to happen to an attempt; the odd ones are those that gateways really tell."""

    DELIVERED = "delivered"
    SOFT = "soft"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    HARD = "hard"
    OPTOUT = "optout"
    BLOCKED = "blocked"
    CONTENT = "content"
    ACCOUNT = "account"
    CANCELLED = "cancelled"
    PENDING = "pending"
    LATE = "bounced first, delivered after"
    SAID_DELIVERED = "a bounced receipt whose code means delivered"
    SAID_PENDING = "a bounced receipt whose code means pending"


_OUTCOMES = {
    Fate.SOFT: Outcome.SOFT,
    Fate.EXPIRED: Outcome.EXPIRED,
    Fate.UNKNOWN: Outcome.UNKNOWN,
    Fate.HARD: Outcome.HARD,
    Fate.OPTOUT: Outcome.OPTOUT,
    Fate.BLOCKED: Outcome.BLOCKED,
    Fate.CONTENT: Outcome.CONTENT,
    Fate.ACCOUNT: Outcome.ACCOUNT,
    Fate.LATE: Outcome.SOFT,
    Fate.SAID_DELIVERED: Outcome.DELIVERED,
    Fate.SAID_PENDING: Outcome.PENDING,
}
RETRIED = frozenset({Fate.SOFT, Fate.EXPIRED, Fate.UNKNOWN})
GOOD = frozenset({Fate.DELIVERED, Fate.LATE, Fate.SAID_DELIVERED})

# Up to which number from 0 to 1 each fate of a first attempt holds.
_FIRST = (
    (0.900, Fate.DELIVERED), (0.928, Fate.SOFT), (0.937, Fate.EXPIRED), (0.942, Fate.UNKNOWN), (0.957, Fate.HARD),
    (0.960, Fate.OPTOUT), (0.969, Fate.BLOCKED), (0.973, Fate.CONTENT), (0.977, Fate.ACCOUNT), (0.987, Fate.PENDING),
    (0.996, Fate.LATE), (0.998, Fate.SAID_DELIVERED), (1.0, Fate.SAID_PENDING),
)  # fmt: skip
_RETRY = (
    (0.50, Fate.DELIVERED), (0.80, Fate.SOFT), (0.90, Fate.EXPIRED), (0.96, Fate.UNKNOWN), (0.98, Fate.HARD),
    (1.0, Fate.BLOCKED),
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a gateway tells the receipts of one activity; `price` is ten-thousandths of a credit for one part."""

    parts: int
    price: int
    by_part: bool = False
    queued: bool = False
    credits_on: str = "sent"
    vendor: str = "infobip"
    hostile: bool = False


def first_fate(luck: float) -> Fate:
    """The fate of an initial send."""
    return next(fate for bound, fate in _FIRST if luck < bound)


def retry_fate(luck: float) -> Fate:
    """The fate of a retry."""
    return next(fate for bound, fate in _RETRY if luck < bound)


def settle_time(fate: Fate, chance: Chance) -> int:
    """How long after the sending the final receipt comes, in microseconds."""
    luck = chance()
    if fate in (Fate.DELIVERED, Fate.SAID_DELIVERED):
        return int((1 + luck * 20) * SECOND) if luck < 0.93 else int((luck - 0.92) * 1500 * MINUTE)
    if fate in (Fate.SOFT, Fate.UNKNOWN, Fate.LATE):
        return int((1 + luck * 40) * MINUTE)
    if fate is Fate.EXPIRED:
        return int((6 + luck * 24) * HOUR)
    return int((0.5 + luck * 5) * SECOND)


def tell_attempt(scribe: Scribe, fate: Fate, at: int, style: Style, settled: int, **sent: Any) -> int | None:
    """The receipts of one attempt that leaves at `at` and ends at `settled`; returns when it was delivered."""
    chance = scribe.chance
    if style.queued:
        scribe.tell("queued", at, **_number(sent))
        at += int(chance() * SECOND)
    if not style.by_part or chance() < 0.7:
        if chance() < 0.97 or fate is Fate.PENDING or "attempt" in sent:
            whole = style.price * style.parts if style.credits_on == "sent" else None
            scribe.tell("sent", at, credits=_credits(whole), **sent)
    else:
        for part in range(1, style.parts + 1):
            scribe.tell("sent", at + part * SECOND // 50, part=part, parts=style.parts, **sent)
    settled = max(settled, at + SECOND // 5)
    if style.by_part:
        return _tell_parts(scribe, fate, settled, style)
    whole = style.price * style.parts if style.credits_on == "final" else None
    return _tell_final(scribe, fate, settled, style, {"credits": _credits(whole)})


def _number(sent: dict[str, Any]) -> dict[str, Any]:
    return {"attempt": sent["attempt"]} if "attempt" in sent else {}


def _credits(amount: int | None) -> str | None:
    return None if amount is None else format_credits(amount)


def _tell_parts(scribe: Scribe, fate: Fate, settled: int, style: Style) -> int | None:
    chance = scribe.chance
    price = style.price if style.credits_on == "final" else None
    delivered = None
    # A part that the network never mentions leaves a good attempt pending.
    silent = style.parts if fate is Fate.DELIVERED and chance() < 0.01 else 0
    failing = 1 + int(chance() * style.parts)
    for part in range(1, style.parts + 1):
        if part == silent:
            return None
        said = fate if fate in GOOD or part == failing or chance() < 0.6 else Fate.DELIVERED
        more = {"part": part, "parts": style.parts, "credits": _credits(price)}
        at = settled + int(chance() * 4 * SECOND)
        told = _tell_final(scribe, said, at, style, more)
        delivered = max(delivered or 0, told or 0)
    if chance() < 0.03:
        # Some networks sum up the parts in one receipt for the whole.
        told = _tell_final(scribe, fate, settled + 5 * SECOND, style, {"credits": _credits(price)})
    return delivered if fate in GOOD else None


def _tell_final(scribe: Scribe, fate: Fate, at: int, style: Style, more: dict[str, Any]) -> int | None:
    if fate is Fate.PENDING:
        return None
    if fate in (Fate.DELIVERED, Fate.CANCELLED):
        scribe.tell(fate.value, at, **more)
        return at if fate is Fate.DELIVERED else None
    said = failure(style.vendor, _OUTCOMES[fate], scribe.chance())
    reason = hostile_text(scribe.number + len(scribe.profile) + at % 17) if style.hostile else said.reason
    scribe.tell(
        "bounced", at, vendor=said.vendor, scheme=said.scheme, code=said.code, bounce=said.bounce, reason=reason, **more
    )
    if fate is Fate.LATE:
        at += int((1 + scribe.chance() * 240) * MINUTE)
        scribe.tell("delivered", at, part=more.get("part"), parts=more.get("parts"))
    return at if fate in GOOD else None
