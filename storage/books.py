"""Checks the books: sent is the sum of its buckets, and every counter agrees with a recount (cli.md, `doctor`)."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from storage.counters import LINK_FIGURES
from storage.recipient_rows import FIGURES, RecipientRow, code_key, curve_keys, figures, pending_key
from storage.tables import (
    ACTIVITY,
    ACTIVITY_COUNTS,
    ACTIVITY_CURVE,
    CODE_COUNT,
    EVENT,
    LINK_CLICK,
    LINK_COUNT,
    PENDING_MINUTE,
    PROFILE,
    RECIPIENT,
)


def book_errors(connection: Connection) -> list[str]:
    """One sentence for each activity whose books are wrong."""
    errors = []
    activities = select(ACTIVITY.c.activity_id, ACTIVITY.c.gateway_id).order_by(ACTIVITY.c.activity_id)
    for key, name in connection.execute(activities).all():
        wrong = _differences(connection, key)
        if wrong:
            errors.append(f"Activity {name}: {', '.join(wrong)} differ from a recount.")
    return errors


def _differences(connection: Connection, key: int) -> list[str]:
    counted: Counter[str] = Counter()
    codes: Counter[Any] = Counter()
    minutes: Counter[Any] = Counter()
    curve: Counter[Any] = Counter()
    erased = set(
        connection.scalars(
            select(RECIPIENT.c.profile_id)
            .join(PROFILE, PROFILE.c.profile_id == RECIPIENT.c.profile_id)
            .where(RECIPIENT.c.activity_id == key, PROFILE.c.erased == 1)
        )
    )
    columns = [RECIPIENT.c[name] for name in RecipientRow._fields]
    for values in connection.execute(select(*columns).where(RECIPIENT.c.activity_id == key)):
        row = RecipientRow(*values)
        counted.update(dict(zip(FIGURES, figures(row, erased=row.profile_id in erased), strict=True)))
        codes[code_key(row)] += 1
        minutes[pending_key(row)] += 1
        curve.update(curve_keys(row))
    stored = connection.execute(select(ACTIVITY_COUNTS).where(ACTIVITY_COUNTS.c.activity_id == key)).one()
    wrong = [name for name in FIGURES if getattr(stored, name) != counted[name]]
    if stored.sent != stored.delivered + stored.soft + stored.hard + stored.rejected + stored.pending:
        wrong.append("sent and its buckets")
    if _kept(connection, CODE_COUNT, ("outcome", "vendor", "scheme", "code"), key) != _without_none(codes):
        wrong.append("codes")
    if _kept(connection, PENDING_MINUTE, ("minute",), key) != _without_none(minutes):
        wrong.append("pending by the minute")
    if _kept(connection, ACTIVITY_CURVE, ("kind", "slot"), key) != curve:
        wrong.append("curves")
    return wrong + _link_differences(connection, key)


def _without_none(counted: Counter[Any]) -> dict[Any, int]:
    return {key: number for key, number in counted.items() if key is not None}


def _kept(connection: Connection, table: Any, names: tuple[str, ...], key: int) -> dict[Any, int]:
    columns = [table.c.activity_id, *(table.c[name] for name in names), table.c.recipients]
    rows = connection.execute(select(*columns).where(table.c.activity_id == key, table.c.recipients != 0))
    return {tuple(row[:-1]): row[-1] for row in rows}


def _link_differences(connection: Connection, key: int) -> list[str]:
    sums = {
        "clicks": func.sum(LINK_CLICK.c.clicks),
        "machine_clicks": func.sum(LINK_CLICK.c.machine_clicks),
        "unique_clicks": func.count().filter(LINK_CLICK.c.clicks > 0),
        "unique_any": func.count(),
    }
    recount = (
        select(LINK_CLICK.c.link_id, *(sums[name] for name in LINK_FIGURES))
        .where(LINK_CLICK.c.activity_id == key)
        .group_by(LINK_CLICK.c.link_id)
    )
    counted = {row[0]: tuple(row[1:]) for row in connection.execute(recount)}
    columns = [LINK_COUNT.c[name] for name in LINK_FIGURES]
    stored = connection.execute(select(LINK_COUNT.c.link_id, *columns).where(LINK_COUNT.c.activity_id == key))
    kept = {row[0]: tuple(row[1:]) for row in stored if any(row[1:])}
    return [] if kept == counted else ["links"]


def growth(connection: Connection) -> tuple[int, int]:
    """Events and profiles in the store."""
    events = connection.scalar(select(func.max(EVENT.c.event_key))) or 0
    profiles = connection.scalar(select(func.max(PROFILE.c.profile_id))) or 0
    return int(events), int(profiles)
