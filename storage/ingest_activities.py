"""A page of activities becomes rows, in the caller's transaction; the newest version stands (rules.md 1)."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from smsreport_tui.rules.feed import Activity
from storage.identities import activity_keys, link_keys
from storage.tables import ACTIVITY, LINK, Row, bulk, update_row

_COLUMNS = (
    "known",
    "updated_at",
    "canonical",
    "name",
    "sender",
    "body",
    "sent_at",
    "status",
    "timezone",
    "sending_to",
    "recipients",
    "excluded",
    "total_credits",
)
_UPDATE = update_row(ACTIVITY, *_COLUMNS)
_UPDATE_LINK = update_row(LINK, "listed", "url", "short_url", "title")


def store_activities(connection: Connection, versions: Iterable[Activity]) -> set[str]:
    """Store these versions; the ids of activities that are new or another now."""
    page = list(versions)
    keys = activity_keys(connection, (version.id for version in page))
    newest: dict[str, Activity] = {}
    standing = _standing(connection, sorted(keys[version.id] for version in page))
    for version in page:
        best = standing.get(version.id)
        if best is None or (version.updated_at, version.canonical) > best:
            standing[version.id] = (version.updated_at, version.canonical)
            newest[version.id] = version
    rows: list[Row] = [(*_row(version), keys[version.id]) for version in newest.values()]
    bulk(connection, _UPDATE, (*_COLUMNS, "key_activity_id"), rows)
    for version in newest.values():
        _store_links(connection, keys[version.id], version)
    return set(newest)


def _standing(connection: Connection, keys: list[int]) -> dict[str, tuple[int, bytes]]:
    columns = (ACTIVITY.c.gateway_id, ACTIVITY.c.updated_at, ACTIVITY.c.canonical)
    rows = connection.execute(select(*columns).where(ACTIVITY.c.activity_id.in_(keys), ACTIVITY.c.known == 1))
    return {gateway_id: (updated_at, bytes(canonical)) for gateway_id, updated_at, canonical in rows}


def _row(version: Activity) -> Row:
    settings = [[item.kind, item.label, item.match] for item in version.sending_to]
    return (
        1,
        version.updated_at,
        version.canonical,
        version.name,
        version.sender,
        version.body,
        version.sent_at,
        version.status,
        version.timezone,
        json.dumps(settings, ensure_ascii=False) if settings else None,
        version.recipients,
        version.excluded,
        version.total_credits,
    )


def _store_links(connection: Connection, activity: int, version: Activity) -> None:
    """The links of the newest version are listed; those of an older one only while they have clicks."""
    unlisted = {"listed": 0, "url": None, "short_url": None, "title": None}
    connection.execute(update(LINK).where(LINK.c.activity_id == activity).values(**unlisted))
    keys = link_keys(connection, ((activity, link.id) for link in version.links))
    rows: list[Row] = [(1, link.url, link.short_url, link.title, keys[activity, link.id]) for link in version.links]
    bulk(connection, _UPDATE_LINK, ("listed", "url", "short_url", "title", "key_link_id"), rows)
