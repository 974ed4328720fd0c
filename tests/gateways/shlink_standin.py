"""A Shlink on loopback with links and visits; it holds every request and answer against the published API."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from smsreport_tui.rules.clock import SECOND, Clock
from smsreport_tui.rules.times import parse_time, utc
from tests.gateways.shlink_spec import wrong_answer, wrong_request

KEY = "s3cret-of-the-vendor"
DEFAULT_DOMAIN = "s.test"
Fault = Callable[["Handler"], None]
_TYPES = "https://shlink.io/api/error"


@dataclass
class Link:
    """A short link; `domain` is None for the default one."""

    code: str
    long_url: str
    tags: list[str]
    title: str | None
    domain: str | None = None


@dataclass
class StandinVisit:
    """One visit, dated in microseconds UTC."""

    code: str
    at: int
    agent: str = "Mozilla/5.0 (iPhone) Mobile Safari"
    referer: str = ""
    bot: bool = False
    country: str | None = None
    visited_url: str | None = None


@dataclass
class Shlink:
    """What it has, what it was asked, and how it misbehaves.

    `faults` are answers in place of the next ones, none where it answers as ever; `lost` is how many links it makes
    next without an answer;
    `on_visits` runs before each page of visits. `offset` is the zone that it dates visits in.
    """

    clock: Clock
    links: dict[str, Link] = field(default_factory=dict)
    visits: list[StandinVisit] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    faults: list[Fault | None] = field(default_factory=list)
    lost: int = 0
    on_visits: Callable[[int], None] = lambda _page: None
    behind: int = 0
    offset: str = "+00:00"
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    fetched_titles: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    gather: threading.Barrier | None = None

    def now(self) -> int:
        """By its own clock."""
        return self.clock.now() - self.behind

    def visit(self, code: str, at: int | None = None, **more: Any) -> None:
        """Somebody opens a link."""
        with self.lock:
            self.visits.append(StandinVisit(code, self.now() if at is None else at, **more))

    def fail_after(self, requests: int, fault: Fault) -> None:
        """So many more requests are answered, then one is not."""
        self.faults = [*(None for _ in range(requests)), fault]

    def begin_anew(self, clock: Clock) -> None:
        """Nothing is there, and nothing was asked."""
        with self.lock:
            self.clock = clock
            for kept in (self.links, self.tags, self.visits, self.faults, self.asked, self.bodies):
                kept.clear()

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and content."""
        parts = path.removeprefix("/rest/v3/").split("/")
        match (method, *parts):
            case ("GET", "domains"):
                redirects = {"baseUrlRedirect": None, "regular404Redirect": None, "invalidShortUrlRedirect": None}
                data = [{"domain": DEFAULT_DOMAIN, "isDefault": True, "redirects": redirects}]
                return 200, {"domains": {"data": data, "defaultRedirects": redirects}}
            case ("GET", "tags", tag, "visits"):
                return self._tag_visits(tag, query)
            case ("POST", "short-urls"):
                return self._create(json.loads(body))
            case ("GET", "short-urls", code):
                link = self.links.get(code)
                if link is None or link.domain != query.get("domain"):
                    return problem(404, "short-url-not-found", shortCode=code)
                return 200, _document(link)
        return problem(404, "not-found")

    def _tag_visits(self, tag: str, query: dict[str, str]) -> tuple[int, Any]:
        page, size = int(query.get("page", 1)), int(query.get("itemsPerPage", 10**9))
        self.on_visits(page)
        if tag not in self.tags:
            return problem(404, "tag-not-found", tag=tag)
        start, end = parse_time(query["startDate"]), parse_time(query["endDate"])
        tagged = {code for code, link in self.links.items() if tag in link.tags}
        chosen = [
            one
            for one in reversed(self.visits)
            if one.code in tagged
            and start <= one.at // SECOND * SECOND <= end
            and not ("excludeBots" in query and one.bot)
        ]
        some = chosen[(page - 1) * size : page * size]
        pagination = {
            "currentPage": page,
            "pagesCount": max(1, -(-len(chosen) // size)),
            "itemsPerPage": size,
            "itemsInCurrentPage": len(some),
            "totalItems": len(chosen),
        }
        return 200, {"visits": {"data": [self._visit(one) for one in some], "pagination": pagination}}

    def _visit(self, one: StandinVisit) -> dict[str, Any]:
        whole = one.at // SECOND * SECOND
        shift = int(self.offset[1:3]) * 3600 * SECOND * (1 if self.offset[0] == "+" else -1)
        return {
            "referer": one.referer,
            "date": f"{utc(whole + shift):%Y-%m-%dT%H:%M:%S}{self.offset}",
            "userAgent": one.agent,
            "visitLocation": None if one.country is None else {"countryCode": one.country, "cityName": "Lund"},
            "potentialBot": one.bot,
            "visitedUrl": one.visited_url or f"https://{DEFAULT_DOMAIN}/{one.code}",
            "redirectUrl": self.links[one.code].long_url,
        }

    def _create(self, body: dict[str, Any]) -> tuple[int, Any]:
        code, tags = body["customSlug"], [tag.strip().lower().replace(" ", "-") for tag in body.get("tags", [])]
        known = self.links.get(code)
        if known is not None:
            same = (known.long_url, set(known.tags), known.domain) == (body["longUrl"], set(tags), body.get("domain"))
            if body.get("findIfExists") and same:
                return 200, _document(known)
            return problem(400, "non-unique-slug", customSlug=code)
        if not body.get("title"):
            self.fetched_titles.append(body["longUrl"])
        link = Link(code, body["longUrl"], tags, body.get("title"), body.get("domain"))
        self.links[code] = link
        self.tags.update(tags)
        return 200, _document(link)


def _document(link: Link) -> dict[str, Any]:
    return {
        "shortCode": link.code,
        "shortUrl": f"https://{link.domain or DEFAULT_DOMAIN}/{link.code}",
        "longUrl": link.long_url,
        "dateCreated": "2026-03-02T12:00:00+00:00",
        "visitsSummary": {"total": 0, "nonBots": 0, "bots": 0},
        "tags": link.tags,
        "meta": {"validSince": None, "validUntil": None, "maxVisits": None},
        "domain": link.domain,
        "title": link.title,
        "crawlable": False,
        "forwardQuery": True,
        "hasRedirectRules": False,
    }


def problem(status: int, kind: str, **more: object) -> tuple[int, Any]:
    """An error as Shlink tells it."""
    title = kind.replace("-", " ")
    return status, {"type": f"{_TYPES}/{kind}", "title": title, "detail": f"It is {title}", "status": status, **more}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    # Head and body leave apart, and the body would wait for the head's receipt.
    disable_nagle_algorithm = True
    server: "Server"

    def do_GET(self) -> None:
        shlink = self.server.shlink
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        with shlink.lock:
            shlink.asked.append(f"{self.command} {self.path}")
            shlink.busy += 1
            shlink.most_busy = max(shlink.most_busy, shlink.busy)
            shlink.wrong += wrong_request(self.command, url.path, query, body)
            fault = shlink.faults.pop(0) if shlink.faults else None
        if shlink.gather is not None:
            with contextlib.suppress(threading.BrokenBarrierError):
                shlink.gather.wait(5)
        try:
            if fault is not None:
                fault(self)
            else:
                self._answer(url.path, query, body)
        finally:
            with shlink.lock:
                shlink.busy -= 1

    def do_POST(self) -> None:
        self.do_GET()

    def _answer(self, path: str, query: dict[str, str], body: bytes) -> None:
        shlink = self.server.shlink
        if self.headers.get("X-Api-Key") != KEY:
            self.say(*problem(401, "invalid-api-key"))
            return
        with shlink.lock:
            if body:
                shlink.bodies.append(json.loads(body))
            status, content = shlink.answer(self.command, path, query, body)
            shlink.wrong += wrong_answer(self.command, path, status, content)
            loses = self.command == "POST" and shlink.lost > 0
            shlink.lost -= loses
        if loses:
            self.close_connection = True
            return
        self.say(status, content)

    def say(self, status: int, content: Any, **headers: str) -> None:
        """JSON, dated by Shlink's own clock."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        kind = "application/json" if status < 400 else "application/problem+json"
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What the header Date says."""
        return format_datetime(utc(self.server.shlink.now() // SECOND * SECOND), usegmt=True)

    def log_message(self, *_: Any) -> None:
        """Tests read answers, not logs."""


class Server(ThreadingHTTPServer):
    """On a port that the system picks."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is cut off leaves in the middle of an answer."""

    def __init__(self, shlink: Shlink) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.shlink = shlink

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def shlink_server(clock: Clock) -> Iterator[tuple[Shlink, str]]:
    """A running Shlink and its address; at the end nothing may have been against the published API."""
    shlink = Shlink(clock)
    server = Server(shlink)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield shlink, server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert shlink.wrong == []


def fails(status: int, **headers: str) -> Fault:
    """An answer that is an error."""
    _, content = problem(status, "trouble")
    return lambda handler: handler.say(status, content, **headers)


def says_bytes(body: bytes) -> Fault:
    """An answer of these bytes."""
    return lambda handler: handler.say(200, body)


def hangs_up(handler: Handler) -> None:
    """No answer at all."""
    handler.close_connection = True
