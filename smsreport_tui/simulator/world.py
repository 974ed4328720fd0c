"""The simulated world: people, activities and what happened to them, the same for the same seed and start."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from smsreport_tui.rules.clock import HOUR, Clock
from smsreport_tui.simulator.batches import Batches
from smsreport_tui.simulator.campaigns import Campaign, plan
from smsreport_tui.simulator.people import BLOCK, People
from smsreport_tui.simulator.scribe import Entry
from smsreport_tui.simulator.seeds import tag_of
from smsreport_tui.simulator.stream import Stream, Told
from smsreport_tui.simulator.wire import ActivityItem, EventItem, ProfileItem

VENDOR = "infobip"
_LIVE_HOURS = 24
_SITE_BLOCK = 10 * BLOCK


@dataclass(frozen=True)
class WorldConfig:
    """How large a world is, and which one; `start` is its beginning in microseconds, `speed` its seconds a second."""

    profiles: int = 2_000
    activities: int = 12
    seed: int = 1
    start: int = 0
    speed: float = 1.0
    hostile: bool = False


class WorldClock:
    """The world's time: it begins at the start and runs as fast as the speed says.

    A world that began before this program did catches up with the present and then keeps step with it, so that
    nothing it tells lies in a reader's future.
    """

    def __init__(self, clock: Clock, start: int, speed: float) -> None:
        self._clock = clock
        self._began = clock.now()
        self._start = start
        self._speed = speed

    def now(self) -> int:
        present = self._clock.now()
        time = self._start + int((present - self._began) * self._speed)
        return min(time, present) if self._start < self._began else time


@dataclass(frozen=True, slots=True)
class Resent:
    """One message that was sent again, each key once; `at` in microseconds UTC."""

    key: str
    at: int
    msisdn: str


@dataclass(frozen=True, slots=True)
class Created:
    """An activity that was asked for, each key once; `at` in microseconds UTC."""

    key: str
    at: int
    activity: str


class World:
    """Everything that a gateway would tell, as three streams.

    `resent` is what it was asked to send again, `created` the activities that it was asked for.
    """

    def __init__(self, config: WorldConfig, clock: Clock) -> None:
        self.config = config
        self.clock = WorldClock(clock, config.start, config.speed)
        self.tag = tag_of("world", config.seed, config.start, config.profiles, config.activities)
        self.people = People(config.seed, config.profiles, config.start, config.hostile)
        self.campaigns = plan(
            config.activities,
            config.profiles,
            config.seed,
            config.start,
            tag_of(config.seed, config.start),
            vendor=VENDOR,
            hostile=config.hostile,
        )
        self._batches = Batches(config.seed, self.people)
        self._site_hours = 0
        self.resent: list[Resent] = []
        self.created: list[Created] = []
        self.activities: Stream[ActivityItem] = Stream(self.tag, (), self._versions())
        self.profiles: Stream[ProfileItem] = Stream(self.tag, self._profile_blocks(), self.people.live_rows())
        self.events: Stream[EventItem] = Stream(self.tag, self._event_blocks(), self._live_events())

    def campaign(self, activity: str) -> Campaign | None:
        """The activity of this world with that id."""
        return next((one for one in self.campaigns if one.id == activity), None)

    def advance(self) -> int:
        """The world's time, with everything that is to be told up to it in place."""
        now = self.clock.now()
        # An hour is told before it begins, so that what a cursor has passed never moves.
        while self.config.start + (self._site_hours - 1) * HOUR <= now:
            for at, item in self._batches.live_site(self._site_hours):
                self.events.add(at, item)
            self._site_hours += 1
        return now

    def _versions(self) -> Iterable[Told[ActivityItem]]:
        for campaign in self.campaigns:
            yield from campaign.versions()

    def _profile_blocks(self) -> list[Callable[[], Sequence[ProfileItem]]]:
        def build(kind: str, low: int, high: int) -> list[ProfileItem]:
            return [item for _, item in self.people.rows(kind, low, high)]

        return [partial(build, *block) for block in self.people.blocks()]

    def _event_blocks(self) -> list[Callable[[], Sequence[EventItem]]]:
        def site(low: int) -> list[EventItem]:
            return [item for _, item in self._batches.site(low, min(low + _SITE_BLOCK, self.people.size))]

        def batch(campaign: Campaign, low: int, high: int) -> list[EventItem]:
            return [item for _, item in self._batches.build(campaign, low, high)]

        blocks: list[Callable[[], Sequence[EventItem]]] = []
        for campaign in self.campaigns:
            if campaign.stage == "history":
                blocks += [partial(batch, campaign, low, high) for low, high in campaign.windows()]
        return [*(partial(site, low) for low in range(0, self.people.size, _SITE_BLOCK)), *blocks]

    def _live_events(self) -> Iterable[Entry]:
        """What is told around the start and after it, of activities that are young."""
        for campaign in self.campaigns:
            if campaign.stage != "history":
                for low, high in campaign.windows():
                    yield from self._batches.build(campaign, low, high)
        for hour in range(_LIVE_HOURS):
            yield from self._batches.live_site(hour)
        self._site_hours = _LIVE_HOURS
