"""A small feed with one of everything, served over HTTP: two activities, five people, hostile text, a bad item."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.gateways.standin import INFO, Handler, StandIn, standin

Item = dict[str, Any]

TOKEN = "t0ken-of-the-test"
EVIL = "\x1b]52;c;AAAA\x07[red]\u202eevil\x9b2J"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"

ACTIVITIES: list[Item] = [
    {
        "id": "A1",
        "updated_at": "2026-03-02T07:00:00Z",
        "name": "Spring sale",
        "sender": "MYSHOP",
        "body": "Spring! https://s.example/1",
        "sent_at": "2026-03-02T08:00:00Z",
        "status": "sent",
        "timezone": "Europe/Stockholm",
        "sending_to": [{"kind": "include_segment", "label": "Customers SE", "match": "all"}],
        "recipients": 4,
        "excluded": 3,
        "total_credits": "9",
        "links": [{"id": "L1", "url": "https://myshop.example/spring", "title": "Spring"}],
    },
    {
        "id": "-A2",
        "updated_at": "2026-02-02T07:00:00Z",
        "name": EVIL,
        "sender": "X",
        "body": EVIL,
        "sent_at": "2026-02-02T08:00:00Z",
        "timezone": "Nowhere/Atall",
    },
]
PROFILES: list[Item] = [
    {
        "id": "P1",
        "updated_at": "2026-03-01T00:00:00Z",
        "msisdn": "+46700000011",
        "name": "Anna Berg",
        "email": "anna@example.org",
        "attributes": {"city": "Lund", "orders": 7, "club": True},
        "tags": ["vip"],
    },
    {"id": "P2", "updated_at": "2026-03-01T00:00:00Z", "msisdn": "+46700000012", "name": EVIL},
    {"id": "P3", "updated_at": "2026-03-01T00:00:00Z", "msisdn": "+46700000013", "name": "=1+1"},
    {"id": "P4", "updated_at": "2026-03-01T00:00:00Z", "msisdn": "not a number"},
]


def _event(number: int, kind: str, profile: str, at: str, **more: Any) -> Item:
    return {"id": f"E{number}", "kind": kind, "at": at, "activity_id": "A1", "profile_id": profile, **more}


EVENTS: list[Item] = [
    _event(1, "delivered", "P1", "2026-03-02T08:00:07Z", msisdn="+46700000011", message_id="M1", credits="1.5"),
    _event(2, "clicked", "P1", "2026-03-02T09:00:00Z", link_id="L1", user_agent=PHONE),
    _event(
        3,
        "bounced",
        "P2",
        "2026-03-02T08:00:09Z",
        msisdn="+46700000012",
        scheme="error.id",
        code="1",
        reason=EVIL,
        credits="1.5",
    ),
    _event(4, "sent", "P3", "2026-03-02T08:00:01Z", msisdn="+46700000013"),
    _event(5, "unsubscribed", "P1", "2026-03-02T10:00:00Z"),
    _event(6, "clicked", "P1", "2026-03-02T08:00:08Z", link_id="L1", user_agent="facebookexternalhit/1.1"),
    _event(6, "clicked", "P1", "2026-03-02T08:00:08Z", link_id="L1", user_agent="facebookexternalhit/1.1"),
]


def answer(handler: Handler) -> None:
    """Serve the feed to who has the token, two items a page."""
    if handler.headers.get("Authorization") != f"Bearer {TOKEN}":
        handler.say(401, b"{}")
        return
    path = urlsplit(handler.path)
    stream = path.path.rsplit("/", 1)[-1]
    if stream == "info":
        handler.say(200, json.dumps(INFO).encode())
        return
    items = {"activities": ACTIVITIES, "profiles": PROFILES, "events": EVENTS}[stream]
    start = int(parse_qs(path.query).get("cursor", ["0"])[0])
    end = min(start + 2, len(items))
    page = {"items": items[start:end], "next_cursor": str(end), "has_more": end < len(items)}
    handler.say(200, json.dumps(page).encode())


@contextlib.contextmanager
def served() -> Iterator[StandIn]:
    """The feed on loopback."""
    with standin() as server:
        server.otherwise = answer
        yield server
