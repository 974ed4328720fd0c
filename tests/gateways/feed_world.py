"""A platform that speaks the open feed, on loopback, driven by a test (`World`)."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.interface import Gateway
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.times import exact_time
from storage.store import Store
from tests.gateways.standin import INFO, Handler, breaks_off, standin
from tests.gateways.worlds import SECRET, Fate

_BOUNCES = {Fate.SOFT: "soft", Fate.HARD: "hard"}


async def no_wait(_: float) -> None:
    """A gateway's patience without its waits."""


class FeedWorld:
    """Keeps the three streams in memory, and each key's message once."""

    def __init__(self, _folder: Path, clock: FixedClock) -> None:
        self.clock = clock
        self._streams: dict[str, list[dict[str, Any]]] = {"activities": [], "profiles": [], "events": []}
        self._newest: dict[str, dict[str, Any]] = {}
        self._accepted: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self._refuses: int | None = None
        self._loses = False
        self._running = contextlib.ExitStack()
        self._server = self._running.enter_context(standin())
        self._server.otherwise = self._answer

    def connect(self, store: Store | None, *, secret: str = SECRET) -> Gateway:
        return FeedGateway(self._server.url, secret, clock=self.clock, patience=Patience(tries=2), sleep=no_wait)

    def campaign(self, body: str, numbers: Sequence[str]) -> str:
        at = exact_time(self.clock.now())
        activity = f"A{len(self._streams['activities'])}"
        told = {"id": activity, "updated_at": at, "name": activity, "sender": "SHOP", "body": body, "sent_at": at}
        self._streams["activities"].append(told)
        for number in numbers:
            person = f"p{number[1:]}"
            self._streams["profiles"].append({"id": person, "updated_at": at, "msisdn": number})
            self._leave(number, {"activity_id": activity, "profile_id": person, "attempt": 1})
        return activity

    def receipt(self, number: str, fate: Fate) -> None:
        bounce = _BOUNCES.get(fate)
        about = self._newest[number]
        if bounce is None:
            self._tell(kind="delivered", **about)
        else:
            self._tell(kind="bounced", bounce=bounce, **about)

    def reply(self, number: str, text: str) -> None:
        about = {name: self._newest[number][name] for name in ("activity_id", "profile_id", "msisdn")}
        self._tell(kind="replied", text=text, **about)
        if text.strip().upper() == "STOP":
            self._tell(kind="unsubscribed", **about)

    def sent(self) -> list[tuple[str, str]]:
        return [(message["to"], message["body"]) for message, _ in self._accepted.values()]

    def refuse_next(self, status: int) -> None:
        self._refuses = status

    def lose_next(self) -> None:
        self._loses = True

    def close(self) -> None:
        self._running.close()

    def _leave(self, number: str, about: dict[str, Any]) -> None:
        message = f"m{sum(map(len, self._streams.values()))}"
        self._newest[number] = {**about, "msisdn": number, "message_id": message}
        self._tell(kind="sent", **self._newest[number])

    def _tell(self, **event: object) -> None:
        events = self._streams["events"]
        events.append({"id": f"e{len(events)}", "at": exact_time(self.clock.now()), **event})

    def _answer(self, handler: Handler) -> None:
        parts = urlsplit(handler.path)
        name, query = parts.path.rpartition("/")[2], {key: one[0] for key, one in parse_qs(parts.query).items()}
        if handler.headers.get("Authorization") != f"Bearer {SECRET}":
            self._say(handler, 401, {"title": "who are you", "status": 401})
        elif name == "info":
            self._say(handler, 200, INFO)
        elif name in self._streams:
            start = int(query.get("cursor", "0"))
            items = self._streams[name][start : start + int(query["limit"])]
            page = {"items": items, "next_cursor": str(start + len(items)), "has_more": False}
            self._say(handler, 200, page)
        elif name == "messages" and handler.command == "POST":
            self._send(handler)
        elif name == "messages":
            found = self._accepted.get(query["idempotency_key"])
            self._say(handler, 200 if found else 404, found[1] if found else {"title": "never", "status": 404})
        else:
            self._say(handler, 200, {"credits": "100"})

    def _send(self, handler: Handler) -> None:
        key, body = self._server.posted[-1]
        if self._refuses is not None:
            status, self._refuses = self._refuses, None
            self._say(handler, status, {"title": "refused", "status": status})
            return
        if key not in self._accepted:
            message = json.loads(body)
            about = {name: message[name] for name in ("activity_id", "profile_id", "attempt")}
            self._leave(message["to"], about)
            accepted = {
                "message_id": self._newest[message["to"]]["message_id"],
                "accepted_at": exact_time(self.clock.now()),
            }
            self._accepted[key] = (message, accepted)
        if self._loses:
            self._loses = False
            breaks_off(handler)
        else:
            self._say(handler, 202, self._accepted[key][1])

    def _say(self, handler: Handler, status: int, content: dict[str, Any]) -> None:
        handler.say(status, json.dumps(content).encode(), Retry_After="7")
