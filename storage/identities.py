"""The gateway's ids and the store's own keys; what an event names before its stream tells of it gets a key too."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.by_keys import ByKeys
from storage.models import NO_ACTIVITY
from storage.tables import (
    ACTIVITY,
    ACTIVITY_COUNTS,
    LINK,
    LINK_COUNT,
    PROFILE,
    Row,
    bulk,
    insert_row,
)

_ACTIVITIES = ByKeys(select(ACTIVITY.c.gateway_id, ACTIVITY.c.activity_id), ACTIVITY.c.gateway_id)
_PROFILES = ByKeys(select(PROFILE.c.gateway_id, PROFILE.c.profile_id), PROFILE.c.gateway_id)
_INSERT_ACTIVITY = insert_row(ACTIVITY, "gateway_id", "known")
_INSERT_COUNTS = insert_row(ACTIVITY_COUNTS, *(column.name for column in ACTIVITY_COUNTS.columns))
_INSERT_PROFILE = insert_row(PROFILE, "gateway_id", "known", "erased", "sms_consent", "opted_out")
_INSERT_LINK = insert_row(LINK, "activity_id", "gateway_id", "listed")
_INSERT_LINK_COUNT = insert_row(LINK_COUNT, *(column.name for column in LINK_COUNT.columns))


def activity_keys(connection: Connection, ids: Iterable[str | None]) -> dict[str | None, int]:
    """Keys by gateway id; unknown activities are added, None is the key of no activity."""
    wanted = sorted({one for one in ids if one is not None})
    keys = _keys(connection, _ACTIVITIES, wanted)
    missing = [one for one in wanted if one not in keys]
    if missing:
        bulk(connection, _INSERT_ACTIVITY, ("gateway_id", "known"), [(one, 0) for one in missing])
        added = _keys(connection, _ACTIVITIES, missing)
        names = tuple(column.name for column in ACTIVITY_COUNTS.columns)
        zeros = (0,) * (len(names) - 1)
        bulk(connection, _INSERT_COUNTS, names, [(key, *zeros) for key in added.values()])
        keys.update(added)
    found: dict[str | None, int] = {None: NO_ACTIVITY}
    found.update(keys)
    return found


def profile_keys(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Keys by gateway id; unknown profiles are added."""
    wanted = sorted(set(ids))
    keys = _keys(connection, _PROFILES, wanted)
    missing: list[Row] = [(one, 0, 0, 1, 0) for one in wanted if one not in keys]
    if missing:
        bulk(connection, _INSERT_PROFILE, ("gateway_id", "known", "erased", "sms_consent", "opted_out"), missing)
        keys.update(_keys(connection, _PROFILES, [str(row[0]) for row in missing]))
    return keys


def _keys(connection: Connection, known: ByKeys, ids: list[str]) -> dict[str, int]:
    rows = known.rows(connection, ids)
    return dict(rows)


def link_keys(connection: Connection, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Keys by activity key and gateway id; unknown links are added, not listed."""
    by_activity: dict[int, set[str]] = {}
    for activity, link in wanted:
        by_activity.setdefault(activity, set()).add(link)
    keys: dict[tuple[int, str], int] = {}
    for activity, links in by_activity.items():
        known = _links_of(connection, activity)
        missing: list[Row] = [(activity, link, 0) for link in sorted(links) if link not in known]
        if missing:
            bulk(connection, _INSERT_LINK, ("activity_id", "gateway_id", "listed"), missing)
            before, known = known, _links_of(connection, activity)
            names = tuple(column.name for column in LINK_COUNT.columns)
            zeros = (0,) * (len(names) - 2)
            added = [key for link, key in known.items() if link not in before]
            bulk(connection, _INSERT_LINK_COUNT, names, [(activity, key, *zeros) for key in added])
        keys.update({(activity, link): known[link] for link in links})
    return keys


def _links_of(connection: Connection, activity: int) -> dict[str, int]:
    rows = connection.execute(select(LINK.c.gateway_id, LINK.c.link_id).where(LINK.c.activity_id == activity))
    return {str(gateway_id): int(key) for gateway_id, key in rows}
