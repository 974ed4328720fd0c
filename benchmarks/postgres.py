"""The same store in a file and on a PostgreSQL server of this machine, side by side, by the clock on the wall.

The server is a throw-away one that keeps what it commits (fsync and synchronous commits on, its own defaults else), by
a socket: a network adds a turn for each statement. The store on it is the kept one, moved by `store copy`.
"""

import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import walk
from benchmarks.cost import wall_ms
from benchmarks.further import further_mirror, further_pages
from benchmarks.hand_written import segment
from benchmarks.plan import Plan
from benchmarks.program import installed, surroundings
from benchmarks.rows import Row, beside, percentile
from benchmarks.stores import NOW, largest_activity
from benchmarks.terminal import terminal
from smsreport_tui.gateways.feed import PAGE_ITEMS
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.door import event_door
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.store_copy import copy_store
from storage.mirror import Mirror
from storage.segment_members import count_members
from storage.store import Store, open_store
from tests.storage.postgres import Server, programs

_NAME = "postgres"
_CLOCK = FixedClock(NOW)
_TIMES = 20
_SEED = 3


class _Side(NamedTuple):
    """One of the two stores."""

    store: Store
    reports: Reports
    mirror: Mirror


def run(plan: Plan) -> list[Row]:
    """No rows, and a sentence, where the machine has no server."""
    found = programs()
    if found is None:
        print("No PostgreSQL is installed here: its rows are left out.", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as opened:
        server = Server(found, durable=True)
        opened.callback(server.close)
        path = str(plan.stores.copy_of(plan.recipients, Path(name)))
        began = time.perf_counter()
        moved = copy_store(path, server.address("moved"), _CLOCK, None, lambda *_: None)
        rows = sum(moved.rows.values())
        moving = Row(_NAME, "a store moved to the server, compared and all", "µs/row", _micros(began) / rows)
        places = (server.address("moved"), path)
        keys = _key_rows(plan, places, Path(name))
        sides = [opened.enter_context(_side(place)) for place in places]
        return [moving, *keys, _ingest_row(plan, sides), *_reading_rows(plan, sides)]


def _micros(began: float) -> float:
    return (time.perf_counter() - began) * 1_000_000


@contextlib.contextmanager
def _side(place: str) -> Iterator[_Side]:
    with open_store(place, _CLOCK, writable=True) as store:
        yield _Side(store, Reports(store, _CLOCK), further_mirror(store))


def _key_rows(plan: Plan, places: tuple[str, str], folder: Path) -> list[Row]:
    """An app on either side, walked through in turns."""
    environment, chance = surroundings(folder), random.Random(_SEED)
    with contextlib.ExitStack() as opened:
        apps = [
            opened.enter_context(terminal([installed(), "--store", place], environment, folder)) for place in places
        ]
        for app in apps:
            walk.to_the_largest(app)
            # The first walk opens what is imported late, and does not count.
            walk.walk(app, chance)
        rounds = [[walk.walk(app, chance) for app in apps] for _ in range(plan.walks)]
    figures: dict[str, Callable[[list[float]], float]] = {
        "median": statistics.median,
        "95th percentile": partial(percentile, share=0.95),
    }
    rows = []
    for kind in (walk.EVERY_KEY, walk.WITH_ROWS):
        for what, figure in figures.items():
            pairs = [(figure(here[kind]), figure(there[kind])) for here, there in rounds]
            rows.append(beside(_NAME, f"{kind}, {what}, server / file", pairs))
    return rows


def _ingest_row(plan: Plan, sides: list[_Side]) -> Row:
    door = event_door()
    pages = [door.read(body) for body in further_pages(plan.recipients, plan.pages * (plan.repeats + 1))]
    cursor: str | None = None
    times: list[tuple[float, ...]] = []
    for page in pages:
        times.append(tuple(wall_ms(partial(one.mirror.store_page, "events", cursor, page)) for one in sides))
        cursor = page.next_cursor
    # The first pages compile what is compiled once, and do not count.
    pairs = [
        (sum(one[0] for one in some) * 1000 / events, sum(one[1] for one in some) * 1000 / events)
        for start in range(plan.pages, len(times), plan.pages)
        if (some := times[start : start + plan.pages]) and (events := len(some) * PAGE_ITEMS)
    ]
    return beside(_NAME, "events stored, server / file", pairs, unit="µs/event")


def _reading_rows(plan: Plan, sides: list[_Side]) -> list[Row]:
    activity = largest_activity(plan.recipients)
    tree = segment(activity)

    def members(one: _Side) -> None:
        with one.store.reading() as connection:
            count_members(connection, tree, NOW)

    quick: dict[str, Callable[[_Side], object]] = {
        "report of the largest activity": lambda one: one.reports.report(activity),
        **{f"the {tab} tab": partial(_tab, activity=activity, tab=tab) for tab in Tab},
    }
    slow: dict[str, Callable[[_Side], object]] = {
        "find by part of a name": lambda one: one.reports.tab(activity, Tab.SENT, find="harry o'b"),
        "segment of four conditions": members,
    }
    rows = []
    for what, work in quick.items():
        pairs = [tuple(_median(partial(work, one)) for one in sides) for _ in range(plan.repeats)]
        rows.append(beside(_NAME, f"{what}, server / file", [(one, other) for one, other in pairs]))
    for what, work in slow.items():
        pairs = [tuple(wall_ms(partial(work, one)) for one in sides) for _ in range(plan.repeats)]
        rows.append(beside(_NAME, f"{what}, server / file", [(one, other) for one, other in pairs]))
    return rows


def _tab(one: _Side, activity: str, tab: Tab) -> object:
    return one.reports.tab(activity, tab)


def _median(work: Callable[[], object]) -> float:
    work()
    return statistics.median(wall_ms(work) for _ in range(_TIMES))
