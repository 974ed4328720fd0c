"""No more requests a second than a gateway takes."""

import asyncio
from collections.abc import Awaitable, Callable

BATCH_SECONDS = 15
"""A batch is never larger than what may leave in this time, so that its claim outlives it."""


class Pace:
    """Gives each request its moment, in the order in which they ask."""

    def __init__(self, most_per_second: float | None, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._gap = 1 / most_per_second if most_per_second else 0.0
        self._sleep = sleep
        self._next = 0.0

    def batch(self, most: int) -> int:
        """How many may be claimed together, `most` at most."""
        return most if not self._gap else max(1, min(most, int(BATCH_SECONDS / self._gap)))

    def hold_back(self, seconds: float) -> None:
        """Nothing leaves within so many seconds from now."""
        if self._gap and seconds > 0:
            self._next = max(self._next, asyncio.get_running_loop().time() + seconds)

    async def wait(self) -> None:
        """Returns when the next request may leave."""
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        moment = max(now, self._next)
        self._next = moment + self._gap
        if moment > now:
            await self._sleep(moment - now)
