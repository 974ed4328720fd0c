"""One person: details, strikes, what became of each activity, and every event (cli.md, `profile`)."""

import json
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.figures import Profile, ProfileActivity, TimelineEvent
from smsreport_tui.rules.machines import AgentClass, is_machine
from smsreport_tui.rules.marks import is_suppressed
from smsreport_tui.rules.outcomes import Outcome
from storage.models import NO_ACTIVITY
from storage.numbers import number_token
from storage.read_strikes import read_strikes
from storage.tables import ACTIVITY, EVENT, LINK, NUMBER, PROFILE, RECIPIENT

_RAW = (
    "msisdn",
    "message_id",
    "attempt",
    "part",
    "parts",
    "credits",
    "vendor",
    "scheme",
    "code",
    "reason",
    "bounce",
    "url",
    "title",
    "user_agent",
    "ip",
    "country",
    "device",
    "text",
    "body",
)


def profile_key(connection: Connection, gateway_id: str) -> int:
    """The store's key of a profile. Raises NotFoundError."""
    key = connection.scalar(select(PROFILE.c.profile_id).where(PROFILE.c.gateway_id == gateway_id))
    if key is None:
        raise NotFoundError(
            f"The store has no profile {gateway_id[:128]!r}: `smsreport list ACTIVITY sent` shows ids, "
            "`smsreport sync` fetches new ones."
        )
    return int(key)


def read_profile(connection: Connection, gateway_id: str, number_key: bytes) -> Profile:
    """The profile with its whole history. Raises NotFoundError."""
    key = profile_key(connection, gateway_id)
    row = connection.execute(select(PROFILE).where(PROFILE.c.profile_id == key)).one()
    msisdn = row.msisdn
    if msisdn is None and not row.known and not row.erased:
        msisdn = _event_msisdn(connection, key)
    number = _number(connection, row.number_id, msisdn, number_key)
    strikes = () if number is None else read_strikes(connection, [number.number_id]).get(number.number_id, ())
    activities = _activities(connection, key)
    return Profile(
        id=row.gateway_id,
        known=bool(row.known),
        erased=bool(row.erased),
        msisdn=msisdn,
        name=row.name,
        email=row.email,
        timezone=row.timezone,
        attributes=json.loads(row.attributes or "{}"),
        tags=tuple(json.loads(row.tags or "[]")),
        sms_consent=bool(row.sms_consent),
        strikes=strikes,
        suppressed=number is not None and is_suppressed(number.strikes, number.refused),
        opted_out=bool(row.opted_out),
        activities=activities,
        timeline=_timeline(connection, key, {one.activity: one.delivered_at for one in activities}),
    )


def _number(connection: Connection, number_id: int | None, msisdn: str | None, number_key: bytes) -> Row[Any] | None:
    if number_id is not None:
        return connection.execute(select(NUMBER).where(NUMBER.c.number_id == number_id)).one_or_none()
    if msisdn is None:
        return None
    return connection.execute(select(NUMBER).where(NUMBER.c.token == number_token(number_key, msisdn))).one_or_none()


def _event_msisdn(connection: Connection, key: int) -> str | None:
    """The number of a profile that never came: that of its newest event."""
    newest = _history(key, [EVENT.c.at, EVENT.c.gateway_id, EVENT.c.msisdn])
    numbers = [row for row in connection.execute(newest) if row.msisdn is not None]
    return max(numbers, key=lambda row: (row.at, row.gateway_id)).msisdn if numbers else None


def _history(key: int, columns: list[Any]) -> Select[Any]:
    """A profile's events through the activities: the one index begins with them."""
    return (
        select(*columns)
        .join_from(ACTIVITY, EVENT, EVENT.c.activity_id == ACTIVITY.c.activity_id)
        .where(EVENT.c.profile_id == key)
    )


def _activities(connection: Connection, key: int) -> tuple[ProfileActivity, ...]:
    columns = (RECIPIENT.c.outcome, RECIPIENT.c.attempts, RECIPIENT.c.clicks, RECIPIENT.c.sent_at)
    statement = (
        select(ACTIVITY.c.gateway_id, ACTIVITY.c.name, *columns, RECIPIENT.c.delivered_at)
        .join_from(ACTIVITY, RECIPIENT, RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
        .where(RECIPIENT.c.profile_id == key)
        .order_by(ACTIVITY.c.sent_at.is_(None), ACTIVITY.c.sent_at.desc(), ACTIVITY.c.gateway_id)
    )
    return tuple(
        ProfileActivity(
            activity=row.gateway_id,
            name=row.name,
            outcome=None if row.outcome is None else Outcome(row.outcome),
            attempts=row.attempts,
            clicks=row.clicks,
            sent_at=row.sent_at,
            delivered_at=row.delivered_at,
        )
        for row in connection.execute(statement)
    )


def _timeline(connection: Connection, key: int, delivered: dict[str, int | None]) -> tuple[TimelineEvent, ...]:
    raw = [EVENT.c[name] for name in _RAW]
    own = [EVENT.c.at, EVENT.c.kind, EVENT.c.gateway_id, EVENT.c.outcome, EVENT.c.agent_class]
    inside = _history(key, [ACTIVITY.c.gateway_id.label("activity"), LINK.c.gateway_id.label("link"), *own, *raw])
    inside = inside.outerjoin(LINK, LINK.c.link_id == EVENT.c.link_id)
    outside = select(*own, *raw).where(EVENT.c.activity_id == NO_ACTIVITY, EVENT.c.profile_id == key)
    events = [_event(row, row.activity, row.link, delivered) for row in connection.execute(inside)]
    events += [_event(row, None, None, delivered) for row in connection.execute(outside)]
    return tuple(sorted(events, key=lambda event: (event.at, event.id)))


def _event(row: Row[Any], activity: str | None, link: str | None, delivered: dict[str, int | None]) -> TimelineEvent:
    machine = None
    if row.kind == "clicked":
        machine = is_machine(AgentClass(row.agent_class), row.at, delivered.get(activity or ""))
    return TimelineEvent(
        at=row.at,
        kind=row.kind,
        activity=activity,
        id=row.gateway_id,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        machine=machine,
        link=link,
        **{name: getattr(row, name) for name in _RAW},
    )
