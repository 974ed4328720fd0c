"""A gateway that speaks the open feed protocol (feed/openapi.yaml, smsreport-feed/1)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from smsreport_tui.gateways.address import gateway_url, is_loopback
from smsreport_tui.gateways.answers import TooLargeError, read_body
from smsreport_tui.gateways.feed_desk import FeedDesk
from smsreport_tui.gateways.interface import Answer, Capabilities, CursorGoneError, GatewayInfo, Message, NotFound
from smsreport_tui.gateways.patience import LONGEST_WAIT, Patience, retry_after_seconds
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
SMALLEST_PAGE = 20


class _Info(msgspec.Struct):
    protocol: str
    name: str
    vendor: str
    capabilities: Capabilities


class _TryAgainError(Exception):
    """An answer that another try may better; the text tells what it was."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


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
        self._patience = patience or Patience()
        self._sleep = sleep
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
        self._desk = FeedDesk(self._client, self.url, clock)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def info(self) -> GatewayInfo:
        """Name, vendor and capabilities. Raises GatewayError also when the address is no feed."""
        try:
            found = msgspec.json.decode(await self._get("info", {}, None), type=_Info)
        except msgspec.MsgspecError as error:
            raise GatewayError(
                f"What answers at {self.url} is no SMS Report feed: check the gateway's address."
            ) from error
        if found.protocol != PROTOCOL:
            raise GatewayError(
                f"The gateway at {self.url} speaks {found.protocol[:40]!r}, and this program {PROTOCOL}: "
                "update one of them."
            )
        return GatewayInfo(found.name, found.vendor, found.capabilities)

    async def activities(self, cursor: str | None) -> Page[Activity]:
        """One page of activities."""
        return await self._page("activities", self._activities, cursor)

    async def profiles(self, cursor: str | None) -> Page[Profile]:
        """One page of profiles."""
        return await self._page("profiles", self._profiles, cursor)

    async def events(self, cursor: str | None) -> Page[Event]:
        """One page of events."""
        return await self._page("events", self._events, cursor)

    async def send(self, message: Message) -> Answer:
        """Ask for one message to be sent again."""
        return await self._desk.send(message)

    async def find(self, key: str) -> Answer | NotFound:
        """Whether a message with this key was accepted."""
        return await self._desk.find(key)

    async def balance(self) -> int:
        """Ten-thousandths of a credit that are left. Raises GatewayError."""
        return await self._desk.balance()

    async def _page(self, stream: str, door: Door[Any, Item], cursor: str | None) -> Page[Item]:
        read: list[Page[Item]] = []

        def check(body: bytes) -> None:
            read[:] = [door.read(body)]

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

    async def _get(self, path: str, query: dict[str, str], check: Callable[[bytes], None] | None) -> bytes:
        failures = 0
        while True:
            try:
                body = await self._try(path, query)
                if check is not None:
                    await asyncio.to_thread(check, body)
                return body
            except (_TryAgainError, BadPageError) as error:
                failures += 1
                retry_after = getattr(error, "retry_after", None)
                if failures >= self._patience.tries or (retry_after or 0) > LONGEST_WAIT:
                    raise GatewayError(_gave_up(self.url, str(error), failures, retry_after)) from error
            await self._sleep(self._patience.wait(failures, retry_after))

    async def _try(self, path: str, query: dict[str, str]) -> bytes:
        try:
            async with asyncio.timeout(DEADLINE):
                request = self._client.build_request("GET", f"{self.url}/v1/{path}", params=query)
                response = await self._client.send(request, stream=True)
                try:
                    self._judge(response, "cursor" in query)
                    return await read_body(response, LARGEST_ANSWER)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise _TryAgainError("it does not answer in time") from error
        except httpx.TimeoutException as error:
            raise _TryAgainError("it does not answer in time") from error
        except httpx.ConnectError as error:
            raise _TryAgainError("nothing answers at that address") from error
        except httpx.DecodingError as error:
            raise _TryAgainError("its answers can not be unpacked") from error
        except httpx.TransportError as error:
            raise _TryAgainError("the connection breaks") from error
        except httpx.InvalidURL as error:
            raise GatewayError(f"The gateway's address {self.url} is no web address: check it.") from error

    def _judge(self, response: httpx.Response, has_cursor: bool) -> None:
        status = response.status_code
        if status == 200:
            return
        if status == 410 or (status == 400 and has_cursor):
            raise CursorGoneError("The gateway no longer knows where the sync left off: it starts again.")
        if status in (401, 403):
            raise GatewayError(
                f"The gateway at {self.url} refuses the token ({status}): check SMSREPORT_TOKEN, the token file "
                "or the keyring."
            )
        if status == 429 or status >= 500 or status == 408:
            retry_after = retry_after_seconds(response.headers.get("Retry-After"), self._clock.now())
            reason = "it asks to be left alone" if status == 429 else f"it answers with error {status}"
            raise _TryAgainError(reason, retry_after)
        if 300 <= status < 400:
            raise GatewayError(f"The address {self.url} leads on to another one: give the gateway's final address.")
        raise GatewayError(
            f"What answers at {self.url} is no SMS Report feed (it says {status}): check the gateway's address."
        )


def _gave_up(url: str, reason: str, tries: int, retry_after: float | None) -> str:
    if (retry_after or 0) > LONGEST_WAIT:
        minutes = round((retry_after or 0) / 60)
        return f"The gateway at {url} asks to be left alone for {minutes} minutes: try again then."
    return (
        f"The gateway at {url} was asked {tries} times, and {reason}: "
        "check the address and the network, or try again later."
    )
