"""Items that break the protocol, put between good ones: the same ones wherever the same good one is told."""

import json

from smsreport_tui.simulator.seeds import draw
from smsreport_tui.simulator.wire import ActivityItem, EventItem, ProfileItem

Item = ActivityItem | ProfileItem | EventItem

_EVERY = 0.003


def _event(item: EventItem, **more: object) -> bytes:
    known = {
        "id": f"{item.id}-bad",
        "kind": "sent",
        "at": item.at,
        "profile_id": item.profile_id,
        "activity_id": item.activity_id,
    }
    return json.dumps(known | more).encode()


def _named(item: EventItem) -> list[bytes]:
    """Bad items that still tell which activity they belong to."""
    return [
        _event(item, kind="opened"),
        _event(item, at="2026-03-02T09:00:00"),
        _event(item, at="1970-01-01T00:00:00Z"),
        _event(item, at=17),
        _event(item, attempt=50),
        _event(item, part=3, parts=2),
        _event(item, credits=1.5),
        _event(item, msisdn="070-123 45 67"),
        _event(item, profile_id="two words"),
        _event(item, text="HALF").replace(b'"HALF"', b'"\\ud83d"'),
        _event(item, attempt=1).replace(b'"attempt": 1', b'"attempt": ' + b"9" * 5_000),
        _event(item, attempt=1).replace(b'"attempt": 1', b'"attempt": 1e999'),
        _event(item, text="DEEP").replace(b'"DEEP"', b"[" * 3_000 + b"]" * 3_000),
    ]


_NAMELESS = (b"null", b"[]", b'"text"', b"12", b'{"id":"no-more"}')


def bad_beside(item: Item, seed: int) -> bytes | None:
    """The bad item told right after a good one, if any."""
    if draw(seed, "bad", item.id) >= _EVERY:
        return None
    luck = draw(seed, "which", item.id)
    if isinstance(item, EventItem):
        choices = _named(item) if item.activity_id is not None and luck < 0.8 else list(_NAMELESS)
        return choices[int(luck * 7_919) % len(choices)]
    if isinstance(item, ProfileItem):
        return json.dumps({"id": item.id, "updated_at": item.updated_at, "msisdn": "call me", "n": luck}).encode()
    return json.dumps({"id": item.id, "updated_at": "yesterday", "name": 1}).encode()


def bad_named(item: EventItem, seed: int) -> bool:
    """Whether a bad item is told after this event, and names the event's activity."""
    return bad_beside(item, seed) is not None and item.activity_id is not None and draw(seed, "which", item.id) < 0.8
