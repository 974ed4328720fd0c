"""An event as its table keeps it, and whether a repetition says the same (rules.md 1, "Event")."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

import msgspec
from sqlalchemy import Connection, select

from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.feed import Event
from smsreport_tui.rules.machines import agent_class
from smsreport_tui.rules.outcomes import RECEIPT_KINDS, OutcomeTable
from storage.by_keys import ByKeys
from storage.tables import ACTIVITY, EVENT, LINK, PROFILE, Row

Content = tuple[object, ...]

_NUMBERED = frozenset({"bounced", "cancelled"})
AHEAD = 24 * HOUR
"""An event dated further ahead than this is kept and flagged (rules.md 1)."""

ERASED_FIELDS = ("msisdn", "user_agent", "ip", "text", "body")
"""What of an event goes when its person is erased; a link's address is kept."""

# Names of Event and columns of `event` alike, apart from the ids.
_PLAIN = (
    "kind",
    "at",
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
_plain: Callable[[Event], Content] = attrgetter(*_PLAIN)
_ERASED_PLACES = frozenset(_PLAIN.index(name) for name in ERASED_FIELDS)

EVENT_COLUMNS = (
    "gateway_id",
    "activity_id",
    "profile_id",
    "link_id",
    "outcome",
    "ahead",
    "agent_class",
    "number_id",
    "content_hash",
    *_PLAIN,
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The store's keys of what a page of events names."""

    activities: Mapping[str | None, int]
    profiles: Mapping[str, int]
    links: Mapping[tuple[int, str], int]
    numbers: Mapping[str, int]
    erased: frozenset[int]


def has_number(event: Event, *, erased: bool) -> bool:
    """Whether the number that the event names is kept by its token, whatever else comes with the event.

    A bounce's may gather strikes, and beside a cancelled message those of its number are shown; an erased person's may
    not be kept in clear.
    """
    return event.msisdn is not None and (erased or event.kind in _NUMBERED)


def with_vendor(event: Event, vendor: str | None) -> Event:
    """The event with the gateway's vendor where it names none: both forms say the same."""
    if event.vendor is not None or vendor is None or event.kind not in RECEIPT_KINDS:
        return event
    return msgspec.structs.replace(event, vendor=vendor)


def content(event: Event) -> Content:
    """All that an event says, to compare with a repetition."""
    return (event.activity_id, event.profile_id, event.link_id, *_plain(event))


def content_hash(key: bytes, said: Content) -> bytes:
    """What a repetition of an erased event is known by."""
    return hashlib.blake2b(msgspec.json.encode(said), key=key, digest_size=16).digest()


def event_row(event: Event, keys: Keys, table: OutcomeTable, number_key: bytes, now: int) -> Row:
    """The values of EVENT_COLUMNS."""
    activity = keys.activities[event.activity_id]
    profile = keys.profiles[event.profile_id]
    is_receipt = event.kind in RECEIPT_KINDS
    plain = _plain(event)
    erased = profile in keys.erased
    if erased:
        plain = tuple(None if place in _ERASED_PLACES else value for place, value in enumerate(plain))
    return (
        event.id,
        activity,
        profile,
        None if event.link_id is None else keys.links.get((activity, event.link_id)),
        int(table.classify(event.kind, event.vendor, event.scheme, event.code, event.bounce)) if is_receipt else None,
        int(event.at > now + AHEAD),
        int(agent_class(event.user_agent)) if event.kind == "clicked" else None,
        keys.numbers[event.msisdn] if event.msisdn is not None and has_number(event, erased=erased) else None,
        content_hash(number_key, content(event)) if erased else None,
        *plain,
    )


_CONTENTS = ByKeys(
    select(
        EVENT.c.gateway_id,
        EVENT.c.content_hash,
        ACTIVITY.c.gateway_id.label("activity"),
        PROFILE.c.gateway_id.label("profile"),
        LINK.c.gateway_id.label("link"),
        *(EVENT.c[name] for name in _PLAIN),
    )
    .join(PROFILE, PROFILE.c.profile_id == EVENT.c.profile_id)
    .outerjoin(ACTIVITY, ACTIVITY.c.activity_id == EVENT.c.activity_id)
    .outerjoin(LINK, LINK.c.link_id == EVENT.c.link_id),
    EVENT.c.gateway_id,
)


def stored_contents(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[bytes | None, Content]]:
    """By gateway id the hash (of erased ones) and the content of events that the store has."""
    rows = _CONTENTS.rows(connection, sorted(ids))
    return {row[0]: (row[1], tuple(row[2:])) for row in rows}
