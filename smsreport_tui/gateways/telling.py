"""One request that sends or asks after what was sent: made once, and what is not known of it is never forgotten."""

import asyncio
from typing import NamedTuple

import httpx

from smsreport_tui.gateways.answers import TooLargeError, read_body
from smsreport_tui.gateways.interface import Lost, Refusal, Refused
from smsreport_tui.gateways.patience import retry_after_seconds
from smsreport_tui.rules.clock import Clock

NO_CONNECTION_WAIT = 60.0
"""Seconds to leave a gateway alone that can not be connected to."""
LARGEST = 2**20
"""Bytes of an answer."""


class Told(NamedTuple):
    """An answer; `retry_after` in seconds."""

    status: int
    body: bytes
    retry_after: float | None


async def tell(
    client: httpx.AsyncClient, request: httpx.Request, clock: Clock, seconds: float, largest: int = LARGEST
) -> Told | Refused | Lost:
    """What came back; or why nothing did, or why nothing can have left. Raises nothing of its own."""
    try:
        async with asyncio.timeout(seconds):
            response = await client.send(request, stream=True)
            try:
                body = await read_body(response, largest)
            finally:
                await response.aclose()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Refused(Refusal.BUSY, "nothing answers at its address", NO_CONNECTION_WAIT)
    except (TimeoutError, httpx.TimeoutException):
        return Lost("it does not answer in time")
    except TooLargeError:
        return Lost("its answer is too large")
    except httpx.HTTPError:
        return Lost("the connection breaks")
    return Told(response.status_code, body, retry_after_seconds(response.headers.get("Retry-After"), clock.now()))
