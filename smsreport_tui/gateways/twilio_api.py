"""Requests to Twilio's Messages resource (2010-04-01) of one account."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import httpx

from smsreport_tui.gateways.address import gateway_url, is_loopback
from smsreport_tui.gateways.asking import Asker, TryAgainError, judge_any
from smsreport_tui.gateways.interface import REQUEST_SECONDS, Lost, Refused
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.telling import Told, tell
from smsreport_tui.gateways.twilio_message import BadListError, MessagePage, read_page
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import utc

DEADLINE = 60.0
"""Seconds that one request may take in all."""
LARGEST = 32 * 2**20
"""Bytes of one answer."""
PAGE_ITEMS = 1_000
"""The largest page that Twilio gives."""


class TwilioApi:
    """Speaks for one account with its auth token; never follows a redirect, nor a list to another address."""

    def __init__(
        self,
        url: str,
        account_sid: str,
        token: str,
        *,
        clock: Clock,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        base = gateway_url(url)
        self._path = f"/2010-04-01/Accounts/{account_sid}"
        self._origin = urlsplit(base)[:2]
        self.url = f"{base}{self._path}"
        self._list = f"{self.url}/Messages.json"
        self._clock = clock
        self._client = httpx.AsyncClient(
            auth=httpx.BasicAuth(account_sid, token),
            headers={"Accept": "application/json", "User-Agent": "smsreport"},
            follow_redirects=False,
            timeout=httpx.Timeout(DEADLINE, connect=10.0),
            # A proxy that is configured for the web must not be asked for this machine's own services.
            trust_env=not is_loopback(urlsplit(base).hostname or ""),
        )
        self._asker = Asker(self._client, self.url, patience or Patience(), sleep)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def check(self) -> None:
        """Ask for one message, to see whether address, account and token are right. Raises GatewayError."""
        await self._page(f"{self._list}?PageSize=1")

    async def pages(self, since: int) -> AsyncIterator[list[bytes]]:
        """The messages sent at that time (microseconds UTC) or later, newest first. Raises GatewayError."""
        day = utc(since).strftime("%Y-%m-%dT%H:%M:%SZ")
        url: str | None = str(httpx.URL(self._list).copy_merge_params({"DateSent>": day, "PageSize": str(PAGE_ITEMS)}))
        asked: set[str] = set()
        while url is not None:
            if url in asked:
                raise GatewayError(f"The list at {self.url} leads back to itself: tell Twilio's support.")
            asked.add(url)
            page = await self._page(url)
            yield page.messages
            url = self.following(page)

    def following(self, page: MessagePage) -> str | None:
        """The address of the page after this one: of the same list, at the same place. Raises GatewayError."""
        if page.next_page_uri is None:
            return None
        parts = urlsplit(page.next_page_uri)
        here = parts[:2] in (("", ""), self._origin)
        if not here or parts.path != f"{self._path}/Messages.json":
            raise GatewayError(f"The list at {self.url} leads on to another address: it was not followed.")
        return f"{self._list}?{parts.query}"

    async def fetch(self, sid: str) -> bytes | None:
        """One message, or None where the account has no such. Raises GatewayError."""
        absent = False

        async def judge(response: httpx.Response) -> None:
            nonlocal absent
            absent = response.status_code == 404
            if not absent:
                self._judge(response)

        def build() -> httpx.Request:
            return self._client.build_request("GET", f"{self.url}/Messages/{sid}.json")

        body = await self._asker.ask(build, judge, seconds=DEADLINE, largest=LARGEST)
        return None if absent else body

    async def tell_create(self, fields: Mapping[str, str]) -> Told | Refused | Lost:
        """Ask once for a message to be sent."""
        request = self._client.build_request("POST", self._list, data=fields)
        return await tell(self._client, request, self._clock, REQUEST_SECONDS)

    async def tell_list(self, msisdn: str, url: str | None) -> Told | Refused | Lost:
        """Ask once for all messages to a number, or for the page of them at an address that `following` has given."""
        params = None if url else {"To": msisdn, "PageSize": str(PAGE_ITEMS)}
        request = self._client.build_request("GET", url or self._list, params=params)
        return await tell(self._client, request, self._clock, REQUEST_SECONDS, LARGEST)

    async def _page(self, url: str) -> MessagePage:
        read: list[MessagePage] = []

        async def judge(response: httpx.Response) -> None:
            self._judge(response)

        async def check(body: bytes) -> None:
            try:
                read[:] = [read_page(body)]
            except BadListError as error:
                raise TryAgainError("its list can not be read") from error

        await self._asker.ask(
            lambda: self._client.build_request("GET", url), judge, check, seconds=DEADLINE, largest=LARGEST
        )
        return read[0]

    def _judge(self, response: httpx.Response) -> None:
        if response.status_code == 200:
            return
        judge_any(response, self.url, self._clock.now())
        raise GatewayError(
            f"What answers at {self.url} is no such account of Twilio's (it says {response.status_code}): "
            "check the address and the account SID."
        )
