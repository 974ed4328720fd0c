"""A world of retries for property tests: workers that crash, a clock that jumps, a gateway with moods and no mercy."""

import asyncio
import concurrent.futures
import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from smsreport_tui.gateways.interface import Answer, Capabilities, Lost, Message, NotFound, Refusal, Refused
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.attempts import Decision
from smsreport_tui.rules.clock import MINUTE, SECOND, FixedClock
from smsreport_tui.rules.errors import DecisionError
from smsreport_tui.rules.retry_figures import RetryState
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.retries import RetryPass
from smsreport_tui.services.retry_desk import RetryDesk
from smsreport_tui.services.retry_setup import Setup
from smsreport_tui.services.sync import sync
from storage.mirror import read_sources
from storage.store import Store
from tests.services.gateway import ABLE, Item, MemoryGateway
from tests.services.retry_checker import Attempted, Checker, Pair
from tests.services.sending_gateway import SendingGateway, Sent

# The day before summer time begins in Europe.
START = 1_774_692_000_000_000
ACTIVITIES = ("A0", "A1", "A2", "A3")
PEOPLE = {"p0": "+46700000000", "p1": "+46700000001", "p2": "+447400000002", "p3": "+46700000003", "p4": "+46700000003"}
WORDS: dict[str, Item] = {
    "pending": {"kind": "sent"},
    "delivered": {"kind": "delivered"},
    "soft": {"kind": "bounced", "bounce": "soft"},
    "hard": {"kind": "bounced", "bounce": "hard"},
    "blocked": {"kind": "bounced", "bounce": "other"},
    "unknown": {"kind": "bounced"},
    "optout": {"kind": "bounced", "vendor": "infobip", "scheme": "error.id", "code": "573"},
    "account": {"kind": "bounced", "vendor": "infobip", "scheme": "error.id", "code": "433"},
}
_LONGEST_PASS = 19 * SECOND


class CrashError(Exception):
    """The worker's process is gone."""


@dataclass
class Life:
    """One worker's process: it dies at a point, and whatever it does after that does not happen."""

    points: int | None = None
    dead: bool = False

    def point(self) -> None:
        if self.points is not None:
            self.points -= 1
            self.dead |= self.points <= 0
        if self.dead:
            raise CrashError


LIFE: ContextVar[Life] = ContextVar("LIFE")


class _Inline(ThreadPoolExecutor):
    """Does a thread's work at once, so that a run can be repeated; a process may die before and after it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = concurrent.futures.Future()
        life = LIFE.get()
        try:
            life.point()
            result = fn(*args, **kwargs)
            life.point()
        except Exception as error:  # noqa: BLE001 - whatever a thread may raise
            future.set_exception(error)
        else:
            future.set_result(result)
        return future


@dataclass
class Mood:
    """How the gateway is disposed: which of so many requests is lost or refused, and what it tells when asked."""

    loses: int = 0
    breaks: int = 0
    refuses: Refusal | None = None
    finds: bool = True
    balance: int = 1
    latency: int = 0


@dataclass
class World:
    """A store, its gateway, and everything that may happen to them."""

    store: Store
    clock: FixedClock
    able: Capabilities = ABLE
    hours: AllowedHours = field(default_factory=AllowedHours)
    mood: Mood = field(default_factory=Mood)
    checker: Checker = field(default_factory=Checker)

    def __post_init__(self) -> None:
        self.requests = 0
        self.latest = self.clock.now()
        at = exact_time(self.clock.now())
        activities: list[Item] = [
            {"id": one, "updated_at": at, "name": one, "sender": "SHOP", "body": "Hello", "sent_at": at}
            for one in ACTIVITIES
        ]
        profiles = [self._person(one) for one in PEOPLE]
        self.gateway = _Merciless(self, activities, profiles)
        for activity in ACTIVITIES:
            for person in PEOPLE:
                self.checker.attempted.append(_first(activity, person, self.clock.now()))
                self._tell_of(len(self.checker.attempted) - 1, "pending", None, 0)
        event.listen(self.store.writer, "before_cursor_execute", _statement)

    # What happens in the world.

    def tell(self, place: int, outcome: str, part: int | None, age: int) -> None:
        """A receipt of a message that has left; one of the latest sixteen, or any first one."""
        count = len(self.checker.attempted)
        self._tell_of(place % count if place % 2 else count - 1 - place // 2 % min(16, count), outcome, part, age)

    def repeat(self, places: list[int]) -> None:
        """Events come again, in whatever order."""
        events = self.gateway.streams["events"]
        events.extend([events[place % len(events)] for place in places])

    def leave(self, person: str) -> None:
        """An unsubscription."""
        self.checker.gone.add(person)
        self.gateway.tell(kind="unsubscribed", activity_id="A0", profile_id=person)

    def erase(self, person: str, *, here: bool) -> None:
        """By `forget` here, or by a version of the profile that says so."""
        self.checker.gone.add(person)
        if here and not self._is_new():
            forget(self.store, person)
        else:
            self.gateway.streams["profiles"].append({**self._person(person), "deleted": True})

    def change_number(self, person: str) -> None:
        """Another number from now on: what goes to the first one waits for a word."""
        number = f"+4670000{self.clock.now() // SECOND % 9000 + 1000}"
        self.gateway.streams["profiles"].append({**self._person(person), "msisdn": number})

    def decide(self, pair: Pair, decision: Decision) -> None:
        """The operator's word."""
        desk = RetryDesk(self.store, self.clock)
        held = {(one.activity, one.profile): one.attempt for one in desk.all()}
        if self._is_new():
            return
        try:
            desk.decide(*pair, decision)
        except DecisionError:
            return
        if decision is Decision.DROP:
            self.checker.dropped.add(pair)
        elif decision is not Decision.HOLD and pair in held:
            self.checker.released.add(f"{pair[0]}:{pair[1]}:{held[pair]}")

    def advance(self, microseconds: int) -> None:
        """The clock goes on, or is set."""
        self.clock.advance(microseconds)
        self.latest = max(self.latest, self.clock.now())

    # Workers.

    def passes(self, crashes: list[int | None]) -> None:
        """As many workers at once, each of which may die at a point."""
        self.checker.begin_pass(self.clock.now(), self.latest, self.held())
        lives = [Life(points) for points in crashes]

        async def run() -> None:
            asyncio.get_running_loop().set_default_executor(_Inline())
            tasks = []
            for number, life in enumerate(lives):
                LIFE.set(life)
                tasks.append(asyncio.create_task(self._pass(number)))
            done = await asyncio.gather(*tasks, return_exceptions=True)
            for life, error in zip(lives, done, strict=True):
                if isinstance(error, BaseException) and not (life.dead and isinstance(error, CrashError)):
                    raise error

        asyncio.run(run())
        self.checker.end_pass(survived=not all(life.dead for life in lives))

    async def _pass(self, number: int) -> None:
        await sync(self.store, self.gateway, self.clock)
        found = read_sources(self.store).get(self.gateway.url)
        assert found is not None
        holder = f"{self.requests}-{number}"
        setup = Setup(
            self.store,
            self.gateway,
            found[0],
            self.able,
            holder,
            self.clock,
            asyncio.Event(),
            self.hours,
            sleep=_moment,
        )
        await RetryPass(setup).run()

    def held(self) -> set[Pair]:
        """Whom the store lists as held."""
        rows = RetryDesk(self.store, self.clock).all()
        return {(one.activity, one.profile) for one in rows if one.state is RetryState.HELD}

    def calm(self, hours: int) -> None:
        """Nothing goes wrong any more; each further attempt bounces softly, and a worker looks every twenty minutes."""
        self.mood = Mood()
        self.hours = AllowedHours()
        self.advance(self.latest - self.clock.now())
        with contextlib.suppress(DecisionError):
            RetryDesk(self.store, self.clock).probe()
        self.gateway.receipts = lambda sent: [WORDS["pending"], WORDS["soft"]]
        for _ in range(hours * 3):
            self.passes([None])
            self.advance(20 * MINUTE)

    def _is_new(self) -> bool:
        return self.gateway.url not in read_sources(self.store)

    def _person(self, name: str) -> Item:
        zone = "Europe/London" if name == "p2" else "Europe/Stockholm"
        versions = len(self.gateway.streams["profiles"]) if hasattr(self, "gateway") else 0
        about = {"id": name, "msisdn": PEOPLE[name], "timezone": zone}
        return {**about, "updated_at": exact_time(START + versions)}

    def _tell_of(self, place: int, outcome: str, part: int | None, age: int) -> None:
        one = self.checker.attempted[place]
        one.told[part].append(outcome)
        self.checker.heard.add(one.pair)
        if outcome == "optout":
            self.checker.refused_numbers.add(one.msisdn)
        activity, person = one.pair
        key = f"m-{activity}-{person}-{one.number}"
        told = {"activity_id": activity, "profile_id": person, "msisdn": one.msisdn, "message_id": key}
        parts = {} if part is None else {"part": part, "parts": 2}
        at = min(self.clock.now(), one.at + age) if outcome != "pending" else one.at
        number = {"attempt": one.number} if one.number > 1 else {}
        self.gateway.tell(**{**told, **parts, **number, **WORDS[outcome], "at": exact_time(at)})


class _Merciless(SendingGateway):
    """Sends whatever it is asked to, a key that comes twice as well, and writes all of it down."""

    def __init__(self, world: World, activities: list[Item], profiles: list[Item]) -> None:
        super().__init__(world.clock, activities, profiles, [], world.able)
        self.world = world
        self.receipts = lambda sent: []

    async def send(self, message: Message) -> Answer:
        world, mood = self.world, self.world.mood
        LIFE.get().point()
        world.requests += 1
        if mood.refuses is not None:
            return Refused(mood.refuses, "no")
        if mood.breaks and world.requests % mood.breaks == 0:
            return Lost("the line broke before")
        pair = message.activity_id, message.profile_id
        world.checker.left(pair, message.attempt, message.msisdn, self.clock.now(), message.key)
        self.record.sent = [one for one in self.record.sent if one.key != message.key]
        self.record.sent.append(Sent(message.key, message, self.clock.now()))
        for told in self.receipts(self.record.sent[-1]):
            word = next(word for word, said in WORDS.items() if said == told)
            world._tell_of(len(world.checker.attempted) - 1, word, None, 0)
        answer = (
            await self.find(message, self.clock.now()) if mood.finds else await MemoryGateway.find(self, message, 0)
        )
        await asyncio.sleep(0)
        world.advance(min(mood.latency * SECOND, _LONGEST_PASS))
        LIFE.get().point()
        lost = mood.loses and world.requests % mood.loses == 0
        return Lost("the line broke after") if lost or not mood.finds or isinstance(answer, NotFound) else answer

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        await asyncio.sleep(0)
        LIFE.get().point()
        return await super().find(message, requested_at) if self.world.mood.finds else Lost("it does not say")

    async def balance(self) -> int:
        return self.world.mood.balance


def _first(activity: str, person: str, at: int) -> Attempted:
    return Attempted((activity, person), 1, PEOPLE[person], at)


def _statement(*_: Any) -> None:
    life = LIFE.get(None)
    if life is not None:
        life.point()


async def _moment(_: float) -> None:
    await asyncio.sleep(0)
