"""A store in step with a simulated gateway, who is meant to be pushed by the world's own truth, and broken lines."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import select

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, HasTag, IsIn, Node, NoneOf, State
from smsreport_tui.services.segment_push import Push, SegmentPusher
from smsreport_tui.services.sync import sync
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.truth_people import People
from smsreport_tui.simulator.world import WorldConfig
from storage.mirror import mirror_of
from storage.segments import change_segment, create_segment
from storage.store import Store, open_store
from storage.tables import SEGMENT
from tests.services.truth_check import truth_of
from tests.storage.engines import POSTGRES, address, chosen

START = 1_772_442_000_000_000
WORLD = WorldConfig(profiles=420, activities=7, start=START)
T = TypeVar("T")


class CutOffError(Exception):
    """The program is gone."""


async def no_wait(_: float) -> None:
    return


@dataclass
class Cut:
    """Ends the program at its request of that number, before it leaves or when the gateway has answered it."""

    at: int | None = None
    answered: bool = False
    requests: list[str] = field(default_factory=list)

    async def before(self, request: httpx.Request) -> None:
        self.requests.append(f"{request.method} {request.url.path}")
        if self._is_here and not self.answered:
            raise CutOffError

    async def after(self, _: httpx.Response) -> None:
        if self._is_here and self.answered:
            raise CutOffError

    @property
    def _is_here(self) -> bool:
        return self.at is not None and len(self.requests) >= self.at


@dataclass
class Place:
    """One store and its gateway."""

    store: Store
    simulator: Running
    clock: FixedClock
    _people: People | None = None

    def ask(self, work: Callable[[FeedGateway], Coroutine[Any, Any, T]], cut: Cut | None = None, tries: int = 12) -> T:
        """What a program with a connection of its own comes to."""

        async def run() -> T:
            patience = Patience(tries=tries)
            gateway = FeedGateway(self.simulator.url, "secret", clock=self.clock, patience=patience, sleep=no_wait)
            if cut is not None:
                gateway._client.event_hooks = {"request": [cut.before], "response": [cut.after]}
            try:
                return await work(gateway)
            finally:
                await gateway.aclose()

        return asyncio.run(run())

    def push(self, name: str, purpose: Purpose = Purpose.INCLUDE, cut: Cut | None = None) -> Push:
        """Push a segment."""
        return self.ask(
            lambda gateway: SegmentPusher(self.store, gateway, self.clock, no_wait).push(name, purpose), cut
        )

    def keep(self, name: str, where: Node) -> None:
        """A segment with these conditions."""
        with self.store.writing() as connection:
            known = connection.scalar(select(SEGMENT.c.segment_id).where(SEGMENT.c.name == name))
            (create_segment if known is None else change_segment)(connection, name, where, self.clock.now())

    def members(self, pushed: Push) -> frozenset[str]:
        """Who is in force at the gateway."""
        return self.simulator.segments.members(pushed.gateway_id)

    def people(self) -> People:
        """Everybody, by all that the gateway had told when the store was filled."""
        if self._people is None:
            self._people = truth_of(self.simulator.world, self.clock.now())._people
        return self._people

    def meant(self, where: Node, purpose: Purpose) -> frozenset[str]:
        """Who is meant by rules.md 6, in words apart from the store's."""
        people = self.people()
        matching = {one for one in people.newest if matches(where, one, people)}
        if not asks_for_erased(where):
            matching -= people.erased
        if purpose is Purpose.INCLUDE:
            matching = {one for one in matching if one not in people.opted_out and not is_suppressed(one, people)}
        return frozenset(matching - people.erased)


def matches(where: Node, one: str, people: People) -> bool:
    """Whether a tree of groups, tags and states holds for a person."""
    match where:
        case AllOf():
            return all(matches(child, one, people) for child in where.children)
        case AnyOf():
            return any(matches(child, one, people) for child in where.children)
        case NoneOf():
            return not any(matches(child, one, people) for child in where.children)
        case HasTag():
            return one not in people.erased and where.tag in (people.newest[one].tags or ())
        case IsIn():
            return one in people.erased if where.state is State.ERASED else is_left_out(where.state, one, people)
    raise TypeError(where)


def is_left_out(state: State, one: str, people: People) -> bool:
    """Whether a person has opted out, or is suppressed."""
    return one in people.opted_out if state is State.OPTED_OUT else is_suppressed(one, people)


def asks_for_erased(where: Node) -> bool:
    """Whether the state stands anywhere in the tree."""
    children = where.children if isinstance(where, AllOf | AnyOf | NoneOf) else ()
    return where == IsIn(State.ERASED) or any(asks_for_erased(child) for child in children)


def is_suppressed(one: str, people: People) -> bool:
    """By the number that the person holds."""
    number = people.numbers.get(one)
    return people.strikes(number) >= 3 or number in people.refused


def fill(folder: Path) -> Path:
    """A store in step with the world, to copy from."""
    clock, path = FixedClock(START), folder / "filled.db"
    with running(WORLD, clock=clock) as simulator, open_store(str(path), clock, writable=True) as store:
        Place(store, simulator, clock).ask(lambda gateway: sync(store, gateway, clock))
    return path


@contextlib.contextmanager
def place(filled: Path, folder: Path, faults: str = "") -> Iterator[Place]:
    """A copy of the store, or on a server one filled anew, beside a gateway that tells the same world."""
    clock = FixedClock(START)
    on_server = chosen() == POSTGRES
    path = address(folder) if on_server else str(shutil.copy(filled, folder / "store.db"))
    able = (
        '{"send":true,"find":true,"clicks":true,"opt_outs":true,"profiles":true,"segments":true,'
        '"create_activity":true,"credits":true}'
    )
    with (
        running(WORLD, parse_faults(faults), clock) as simulator,
        open_store(path, clock, writable=True) as store,
    ):
        if on_server:
            Place(store, simulator, clock).ask(lambda gateway: sync(store, gateway, clock))
        mirror_of(store, simulator.url, "Simulator", "infobip", able)
        yield Place(store, simulator, clock)
