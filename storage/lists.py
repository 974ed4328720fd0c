"""The rows of the tabs: the newest 25, or all of them by key ranges (rules.md 7). Values stand in column order."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, null, or_, select

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.columns import SHOWN_ROWS, TAB_COLUMNS, ListRow, Tab, Value
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.outcomes import BUCKETS, Outcome
from storage.read_report import has_attempt, read_links, waiting, with_number
from storage.sends import open_attempts
from storage.tables import ACTIVITY_COUNTS, EVENT, LINK, LINK_CLICK, NUMBER, PROFILE, RECIPIENT, SOURCE

BATCH = 2_000
"""Rows of one key range."""

_OUTCOME = case({int(one): one.word for one in Outcome}, value=RECIPIENT.c.outcome)
_BUCKET = case({int(one): bucket.value for one, bucket in BUCKETS.items()}, value=RECIPIENT.c.outcome)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: of an activity's tab, all or those found, at a time, machines among people or not."""

    activity: int
    tab: Tab
    now: int
    find: str | None = None
    link: int | None = None
    machine_clicks: bool = False


def _event_msisdn() -> ColumnElement[Any]:
    """The number of a profile that never came: its newest event's in this activity."""
    newest = (
        select(EVENT.c.msisdn)
        .where(
            EVENT.c.activity_id == RECIPIENT.c.activity_id,
            EVENT.c.profile_id == RECIPIENT.c.profile_id,
            EVENT.c.msisdn.is_not(None),
        )
        .order_by(EVENT.c.at.desc(), EVENT.c.gateway_id.desc())
        .limit(1)
        .correlate(RECIPIENT)
        .scalar_subquery()
    )
    return case((PROFILE.c.known == 1, PROFILE.c.msisdn), (PROFILE.c.erased == 1, null()), else_=newest)


def _time(scope: Scope) -> ColumnElement[Any]:
    """The time that orders the tab; recipients without one are not in it."""
    any_click = RECIPIENT.c.last_any_at if scope.machine_clicks else RECIPIENT.c.last_click_at
    columns: dict[Tab, ColumnElement[Any]] = {
        Tab.SENT: RECIPIENT.c.sent_at,
        Tab.DELIVERED: RECIPIENT.c.tab_delivered_at,
        Tab.CLICKS: any_click,
        Tab.BOUNCES: RECIPIENT.c.bounced_at,
        Tab.UNSUBSCRIBE: RECIPIENT.c.unsubscribed_at,
    }
    return columns[scope.tab]


def _expressions(scope: Scope, can_send: bool) -> dict[str, ColumnElement[Any]]:
    """What each column of TAB_COLUMNS is made of; `links` is filled in afterwards."""
    machines = scope.machine_clicks
    due = and_(waiting(scope.now), literal(int(can_send)) == 1, ~has_attempt(SendState.HELD))
    return {
        "profile": PROFILE.c.gateway_id,
        "name": PROFILE.c.name,
        "msisdn": _event_msisdn(),
        "email": PROFILE.c.email,
        "sent_at": RECIPIENT.c.sent_at,
        "delivered_at": RECIPIENT.c.tab_delivered_at,
        "outcome": _OUTCOME,
        "attempts": RECIPIENT.c.attempts,
        "credits": RECIPIENT.c.credits,
        "first_click_at": RECIPIENT.c.first_any_at if machines else RECIPIENT.c.first_click_at,
        "last_click_at": RECIPIENT.c.last_any_at if machines else RECIPIENT.c.last_click_at,
        "clicks": RECIPIENT.c.clicks + (RECIPIENT.c.machine_clicks if machines else 0),
        "links": null(),
        "bounce": _BUCKET,
        "vendor": RECIPIENT.c.vendor,
        "scheme": RECIPIENT.c.scheme,
        "code": RECIPIENT.c.code,
        "reason": EVENT.c.reason,
        "bounced_at": RECIPIENT.c.bounced_at,
        "next_retry_at": case((due, RECIPIENT.c.retry_due_at), else_=null()),
        "strikes": func.coalesce(NUMBER.c.strikes, 0),
        "unsubscribed_at": RECIPIENT.c.unsubscribed_at,
    }


def _statement(connection: Connection, scope: Scope) -> Select[Any]:
    """Key, time and mark of erasure first, then the tab's columns; in the order of the list."""
    time = _time(scope)
    made_of = _expressions(scope, _can_send(connection))
    columns = [made_of[column.name].label(f"c_{column.name}") for column in TAB_COLUMNS[scope.tab]]
    source = (
        with_number()
        if scope.tab is Tab.BOUNCES
        else RECIPIENT.join(PROFILE, PROFILE.c.profile_id == RECIPIENT.c.profile_id)
    )
    statement = (
        select(RECIPIENT.c.profile_id, time.label("row_time"), PROFILE.c.erased, *columns)
        .select_from(source)
        .where(RECIPIENT.c.activity_id == scope.activity, time.is_not(None), *_filters(scope))
    )
    return statement.order_by(time.desc(), RECIPIENT.c.profile_key)


def _filters(scope: Scope) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if scope.link is not None:
        clicks = LINK_CLICK.c.clicks + (LINK_CLICK.c.machine_clicks if scope.machine_clicks else 0)
        filters.append(
            select(LINK_CLICK.c.link_id)
            .where(
                LINK_CLICK.c.activity_id == scope.activity,
                LINK_CLICK.c.link_id == scope.link,
                LINK_CLICK.c.profile_id == RECIPIENT.c.profile_id,
                clicks > 0,
            )
            .exists()
        )
    if scope.find:
        parts = [
            PROFILE.c.name_folded.contains(scope.find.casefold(), autoescape=True),
            _event_msisdn().contains(scope.find, autoescape=True),
        ]
        if scope.tab is Tab.BOUNCES:
            parts.append(RECIPIENT.c.code.contains(scope.find, autoescape=True))
        filters.append(or_(*parts))
    return filters


def _can_send(connection: Connection) -> bool:
    """Whether any gateway of this store takes retries; a store that knows none tells nothing against it."""
    known = list(connection.scalars(select(SOURCE.c.capabilities).where(SOURCE.c.capabilities.is_not(None))))
    return not known or any(json.loads(one).get("send") for one in known)


def newest_rows(connection: Connection, scope: Scope) -> tuple[ListRow, ...]:
    """The rows that a tab shows."""
    if scope.tab is Tab.LINKS:
        rows = _link_rows(connection, scope)[:SHOWN_ROWS]
        return tuple(ListRow(None, values) for values in rows)
    found = connection.execute(_statement(connection, scope).limit(SHOWN_ROWS)).all()
    values = _with_links(connection, scope, found)
    attempts = open_attempts(connection, scope.activity, [row[0] for row in found]) if scope.tab is Tab.BOUNCES else {}
    return tuple(
        ListRow(row[1], value, bool(row[2]), attempt=attempts.get(row[0]))
        for row, value in zip(found, values, strict=True)
    )


def all_rows(connection: Connection, scope: Scope) -> Iterator[Sequence[tuple[Value, ...]]]:
    """Every row of a tab in the order of the list, by key ranges; one transaction must span it."""
    if scope.tab is Tab.LINKS:
        yield _link_rows(connection, scope)
        return
    statement = _statement(connection, scope).limit(BATCH)
    time, key = _time(scope), RECIPIENT.c.profile_key
    profile_at = 3  # The first column of every such tab is the profile's id.
    found = connection.execute(statement).all()
    while found:
        yield _with_links(connection, scope, found)
        if len(found) < BATCH:
            return
        at, last = found[-1][1], found[-1][profile_at]
        following = statement.where(time <= at, or_(time < at, key > last))
        found = connection.execute(following).all()


def count_rows(connection: Connection, scope: Scope) -> int:
    """How many rows the tab has: by its counter, or counted where they are found or of one link."""
    if scope.tab is Tab.LINKS:
        return len(_link_rows(connection, scope))
    if scope.find or scope.link is not None:
        statement = _statement(connection, scope).order_by(None).subquery()
        return int(connection.scalar(select(func.count()).select_from(statement)) or 0)
    counts = ACTIVITY_COUNTS.c
    totals = {
        Tab.SENT: counts.sent,
        Tab.DELIVERED: counts.delivered,
        Tab.CLICKS: counts.unique_any if scope.machine_clicks else counts.unique_clicks,
        Tab.BOUNCES: counts.soft + counts.hard + counts.rejected,
        Tab.UNSUBSCRIBE: counts.unsubscribed,
    }
    return int(connection.scalar(select(totals[scope.tab]).where(counts.activity_id == scope.activity)) or 0)


def link_key(connection: Connection, activity: int, gateway_id: str) -> int:
    """The store's key of a link. Raises NotFoundError."""
    chosen = select(LINK.c.link_id).where(LINK.c.activity_id == activity, LINK.c.gateway_id == gateway_id)
    key = connection.scalar(chosen)
    if key is None:
        raise NotFoundError(f"The activity has no link {gateway_id[:128]!r}: its Links tab lists them.")
    return int(key)


def _link_rows(connection: Connection, scope: Scope) -> list[tuple[Value, ...]]:
    counts = ACTIVITY_COUNTS.c
    unique = counts.unique_any if scope.machine_clicks else counts.unique_clicks
    clickers = int(connection.scalar(select(unique).where(counts.activity_id == scope.activity)) or 0)
    links = read_links(connection, scope.activity, clickers, machine_clicks=scope.machine_clicks)
    rows = [(one.id, one.url, one.title, one.clicks, one.unique_clicks, one.share) for one in links]
    if scope.find is None:
        return list(rows)
    wanted = scope.find.casefold()
    return [row for row in rows if any(wanted in (text or "").casefold() for text in row[:3])]


def _with_links(connection: Connection, scope: Scope, found: Sequence[Any]) -> list[tuple[Value, ...]]:
    """The rows' values; on the Clicks tab with the ids of the links that each person clicked."""
    if scope.tab is not Tab.CLICKS:
        return [tuple(row[3:]) for row in found]
    clicks = LINK_CLICK.c.clicks + (LINK_CLICK.c.machine_clicks if scope.machine_clicks else 0)
    by_profile: dict[int, list[str]] = {}
    rows = connection.execute(
        select(LINK_CLICK.c.profile_id, LINK.c.gateway_id)
        .join(LINK, LINK.c.link_id == LINK_CLICK.c.link_id)
        .where(
            LINK_CLICK.c.activity_id == scope.activity,
            LINK_CLICK.c.profile_id.in_([row[0] for row in found]),
            clicks > 0,
        )
    )
    for profile, link in rows:
        by_profile.setdefault(profile, []).append(link)
    return [(*row[3:-1], " ".join(sorted(by_profile.get(row[0], ())))) for row in found]
