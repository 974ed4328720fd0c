"""A feed on loopback whose every answer a test decides."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]

INFO = {
    "protocol": "smsreport-feed/1",
    "name": "Stand-in",
    "vendor": "infobip",
    "capabilities": {
        "send": True,
        "find": True,
        "clicks": True,
        "opt_outs": True,
        "profiles": True,
        "segments": True,
        "create_activity": True,
        "credits": True,
    },
}


class Handler(BaseHTTPRequestHandler):
    """One request; `answers` holds what is said next, then `otherwise` for ever."""

    protocol_version = "HTTP/1.1"
    # Head and body are written apart: the second would wait 40 ms for the first to be seen.
    disable_nagle_algorithm = True
    server: "StandIn"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.tokens.append(self.headers.get("Authorization", ""))
        answer = self.server.answers.pop(0) if self.server.answers else self.server.otherwise
        answer(self)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.posted.append((self.headers.get("Idempotency-Key", ""), body))
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_POST()

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests read answers, not logs."""


class StandIn(ThreadingHTTPServer):
    """The server, on a port that the system picks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.otherwise: Answer = lambda handler: handler.say(404, b"{}")
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.posted: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def standin() -> Iterator[StandIn]:
    """A running stand-in."""
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(status: int, content: Any = None, **headers: str) -> Answer:
    """An answer with JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda handler: handler.say(status, body, **headers)


def page(items: list[Any], cursor: str, *, has_more: bool = False) -> Answer:
    """A page of a stream."""
    return says(200, {"items": items, "next_cursor": cursor, "has_more": has_more})


def breaks_off(handler: Handler) -> None:
    """Fewer bytes than promised, then nothing."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"items":[')
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    """No answer at all."""
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """The beginning of an answer, and a connection that stays open."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"[")
