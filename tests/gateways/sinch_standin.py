"""Sinch's SMS REST API on loopback, for one service plan; a test decides which requests go wrong."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.times import parse_time
from tests.gateways.sinch_model import Plan, RefusedError
from tests.gateways.worlds import SECRET

PLAN_ID = "jd63jf88477ll"


class Fault(Enum):
    """How a request goes wrong."""

    UNDONE = "undone"
    """The connection ends, and nothing was done."""
    LOST = "lost"
    """It is done, and the connection ends without an answer."""
    UNREADABLE = "unreadable"
    """It is done, and the answer is no JSON."""


Answer = tuple[int, Any]
Faults = Callable[[str, str], Fault | int | None]
"""What goes wrong with a request of this method and path behind the plan, or the status that it is answered with."""


class SinchServer(ThreadingHTTPServer):
    """The server, on a port that the system picks."""

    daemon_threads = True

    def __init__(self, clock: FixedClock) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan = Plan(clock)
        self.lock = threading.Lock()
        self.faults: Faults = lambda method, path: None
        self.retry_after: str | None = None
        self.asked: list[tuple[str, str]] = []
        self.posted: list[Any] = []
        self.most_items = 100
        self.counts = True
        self.turns_pages = True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.origin}/xms/v1/{PLAN_ID}"


@contextlib.contextmanager
def sinch_server(clock: FixedClock) -> Iterator[SinchServer]:
    """A running stand-in."""
    server = SinchServer(clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave as two writes, and the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: SinchServer

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        """Tests read answers, not logs."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or "0"))
        parts = urlsplit(self.path)
        prefix = f"/xms/v1/{PLAN_ID}/"
        path = unquote(parts.path.removeprefix(prefix)).rstrip("/")
        with self.server.lock:
            fault = self.server.faults(self.command, path)
            self.server.asked.append((self.command, path))
            if fault is Fault.UNDONE:
                self.close_connection = True
                return
            if isinstance(fault, int):
                status, content = fault, {"code": f"made_up_{fault}", "text": "As the test wants it."}
            elif not parts.path.startswith(prefix):
                status, content = 404, None
            elif self.headers.get("Authorization") != f"Bearer {SECRET}":
                status, content = 401, None
            else:
                status, content = self._answer(
                    path, {key: some[0] for key, some in parse_qs(parts.query).items()}, body
                )
        if fault is Fault.LOST:
            self.close_connection = True
            return
        self._say(status, b"<html>" if fault is Fault.UNREADABLE else b"" if content is None else _json(content))

    def _answer(self, path: str, query: dict[str, str], body: bytes) -> Answer:
        content = json.loads(body) if body else {}
        if self.command in ("POST", "PUT"):
            self.server.posted.append((path, content))
        try:
            return self._route(path.split("/"), query, content)
        except RefusedError as refusal:
            return refusal.status, {"code": refusal.code, "text": refusal.text} if refusal.code else None

    def _route(self, path: list[str], query: dict[str, str], content: Any) -> Answer:  # noqa: C901, PLR0911, PLR0912
        plan = self.server.plan
        match (self.command, *path):
            case ("POST", "batches"):
                return 201, plan.post_batch(content, ours=True).said()
            case ("GET", "batches"):
                some = plan.listed_batches(*self._window(query), query.get("client_reference"))
                return 200, self._page("batches", some, query)
            case ("GET", "batches", batch_id):
                return 200, plan.said_batch(batch_id)
            case ("DELETE", "batches", batch_id):
                return 200, plan.cancel(batch_id).said()
            case ("GET", "batches", batch_id, "delivery_report"):
                return 200, plan.report(batch_id, full=query.get("type") == "full")
            case ("GET", "batches", batch_id, "delivery_report", number):
                return 200, plan.recipient_report(batch_id, number)
            case ("GET", "delivery_reports"):
                return 200, self._page("delivery_reports", plan.listed_reports(*self._window(query)), query)
            case ("GET", "inbounds"):
                return 200, self._page("inbounds", plan.listed_inbounds(*self._window(query)), query)
            case ("POST", "groups"):
                return 201, plan.post_group(content.get("name"), content.get("members") or ()).said()
            case ("GET", "groups"):
                groups = [one.said() for one in reversed(plan.groups.values())]
                return 200, self._page("groups", groups, query)
            case ("GET", "groups", group_id):
                return 200, plan.group(group_id).said()
            case ("POST", "groups", group_id):
                return 200, plan.change_group(group_id, content).said()
            case ("PUT", "groups", group_id):
                return 200, plan.put_group(group_id, content.get("name"), content["members"]).said()
            case ("GET", "groups", group_id, "members"):
                return 200, sorted(plan.group(group_id).members)
        return 404, None

    def _window(self, query: dict[str, str]) -> tuple[int, int | None]:
        since = query.get("start_date")
        until = query.get("end_date")
        day_ago = self.server.plan.clock.now() - 24 * HOUR
        return (day_ago if since is None else parse_time(since)), (None if until is None else parse_time(until))

    def _page(self, name: str, some: list[Any], query: dict[str, str]) -> Any:
        page, size = int(query.get("page", "0")), int(query.get("page_size", "30"))
        if not 0 < size <= 100 or page < 0:
            raise RefusedError(
                400, "syntax_constraint_violation", "The value of parameter 'page_size' is out of range."
            )
        size = min(size, self.server.most_items)
        shown = page if self.server.turns_pages else 0
        items = some[shown * size : (shown + 1) * size]
        said = {"page": page, "page_size": len(items), name: items}
        return said | {"count": len(some)} if self.server.counts else said

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 429 and self.server.retry_after is not None:
            self.send_header("Retry-After", self.server.retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)


def _json(content: Any) -> bytes:
    return json.dumps(content).encode()
