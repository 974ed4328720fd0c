"""What the app holds in memory with the large store open, after walks through list, report and tabs."""

import random
import subprocess
import tempfile
from pathlib import Path

from benchmarks import walk
from benchmarks.plan import Plan
from benchmarks.program import installed, surroundings
from benchmarks.rows import Row
from benchmarks.terminal import terminal

_NAME = "memory"
_SEED = 1


def run(plan: Plan) -> list[Row]:
    """One app; its memory after the first walk and after the last, so that what grows with use is seen too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = plan.stores.copy_of(plan.recipients, folder)
        command = [installed(), "--store", str(store)]
        with terminal(command, surroundings(folder), folder) as app:
            chance = random.Random(_SEED)
            walk.to_the_largest(app)
            held = []
            for _ in range(plan.walks):
                walk.walk(app, chance)
                held.append(_resident_mb(app.process))
    return [
        Row(_NAME, "the app after one walk", "MB", held[0], most=120.0),
        Row(_NAME, "the app after the last walk", "MB", held[-1], most=120.0),
    ]


def _resident_mb(process: int) -> float:
    """Megabytes (10**6) of a process's memory that stand in RAM, the libraries that it shares included."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(said.stdout) * 1024 / 1e6
