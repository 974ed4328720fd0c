"""A page of events becomes rows, recipients, counters and strikes, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection, bindparam, insert, literal_column, or_, select, update

from smsreport_tui.rules.feed import Event
from smsreport_tui.rules.outcomes import BOUNCED, Outcome, OutcomeTable
from smsreport_tui.rules.pauses import ACCOUNT_FAILED
from storage.by_keys import ByKeys
from storage.consent import note_consent
from storage.event_rows import (
    EVENT_COLUMNS,
    Content,
    Keys,
    content,
    content_hash,
    event_row,
    has_number,
    stored_contents,
    with_vendor,
)
from storage.identities import activity_keys, link_keys, profile_keys
from storage.models import NO_ACTIVITY
from storage.near_misses import note_near_misses
from storage.numbers import number_ids, number_token, recount_numbers
from storage.pauses import begin_stop
from storage.profile_numbers import keep_numbers
from storage.refold import refold
from storage.sends import is_retry
from storage.tables import EVENT, LINK, PROFILE, REFUSAL, Row, bulk, chunks, insert_row

_INSERT = insert_row(EVENT, *EVENT_COLUMNS)
_ERASED = ByKeys(select(PROFILE.c.profile_id).where(PROFILE.c.erased == literal_column("1")), PROFILE.c.profile_id)
_PLACE = {name: place for place, name in enumerate(EVENT_COLUMNS)}


@dataclass(slots=True)
class NewEvents:
    """What became of a page of events: new ones, ids known before, and ids known with other content."""

    new: int = 0
    duplicates: int = 0
    conflicts: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EventRules:
    """How the events of one source are read: its vendor, the table of codes, the key of tokens, the time."""

    source_id: int
    vendor: str | None
    outcomes: OutcomeTable
    number_key: bytes
    now: int


def store_events(connection: Connection, events: Iterable[Event], rules: EventRules) -> NewEvents:
    """Store what is new of these events and everything that follows from it."""
    result = NewEvents()
    fresh = _sort_out(connection, [with_vendor(event, rules.vendor) for event in events], rules, result)
    if not fresh:
        return result
    keys = _keys(connection, fresh, rules)
    rows = [event_row(event, keys, rules.outcomes, rules.number_key, rules.now) for event in fresh]
    bulk(connection, _INSERT, EVENT_COLUMNS, rows)
    result.new = len(rows)
    _note_link_addresses(connection, fresh, keys)
    note_consent(connection, _latest(rows, "unsubscribed"), _latest(rows, "resubscribed"))
    note_near_misses(connection, _replies(rows))
    bounced = {row[_PLACE["profile_id"]] for row in rows if row[_PLACE["outcome"]] in BOUNCED}
    keep_numbers(connection, bounced, rules.number_key)  # type: ignore[arg-type]
    numbers = _note_refusals(connection, rows)
    refold(connection, {(row[1], row[2]) for row in rows if row[1] != NO_ACTIVITY})  # type: ignore[misc]
    recount_numbers(connection, numbers)
    _note_account(connection, rows, rules)
    return result


def _sort_out(connection: Connection, events: list[Event], rules: EventRules, result: NewEvents) -> list[Event]:
    """The events whose id is new; the others are repetitions, or contradict what is stored."""
    known = stored_contents(connection, {event.id for event in events})
    fresh: dict[str, Event] = {}
    for event in events:
        first = fresh.get(event.id)
        if first is None and event.id not in known:
            fresh[event.id] = event
        elif _same(event, first, known.get(event.id), rules.number_key):
            result.duplicates += 1
        else:
            result.duplicates += 1
            result.conflicts.append(event)
    return list(fresh.values())


def _same(event: Event, first: Event | None, known: tuple[bytes | None, Content] | None, number_key: bytes) -> bool:
    said = content(event)
    if first is not None:
        return said == content(first)
    if known is None:
        return False
    digest, stored = known
    return said == stored if digest is None else content_hash(number_key, said) == digest


def _keys(connection: Connection, events: list[Event], rules: EventRules) -> Keys:
    activities = activity_keys(connection, (event.activity_id for event in events))
    profiles = profile_keys(connection, {event.profile_id for event in events})
    links = {
        (activities[event.activity_id], event.link_id)
        for event in events
        if event.link_id is not None and event.activity_id is not None
    }
    erased = {row[0] for row in _ERASED.rows(connection, sorted(profiles.values()))}
    numbers = {event.msisdn for event in events if has_number(event, erased=profiles[event.profile_id] in erased)}
    tokens = {msisdn: number_token(rules.number_key, msisdn) for msisdn in numbers if msisdn is not None}
    ids = number_ids(connection, tokens.values())
    return Keys(
        activities,
        profiles,
        link_keys(connection, links),
        {msisdn: ids[token] for msisdn, token in tokens.items()},
        frozenset(erased),
    )


def _note_link_addresses(connection: Connection, events: list[Event], keys: Keys) -> None:
    """A link that its activity does not list takes its address from its earliest click."""
    earliest: dict[int, Event] = {}
    for event in events:
        if event.kind != "clicked" or event.url is None:
            continue
        link = keys.links[keys.activities[event.activity_id], event.link_id or ""]
        known = earliest.get(link)
        if known is None or (event.at, event.id) < (known.at, known.id):
            earliest[link] = event
    statement = (
        update(LINK)
        .where(
            LINK.c.link_id == bindparam("key"),
            or_(
                LINK.c.click_at.is_(None),
                LINK.c.click_at > bindparam("at"),
                (LINK.c.click_at == bindparam("at")) & (LINK.c.click_event > bindparam("event")),
            ),
        )
        .values(
            click_url=bindparam("address"),
            click_title=bindparam("heading"),
            click_at=bindparam("at"),
            click_event=bindparam("event"),
        )
    )
    for link, event in earliest.items():
        values = {"key": link, "at": event.at, "event": event.id, "address": event.url, "heading": event.title}
        connection.execute(statement, values)


def _latest(rows: list[Row], kind: str) -> dict[int, int]:
    """By profile, the latest time of an event of that kind."""
    latest: dict[int, int] = {}
    for row in rows:
        if row[_PLACE["kind"]] == kind:
            profile, at = cast("int", row[_PLACE["profile_id"]]), cast("int", row[_PLACE["at"]])
            latest[profile] = max(at, latest.get(profile, at))
    return latest


def _replies(rows: list[Row]) -> list[tuple[str, str]]:
    """Id and text of what people answer; an erased person's row has no text."""
    kind, text = _PLACE["kind"], _PLACE["text"]
    return [(str(row[0]), str(row[text])) for row in rows if row[kind] == "replied" and row[text] is not None]


def _note_refusals(connection: Connection, rows: list[Row]) -> set[int | None]:
    """Receipts that say the person refused; the numbers that they name."""
    refused = {str(row[0]): row for row in rows if row[_PLACE["outcome"]] == Outcome.OPTOUT}
    numbers: set[int | None] = set()
    for some in chunks(sorted(refused)):
        keys = connection.execute(select(EVENT.c.gateway_id, EVENT.c.event_key).where(EVENT.c.gateway_id.in_(some)))
        for gateway_id, key in keys:
            row = refused[gateway_id]
            profile, number, at = row[_PLACE["profile_id"]], row[_PLACE["number_id"]], row[_PLACE["at"]]
            connection.execute(insert(REFUSAL).values(event_key=key, profile_id=profile, number_id=number, at=at))
            if number is None:
                number = connection.scalar(select(PROFILE.c.number_id).where(PROFILE.c.profile_id == profile))
            numbers.add(None if number is None else int(str(number)))
    return numbers


def _note_account(connection: Connection, rows: list[Row], rules: EventRules) -> None:
    """A retry that failed by our own fault stops the gateway's retries from now on (rules.md 5)."""
    for row in rows:
        if row[_PLACE["outcome"]] != Outcome.ACCOUNT:
            continue
        activity, profile, message = (row[_PLACE[name]] for name in ("activity_id", "profile_id", "message_id"))
        if (row[_PLACE["attempt"]] or 1) != 1 or is_retry(connection, activity, profile, message):  # type: ignore[arg-type]
            begin_stop(connection, rules.source_id, _account_reason(row), rules.now)
            return


def _account_reason(row: Row) -> str:
    code = " ".join(str(row[_PLACE[name]]) for name in ("scheme", "code") if row[_PLACE[name]])
    reason = row[_PLACE["reason"]]
    said = ": ".join(str(part) for part in (code, reason) if part)
    return f"{ACCOUNT_FAILED} ({said})." if said else f"{ACCOUNT_FAILED}."
