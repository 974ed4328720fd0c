"""The figures of one activity: a few rows of counters, whatever its size (rules.md 4)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    not_,
    or_,
    select,
)

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.figures import Activity, CodeFigure, Counts, LinkFigure, SendingTo
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.summary import ActivitySummary
from storage.columns import BIG
from storage.glance import SUMMARIES
from storage.numbers import SUPPRESSED
from storage.prepared import Prepared
from storage.quarantine import count_bad
from storage.tables import (
    ACTIVITY,
    ACTIVITY_COUNTS,
    ATTEMPT,
    CODE_COUNT,
    EVENT,
    LINK,
    LINK_COUNT,
    NUMBER,
    PENDING_MINUTE,
    PROFILE,
    RECIPIENT,
)

OPEN_PENDING = 72 * HOUR
"""A recipient pending for less time than this is open (rules.md 4)."""


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """What the store knows of one activity."""

    activity: Activity
    counts: Counts
    open: int
    quarantined: int
    total_credits: int
    retry_credits: int
    links: tuple[LinkFigure, ...]
    codes: tuple[CodeFigure, ...]


def read_summaries(connection: Connection) -> list[ActivitySummary]:
    """Every activity, newest first; those without a time last."""
    return [ActivitySummary(*row) for row in connection.exec_driver_sql(SUMMARIES)]


def activity_key(connection: Connection, gateway_id: str) -> int:
    """The store's key of an activity. Raises NotFoundError."""
    key = _KEY.scalar(connection, gateway_id=gateway_id)
    if key is None:
        raise NotFoundError(
            f"The store has no activity {gateway_id[:128]!r}: `smsreport activities` lists them, "
            "`smsreport sync` fetches new ones."
        )
    return int(key)


def activity_of(parameter: str) -> ColumnElement[int]:
    """The store's key of the activity whose gateway's id the parameter holds; NULL where there is none."""
    named = ACTIVITY.c.gateway_id == bindparam(parameter, type_=Text)
    return select(ACTIVITY.c.activity_id).where(named).scalar_subquery()


def activity_names(connection: Connection) -> dict[str, str]:
    """Names by the gateway's id, of those that have one."""
    named = select(ACTIVITY.c.gateway_id, ACTIVITY.c.name).where(ACTIVITY.c.name.is_not(None))
    return {str(gateway_id): str(name) for gateway_id, name in connection.execute(named)}


def read_figures(connection: Connection, gateway_id: str, now: int, *, machine_clicks: bool) -> ReportFigures:
    """The figures by the clock `now`; machines count as people when asked for. Raises NotFoundError."""
    key = activity_key(connection, gateway_id)
    row, stored = _ACTIVITY.record(connection, key=key), _COUNTS.record(connection, key=key)
    unique = stored["unique_any"] if machine_clicks else stored["unique_clicks"]
    counts = Counts(
        sent=stored["sent"],
        delivered=stored["delivered"],
        soft=stored["soft"],
        hard=stored["hard"],
        rejected=stored["rejected"],
        pending=stored["pending"],
        clicks=stored["clicks"] + (stored["machine_clicks"] if machine_clicks else 0),
        unique_clicks=unique,
        machine_clicks=stored["machine_clicks"],
        unsubscribed=stored["unsubscribed"],
        erased=stored["erased"],
    )
    return ReportFigures(
        activity=_activity(row),
        counts=counts,
        open=_open(connection, key, now),
        quarantined=count_bad(connection, gateway_id),
        total_credits=stored["credits"] if stored["credit_recipients"] else row["total_credits"] or 0,
        retry_credits=stored["retry_credits"],
        links=read_links(connection, gateway_id, machine_clicks=machine_clicks),
        codes=_codes(connection, key),
    )


def _activity(row: dict[str, Any]) -> Activity:
    settings: list[list[str]] = json.loads(row["sending_to"] or "[]")
    return Activity(
        id=row["gateway_id"],
        name=row["name"],
        sender=row["sender"],
        body=row["body"],
        sent_at=row["sent_at"],
        status=row["status"],
        timezone=row["timezone"],
        sending_to=tuple(SendingTo(*setting) for setting in settings),
        recipients=row["recipients"],
        excluded=row["excluded"],
        total_credits=row["total_credits"],
    )


def _open(connection: Connection, key: int, now: int) -> int:
    return _young_pending(connection, key, now) + _waiting(connection, key, now) + _under_way(connection, key)


def _young_pending(connection: Connection, key: int, now: int) -> int:
    """Pending for less than 72 hours: whole minutes by their counters, the one that ends now by its recipients."""
    oldest = now - OPEN_PENDING
    edge = oldest // MINUTE
    part = _PENDING_PART.scalar(connection, key=key, oldest=oldest, following=(edge + 1) * MINUTE)
    return int(_PENDING_WHOLE.scalar(connection, key=key, edge=edge)) + int(part)


def sendable() -> ColumnElement[bool]:
    """Who may be sent to: known, not erased, not opted out, the number not suppressed (rules.md 5)."""
    fine = or_(NUMBER.c.number_id.is_(None), not_(SUPPRESSED))
    return and_(PROFILE.c.known == 1, PROFILE.c.erased == 0, PROFILE.c.opted_out == 0, fine)


def waiting(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whose next retry waits: within their 48 hours, and who may be sent to."""
    return and_(RECIPIENT.c.retry_until >= now, sendable())


def has_attempt(state: SendState) -> ColumnElement[bool]:
    """Recipients with an attempt of ours in that state."""
    return (
        select(ATTEMPT.c.attempt)
        .where(
            ATTEMPT.c.activity_id == RECIPIENT.c.activity_id,
            ATTEMPT.c.profile_id == RECIPIENT.c.profile_id,
            ATTEMPT.c.state == int(state),
        )
        .exists()
    )


def with_number(recipients: FromClause = RECIPIENT) -> FromClause:
    """Recipients joined with their profile, deciding receipt, and the number that the message went to."""
    return (
        recipients.join(PROFILE, PROFILE.c.profile_id == RECIPIENT.c.profile_id)
        .outerjoin(EVENT, EVENT.c.event_key == RECIPIENT.c.deciding_event)
        .outerjoin(NUMBER, NUMBER.c.number_id == func.coalesce(EVENT.c.number_id, PROFILE.c.number_id))
    )


def _waiting(connection: Connection, key: int, now: int) -> int:
    return int(_WAITING.scalar(connection, key=key, now=now))


def _under_way(connection: Connection, key: int) -> int:
    return int(_UNDER_WAY.scalar(connection, key=key))


def read_links(connection: Connection, activity: str, *, machine_clicks: bool) -> tuple[LinkFigure, ...]:
    """Links by unique clicks, then clicks, then id; none of an activity that is not there."""
    return tuple(map(_FIGURE, link_rows(machine_clicks=machine_clicks).rows(connection, activity=activity)))


def link_rows(*, machine_clicks: bool) -> Prepared:
    """The statement for them: the fields of LinkFigure in their order, of the `activity` by the gateway's id."""
    return _LINKS_OF_ANY if machine_clicks else _LINKS


_FIGURE: Callable[[tuple[Any, ...]], LinkFigure] = partial(tuple.__new__, LinkFigure)
"""The statement has the figure's fields in their order; a call of the class for each takes three times as long."""


def _links(*, machine_clicks: bool) -> Select[Any]:
    clicks = LINK_COUNT.c.clicks + (LINK_COUNT.c.machine_clicks if machine_clicks else 0)
    people = LINK_COUNT.c.unique_any if machine_clicks else LINK_COUNT.c.unique_clicks
    url = func.coalesce(LINK.c.url, LINK.c.click_url)
    title = func.coalesce(LINK.c.title, LINK.c.click_title)
    clickers = ACTIVITY_COUNTS.c.unique_any if machine_clicks else ACTIVITY_COUNTS.c.unique_clicks
    everybody = select(clickers).where(ACTIVITY_COUNTS.c.activity_id == LINK.c.activity_id).scalar_subquery()
    # `rules.summary.rate` in SQL: a double of a double, as Python divides.
    share = cast(people, Double) / cast(func.nullif(everybody, 0), Double)
    return (
        select(LINK.c.gateway_id, url, title, clicks.label("clicks"), people.label("people"), share.label("share"))
        .join(LINK_COUNT, (LINK_COUNT.c.activity_id == LINK.c.activity_id) & (LINK_COUNT.c.link_id == LINK.c.link_id))
        .where(LINK.c.activity_id == activity_of("activity"), or_(LINK.c.listed == 1, LINK_COUNT.c.unique_any > 0))
        .order_by(people.desc(), clicks.desc(), LINK.c.gateway_id)
    )


def _codes(connection: Connection, key: int) -> tuple[CodeFigure, ...]:
    return tuple(
        CodeFigure(row[0], row[1], row[2], Outcome(row[3]), row[4]) for row in _CODES.rows(connection, key=key)
    )


def _codes_statement() -> Select[Any]:
    names = ("vendor", "scheme", "code")
    columns = [func.nullif(CODE_COUNT.c[name], "").label(name) for name in names]
    return (
        select(*columns, CODE_COUNT.c.outcome, CODE_COUNT.c.recipients)
        .where(CODE_COUNT.c.activity_id == bindparam("key"), CODE_COUNT.c.recipients > 0)
        .order_by(CODE_COUNT.c.recipients.desc(), *(CODE_COUNT.c[name] for name in names), CODE_COUNT.c.outcome)
    )


def _of_activity(column: ColumnElement[int]) -> ColumnElement[bool]:
    return column == bindparam("key")


_KEY = Prepared(select(ACTIVITY.c.activity_id).where(ACTIVITY.c.gateway_id == bindparam("gateway_id")))
_ACTIVITY = Prepared(select(ACTIVITY).where(_of_activity(ACTIVITY.c.activity_id)))
_COUNTS = Prepared(select(ACTIVITY_COUNTS).where(_of_activity(ACTIVITY_COUNTS.c.activity_id)))
_PENDING_WHOLE = Prepared(
    select(func.coalesce(func.sum(PENDING_MINUTE.c.recipients), 0)).where(
        _of_activity(PENDING_MINUTE.c.activity_id), PENDING_MINUTE.c.minute > bindparam("edge")
    )
)
_PENDING_PART = Prepared(
    select(func.count())
    .select_from(RECIPIENT)
    .where(
        _of_activity(RECIPIENT.c.activity_id),
        RECIPIENT.c.pending_since > bindparam("oldest"),
        RECIPIENT.c.pending_since < bindparam("following"),
    )
)
_WAITING = Prepared(
    select(func.count())
    .select_from(with_number())
    .where(_of_activity(RECIPIENT.c.activity_id), waiting(bindparam("now", type_=BIG)))
)
_UNDER_WAY = Prepared(
    select(func.count())
    .select_from(RECIPIENT)
    .where(_of_activity(RECIPIENT.c.activity_id), RECIPIENT.c.under_way_since.is_not(None))
)
_LINKS, _LINKS_OF_ANY = (Prepared(_links(machine_clicks=machine_clicks)) for machine_clicks in (False, True))
_CODES = Prepared(_codes_statement())
