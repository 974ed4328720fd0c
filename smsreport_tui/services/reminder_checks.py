"""What is looked at before a reminder is sent: whom it reaches, what it costs, and what stands against it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.parts import count_parts
from smsreport_tui.rules.reminder_words import (
    IS_REPEATED,
    NO_CREDITS,
    NOBODY,
    NOT_CONFIRMED,
    ONE_CHANCE,
    PAST,
    RETRIES_WAIT,
    credits_left,
    is_repetition,
    lost_for_good,
    outside_hours,
    unanswered,
    why_not_again,
)
from smsreport_tui.rules.reminders import KEY_LIFE, Asked, Checklist, Draft
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.zones import known_zone
from smsreport_tui.services.known_gateway import KnownGateway
from storage.prices import read_prices
from storage.reminder_people import audience_places, audience_prefixes, count_audience
from storage.reminders import open_reminders, reminders_alike
from storage.segment_pushes import in_force
from storage.sending_consent import confirmed_at

Ids = tuple[tuple[str, ...], tuple[str, ...]]
"""The gateway's of included and of excluded segments."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What sending is bound to: hours, which an operator may overrule, and an operator's word for this store."""

    hours: AllowedHours
    any_hour: bool
    asks_first: bool


def examined(connection: Connection, draft: Draft, known: KnownGateway, allowance: Allowance, now: int) -> Checklist:
    """All that the store tells; the gateway's balance is not among it. Raises SegmentError."""
    audience = count_audience(connection, draft.include, draft.exclude, now)
    parts, prices = count_parts(draft.body), read_prices(connection)
    prefixes = audience_prefixes(connection, draft.include, draft.exclude, now) if prices else {}
    checklist = Checklist(
        draft,
        audience,
        len(parts.parts),
        len(draft.body),
        parts.encoding,
        prices.cost(prefixes, len(parts.parts)) if prices else None,
        None,
        _outside(connection, draft, allowance.hours, now),
        any_hour=allowance.any_hour,
    )
    confirmed = confirmed_at(connection, known.source_id) is not None
    earlier = earlier_request(connection, draft, known, now)
    against = stands_against(earlier, ids_in_force(connection, draft, known), known, now) if earlier else None
    forbids = [
        against,
        NOBODY if not audience.people else None,
        PAST if draft.send_at is not None and draft.send_at < now else None,
        NOT_CONFIRMED if allowance.asks_first and not confirmed else None,
    ]
    warns = [
        IS_REPEATED if earlier and not against else None,
        RETRIES_WAIT if not confirmed else None,
        ONE_CHANCE if not known.capabilities.deduplicates else None,
        *(
            unanswered(one)
            for one in open_reminders(connection, known.source_id)
            if not one.draft.says_the_same(draft) and abs(now - one.asked_at) <= KEY_LIFE
        ),
    ]
    (warns if allowance.any_hour else forbids).append(outside_hours(checklist))
    return replace(
        checklist, forbids=tuple(dict.fromkeys(filter(None, forbids))), warns=tuple(dict.fromkeys(filter(None, warns)))
    )


def with_balance(checklist: Checklist, balance: int | None, problem: str | None) -> Checklist:
    """The check list with what the gateway says of its credits, or why it says nothing."""
    told = replace(checklist, balance=balance)
    forbids = [NO_CREDITS] if balance is not None and balance <= 0 else []
    warns = [problem, None if forbids else credits_left(told)]
    return replace(told, forbids=(*told.forbids, *forbids), warns=(*told.warns, *filter(None, warns)))


def earlier_request(connection: Connection, draft: Draft, known: KnownGateway, now: int) -> Asked | None:
    """The same reminder asked for before, if that has to do with asking for it now."""
    alike = reminders_alike(connection, known.source_id, draft)
    return next((one for one in alike if is_repetition(one, now)), None)


def stands_against(earlier: Asked, ids: Ids | None, known: KnownGateway, now: int) -> str | None:
    """Why the same reminder is not asked for again; `ids` are those of its segments by now."""
    against = why_not_again(earlier, now)
    if against is None:
        asked = set(earlier.include_ids), set(earlier.exclude_ids)
        others = ids is not None and (set(ids[0]), set(ids[1])) != asked
        if others or not known.capabilities.deduplicates:
            against = lost_for_good(earlier)
    return against


def segments_of(draft: Draft) -> Iterator[tuple[str, Purpose]]:
    """The segments that the gateway must have in force, and what for."""
    for name in draft.include:
        yield name, Purpose.INCLUDE
    for name in draft.exclude:
        yield name, Purpose.EXCLUDE


def ids_in_force(connection: Connection, draft: Draft, known: KnownGateway) -> Ids | None:
    """The gateway's ids of the included and excluded segments; None while one is not in force."""
    ids: dict[Purpose, list[str]] = {purpose: [] for purpose in Purpose}
    for name, purpose in segments_of(draft):
        found = in_force(connection, name, known.source_id, purpose)
        if found is None:
            return None
        ids[purpose].append(found[0])
    return tuple(ids[Purpose.INCLUDE]), tuple(ids[Purpose.EXCLUDE])


def _outside(connection: Connection, draft: Draft, hours: AllowedHours, now: int) -> int | None:
    """People for whom the moment of sending is no allowed hour; None where there are no such hours."""
    if hours.is_off:
        return None
    at = now if draft.send_at is None else draft.send_at
    by_zone: dict[str | None, bool] = {}
    outside = 0
    for some in audience_places(connection, draft.include, draft.exclude, now):
        for zone, msisdn in some:
            # Where the zone decides alone, nobody's number needs to be looked up.
            decides = not hours.by_country and bool(zone) and known_zone(zone or "") is not None
            open_now = by_zone.get(zone) if decides else None
            if open_now is None:
                open_now = hours.opens_at(at, at, timezone=zone, msisdn=msisdn or "") is not None
                if decides:
                    by_zone[zone] = open_now
            outside += not open_now
    return outside
