"""One recipient by rules.md 3, worked out from its events with nothing but loops."""

from collections import defaultdict
from dataclasses import dataclass

from smsreport_tui.rules.amounts import parse_credits
from smsreport_tui.rules.machines import AgentClass, agent_class
from smsreport_tui.rules.outcomes import load_outcome_table
from smsreport_tui.rules.times import parse_time
from smsreport_tui.simulator.wire import EventItem

HOUR = 3_600_000_000
ORDER = (
    "delivered",
    "optout",
    "hard",
    "blocked",
    "content",
    "soft",
    "expired",
    "unknown",
    "account",
    "cancelled",
    "pending",
)
BUCKET = {
    "delivered": "delivered",
    "pending": "pending",
    "soft": "soft",
    "expired": "soft",
    "unknown": "soft",
    "hard": "hard",
    "optout": "rejected",
    "blocked": "rejected",
    "content": "rejected",
    "account": "rejected",
    "cancelled": "rejected",
}
_TABLE = load_outcome_table()
_RECEIPTS = ("queued", "sent", "delivered", "bounced", "cancelled")


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its instant and, of a receipt, its outcome and whose code it is."""

    item: EventItem
    at: int
    outcome: str | None
    vendor: str | None

    @property
    def order(self) -> tuple[int, str]:
        return self.at, self.item.id


def told_of(item: EventItem, gateway_vendor: str) -> Told:
    """The event as it counts."""
    if item.kind not in _RECEIPTS:
        return Told(item, parse_time(item.at), None, item.vendor)
    vendor = item.vendor or gateway_vendor
    outcome = _TABLE.classify(item.kind, vendor, item.scheme, item.code, item.bounce)
    return Told(item, parse_time(item.at), outcome.word, vendor)


class Recipient:
    """What one profile's events in one activity come to."""

    def __init__(self, told: list[Told]) -> None:
        self.told = told
        self._by_number: dict[int, list[Told]] = defaultdict(list)
        named: dict[str, int] = {}
        for one in told:
            message, number = one.item.message_id, one.item.attempt
            if message is not None and number is not None:
                named[message] = min(number, named.get(message, 99))
        for one in told:
            message = one.item.message_id
            number = one.item.attempt or 1 if message is None else named.get(message, 1)
            self._by_number[number].append(one)
        self._tried = {
            number: [one for one in events if one.outcome is not None]
            for number, events in self._by_number.items()
            if any(one.outcome is not None for one in events)
        }
        self._ends = {number: _end(receipts) for number, receipts in self._tried.items()}
        self.attempts = len(self._tried)
        self.outcome = _first([end for end, _ in self._ends.values()]) if self._ends else None
        self.delivered_at = min((at for _, at in self._ends.values() if at is not None), default=None)
        self.sent_at = self._sent_at(1 if 1 in self._tried else None)
        self.left_at = min((one.at for one in told if one.item.kind == "unsubscribed"), default=None)
        self._add_up()
        self.clicked = [one for one in told if one.item.kind == "clicked"]
        self.people: list[tuple[int, str]] = []
        self.machines: list[tuple[int, str]] = []
        for one in self.clicked:
            side = self.machines if self._is_machine(one) else self.people
            side.append((one.at, one.item.link_id or ""))

    def deciding(self) -> Told:
        """The earliest receipt with the recipient's outcome, ties by id."""
        receipts = [one for receipts in self._tried.values() for one in receipts]
        return min((one for one in receipts if one.outcome == self.outcome), key=lambda one: one.order)

    def retry_due(self) -> int | None:
        """When the next attempt is due, whoever the person is; None when there is to be none."""
        if self.outcome not in ("soft", "expired", "unknown"):
            return None
        last = max(self._tried)
        unknown = [end for end, _ in self._ends.values() if end == "unknown"]
        if self._ends[last][0] == "pending" or len(unknown) >= 3:
            return None
        ended = min(one.at for one in self._tried[last] if one.outcome != "pending")
        due = max(self._sent_at(last) + HOUR, ended)
        return due if due <= self.sent_at + 48 * HOUR else None

    def is_under_way(self) -> bool:
        """Whether a retry has been accepted and has no final receipt."""
        return any(number > 1 and end == "pending" for number, (end, _) in self._ends.items())

    def _sent_at(self, number: int | None) -> int:
        receipts = self._tried.get(number or 0) or [one for some in self._tried.values() for one in some]
        for kind in ("sent", "queued"):
            if any(one.item.kind == kind for one in receipts):
                return min(one.at for one in receipts if one.item.kind == kind)
        return min((one.at for one in receipts), default=0)

    def _add_up(self) -> None:
        self.credits: int | None = None
        self.retry_credits = 0
        for number, events in self._by_number.items():
            told = [(one.item.part, parse_credits(one.item.credits)) for one in events if one.item.credits is not None]
            if not told:
                continue
            parts = {part for part, _ in told if part is not None}
            by_part = sum(max(amount for part, amount in told if part == wanted) for wanted in parts)
            whole = max((amount for part, amount in told if part is None), default=0)
            amount = max(by_part, whole)
            self.credits = (self.credits or 0) + amount
            self.retry_credits += amount if number > 1 else 0

    def _is_machine(self, click: Told) -> bool:
        agent = agent_class(click.item.user_agent)
        if agent is AgentClass.MACHINE:
            return True
        if agent is AgentClass.PHONE or self.delivered_at is None:
            return False
        return self.delivered_at <= click.at < self.delivered_at + 2_000_000


def _first(outcomes: list[str]) -> str:
    return min(outcomes, key=ORDER.index)


def _end(receipts: list[Told]) -> tuple[str, int | None]:
    """An attempt's outcome and when it was delivered."""
    whole = [one for one in receipts if one.item.part is None]
    in_parts = [one for one in receipts if one.item.part is not None]
    if not in_parts:
        outcome = _first([one.outcome or "" for one in whole])
        return outcome, _delivered(whole) if outcome == "delivered" else None
    ends, times = [], []
    for part in range(1, max(one.item.parts or 0 for one in in_parts) + 1):
        heard = whole + [one for one in in_parts if one.item.part == part]
        ends.append(_first([one.outcome or "" for one in heard]) if heard else "pending")
        times.append(_delivered(heard))
    if set(ends) == {"delivered"}:
        return "delivered", max(at for at in times if at is not None)
    return _first([end for end in ends if end != "delivered"]), None


def _delivered(receipts: list[Told]) -> int | None:
    return min((one.at for one in receipts if one.outcome == "delivered"), default=None)
