"""A feed whose every text from outside is hostile, served on loopback: what a gateway may send through the door."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.gateways.standin import INFO, Handler, StandIn, standin

PAYLOAD = "aGFja2Vk"
"""What the hostile text would put on the clipboard."""
HOSTILE = (
    f"[red]x[/] [/] \x1b]52;c;{PAYLOAD}\x07 \x1b[38;2;1;2;3mred\x1b[0m \x9b38;2;1;2;3m \x9d52;c;{PAYLOAD}\x9c "
    "\u202eevil\u202c \u2066iso\u2069 \u200frtl a\x08b\rc\nd\te\x7f \x1b[2J\x1b[?1049l "
    "👩‍👩‍👧‍👦🇸🇪👍🏽 漢字 z\u0301\u0337\u0301\u0337\u0301\u0337"
)
SHORT = f"[/] \x1b]52;c;{PAYLOAD}\x07\x9b38;2;1;2;3m\u202e漢\x1b[38;2;1;2;3m"
"""As much of it as a code or a zone may hold."""
PEOPLE = 40
_AT = "2026-03-02T{:02}:{:02}:00Z"

Item = dict[str, Any]


def _activity(number: int) -> Item:
    return {
        "id": f"A{number}", "updated_at": _AT.format(7, 0), "name": f"{number} {HOSTILE}", "sender": SHORT[-32:],
        "body": HOSTILE, "sent_at": _AT.format(8, number), "status": "sent", "timezone": SHORT,
        "sending_to": [{"kind": "include_segment", "label": HOSTILE, "match": "any"}], "recipients": PEOPLE,
        "links": [{"id": "L1", "url": f"https://{HOSTILE}", "title": HOSTILE}],
    }  # fmt: skip


def _person(number: int) -> Item:
    return {
        "id": f"P{number}", "updated_at": _AT.format(7, 0), "msisdn": f"+467000000{number:02}",
        "name": f"{number} {HOSTILE}", "email": SHORT, "attributes": {SHORT: SHORT}, "tags": [SHORT],
    }  # fmt: skip


def _event(number: int, kind: str, person: int, **more: Any) -> Item:
    about = {"id": f"E{number}", "kind": kind, "at": _AT.format(9, number % 60), "message_id": f"M{person}"}
    return about | {"activity_id": _activity(1)["id"], "profile_id": _person(person)["id"]} | more


def _events() -> list[Item]:
    events: list[Item] = []
    for person in range(PEOPLE):
        number = person * 5
        bad = {"vendor": SHORT, "scheme": SHORT, "code": SHORT, "reason": HOSTILE, "bounce": "soft"}
        events.append(_event(number, "bounced", person, **bad) if person % 2 else _event(number, "delivered", person))
        link = _activity(1)["links"][0]["id"]
        events.append(_event(number + 1, "clicked", person, link_id=link, url=HOSTILE, user_agent=HOSTILE, ip=SHORT))
        events.append(_event(number + 2, "unsubscribed", person, text=HOSTILE))
        events.append(_event(number + 3, "replied", person, text=HOSTILE))
        events.append(_event(number + 4, "page_view", person, url=HOSTILE, title=HOSTILE, device=SHORT))
    return events


STREAMS = {
    "activities": [_activity(number) for number in range(1, 30)],
    "profiles": [_person(number) for number in range(PEOPLE)],
    "events": _events(),
}


def answer(handler: Handler) -> None:
    """All of a stream on one page, whatever the cursor, once."""
    path = urlsplit(handler.path)
    stream = path.path.rsplit("/", 1)[-1]
    if stream == "info":
        handler.say(200, json.dumps(INFO | {"name": HOSTILE, "vendor": "infobip"}).encode())
        return
    items = [] if "cursor=" in path.query else STREAMS[stream]
    handler.say(200, json.dumps({"items": items, "next_cursor": "1", "has_more": False}).encode())


@contextlib.contextmanager
def served() -> Iterator[StandIn]:
    """The hostile feed on loopback."""
    with standin() as server:
        server.otherwise = answer
        yield server
