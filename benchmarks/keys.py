"""From a key press to the frame that answers it, on a quiet machine and while a sync and an export run."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import walk
from benchmarks.load import load
from benchmarks.plan import Plan
from benchmarks.program import installed, surroundings
from benchmarks.rows import Row, beside, percentile
from benchmarks.stores import largest_activity, profiles_for_events
from benchmarks.terminal import terminal
from benchmarks.walk import EVERY_KEY, Times

_NAME = "keys"
_FRAME_MS = 16.0
_SEED = 1


def run(plan: Plan) -> list[Row]:
    """One app walked through again and again, the load beside it paused in every other round."""
    idle: list[Times] = []
    loaded: list[Times] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = plan.stores.copy_of(plan.recipients, folder)
        environment = surroundings(folder)
        profiles, activity = profiles_for_events(plan.events), largest_activity(plan.recipients)
        command = [installed(), "--store", str(store)]
        with (
            terminal(command, environment, folder) as app,
            load(store, activity, profiles, environment, folder) as syncing,
        ):
            chance = random.Random(_SEED)
            walk.to_the_largest(app)
            # The first walk opens what is imported late, and does not count.
            walk.walk(app, chance)
            before, seconds = syncing.events(), 0.0
            for _ in range(plan.walks):
                idle.append(walk.walk(app, chance))
                syncing.go_on()
                began = time.monotonic()
                loaded.append(walk.walk(app, chance))
                seconds += time.monotonic() - began
                if not syncing.is_whole():
                    raise TimeoutError("The load ended before the measuring did: ask for more events.")
                syncing.pause()
            rate = (syncing.events() - before) / seconds
    return [*_rows(idle, loaded), Row(_NAME, "events stored a second meanwhile", "1/s", rate)]


def _rows(idle: Sequence[Times], loaded: Sequence[Times]) -> list[Row]:
    rows = []
    for kind in idle[0]:
        every = kind == EVERY_KEY
        for what, figure, most in (
            ("median", statistics.median, 1.5),
            ("95th percentile", _share(0.95), 2.0),
            ("99th percentile", _share(0.99), 2.0),
        ):
            pairs = [(figure(under[kind]), figure(quiet[kind])) for quiet, under in zip(idle, loaded, strict=True)]
            rows.append(beside(_NAME, f"{kind}, {what}, loaded / idle", pairs, most if every else None))
    for name, rounds in (("idle", idle), ("loaded", loaded)):
        worst = statistics.median(percentile(one[EVERY_KEY], 0.95) for one in rounds)
        rows.append(Row(_NAME, f"{EVERY_KEY}, 95th percentile, {name}", "ms", worst, most=_FRAME_MS))
    return rows


def _share(share: float) -> Callable[[Sequence[float]], float]:
    return lambda values: percentile(values, share)
