"""One line of the table: what was measured, beside what, and the most that it may be."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`value` and `beside` are in `unit`; `most` bounds the ratio where there is one, else the value itself."""

    benchmark: str
    what: str
    unit: str
    value: float
    beside: float | None = None
    ratio: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.most is None:
            return None
        return (self.value if self.ratio is None else self.ratio) <= self.most


def beside(
    benchmark: str, what: str, pairs: Sequence[tuple[float, float]], most: float | None = None, unit: str = "ms"
) -> Row:
    """The row of interleaved repeats in `unit`, each as (ours, the other's): medians of both and of the ratio."""
    ours, others = zip(*pairs, strict=True)
    ratio = statistics.median(one / other for one, other in pairs)
    return Row(benchmark, what, unit, statistics.median(ours), statistics.median(others), ratio, most)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
