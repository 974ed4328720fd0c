"""What goes wrong between a gateway and its reader, by switch: seeded, and never so often that nothing gets through."""

import asyncio
from collections import Counter
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.simulator.problems import problem
from smsreport_tui.simulator.seeds import draw, pick

TRANSPORT = ("429", "500", "reset", "truncated", "drip", "lost", "gone", "nojson")
"""Faults of single answers; asked again, the same request gets through."""
CONTENT = ("malformed", "hostile")
"""Faults of the world itself: bad items between good ones, and valid text that means harm."""
DESK = ("picky",)
"""Faults of the desk: some messages can not be sent again as they are, and a person has to decide."""
FAULTS = (*TRANSPORT, *CONTENT, *DESK)

_EVERY = 0.3
_MOST_IN_A_ROW = 3
_MOST_GONE = 3
_DRIPS = 10
_DRIP_SECONDS = 1.0


def parse_faults(text: str) -> frozenset[str]:
    """The switches of a list like 429,reset; `all` is every one. Raises ConfigError."""
    wanted = {word.strip() for word in text.split(",") if word.strip()}
    if wanted - {*FAULTS, "all"}:
        raise ConfigError(f"--faults knows {', '.join(FAULTS)} and all, separated by commas.")
    return frozenset(FAULTS) if "all" in wanted else frozenset(wanted)


class Faults:
    """Stands before the application and spoils some of its answers."""

    def __init__(self, app: ASGIApp, switches: Iterable[str], seed: int) -> None:
        self._app = app
        self._on = [fault for fault in TRANSPORT if fault in set(switches)]
        self._seed = seed
        self._asked = 0
        self._in_a_row = 0
        self.seen: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._choose(scope) if scope["type"] == "http" else None
        if fault is None:
            self._in_a_row = 0
            await self._app(scope, receive, send)
            return
        self._in_a_row += 1
        self.seen[fault] += 1
        await self._spoil(fault, scope, receive, send)

    def _choose(self, scope: Scope) -> str | None:
        self._asked += 1
        luck = draw(self._seed, "fault", self._asked)
        if not self._on or luck >= _EVERY or self._in_a_row >= _MOST_IN_A_ROW:
            return None
        fault = pick(self._on, luck / _EVERY)
        if fault == "gone":
            with_cursor = scope["method"] == "GET" and b"cursor=" in scope["query_string"]
            return fault if with_cursor and self.seen["gone"] < _MOST_GONE else None
        if fault == "lost":
            return fault if scope["method"] in ("POST", "PUT") else None
        return fault

    async def _spoil(self, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
        if fault == "429":
            await problem(429, "too many requests", Retry_After=str(self._asked % 2))(scope, receive, send)
        elif fault == "500":
            await problem(500, "something broke")(scope, receive, send)
        elif fault == "gone":
            await problem(410, "the cursor is older than what is kept")(scope, receive, send)
        elif fault == "reset":
            await _break_off(send, b"", 1_000)
        else:
            whole = await self._answer(scope, receive)
            body = b"".join(message.get("body", b"") for message in whole[1:])
            await self._deliver(fault, whole[0], body, send)

    async def _answer(self, scope: Scope, receive: Receive) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        return messages

    async def _deliver(self, fault: str, start: Message, body: bytes, send: Send) -> None:
        if fault == "lost":
            await _break_off(send, b"", len(body) + 1)
        elif fault == "truncated":
            await _break_off(send, body[: len(body) // 2], len(body) + 1)
        elif fault == "nojson":
            spoiled = body[:-1] + b',"x":NaN}'
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(spoiled)).encode())]})
            await send({"type": "http.response.body", "body": spoiled})
        else:
            await send(start)
            step = len(body) // _DRIPS + 1
            for place in range(0, len(body), step):
                await asyncio.sleep(_DRIP_SECONDS / _DRIPS)
                await send({"type": "http.response.body", "body": body[place : place + step], "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def _break_off(send: Send, body: bytes, promised: int) -> None:
    """The server closes a connection whose answer stays shorter than it promised."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(promised).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
