"""Bad items, kept raw with their reason, each counted once (rules.md 1, "Quarantine")."""

import hashlib
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from smsreport_tui.rules.canonical import fingerprint
from smsreport_tui.rules.feed import BadItem, Event
from smsreport_tui.rules.messages import EventMessage
from storage.prepared import Prepared
from storage.tables import PROFILE, QUARANTINE, Row, bulk, chunks, insert_row

_NAMES = ("fingerprint", "stream", "reason", "raw", "activity_key", "profile_key", "first_seen_at")
_INSERT = insert_row(QUARANTINE, *_NAMES)
_COUNT = Prepared(
    select(func.count()).select_from(QUARANTINE).where(QUARANTINE.c.activity_key == bindparam("activity"))
)


def keep_bad(connection: Connection, stream: str, items: Iterable[BadItem], number_key: bytes, now: int) -> int:
    """Keep these items; how many are new."""
    by_print = {_keyed(number_key, item.fingerprint): item for item in items}
    known: set[bytes] = set()
    for some in chunks(sorted(by_print)):
        chosen = select(QUARANTINE.c.fingerprint).where(QUARANTINE.c.fingerprint.in_(some))
        known.update(bytes(one) for one in connection.scalars(chosen))
    new = {one: item for one, item in by_print.items() if one not in known}
    erased = _erased(connection, {item.profile_id for item in new.values() if item.profile_id is not None})
    rows: list[Row] = [
        (
            one,
            stream,
            item.reason,
            None if item.profile_id in erased else item.raw,
            item.activity_id,
            item.profile_id,
            now,
        )
        for one, item in new.items()
    ]
    bulk(connection, _INSERT, _NAMES, rows)
    return len(rows)


def _keyed(number_key: bytes, plain: bytes) -> bytes:
    """A bare hash of an erased person's item could be guessed from its content."""
    return hashlib.blake2b(plain, key=number_key, digest_size=16).digest()


def _erased(connection: Connection, profiles: set[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(sorted(profiles)):
        chosen = select(PROFILE.c.gateway_id).where(PROFILE.c.gateway_id.in_(some), PROFILE.c.erased == 1)
        found.update(connection.scalars(chosen))
    return found


def contradiction(event: Event) -> BadItem:
    """A known id with other content, as a bad item."""
    raw = msgspec.json.encode(event)
    return BadItem(
        raw=raw,
        reason="the id of another event: the first is kept",
        fingerprint=fingerprint(raw, EventMessage),
        activity_id=event.activity_id,
        profile_id=event.profile_id,
    )


def count_all_bad(connection: Connection) -> int:
    """How many bad items are kept."""
    return int(connection.scalar(select(func.count()).select_from(QUARANTINE)) or 0)


def count_bad(connection: Connection, activity_key: str) -> int:
    """How many bad items name this activity."""
    return int(_COUNT.scalar(connection, activity=activity_key))
