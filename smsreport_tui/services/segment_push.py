"""Hands a segment to a gateway: replaced under its one id there, uploaded in batches, put in force (rules.md 6).

Every request may be repeated, and so may the whole: a push that was cut off anywhere leaves nobody in force there, and
the next one begins anew under the same id.
"""

import asyncio
import itertools
import secrets
import shlex
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import IO

from smsreport_tui.gateways.interface import LAST_BATCH, MOST_MEMBERS, Gateway, SegmentLostError
from smsreport_tui.rules.clock import HOUR, Clock
from smsreport_tui.rules.errors import GatewayError, SegmentError
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.text import shown
from smsreport_tui.services.known_gateway import KnownGateway, known_gateway
from smsreport_tui.services.pace import Pace
from smsreport_tui.services.unbroken import unbroken
from storage.segment_pushes import PushTarget, begin_push, finish_push, pushed_ids
from storage.segments import SegmentBook
from storage.store import Store

LONGEST_PUSH = HOUR
"""A push that takes longer ends with a sentence: people leave meanwhile, and its list grows old."""
ROUNDS = 3
"""So often a push begins anew when the gateway does not hold what was uploaded."""
_NUMBERS = LAST_BATCH // 2
_DESCRIPTIONS = {
    Purpose.INCLUDE: "From SMS Report, to include: people who may be sent to.",
    Purpose.EXCLUDE: "From SMS Report, to exclude: everyone who matches.",
}


@dataclass(frozen=True, slots=True)
class Push:
    """A segment in force at a gateway: by which id, and how many people it has there."""

    name: str
    purpose: Purpose
    gateway_id: str
    people: int


Progress = Callable[[int, int], None]
"""Hears how many people have been uploaded, of how many."""


class SegmentPusher:
    """Pushes segments of a store to one gateway, no faster than the gateway takes requests."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._sleep = sleep
        self._known: KnownGateway | None = None
        self._pace = Pace(None, sleep)

    async def push(self, name: str, purpose: Purpose, progress: Progress | None = None) -> Push:
        """Replace the segment there by its people of now. Raises SegmentError, GatewayError, StoreError."""
        await asyncio.to_thread(self._check, name)
        known = await self.known()
        if not known.capabilities.segments:
            raise GatewayError(_takes_none(self._gateway.url, name, purpose))
        target = await unbroken(self._begin, name, known.source_id, purpose)
        until = self._clock.now() + self._clock.span(LONGEST_PUSH)
        for rounds_left in reversed(range(ROUNDS)):
            try:
                people = await self._upload(target, until, progress)
                break
            except SegmentLostError:
                if not rounds_left:
                    raise
        await unbroken(self._finish, target, people)
        return Push(target.name, purpose, target.gateway_id, people)

    async def known(self) -> KnownGateway:
        """The gateway, which is asked once for what it can do. Raises GatewayError."""
        if self._known is None:
            self._known = await known_gateway(self._store, self._gateway)
            self._pace = Pace(self._known.capabilities.max_per_second, self._sleep)
        return self._known

    async def _upload(self, target: PushTarget, until: int, progress: Progress | None) -> int:
        gateway, segment = self._gateway, target.gateway_id
        with tempfile.TemporaryFile("w+", encoding="ascii") as file:
            people = await unbroken(self._write_list, target, file)
            await self._request(
                partial(gateway.put_segment, segment, target.name, _DESCRIPTIONS[target.purpose]), until
            )
            # A request of a push that was cut off may still arrive. With a number of its own it can not take the place
            # of a batch of this one: it can only add people, and then the commit is refused.
            number, done = secrets.randbelow(_NUMBERS), 0
            while batch := [line.rstrip("\n") for line in itertools.islice(file, MOST_MEMBERS)]:
                await self._request(partial(gateway.put_members, segment, number, batch), until)
                number, done = number + 1, done + len(batch)
                if progress is not None:
                    progress(done, people)
            await self._request(partial(gateway.commit_segment, segment, people), until)
        return people

    async def _request(self, request: Callable[[], Awaitable[None]], until: int) -> None:
        await self._pace.wait()
        if self._clock.now() > until:
            raise GatewayError(
                f"The gateway at {self._gateway.url} takes the segment so slowly that its list grows old: "
                "push it again when the gateway has less to do."
            )
        await request()

    def _check(self, name: str) -> None:
        with self._store.reading() as connection:
            SegmentBook(connection).key(name)

    def _begin(self, name: str, source_id: int, purpose: Purpose) -> PushTarget:
        with self._store.writing() as connection:
            return begin_push(connection, name, source_id, purpose)

    def _finish(self, target: PushTarget, people: int) -> None:
        with self._store.writing() as connection:
            finish_push(connection, target, people, self._clock.now())

    def _write_list(self, target: PushTarget, file: IO[str]) -> int:
        """Write who is pushed, an id a line, from one snapshot that ends with it; how many they are.

        A snapshot held as long as the gateway takes would have the store's log grow meanwhile.
        """
        people = 0
        try:
            with self._store.reading() as connection:
                now = self._clock.now()
                for batch in pushed_ids(connection, target.name, target.purpose, now, MOST_MEMBERS):
                    file.writelines(f"{one}\n" for one in batch)
                    people += len(batch)
            file.seek(0)
        except OSError as error:
            raise SegmentError(
                f"The temporary folder {tempfile.gettempdir()} does not take the list of people ({error.strerror}): "
                "make room there, then push again."
            ) from error
        return people


def _takes_none(url: str, name: str, purpose: Purpose) -> str:
    sendable = " --for-sending" if purpose is Purpose.INCLUDE else ""
    return (
        f"The gateway at {url} takes no segments: write the people to a file with "
        f"`smsreport segment members {shlex.quote(shown(name))} --export FILE{sendable}`, and load that into the "
        "sending platform."
    )
