"""Holds back every request while a server wants to be left alone, not only the one that it said so to."""

import asyncio
from collections.abc import Awaitable, Callable


class Gate:
    """Open, unless somebody rests."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._sleep = sleep
        self._resting = 0
        self._open = asyncio.Event()
        self._open.set()

    async def wait(self) -> None:
        """Returns when nobody rests."""
        await self._open.wait()

    async def rest(self, seconds: float) -> None:
        """Close it for so long, and return when nobody else rests either."""
        self._resting += 1
        self._open.clear()
        try:
            await self._sleep(seconds)
        finally:
            self._resting -= 1
            if not self._resting:
                self._open.set()
        await self._open.wait()
