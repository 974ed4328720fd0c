"""Whatever comes late, alike or while it is read, and wherever a sync is cut off: each visit is one click."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsreport_tui.gateways import shlink_windows
from smsreport_tui.gateways.shlink_clicks import BOT
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.errors import GatewayError
from tests.gateways.shlink_standin import Link, Shlink, fails, hangs_up, says_bytes, shlink_server
from tests.gateways.shlink_world import LANDING, World
from tests.storage.feeds import START
from tests.storage.stores import new_store, wrong_books

PEOPLE = ("p1", "p2", "p3")
FAULTS = (fails(503), fails(429, Retry_After="1"), hangs_up, says_bytes(b'{"visits":'))


@dataclass(frozen=True)
class Visited:
    """A visit: by whom, so many seconds ago by the server's clock, by which agent."""

    who: int
    ago: int
    agent: str
    bot: bool


@dataclass(frozen=True)
class Synced:
    """A sync: after which of its requests one fails for good, and who visits while which page is read."""

    fails_at: int | None
    fault: int
    meanwhile: tuple[tuple[int, Visited], ...]


@dataclass(frozen=True)
class Waited:
    """Time passes."""

    seconds: int


Step = Visited | Synced | Waited | str
visited = st.builds(
    Visited,
    st.integers(0, len(PEOPLE)),
    st.integers(0, 3) | st.integers(0, 590),
    st.sampled_from(["a", "b", ""]),
    st.booleans(),
)
steps = st.lists(
    st.one_of(
        visited,
        visited,
        st.builds(
            Synced,
            st.none() | st.integers(0, 12),
            st.integers(0, len(FAULTS) - 1),
            st.lists(st.tuples(st.integers(1, 3), visited), max_size=3).map(tuple),
        ),
        st.builds(Waited, st.integers(1, 5) | st.integers(1, 2_000)),
        st.just("located"),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Shlink, str]]:
    with shlink_server(FixedClock(START)) as running:
        yield running


class _Life:
    """One store, one Shlink, and what must come of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.expected: Counter[tuple[str, int, str | None]] = Counter()
        self.codes = world.make("A", "L", PEOPLE)
        world.shlink.links["other"] = Link("other", LANDING, ["smsreport"], "other")

    def visit(self, one: Visited) -> None:
        """A visit of ours is expected to become one click; the last of all is of somebody else's link."""
        shlink = self.world.shlink
        at = max(shlink.now() - one.ago * SECOND, START)
        ours = one.who < len(PEOPLE)
        code = self.codes[PEOPLE[one.who]] if ours else "other"
        shlink.visit(code, at, agent=one.agent, bot=one.bot)
        if ours:
            agent = f"{one.agent} {BOT}".lstrip() if one.bot else one.agent or None
            self.expected[PEOPLE[one.who], at // SECOND, agent] += 1

    def sync(self, step: Synced) -> None:
        shlink = self.world.shlink
        waiting = list(step.meanwhile)

        def meanwhile(page: int) -> None:
            for one in [one for one in waiting if one[0] == page]:
                waiting.remove(one)
                self.visit(one[1])

        shlink.on_visits = meanwhile
        if step.fails_at is not None:
            shlink.fail_after(step.fails_at, FAULTS[step.fault])
        try:
            self.world.sync(tries=1)
        except GatewayError:
            assert step.fails_at is not None
        shlink.on_visits = lambda _page: None
        shlink.faults.clear()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, page=st.integers(1, 4), most=st.integers(4, 12))
def test_each_visit_is_one_click(
    server: tuple[Shlink, str], steps: list[Step], page: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shlink, url = server
    clock = FixedClock(START)
    shlink.begin_anew(clock)
    monkeypatch.setattr(shlink_windows, "PAGE_VISITS", page)
    monkeypatch.setattr(shlink_windows, "MOST_VISITS", most)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = stack.enter_context(new_store(folder, clock))
        life = _Life(World(store, clock, shlink, url))
        clock.advance(HOUR)
        for step in steps:
            match step:
                case Visited():
                    life.visit(step)
                case Synced():
                    life.sync(step)
                case Waited():
                    clock.advance(step.seconds * SECOND)
                case _:
                    for one in shlink.visits:
                        one.country = "SE"
        clock.advance(MINUTE)
        life.world.sync()
        assert life.world.events() == life.expected
        assert life.world.quarantined() == 0
        assert wrong_books(store) == []
        before = life.world.sync()
        assert (before.events, before.duplicates) == (0, 0)
