"""Every benchmark by its name; a further one is a module with `run(plan)` and a line here."""

from collections.abc import Callable
from importlib import import_module

from benchmarks.plan import Plan
from benchmarks.rows import Row

NAMES = ("start", "keys", "writing", "syncing", "reading", "exporting", "sending", "postgres", "memory")

GROWING = ("writing", "syncing", "reading", "exporting", "sending", "memory")
"""Those whose rows say the same whatever the store's size, so that sizes can be compared."""

Benchmark = Callable[[Plan], list[Row]]


def benchmark(name: str) -> Benchmark:
    """What runs one of NAMES."""
    found: Benchmark = import_module(f"benchmarks.{name}").run
    return found
