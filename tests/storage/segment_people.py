"""Who people are and what happened to them, from the plain items of a feed: what a segment's conditions look at.

Made from all items at once with nothing but loops, apart from the store's way, which takes them page by page.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from smsreport_tui.rules.door import event_door, profile_door
from smsreport_tui.rules.feed import Event, Profile, Scalar
from smsreport_tui.rules.fold import EventFact, RecipientFold, fold
from smsreport_tui.rules.machines import agent_class, is_machine
from smsreport_tui.rules.marks import is_suppressed
from smsreport_tui.rules.outcomes import RECEIPT_KINDS, Outcome, load_outcome_table
from tests.storage.feeds import Feed, Item, page_bytes

_PROFILES, _EVENTS = profile_door(), event_door()
_TABLE = load_outcome_table()


@dataclass(frozen=True, slots=True)
class Click:
    """One click, and whether it is a machine's."""

    activity: str
    link: str
    at: int
    machine: bool


@dataclass(slots=True)
class Person:
    """One profile: what it is, and what happened to it. Details of erased people are gone, states are kept.

    `has_record` is false for who is known from events only. `recipients` are by activity those with a receipt;
    `others` are by kind the activity (if any) and the time of each event that is neither receipt nor click.
    """

    has_record: bool = False
    erased: bool = False
    opted_out: bool = False
    suppressed: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Scalar] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    recipients: dict[str, RecipientFold] = field(default_factory=dict)
    clicks: list[Click] = field(default_factory=list)
    others: dict[str, list[tuple[str | None, int]]] = field(default_factory=lambda: defaultdict(list))


def people_of(feed: Feed, forgotten: Collection[str], vendor: str | None) -> dict[str, Person]:
    """Everybody that a version or an event names, by id; `vendor` is the gateway's."""
    events = _events(feed.events)
    versions: dict[str, list[Profile]] = defaultdict(list)
    for version in _PROFILES.read(page_bytes(feed.profiles, "c")).items:
        versions[version.id].append(version)
    for some in versions.values():
        some.sort(key=lambda version: (version.updated_at, version.canonical))
    people: dict[str, Person] = defaultdict(Person)
    for name, some in versions.items():
        _describe(people[name], some, erased=name in forgotten or any(version.deleted for version in some))
    numbers = {name: _newest_number(some) for name, some in versions.items()}
    marks = _Marks(numbers)
    for (name, activity), told in _by_recipient(events).items():
        _tell(people[name], activity, told, vendor, marks)
    for event in events:
        if event.kind not in RECEIPT_KINDS and event.kind != "clicked":
            people[event.profile_id].others[event.kind].append((event.activity_id, event.at))
    for name, person in people.items():
        refuses = bool(versions[name]) and not versions[name][-1].sms_consent
        person.opted_out = refuses or _has_left(person)
        person.suppressed = marks.suppress(numbers.get(name))
    return dict(people)


class _Marks:
    """Strikes and refusals of numbers: a strike is one an activity, a refusal any receipt that says so."""

    def __init__(self, numbers: dict[str, str | None]) -> None:
        self._numbers = numbers
        self._struck: dict[str, set[str]] = defaultdict(set)
        self._refused: set[str] = set()

    def strike(self, receipt: Event) -> None:
        number = self._went_to(receipt)
        if number is not None:
            self._struck[number].add(receipt.activity_id or "")

    def refuse(self, receipt: Event) -> None:
        number = self._went_to(receipt)
        if number is not None:
            self._refused.add(number)

    def suppress(self, number: str | None) -> bool:
        return number is not None and is_suppressed(len(self._struck[number]), int(number in self._refused))

    def _went_to(self, receipt: Event) -> str | None:
        return receipt.msisdn or self._numbers.get(receipt.profile_id)


def _events(items: list[Item]) -> list[Event]:
    """What the door lets in, each id once: the first is kept."""
    first: dict[str, Event] = {}
    for event in _EVENTS.read(page_bytes(items, "c")).items:
        first.setdefault(event.id, event)
    return list(first.values())


def _describe(person: Person, versions: list[Profile], *, erased: bool) -> None:
    newest = versions[-1]
    person.has_record, person.erased = True, erased
    if erased:
        return
    named = {"name": newest.name, "email": newest.email, "msisdn": newest.msisdn}
    person.fields = {name: value for name, value in named.items() if value is not None}
    person.attributes, person.tags = newest.attributes, newest.tags


def _newest_number(versions: list[Profile]) -> str | None:
    """An erased person's too: it is kept as a token, for strikes and suppression."""
    return next((version.msisdn for version in reversed(versions) if version.msisdn is not None), None)


def _by_recipient(events: Iterable[Event]) -> dict[tuple[str, str], list[Event]]:
    found: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.activity_id is not None:
            found[event.profile_id, event.activity_id].append(event)
    return found


def _tell(person: Person, activity: str, told: list[Event], vendor: str | None, marks: _Marks) -> None:
    """What one activity's events make of the person."""
    facts = [_fact(event, place, vendor) for place, event in enumerate(told)]
    result = fold(facts)
    for event, fact in zip(told, facts, strict=True):
        if fact.outcome is Outcome.OPTOUT:
            marks.refuse(event)
        if event.kind == "clicked":
            machine = is_machine(agent_class(event.user_agent), event.at, result.delivered_at)
            person.clicks.append(Click(activity, event.link_id or "", event.at, machine))
    if result.outcome is not None:
        person.recipients[activity] = result
    if result.outcome is Outcome.HARD and result.deciding is not None:
        marks.strike(told[result.deciding.key])


def _fact(event: Event, place: int, vendor: str | None) -> EventFact:
    """As the fold takes it; its `key` is the event's place."""
    outcome = None
    if event.kind in RECEIPT_KINDS:
        vendor = vendor if event.vendor is None else event.vendor
        outcome = _TABLE.classify(event.kind, vendor, event.scheme, event.code, event.bounce)
    return EventFact(
        event.id,
        event.kind,
        event.at,
        message_id=event.message_id,
        attempt=event.attempt,
        part=event.part,
        parts=event.parts,
        outcome=outcome,
        vendor=vendor,
        scheme=event.scheme,
        code=event.code,
        key=place,
    )


def _has_left(person: Person) -> bool:
    """The latest of leaving and returning decides; at equal times the person has left (rules.md 4)."""
    left = max((at for _, at in person.others["unsubscribed"]), default=None)
    returned = max((at for _, at in person.others["resubscribed"]), default=None)
    return left is not None and (returned is None or left >= returned)
