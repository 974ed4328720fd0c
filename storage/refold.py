"""Folds recipients anew from all their events and moves rows and counters by what changed (rules.md 3 and 4)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, delete, select

from smsreport_tui.rules.attempts import SendFact
from smsreport_tui.rules.fold import EventFact, RecipientFold, fold
from smsreport_tui.rules.machines import AgentClass
from smsreport_tui.rules.outcomes import Outcome
from storage.by_keys import ByKeys
from storage.counters import Deltas
from storage.numbers import recount_numbers
from storage.recipient_rows import RecipientRow, recipient_row
from storage.sends import has_sends, read_sends, settle_sends
from storage.tables import (
    CLICKS_OF_RECIPIENT,
    EVENT,
    LINK_CLICK,
    PROFILE,
    RECIPIENT,
    STRIKE,
    Row,
    bulk,
    chunks,
    insert_row,
    update_row,
)

_COLUMNS = RecipientRow._fields
_FACTS = (
    EVENT.c.profile_id,
    EVENT.c.gateway_id,
    EVENT.c.kind,
    EVENT.c.at,
    EVENT.c.message_id,
    EVENT.c.attempt,
    EVENT.c.part,
    EVENT.c.parts,
    EVENT.c.credits,
    EVENT.c.outcome,
    EVENT.c.vendor,
    EVENT.c.scheme,
    EVENT.c.code,
    EVENT.c.event_key,
    EVENT.c.number_id,
    EVENT.c.link_id,
    EVENT.c.agent_class,
)
_LINK_FIGURES = ("clicks", "machine_clicks", "last_at", "last_any_at")
_LINK_NAMES = ("activity_id", "link_id", "profile_id", "profile_key", *_LINK_FIGURES)
_STRIKE_NAMES = ("activity_id", "profile_id", "number_id", "at", "event_key")
_PEOPLE = ByKeys(
    select(PROFILE.c.profile_id, PROFILE.c.gateway_id, PROFILE.c.erased, PROFILE.c.number_id), PROFILE.c.profile_id
)
_EVENTS = ByKeys(select(*_FACTS).where(EVENT.c.activity_id == bindparam("activity")), EVENT.c.profile_id, ("activity",))
_RECIPIENTS = ByKeys(
    select(*(RECIPIENT.c[name] for name in _COLUMNS)).where(RECIPIENT.c.activity_id == bindparam("activity")),
    RECIPIENT.c.profile_id,
    ("activity",),
)
_LINK_CLICKS = ByKeys(
    select(*(LINK_CLICK.c[name] for name in _LINK_NAMES))
    .with_hint(*CLICKS_OF_RECIPIENT)
    .where(LINK_CLICK.c.activity_id == bindparam("activity")),
    LINK_CLICK.c.profile_id,
    ("activity",),
)
_INSERT = insert_row(RECIPIENT, *_COLUMNS)
_CHANGED = _COLUMNS[3:]
_UPDATE = update_row(RECIPIENT, *_CHANGED)
_INSERT_LINK = insert_row(LINK_CLICK, *_LINK_NAMES)
_UPDATE_LINK = update_row(LINK_CLICK, *_LINK_FIGURES)
_INSERT_STRIKE = insert_row(STRIKE, *_STRIKE_NAMES)

LinkRow = tuple[int, int, int, str, int, int, int | None, int | None]


class _Person:
    __slots__ = ("erased", "key", "number")

    def __init__(self, key: str, erased: int, number: int | None) -> None:
        self.key = key
        self.erased = bool(erased)
        self.number = number


def refold(connection: Connection, recipients: Iterable[tuple[int, int]]) -> None:
    """Bring these (activity, profile) pairs, their counters and their numbers' strikes in step with their events."""
    by_activity: dict[int, set[int]] = {}
    for activity, profile in recipients:
        by_activity.setdefault(activity, set()).add(profile)
    deltas = Deltas()
    numbers: set[int | None] = set()
    for activity, profiles in sorted(by_activity.items()):
        for some in chunks(sorted(profiles)):
            _refold_some(connection, activity, some, deltas, numbers)
    deltas.write(connection)
    recount_numbers(connection, numbers)


def _refold_some(
    connection: Connection, activity: int, profiles: list[int], deltas: Deltas, numbers: set[int | None]
) -> None:
    people = _people(connection, profiles)
    sends = read_sends(connection, activity, profiles) if has_sends(connection, activity) else {}
    folds = fold_recipients(connection, activity, profiles, {key: [one.fact for one in sends[key]] for key in sends})
    old_rows = _old_rows(connection, activity, profiles)
    inserts: list[Row] = []
    updates: list[Row] = []
    unstruck: list[int] = []
    for profile, result in folds.items():
        person = people[profile]
        new = recipient_row(activity, profile, person.key, result)
        old = old_rows.get(profile)
        if old != new:
            if old is None:
                inserts.append(new)
            else:
                deltas.recipient(old, -1, erased=person.erased)
                updates.append((*new[3:], activity, profile))
            deltas.recipient(new, 1, erased=person.erased)
        if old is not None and old.outcome == Outcome.HARD:
            unstruck.append(profile)
    bulk(connection, _INSERT, _COLUMNS, inserts)
    bulk(connection, _UPDATE, (*_CHANGED, "key_activity_id", "key_profile_id"), updates)
    _write_links(connection, activity, people, folds, deltas)
    settle_sends(connection, activity, folds, sends)
    numbers |= _take_strikes(connection, activity, people, unstruck)
    numbers |= _give_strikes(connection, activity, people, folds)


def _people(connection: Connection, profiles: list[int]) -> dict[int, _Person]:
    rows = _PEOPLE.rows(connection, profiles)
    return {int(profile): _Person(key, erased, number) for profile, key, erased, number in rows}


def fold_recipients(
    connection: Connection, activity: int, profiles: list[int], sends: Mapping[int, list[SendFact]]
) -> dict[int, RecipientFold]:
    """Recipients of an activity by profile, made anew from all their events and our attempts."""
    rows = _EVENTS.rows(connection, profiles, activity)
    facts: dict[int, list[EventFact]] = {}
    for row in rows:
        outcome = None if row[9] is None else Outcome(row[9])
        agent = None if row[16] is None else AgentClass(row[16])
        said, code = row[1:9], row[10:16]
        fact = EventFact(*said, outcome, *code, agent)  # type: ignore[call-arg]
        facts.setdefault(row[0], []).append(fact)
    return {profile: fold(events, sends.get(profile, ())) for profile, events in facts.items()}


def _old_rows(connection: Connection, activity: int, profiles: list[int]) -> dict[int, RecipientRow]:
    rows = _RECIPIENTS.rows(connection, profiles, activity)
    return {row[1]: RecipientRow(*row) for row in rows}


def _write_links(
    connection: Connection,
    activity: int,
    people: dict[int, _Person],
    folds: dict[int, RecipientFold],
    deltas: Deltas,
) -> None:
    clickers = [profile for profile, result in folds.items() if result.links]
    if not clickers:
        return
    known = {(row[1], row[2]): row for row in _old_links(connection, activity, clickers)}
    inserts: list[Row] = []
    updates: list[Row] = []
    for profile in clickers:
        for link, clicks in folds[profile].links.items():
            row = (clicks.clicks, clicks.machine_clicks, clicks.last_at, clicks.last_any_at)
            old = known.get((link, profile))
            if old is None:
                inserts.append((activity, link, profile, people[profile].key, *row))
            elif old[4:] == row:
                continue
            else:
                updates.append((*row, activity, link, profile))
                deltas.link(activity, link, old[4], old[5], -1)
            deltas.link(activity, link, clicks.clicks, clicks.machine_clicks, 1)
    bulk(connection, _INSERT_LINK, _LINK_NAMES, inserts)
    names = (*_LINK_FIGURES, "key_activity_id", "key_link_id", "key_profile_id")
    bulk(connection, _UPDATE_LINK, names, updates)


def _old_links(connection: Connection, activity: int, profiles: list[int]) -> list[LinkRow]:
    return [tuple(row) for row in _LINK_CLICKS.rows(connection, profiles, activity)]


def _take_strikes(
    connection: Connection, activity: int, people: dict[int, _Person], profiles: list[int]
) -> set[int | None]:
    """An outcome that is hard no longer gives its strike back; the numbers that it counted for."""
    if not profiles:
        return set()
    chosen = (STRIKE.c.activity_id == activity, STRIKE.c.profile_id.in_(profiles))
    rows = connection.execute(select(STRIKE.c.profile_id, STRIKE.c.number_id).where(*chosen)).all()
    connection.execute(delete(STRIKE).where(*chosen))
    return {number if number is not None else people[profile].number for profile, number in rows}


def _give_strikes(
    connection: Connection, activity: int, people: dict[int, _Person], folds: dict[int, RecipientFold]
) -> set[int | None]:
    """A hard recipient is one strike for the number that its deciding receipt names, or for its person's."""
    rows: list[Row] = []
    numbers: set[int | None] = set()
    for profile, result in folds.items():
        receipt = result.deciding
        if result.outcome is Outcome.HARD and receipt is not None:
            rows.append((activity, profile, receipt.number, receipt.at, receipt.key))
            numbers.add(receipt.number if receipt.number is not None else people[profile].number)
    bulk(connection, _INSERT_STRIKE, _STRIKE_NAMES, rows)
    return numbers
