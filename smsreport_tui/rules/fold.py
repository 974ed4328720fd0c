"""From a recipient's events to its one row (rules.md 3 and 4): the same for any order and repetition of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from smsreport_tui.rules.attempts import (
    LAST_ATTEMPT,
    RETRY_WAIT,
    RETRY_WINDOW,
    UNKNOWN_ATTEMPTS,
    UNSENT,
    SendFact,
    SendState,
)
from smsreport_tui.rules.machines import AgentClass, is_machine
from smsreport_tui.rules.outcomes import RECEIPT_KINDS, RETRIED, Outcome


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
    """One recipient. `outcome` is None for who has no receipt; times in microseconds, credits in ten-thousandths.

    `next_attempt` is the number that a retry due at `retry_due_at` has; `held` says that it waits for an operator.
    `receipts` and `outcomes` are those of each attempt by number, where it has any.
    """

    outcome: Outcome | None = None
    sent_at: int | None = None
    delivered_at: int | None = None
    attempts: int = 0
    credits: int | None = None
    retry_credits: int = 0
    deciding: EventFact | None = None
    retry_due_at: int | None = None
    next_attempt: int = 0
    held: bool = False
    under_way: bool = False
    clicks: int = 0
    machine_clicks: int = 0
    first_click_at: int | None = None
    last_click_at: int | None = None
    first_any_at: int | None = None
    last_any_at: int | None = None
    unsubscribed_at: int | None = None
    links: dict[int, LinkFold] = field(default_factory=dict)
    receipts: dict[int, list[EventFact]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)


@dataclass(slots=True)
class _Attempt:
    events: list[EventFact] = field(default_factory=list)
    receipts: list[EventFact] = field(default_factory=list)
    outcome: Outcome = Outcome.PENDING
    delivered_at: int | None = None
    send: SendFact | None = None
    timed_out: EventFact | None = None

    @property
    def left(self) -> bool:
        """Whether it has been heard of, or its request may have left."""
        return bool(self.receipts) or (self.send is not None and self.send.state not in UNSENT)


def fold(events: Sequence[EventFact], sends: Sequence[SendFact] = ()) -> RecipientFold:
    """The recipient that these events and attempts of ours make; each event id and each number must come once."""
    result = RecipientFold()
    every = _attempts(events, sends)
    for one in every.values():
        _settle(one)
    heard = {number: one for number, one in every.items() if one.receipts or one.timed_out}
    if heard:
        _add_outcome(result, heard)
        result.attempts = sum(one.left for one in every.values())
        result.under_way = any(
            number > 1 and one.left and one.outcome is Outcome.PENDING for number, one in every.items()
        )
        _add_retry(result, every)
    result.receipts = {number: one.receipts for number, one in every.items() if one.receipts}
    result.outcomes = {number: one.outcome for number, one in heard.items()}
    _add_credits(result, every)
    if any(event.kind == "clicked" for event in events):
        _add_clicks(result, events)
    left = (event.at for event in events if event.kind == "unsubscribed")
    result.unsubscribed_at = min(left, default=None)
    return result


def _by_time(event: EventFact) -> tuple[int, str]:
    return event.at, event.id


def _add_outcome(result: RecipientFold, heard: dict[int, _Attempt]) -> None:
    """What became of the recipient over all attempts that have been heard of."""
    result.outcome = min(one.outcome for one in heard.values())
    result.sent_at = _sent_at(heard)
    delivered = [one.delivered_at for one in heard.values() if one.delivered_at is not None]
    result.delivered_at = min(delivered, default=None)
    receipts = [receipt for one in heard.values() for receipt in one.receipts]
    receipts += [one.timed_out for one in heard.values() if one.timed_out]
    deciding = (receipt for receipt in receipts if receipt.outcome == result.outcome)
    # Unheard parts alone make an attempt pending with no pending receipt.
    result.deciding = min(deciding, key=_by_time, default=None)


def _attempts(events: Sequence[EventFact], sends: Iterable[SendFact]) -> dict[int, _Attempt]:
    """Events by attempt number (rules.md 1, "Attempt")."""
    numbers: dict[str, int] = {}
    for event in events:
        if event.message_id is not None and event.attempt is not None:
            known = numbers.get(event.message_id, event.attempt)
            numbers[event.message_id] = min(known, event.attempt)
    found: dict[int, _Attempt] = {}
    for send in sends:
        found[send.number] = _Attempt(send=send)
        if send.message_id is not None:
            numbers[send.message_id] = send.number
    for event in events:
        number = (event.attempt or 1) if event.message_id is None else numbers.get(event.message_id, 1)
        attempt = found.setdefault(number, _Attempt())
        attempt.events.append(event)
        if event.kind in RECEIPT_KINDS:
            attempt.receipts.append(event)
    return found


def _settle(attempt: _Attempt) -> None:
    """The attempt's outcome and, where it is delivered, when; one that has timed out is unknown until it ends."""
    _hear(attempt)
    timed_out_at = attempt.send.timed_out_at if attempt.send else None
    if timed_out_at is not None and attempt.outcome is Outcome.PENDING:
        attempt.outcome = Outcome.UNKNOWN
        attempt.timed_out = EventFact("", "bounced", timed_out_at, outcome=Outcome.UNKNOWN)


def _hear(attempt: _Attempt) -> None:
    """What its receipts say."""
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


def _sent_at(attempts: dict[int, _Attempt]) -> int | None:
    first = attempts.get(1)
    receipts = (first.receipts if first else []) or [one for each in attempts.values() for one in each.receipts]
    for kind in ("sent", "queued"):
        times = [receipt.at for receipt in receipts if receipt.kind == kind]
        if times:
            return min(times)
    return min((receipt.at for receipt in receipts), default=None)


def _add_retry(result: RecipientFold, every: dict[int, _Attempt]) -> None:
    """When the next attempt is due, which it is, and whether it is held (rules.md 5, "Soft")."""
    unsent = {number: one.send.state for number, one in every.items() if one.send and not one.left}
    # Also one that is told of after all: the operator wants nothing more to follow.
    dropped = any(one.send.state is SendState.DROPPED for one in every.values() if one.send)
    if result.outcome not in RETRIED or result.sent_at is None or dropped:
        return
    before = {number: one for number, one in every.items() if one.left or one.timed_out}
    last = max(before)
    number = max(unsent, default=last + 1)
    due = _due_after(before[last])
    unknown = sum(one.outcome is Outcome.UNKNOWN for one in before.values())
    if due is None or number > LAST_ATTEMPT or unknown >= UNKNOWN_ATTEMPTS or due > result.sent_at + RETRY_WINDOW:
        return
    result.retry_due_at, result.next_attempt = due, number
    result.held = unsent.get(number) is SendState.HELD


def _due_after(attempt: _Attempt) -> int | None:
    """An hour after it was sent, and not before it has ended; None while it is under way."""
    if attempt.outcome is Outcome.PENDING:
        return None
    told = [receipt for receipt in attempt.receipts if receipt.outcome is not Outcome.PENDING]
    ended = min(receipt.at for receipt in [*told, *([attempt.timed_out] if attempt.timed_out else [])])
    own: tuple[int | None, ...] = (attempt.send.requested_at, attempt.send.accepted_at) if attempt.send else ()
    sent = [at for at in (_sent_at({1: attempt}), *own) if at is not None]
    return max(max(sent) + RETRY_WAIT, ended)


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
