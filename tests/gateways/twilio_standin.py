"""Twilio's Messages resource of one account, in memory: what is sent, what becomes of it, and how a list is paged.

Written by Twilio's published API alone, so that it may stand between our adapter, the vendor's own client and a proxy
that checks both sides against that API. Times come from a clock; nothing moves unless a test says so.
"""

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from smsreport_tui.rules.clock import SECOND, Clock
from smsreport_tui.rules.times import parse_time, utc

ACCOUNT = "AC" + "a1" * 16
SERVICE = "MG" + "b2" * 16
NUMBER = "+14155550100"
"""The number that the account sends from."""
TOKEN = "s3cret-of-the-vendor"  # the secret of `worlds.SECRET`
PRICE = "-0.00790"
_MOST = 1_000
_UNSENT = ("accepted", "scheduled", "queued")


@dataclass
class Stored:
    """One message of the account; times in microseconds UTC. `asked` are the fields of the request that made it."""

    sid: str
    to: str
    sender: str | None
    body: str
    direction: str
    status: str
    created: int
    updated: int
    sent: int | None = None
    service: str | None = None
    price: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> dict[str, Any]:
        """As the API tells it."""
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{self.sid}"
        return {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": _rfc_2822(self.created),
            "date_sent": None if self.sent is None else _rfc_2822(self.sent),
            "date_updated": _rfc_2822(self.updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": "1",
            "price": self.price,
            "price_unit": "USD" if self.price else None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }


@dataclass
class Fault:
    """What is answered to the next request to send instead; lost ones are carried out first."""

    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    loses: bool = False


class TwilioAccount:
    """The account's messages, oldest first."""

    def __init__(self, clock: Clock, first: int = 1) -> None:
        self.clock = clock
        self.messages: list[Stored] = []
        self.faults: list[Fault] = []
        """For requests to send, one after the other."""
        self.list_faults: list[Fault] = []
        self.hidden: set[str] = set()
        """Messages that no list shows yet."""
        self.lags = False
        """Whether what is sent now is among them."""
        self.requests: list[str] = []
        self.mangle: Callable[[dict[str, Any]], object] = lambda page: page
        self._next = first

    def add(self, to: str, body: str, *, sender: str | None = NUMBER, **more: Any) -> Stored:
        """One more message, sent at this moment unless it says otherwise."""
        now = _second(self.clock.now())
        values = {"direction": "outbound-api", "status": "sent", "created": now, "updated": now, "sent": now, **more}
        made = Stored(sid=f"SM{self._next:032x}", to=to, sender=sender, body=body, **values)
        self._next += 1
        self.messages.append(made)
        return made

    def reply(self, number: str, text: str) -> Stored:
        """Somebody sends an SMS to the account's number."""
        return self.add(NUMBER, text, sender=number, direction="inbound", status="received")

    def move(self, message: Stored, status: str, code: int | None = None, words: str | None = None) -> None:
        """A message's state changes, now."""
        now = _second(self.clock.now())
        message.status, message.updated = status, now
        message.error_code, message.error_message = code, words
        if status not in _UNSENT and message.sent is None:
            message.sent = now
        if message.service is not None and message.sender is None:
            message.sender = NUMBER

    def newest(self, number: str) -> Stored:
        """The newest message to a number."""
        return next(one for one in reversed(self.messages) if one.to == number)

    def listed(self, query: dict[str, str]) -> list[Stored]:
        """What a list shows for its filters: the newest first."""
        found = [one for one in reversed(self.messages) if one.sid not in self.hidden]
        if "To" in query:
            found = [one for one in found if one.to == query["To"]]
        if "From" in query:
            found = [one for one in found if one.sender == query["From"]]
        if "DateSent>" in query:
            since = _moment(query["DateSent>"])
            found = [one for one in found if one.sent is not None and one.sent >= since]
        if "DateSent<" in query:
            until = _moment(query["DateSent<"])
            found = [one for one in found if one.sent is not None and one.sent <= until]
        return found

    def create(self, fields: dict[str, str]) -> Stored | tuple[int, str]:
        """A message as it is asked for, or the code and words of a refusal."""
        if not fields.get("To"):
            return 21604, "A 'To' phone number is required."
        if not fields.get("Body"):
            return 21602, "Message body is required."
        if not (fields.get("From") or fields.get("MessagingServiceSid")):
            return 21603, "A 'From' phone number is required."
        service = fields.get("MessagingServiceSid")
        status = "queued" if service is None else "accepted"
        made = self.add(
            fields["To"],
            fields["Body"],
            sender=fields.get("From"),
            service=service,
            status=status,
            sent=None,
            asked=fields,
        )
        if self.lags:
            self.hidden.add(made.sid)
        return made


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "TwilioServer"

    def do_GET(self) -> None:
        account = self._account()
        if account is None:
            return
        parts = urlsplit(self.path)
        if account.list_faults and parts.path.endswith("/Messages.json"):
            self._fail(account.list_faults.pop(0))
        elif parts.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            self._list(account, dict(parse_qsl(parts.query)))
        else:
            sid = parts.path.rpartition("/")[2].removesuffix(".json")
            found = next((one for one in account.messages if one.sid == sid), None)
            if found is None:
                self._problem(404, 20404, "The requested resource was not found")
            else:
                self._say(200, json.dumps(found.resource).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        account = self._account()
        if account is None:
            return
        fault = account.faults.pop(0) if account.faults else None
        if fault is not None and not fault.loses:
            self._fail(fault)
            return
        made = account.create(dict(parse_qsl(body)))
        if fault is not None:
            self.close_connection = True
        elif isinstance(made, Stored):
            self._say(201, json.dumps(made.resource).encode())
        else:
            self._problem(400, *made)

    def _account(self) -> TwilioAccount | None:
        account = self.server.account
        account.requests.append(f"{self.command} {self.path}")
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        if base64.b64decode(given).decode() != f"{ACCOUNT}:{TOKEN}":
            self._problem(401, 20003, "Authenticate")
            return None
        return account

    def _list(self, account: TwilioAccount, query: dict[str, str]) -> None:
        size = min(int(query.get("PageSize", "50")), _MOST, self.server.largest_page)
        number, token = int(query.get("Page", "0")), query.get("PageToken")
        found = account.listed(query)
        if token is not None:
            # The token names the last message of the page before: what came since does not move the pages.
            last = token.removeprefix("PA")
            found = found[1 + next((at for at, one in enumerate(found) if one.sid == last), len(found)) :]
        page, rest = found[:size], found[size:]
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken")}
        following = {
            **kept,
            "PageSize": str(size),
            "Page": str(number + 1),
            "PageToken": f"PA{page[-1].sid}" if page else "",
        }
        content: dict[str, Any] = {
            "end": number * size + len(page) - 1,
            "first_page_uri": f"{path}?{urlencode({**kept, 'PageSize': str(size), 'Page': '0'})}",
            "next_page_uri": f"{path}?{urlencode(following)}" if rest else None,
            "page": number,
            "page_size": size,
            "previous_page_uri": None,
            "start": number * size,
            "uri": f"{path}?{urlencode(query)}",
            "messages": [one.resource for one in page],
        }
        self._say(200, json.dumps(account.mangle(content)).encode())

    def _fail(self, fault: Fault) -> None:
        if fault.loses:
            self.close_connection = True
        else:
            self._say(fault.status, fault.body, **fault.headers)

    def _problem(self, status: int, code: int, words: str) -> None:
        self._say(status, problem(status, code, words))

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests read answers, not logs."""


class TwilioServer(ThreadingHTTPServer):
    """The API on loopback, on a port that the system picks; a test puts its account there."""

    daemon_threads = True

    def __init__(self, account: TwilioAccount) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.account = account
        self.largest_page = _MOST
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


def problem(status: int, code: int, words: str) -> bytes:
    """The body of a refusal."""
    info = f"https://www.twilio.com/docs/errors/{code}"
    return json.dumps({"code": code, "message": words, "more_info": info, "status": status}).encode()


def _second(at: int) -> int:
    return at - at % SECOND


def _rfc_2822(at: int) -> str:
    return format_datetime(utc(at))


def _moment(text: str) -> int:
    return parse_time(f"{text}T00:00:00Z" if len(text) == 10 else text)
