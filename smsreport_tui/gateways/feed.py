"""A gateway that speaks the open feed protocol (feed/openapi.yaml, smsreport-feed/1)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from smsreport_tui.gateways.address import gateway_url, is_loopback
from smsreport_tui.gateways.answers import TooLargeError
from smsreport_tui.gateways.asking import Asker, Check, TryAgainError, judge_any
from smsreport_tui.gateways.feed_desk import FeedDesk
from smsreport_tui.gateways.feed_segments import FeedSegments
from smsreport_tui.gateways.interface import (
    Answer,
    Capabilities,
    Created,
    CursorGoneError,
    Follow,
    GatewayInfo,
    Lost,
    Message,
    NewActivity,
    NotFound,
    Refused,
)
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.door import BadPageError, Door, activity_door, event_door, profile_door
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Item, Page, Profile

PROTOCOL = "smsreport-feed/1"
DEADLINE = 60.0
"""Seconds that one request may take in all."""
LARGEST_ANSWER = 64 * 2**20
"""Bytes of one answer."""
PAGE_ITEMS = 2_000
INFO_TRIES = 3
SMALLEST_PAGE = 20
_HEAD_START = 0.002
"""Seconds that the request for the next page has before a page is decoded."""


class _Info(msgspec.Struct):
    protocol: str
    name: str
    vendor: str
    capabilities: Capabilities


class FeedGateway:
    """Reads the feed at a base URL with a bearer token; asks again with patience, and never follows a redirect."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        clock: Clock,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = gateway_url(url)
        self._clock = clock
        self.page_items = PAGE_ITEMS
        self._activities = activity_door()
        self._profiles = profile_door()
        self._events = event_door()
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json", "User-Agent": "smsreport"},
            follow_redirects=False,
            timeout=httpx.Timeout(DEADLINE, connect=10.0),
            # A proxy that is configured for the web must not be asked for this machine's own services.
            trust_env=not is_loopback(urlsplit(self.url).hostname or ""),
        )
        self._asker = Asker(self._client, self.url, patience or Patience(), sleep)
        self._desk = FeedDesk(self._client, self.url, clock)
        self._segments = FeedSegments(self._client, self.url, clock, self._asker)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def info(self) -> GatewayInfo:
        """Name, vendor and capabilities. Raises GatewayError also when the address is no feed."""
        found = await self._info()
        if found.protocol != PROTOCOL:
            raise GatewayError(
                f"The gateway at {self.url} speaks {found.protocol[:40]!r}, and this program {PROTOCOL}: "
                "update one of them."
            )
        return GatewayInfo(found.name, found.vendor, found.capabilities)

    async def _info(self) -> _Info:
        tries = 1
        while True:
            try:
                return msgspec.json.decode(await self._get("info", {}, None), type=_Info)
            except msgspec.MsgspecError as error:
                # What is no JSON may be an accident on the way; what says something else is none.
                if isinstance(error, msgspec.ValidationError) or tries == INFO_TRIES:
                    raise GatewayError(
                        f"What answers at {self.url} is no SMS Report feed: check the gateway's address."
                    ) from error
            tries += 1

    async def collect(self) -> None:
        """Nothing: the streams are the gateway's own."""

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]:
        """One page of activities."""
        return await self._page("activities", self._activities, cursor, follow)

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]:
        """One page of profiles."""
        return await self._page("profiles", self._profiles, cursor, follow)

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]:
        """One page of events."""
        return await self._page("events", self._events, cursor, follow)

    async def send(self, message: Message) -> Answer:
        """Ask for one message to be sent again."""
        return await self._desk.send(message)

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:  # noqa: ARG002 - the key tells
        """Whether a message with this key was accepted."""
        return await self._desk.find(message.key)

    async def create_activity(self, key: str, activity: NewActivity) -> Created | Refused | Lost:
        """Ask for a new activity."""
        return await self._desk.create(key, activity)

    async def balance(self) -> int:
        """Ten-thousandths of a credit that are left. Raises GatewayError."""
        return await self._desk.balance()

    async def put_segment(self, segment_id: str, name: str, description: str) -> None:
        """Create a segment or replace it, empty and not in force. Raises GatewayError."""
        await self._segments.put(segment_id, name, description)

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:
        """Add one numbered batch. Raises GatewayError."""
        await self._segments.put_members(segment_id, batch, profile_ids)

    async def commit_segment(self, segment_id: str, members: int) -> None:
        """Put what was uploaded in force. Raises GatewayError."""
        await self._segments.commit(segment_id, members)

    async def _page(self, stream: str, door: Door[Any, Item], cursor: str | None, follow: Follow | None) -> Page[Item]:
        read: list[Page[Item]] = []

        async def check(body: bytes) -> None:
            following = door.following(body) if follow is not None else None
            if follow is not None and following is not None:
                follow(following)
                # To decode keeps the interpreter busy for longer than the next request takes to leave.
                await asyncio.sleep(_HEAD_START)
            try:
                read[:] = [await asyncio.to_thread(door.read, body)]
            except BadPageError as error:
                raise TryAgainError(str(error)) from error

        while True:
            query = {"limit": str(self.page_items)}
            if cursor is not None:
                query["cursor"] = cursor
            try:
                await self._get(stream, query, check)
            except TooLargeError as error:
                if self.page_items <= SMALLEST_PAGE:
                    raise GatewayError(
                        f"The gateway sends pages of more than {LARGEST_ANSWER // 2**20} MB: tell its operator."
                    ) from error
                self.page_items = max(SMALLEST_PAGE, self.page_items // 4)
                continue
            return read[0]

    async def _get(self, path: str, query: dict[str, str], check: Check | None) -> bytes:
        async def judge(response: httpx.Response) -> None:
            self._judge(response, "cursor" in query)

        def build() -> httpx.Request:
            return self._client.build_request("GET", f"{self.url}/v1/{path}", params=query)

        return await self._asker.ask(build, judge, check, seconds=DEADLINE, largest=LARGEST_ANSWER)

    def _judge(self, response: httpx.Response, has_cursor: bool) -> None:
        status = response.status_code
        if status == 200:
            return
        if status == 410 or (status == 400 and has_cursor):
            raise CursorGoneError("The gateway no longer knows where the sync left off: it starts again.")
        judge_any(response, self.url, self._clock.now())
        raise GatewayError(
            f"What answers at {self.url} is no SMS Report feed (it says {status}): check the gateway's address."
        )
