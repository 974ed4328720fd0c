"""What a run is asked for: how large the stores, how often each thing is repeated."""

from dataclasses import dataclass

from benchmarks.stores import Stores


@dataclass(frozen=True, slots=True)
class Plan:
    """`recipients` of the large store; `events` that come while a benchmark is loaded; `repeats` that count.

    `walks` through the app and `pages` of a repeat take so long that a quick run has fewer.
    """

    stores: Stores
    recipients: int = 1_000_000
    events: int = 2_000_000
    repeats: int = 5
    walks: int = 5
    pages: int = 8


def quick(stores: Stores) -> Plan:
    """A run of less than two minutes; its figures are rough."""
    return Plan(stores, recipients=20_000, events=600_000, repeats=2, walks=1, pages=3)
