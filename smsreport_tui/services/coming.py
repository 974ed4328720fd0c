"""Pages of a stream on their way, the next one asked for as soon as its cursor is known."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from smsreport_tui.gateways.interface import Follow
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Page

Fetch = Callable[[str | None, Follow | None], Coroutine[Any, Any, Page[Any]]]


class Coming:
    """The page that is waited for, and behind it the one that it leads to, asked for before its items are read."""

    def __init__(self, fetch: Fetch, cursor: str | None) -> None:
        self._fetch = fetch
        self._seen = {cursor}
        self._asked: dict[str | None, asyncio.Task[Page[Any]]] = {}
        self._dropped: list[asyncio.Task[Page[Any]]] = []
        self._cursor = cursor
        self._waiting = False
        self._ask(cursor)

    async def page(self) -> Page[Any]:
        """The page at the cursor."""
        self._waiting = True
        try:
            return await self._asked[self._cursor]
        finally:
            self._waiting = False

    def go_on(self, cursor: str) -> None:
        """Ask for the page at the next cursor, and forget what a page that was not taken had led to."""
        if cursor in self._seen:
            raise GatewayError("The gateway's pages lead in a circle: tell its operator.")
        self._seen.add(cursor)
        self._cursor = cursor
        self._ask(cursor)
        for other in self._asked.keys() - {cursor}:
            self._drop(self._asked.pop(other))

    async def end(self) -> None:
        """Ask for nothing any more."""
        tasks = [*self._asked.values(), *self._dropped]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ask(self, cursor: str | None) -> None:
        if cursor not in self._asked:
            self._asked[cursor] = asyncio.ensure_future(self._fetch(cursor, partial(self._follow, cursor)))

    def _drop(self, task: asyncio.Task[Page[Any]]) -> None:
        if task.cancel():
            self._dropped.append(task)
        elif not task.cancelled():
            # Asked for, so that nobody logs a failure that is nobody's.
            task.exception()

    def _follow(self, cursor: str | None, following: str) -> None:
        # One page ahead of the one that is waited for: a store that is slower than the gateway is not swamped.
        if self._waiting and cursor == self._cursor and following not in self._seen:
            self._ask(following)
