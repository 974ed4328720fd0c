"""Speaks with one service plan of Sinch: asks again with patience what may be repeated, and tells once what sends."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from smsreport_tui.gateways.address import gateway_url, is_loopback
from smsreport_tui.gateways.answers import TooLargeError, read_body
from smsreport_tui.gateways.asking import Asker, TryAgainError, judge_any
from smsreport_tui.gateways.interface import REQUEST_SECONDS, Lost, Refusal, Refused
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.sinch_answers import UnreadableError
from smsreport_tui.gateways.telling import Told, tell
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.rules.text import shown

DEADLINE = 60.0
"""Seconds that one request may take in all."""
_LARGEST = 64 * 2**20
_LONGEST_REASON = 200
_NUMBER = re.compile(r"\+?[0-9]{6,}")
_PLAN = re.compile(r"/xms/v1/[A-Za-z0-9_-]+")
Answered = TypeVar("Answered")


class MissingError(GatewayError):
    """Sinch does not know what was asked for."""


class _Problem(msgspec.Struct):
    code: str = ""
    text: str = ""
    description: str = ""


def plan_url(text: str) -> str:
    """The address of a service plan. Raises ConfigError."""
    url = gateway_url(text)
    if not _PLAN.fullmatch(urlsplit(url).path):
        raise ConfigError(
            "The address names no service plan of Sinch: give one like "
            "https://us.sms.api.sinch.com/xms/v1/SERVICE_PLAN_ID, with your region and the id from Sinch's dashboard."
        )
    return url


class SinchPlan:
    """The service plan at an address, by its API token. Never follows a redirect."""

    def __init__(
        self,
        url: str,
        token: str,
        clock: Clock,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = plan_url(url)
        self._clock = clock
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json", "User-Agent": "smsreport"},
            follow_redirects=False,
            timeout=httpx.Timeout(DEADLINE, connect=10.0),
            # A proxy that is configured for the web must not be asked for this machine's own services.
            trust_env=not is_loopback(urlsplit(self.url).hostname or ""),
        )
        self._asker = Asker(self._client, self.url, patience or Patience(), sleep)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        read: Callable[[bytes], Answered],
        query: Mapping[str, str] | None = None,
        content: Any = None,
    ) -> Answered:
        """What the answer reads as; for requests that may be repeated. Raises GatewayError, MissingError."""
        answers: list[Answered] = []

        async def check(body: bytes) -> None:
            try:
                answers[:] = [await asyncio.to_thread(read, body)]
            except UnreadableError as error:
                raise TryAgainError("its answer can not be read") from error

        try:
            await self._asker.ask(
                lambda: self._request(method, path, query, content),
                self._judge,
                check,
                seconds=DEADLINE,
                largest=_LARGEST,
            )
        except TooLargeError as error:
            raise GatewayError(f"An answer of the gateway at {self.url} is too large to read.") from error
        return answers[0]

    async def tell(
        self, method: str, path: str, query: Mapping[str, str] | None = None, content: Any = None
    ) -> Told | Refused | Lost:
        """What came back of one try; or why nothing did, or why nothing can have left."""
        request = self._request(method, path, query, content)
        return await tell(self._client, request, self._clock, REQUEST_SECONDS, _LARGEST)

    def _request(self, method: str, path: str, query: Mapping[str, str] | None, content: Any) -> httpx.Request:
        if content is None:
            return self._client.build_request(method, f"{self.url}/{path}", params=query)
        return self._client.build_request(
            method,
            f"{self.url}/{path}",
            params=query,
            content=msgspec.json.encode(content),
            headers={"Content-Type": "application/json"},
        )

    async def _judge(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        status = response.status_code
        if status == 401:
            judge_any(response, self.url, self._clock.now())
        said, reason = _said(status, await read_body(response, _LARGEST))
        if status == 404 or said == "unknown_group":
            raise MissingError(
                f"The gateway at {self.url} does not know what was asked for: {reason}. "
                "Check the region and the service plan's id in its address."
            )
        if status != 403 or not said:
            judge_any(response, self.url, self._clock.now())
        raise GatewayError(
            f"The gateway at {self.url} does not do what was asked for: {reason}. Look at the service plan at Sinch."
        )


def refused(told: Told) -> Refused | Lost:
    """What an answer other than success means for a request that sends."""
    said, reason = _said(told.status, told.body)
    match told.status:
        case 400 | 422:
            why = Refusal.MESSAGE
        case 401:
            why = Refusal.TOKEN
        case 402:
            why = Refusal.CREDITS
        case 403:
            # Sinch says so with a code of what it does not allow in one message; a proxy says it without.
            why = Refusal.MESSAGE if said and said not in _TOKEN_CODES else Refusal.TOKEN
        case 429:
            why = Refusal.BUSY
        case _:
            return Lost(f"it answers with error {told.status}")
    return Refused(why, reason, told.retry_after)


_TOKEN_CODES = frozenset({"unauthorized", "unauthenticated", "forbidden", "invalid_token"})


def _said(status: int, body: bytes) -> tuple[str, str]:
    """Sinch's code of an error, and why in its words, fit for the screen."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return "", f"It says {status}."
    words = ": ".join(word for word in (problem.code, problem.text or problem.description) if word)
    # It quotes the number that it does not like, and reasons are logged.
    words = shown(_NUMBER.sub("…", words), _LONGEST_REASON)
    return problem.code, f"{words} ({status})" if words else f"It says {status}."
