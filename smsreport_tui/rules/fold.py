"""From a recipient's events to its one row (rules.md 3 and 4): the same for any order and repetition of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.machines import AgentClass, is_machine
from smsreport_tui.rules.outcomes import RECEIPT_KINDS, RETRIED, Outcome

RETRY_WAIT = HOUR
RETRY_WINDOW = 48 * HOUR
UNKNOWN_ATTEMPTS = 3
"""So many attempts of a recipient may end unknown (rules.md 5)."""


@dataclass(slots=True)
class EventFact:
    """What the fold needs of one event; `outcome` is set on receipts only.

    `key`, `number` and `link` are the caller's own, handed through.
    """

    id: str
    kind: str
    at: int
    message_id: str | None = None
    attempt: int | None = None
    part: int | None = None
    parts: int | None = None
    credits: int | None = None
    outcome: Outcome | None = None
    vendor: str | None = None
    scheme: str | None = None
    code: str | None = None
    key: int = 0
    number: int | None = None
    link: int | None = None
    agent: AgentClass | None = None


@dataclass(slots=True)
class LinkFold:
    """The clicks of one recipient on one link."""

    clicks: int = 0
    machine_clicks: int = 0
    last_at: int | None = None
    last_any_at: int | None = None


@dataclass(slots=True)
class RecipientFold:
    """One recipient. `outcome` is None for who has no receipt; times in microseconds, credits in ten-thousandths."""

    outcome: Outcome | None = None
    sent_at: int | None = None
    delivered_at: int | None = None
    attempts: int = 0
    credits: int | None = None
    retry_credits: int = 0
    deciding: EventFact | None = None
    retry_due_at: int | None = None
    under_way: bool = False
    clicks: int = 0
    machine_clicks: int = 0
    first_click_at: int | None = None
    last_click_at: int | None = None
    first_any_at: int | None = None
    last_any_at: int | None = None
    unsubscribed_at: int | None = None
    links: dict[int, LinkFold] = field(default_factory=dict)


@dataclass(slots=True)
class _Attempt:
    events: list[EventFact] = field(default_factory=list)
    receipts: list[EventFact] = field(default_factory=list)
    outcome: Outcome = Outcome.PENDING
    delivered_at: int | None = None


def fold(events: Sequence[EventFact]) -> RecipientFold:
    """The recipient that these events make; each event id must come once."""
    result = RecipientFold()
    every = _attempts(events)
    attempts = {number: one for number, one in every.items() if one.receipts}
    for one in attempts.values():
        _settle(one)
    if attempts:
        result.attempts = len(attempts)
        result.outcome = min(one.outcome for one in attempts.values())
        result.sent_at = _sent_at(attempts)
        delivered = [one.delivered_at for one in attempts.values() if one.delivered_at is not None]
        result.delivered_at = min(delivered, default=None)
        receipts = [receipt for one in attempts.values() for receipt in one.receipts]
        deciding = (receipt for receipt in receipts if receipt.outcome == result.outcome)
        # Unheard parts alone make an attempt pending with no pending receipt.
        result.deciding = min(deciding, key=_by_time, default=None)
        result.under_way = any(number > 1 and one.outcome is Outcome.PENDING for number, one in attempts.items())
        result.retry_due_at = _retry_due_at(result, attempts)
    _add_credits(result, every)
    if any(event.kind == "clicked" for event in events):
        _add_clicks(result, events)
    left = (event.at for event in events if event.kind == "unsubscribed")
    result.unsubscribed_at = min(left, default=None)
    return result


def _by_time(event: EventFact) -> tuple[int, str]:
    return event.at, event.id


def _attempts(events: Iterable[EventFact]) -> dict[int, _Attempt]:
    """Events by attempt number (rules.md 1, "Attempt")."""
    numbers: dict[str, int] = {}
    for event in events:
        if event.message_id is not None and event.attempt is not None:
            known = numbers.get(event.message_id, event.attempt)
            numbers[event.message_id] = min(known, event.attempt)
    found: dict[int, _Attempt] = {}
    for event in events:
        number = (event.attempt or 1) if event.message_id is None else numbers.get(event.message_id, 1)
        attempt = found.setdefault(number, _Attempt())
        attempt.events.append(event)
        if event.kind in RECEIPT_KINDS:
            attempt.receipts.append(event)
    return found


def _settle(attempt: _Attempt) -> None:
    """The attempt's outcome and, where it is delivered, when."""
    by_part: dict[int | None, list[EventFact]] = {}
    parts = 0
    for receipt in attempt.receipts:
        by_part.setdefault(receipt.part, []).append(receipt)
        if receipt.part is not None:
            parts = max(parts, receipt.parts or 0)
    whole = by_part.pop(None, [])
    if not by_part:
        attempt.outcome = _first(whole)
        attempt.delivered_at = _delivered(whole)
        return
    groups = [[*by_part.get(part, ()), *whole] for part in range(1, parts + 1)]
    outcomes = [_first(group) for group in groups]
    if all(outcome is Outcome.DELIVERED for outcome in outcomes):
        attempt.outcome = Outcome.DELIVERED
        attempt.delivered_at = max(at for group in groups if (at := _delivered(group)) is not None)
    else:
        attempt.outcome = min(outcome for outcome in outcomes if outcome is not Outcome.DELIVERED)


def _first(receipts: Iterable[EventFact]) -> Outcome:
    """The first in the order; of nothing heard, pending."""
    return min((receipt.outcome for receipt in receipts if receipt.outcome is not None), default=Outcome.PENDING)


def _delivered(receipts: Iterable[EventFact]) -> int | None:
    return min((receipt.at for receipt in receipts if receipt.outcome is Outcome.DELIVERED), default=None)


def _sent_at(attempts: dict[int, _Attempt]) -> int:
    first = attempts.get(1)
    receipts = first.receipts if first else [receipt for one in attempts.values() for receipt in one.receipts]
    for kind in ("sent", "queued"):
        times = [receipt.at for receipt in receipts if receipt.kind == kind]
        if times:
            return min(times)
    return min(receipt.at for receipt in receipts)


def _retry_due_at(result: RecipientFold, attempts: dict[int, _Attempt]) -> int | None:
    """When the next attempt is due: None when there is to be none (rules.md 5, "Soft")."""
    if result.outcome not in RETRIED or result.sent_at is None:
        return None
    number = max(attempts)
    last = attempts[number]
    if last.outcome is Outcome.PENDING:
        return None
    if sum(one.outcome is Outcome.UNKNOWN for one in attempts.values()) >= UNKNOWN_ATTEMPTS:
        return None
    final = (receipt.at for receipt in last.receipts if receipt.outcome is not Outcome.PENDING)
    due = max(_sent_at({1: last}) + RETRY_WAIT, min(final))
    return due if due <= result.sent_at + RETRY_WINDOW else None


def _add_credits(result: RecipientFold, attempts: dict[int, _Attempt]) -> None:
    for number, attempt in attempts.items():
        amount = _credits(attempt.events)
        if amount is None:
            continue
        result.credits = (result.credits or 0) + amount
        if number > 1:
            result.retry_credits += amount


def _credits(events: Iterable[EventFact]) -> int | None:
    largest: dict[int | None, int] = {}
    for event in events:
        if event.credits is not None:
            largest[event.part] = max(event.credits, largest.get(event.part, 0))
    if not largest:
        return None
    whole = largest.pop(None, 0)
    return max(whole, sum(largest.values()))


def _add_clicks(result: RecipientFold, events: Iterable[EventFact]) -> None:
    """Clicks of people and of machines, in all and by link (rules.md 4)."""
    people: dict[int, list[int]] = {}
    machines: dict[int, list[int]] = {}
    for event in events:
        if event.kind == "clicked" and event.link is not None:
            hasty = is_machine(event.agent or AgentClass.OTHER, event.at, result.delivered_at)
            (machines if hasty else people).setdefault(event.link, []).append(event.at)
    for link in {**people, **machines}:
        by_people, by_machines = people.get(link, []), machines.get(link, [])
        result.links[link] = LinkFold(
            clicks=len(by_people),
            machine_clicks=len(by_machines),
            last_at=max(by_people, default=None),
            last_any_at=max([*by_people, *by_machines]),
        )
    of_people = [at for times in people.values() for at in times]
    of_any = of_people + [at for times in machines.values() for at in times]
    result.clicks = len(of_people)
    result.machine_clicks = len(of_any) - len(of_people)
    result.first_click_at, result.last_click_at = min(of_people, default=None), max(of_people, default=None)
    result.first_any_at, result.last_any_at = min(of_any, default=None), max(of_any, default=None)
