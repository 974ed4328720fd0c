"""Asks a gateway again until it answers, with patience: for requests that may be repeated."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from smsreport_tui.gateways.answers import read_body
from smsreport_tui.gateways.patience import LONGEST_WAIT, Patience, retry_after_seconds
from smsreport_tui.rules.errors import GatewayError

Judge = Callable[[httpx.Response], Awaitable[None]]
"""Looks at the head of an answer. Raises TryAgainError or GatewayError for one that is not what was asked for."""
Check = Callable[[bytes], Awaitable[None]]
"""Looks at the body. Raises as a Judge does."""


class TryAgainError(Exception):
    """An answer that another try may better; the text tells what it was."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Asker:
    """Asks one gateway, and never waits longer than `LONGEST_WAIT` in all for one answer."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, patience: Patience, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._client = client
        self._url = url
        self._patience = patience
        self._sleep = sleep

    async def ask(
        self,
        build: Callable[[], httpx.Request],
        judge: Judge,
        check: Check | None = None,
        *,
        seconds: float,
        largest: int,
    ) -> bytes:
        """The body of the answer; each try may take so many seconds and bytes. Raises GatewayError, TooLargeError."""
        failures, waited = 0, 0.0
        while True:
            try:
                body = await self._try(build, judge, seconds, largest)
                if check is not None:
                    await check(body)
                return body
            except TryAgainError as error:
                failures += 1
                wait = self._patience.wait(failures, error.retry_after)
                waited += wait
                if failures >= self._patience.tries or waited > LONGEST_WAIT:
                    raise GatewayError(_gave_up(self._url, str(error), failures, error.retry_after)) from error
            await self._sleep(wait)

    async def _try(self, build: Callable[[], httpx.Request], judge: Judge, seconds: float, largest: int) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(build(), stream=True)
                try:
                    await judge(response)
                    return await read_body(response, largest)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TryAgainError("it does not answer in time") from error
        except httpx.ConnectError as error:
            raise TryAgainError("nothing answers at that address") from error
        except httpx.DecodingError as error:
            raise TryAgainError("its answers can not be unpacked") from error
        except httpx.TransportError as error:
            raise TryAgainError("the connection breaks") from error
        except httpx.InvalidURL as error:
            raise GatewayError(f"The gateway's address {self._url} is no web address: check it.") from error


def judge_any(response: httpx.Response, url: str, now: int) -> None:
    """What an answer's status means whatever was asked for. Raises TryAgainError, GatewayError."""
    status = response.status_code
    if status in (401, 403):
        raise GatewayError(
            f"The gateway at {url} refuses the token ({status}): check SMSREPORT_TOKEN, the token file or the keyring."
        )
    if status == 429 or status >= 500 or status == 408:
        retry_after = retry_after_seconds(response.headers.get("Retry-After"), now)
        reason = "it asks to be left alone" if status == 429 else f"it answers with error {status}"
        raise TryAgainError(reason, retry_after)
    if 300 <= status < 400:
        raise GatewayError(f"The address {url} leads on to another one: give the gateway's final address.")


def _gave_up(url: str, reason: str, tries: int, retry_after: float | None) -> str:
    if (retry_after or 0) > LONGEST_WAIT:
        minutes = round((retry_after or 0) / 60)
        return f"The gateway at {url} asks to be left alone for {minutes} minutes: try again then."
    return (
        f"The gateway at {url} was asked {tries} times, and {reason}: "
        "check the address and the network, or try again later."
    )
