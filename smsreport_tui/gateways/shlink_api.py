"""Requests of Shlink's REST API, version 3, and what its answers hold."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from smsreport_tui.gateways.address import gateway_url, is_loopback
from smsreport_tui.gateways.answers import TooLargeError, problem_reason, read_body
from smsreport_tui.gateways.asking import Asker, TryAgainError, judge_any
from smsreport_tui.gateways.gate import Gate
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.rules.clock import SECOND, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import format_time

PAGE_VISITS = 1_000
DEADLINE = 60.0
"""Seconds that one request may take in all."""
LARGEST_ANSWER = 64 * 2**20
_LARGEST_PROBLEM = 2**16
_SLUG_TAKEN = "non-unique-slug"


class Location(msgspec.Struct, frozen=True, rename="camel"):
    """Where a visit came from, as far as Shlink can tell; the country's ISO code may be empty."""

    country_code: str | None = None


class Visit(msgspec.Struct, frozen=True, rename="camel"):
    """One visit; nothing in it names it. `visited_url` is the short address as it was opened, unset before 4.1."""

    date: str
    visited_url: str | msgspec.UnsetType | None = msgspec.UNSET
    user_agent: str | None = None
    referer: str | None = None
    potential_bot: bool = False
    visit_location: Location | None = None


class ShortUrl(msgspec.Struct, frozen=True, rename="camel"):
    """A short link that Shlink has."""

    short_code: str
    short_url: str
    long_url: str
    tags: list[str] = []


@dataclass(frozen=True, slots=True)
class Visits:
    """One page of visits, newest first, of `total` on `pages`; `unread` could not be read.

    `told_at` is when the server says that it answered, in microseconds UTC.
    """

    visits: tuple[Visit, ...]
    unread: int
    total: int
    pages: int
    told_at: int | None


class TagUnknownError(GatewayError):
    """Shlink has no link with that tag."""


class _NoneError(Exception):
    """There is no such link."""


class SlugTakenError(Exception):
    """Shlink has a link with that code already."""


class _Pagination(msgspec.Struct, rename="camel"):
    total_items: int
    pages_count: int


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    pagination: _Pagination


class _Visits(msgspec.Struct):
    visits: _Page


class _Domain(msgspec.Struct, rename="camel"):
    domain: str
    is_default: bool = False


class _DomainList(msgspec.Struct):
    data: list[_Domain]


class _Domains(msgspec.Struct):
    domains: _DomainList


class _Problem(msgspec.Struct):
    type: str = ""


_T = TypeVar("_T")
_Judge = Callable[[httpx.Response], Awaitable[None]]


def shlink_url(text: str) -> str:
    """Shlink's own address, also from that of its API. Raises ConfigError."""
    url = gateway_url(text)
    return url.removesuffix("/v3").removesuffix("/rest") if url.endswith(("/rest", "/rest/v3")) else url


class ShlinkApi:
    """Asks with patience, and all requests at once rest while it wants to be left alone. Raises GatewayError."""

    def __init__(
        self, url: str, key: str, clock: Clock, patience: Patience, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self.url = url
        self._clock = clock
        self._gate = Gate(sleep)
        self._client = httpx.AsyncClient(
            headers={"X-Api-Key": key, "Accept": "application/json", "User-Agent": "smsreport"},
            follow_redirects=False,
            timeout=httpx.Timeout(DEADLINE, connect=10.0),
            trust_env=not is_loopback(urlsplit(url).hostname or ""),
        )
        self._asker = Asker(self._client, url, patience, self._gate.rest)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def default_domain(self) -> str:
        """The domain that short links have unless another is asked for; empty where the key may not see it."""
        found = await self._ask(_Domains, "GET", "domains")
        return next((one.domain for one in found.domains.data if one.is_default), "")

    async def visits(self, tag: str, domain: str, start: int, end: int, page: int, size: int = PAGE_VISITS) -> Visits:
        """A page of the visits from one whole second to another, both included. Raises TagUnknownError.

        To leave robots' visits in, `excludeBots` must be absent: Shlink asks only whether it is there.
        """
        query = {"startDate": format_time(start), "endDate": format_time(end), "page": page, "itemsPerPage": size}
        if domain:
            query["domain"] = domain
        told: list[int | None] = [None]

        async def judge(response: httpx.Response) -> None:
            if response.status_code == 404:
                raise TagUnknownError(f"Shlink at {self.url} knows no link with the tag {tag}.")
            told[0] = _date(response)

        found = await self._ask(_Visits, "GET", f"tags/{tag}/visits", query=query, judge=judge)
        read = [one for one in map(_visit, found.visits.data) if one is not None]
        if any(one.visited_url is msgspec.UNSET for one in read):
            raise GatewayError(
                f"Shlink at {self.url} does not say which link a visit was of: version 4.1 does, so update it."
            )
        pages = found.visits.pagination
        unread = len(found.visits.data) - len(read)
        return Visits(tuple(read), unread, pages.total_items, pages.pages_count, told[0])

    async def create(self, body: Mapping[str, object]) -> ShortUrl:
        """A new short link, or the very same one that is there. Raises SlugTakenError."""

        async def judge(response: httpx.Response) -> None:
            if response.status_code != 400:
                return
            problem = await read_body(response, _LARGEST_PROBLEM)
            if _problem_type(problem).endswith(_SLUG_TAKEN):
                raise SlugTakenError
            raise GatewayError(f"Shlink at {self.url} refuses a short link: {problem_reason(400, problem)}")

        return await self._ask(ShortUrl, "POST", "short-urls", body=msgspec.json.encode(body), judge=judge)

    async def short_url(self, code: str, domain: str) -> ShortUrl | None:
        """The link with this code; None where there is none."""

        async def judge(response: httpx.Response) -> None:
            if response.status_code == 404:
                raise _NoneError

        query: dict[str, object] = {"domain": domain} if domain else {}
        try:
            return await self._ask(ShortUrl, "GET", f"short-urls/{code}", query=query, judge=judge)
        except _NoneError:
            return None

    async def _ask(
        self,
        answer: type[_T],
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        judge: _Judge | None = None,
    ) -> _T:
        read: list[_T] = []

        def build() -> httpx.Request:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            url = f"{self.url}/rest/v3/{path}"
            return self._client.build_request(method, url, params=query or None, content=body, headers=headers)

        async def look(response: httpx.Response) -> None:
            if judge is not None:
                await judge(response)
            if response.status_code != 200:
                self._judge_others(response)

        async def check(content: bytes) -> None:
            try:
                read[:] = [await asyncio.to_thread(msgspec.json.decode, content, type=answer)]
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
                raise TryAgainError("its answers can not be read") from error

        await self._gate.wait()
        try:
            await self._asker.ask(build, look, check, seconds=DEADLINE, largest=LARGEST_ANSWER)
        except TooLargeError as error:
            raise GatewayError(
                f"Shlink at {self.url} sends answers of more than {LARGEST_ANSWER // 2**20} MB: tell its operator."
            ) from error
        return read[0]

    def _judge_others(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in (401, 403):
            raise GatewayError(
                f"Shlink at {self.url} refuses the API key ({status}): make one there with `shlink api-key:generate`, "
                "and give it to this program."
            )
        judge_any(response, self.url, self._clock.now())
        raise GatewayError(
            f"What answers at {self.url} is no Shlink with version 3 of its API (it says {status}): check the address."
        )


def _visit(raw: msgspec.Raw) -> Visit | None:
    try:
        return msgspec.json.decode(raw, type=Visit)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _problem_type(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Problem).type
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return ""


def _date(response: httpx.Response) -> int | None:
    try:
        return int(parsedate_to_datetime(response.headers["Date"]).timestamp()) * SECOND
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
