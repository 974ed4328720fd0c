"""Pages of events into the store: the writer beside the bare driver, and what the counters add.

The floor of the writer is `executemany` of the driver, with the very statements and rows that the store's own page
ended in, in one transaction a page, into a copy of the same file with the same indexes and pragmas. It neither looks
up what is known, nor folds, nor counts; so the first row says what all of that costs, and the second what the layer
between us and the driver does.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from benchmarks.cost import cpu_ms
from benchmarks.further import further_mirror, further_pages
from benchmarks.plan import Plan
from benchmarks.rows import Row, beside
from benchmarks.statements import Statement, bare, noting, write
from benchmarks.stores import NOW
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.door import event_door
from storage import refold
from storage.counters import Deltas
from storage.mirror import Mirror
from storage.store import Store, open_store

_NAME = "writing"
_UNIT = "µs/row"


class _Uncounted(Deltas):
    """Recipients and links are written as ever; no counter is."""

    def recipient(self, *_row: object, **_marks: object) -> None:
        pass

    def link(self, *_clicks: object) -> None:
        pass


class _Costs(NamedTuple):
    """Milliseconds of one page, and how many rows it wrote."""

    whole: float
    by_writer: float
    by_driver: float
    uncounted: float
    rows: int


def run(plan: Plan) -> list[Row]:
    """The same pages into four copies, page by page in turns."""
    pages = further_pages(plan.recipients, plan.pages * (plan.repeats + 1))
    with tempfile.TemporaryDirectory() as name:
        costs = list(_costs(plan, pages, Path(name)))
    # The first pages warm what is compiled once, and do not count.
    repeats = [_sum(costs[start : start + plan.pages]) for start in range(plan.pages, len(costs), plan.pages)]
    return [
        beside(_NAME, "a page looked up, folded, counted, written / executemany", _pairs(repeats, "whole"), unit=_UNIT),
        beside(_NAME, "its rows through the writer / executemany", _pairs(repeats, "by_writer"), 1.3, _UNIT),
        beside(
            _NAME,
            "a page with its counters / without",
            [(one.whole / one.rows * 1000, one.uncounted / one.rows * 1000) for one in repeats],
            1.25,
            _UNIT,
        ),
    ]


def _pairs(repeats: Sequence[_Costs], ours: str) -> list[tuple[float, float]]:
    return [(getattr(one, ours) / one.rows * 1000, one.by_driver / one.rows * 1000) for one in repeats]


def _sum(costs: Sequence[_Costs]) -> _Costs:
    whole, by_writer, by_driver, uncounted, rows = (sum(column) for column in zip(*costs, strict=True))
    return _Costs(whole, by_writer, by_driver, uncounted, int(rows))


def _costs(plan: Plan, pages: Sequence[bytes], folder: Path) -> Iterator[_Costs]:
    door = event_door()
    with contextlib.ExitStack() as opened:
        (ours, mirror), (other, _), (_, uncounted) = (_copy(plan, folder, kind, opened) for kind in "abc")
        floor = _copied(plan, folder, "d")
        with open_store(str(floor), FixedClock(NOW), writable=True) as store:
            further_mirror(store)
        cursor = opened.enter_context(bare(floor, writable=True))
        before: str | None = None
        for body in pages:
            page = door.read(body)
            with noting() as noted:
                whole = cpu_ms(lambda: mirror.store_page("events", before, page))  # noqa: B023 - run at once
            statements = [one for one in noted if one.is_write]
            by_driver = cpu_ms(lambda: write(cursor, statements))  # noqa: B023
            by_writer = cpu_ms(lambda: _write(other, statements))  # noqa: B023
            with patch.object(refold, "Deltas", _Uncounted):
                without = cpu_ms(lambda: uncounted.store_page("events", before, page))  # noqa: B023
            yield _Costs(whole, by_writer, by_driver, without, sum(one.rows for one in statements))
            before = page.next_cursor
        _check_alike(ours, other)


def _copy(plan: Plan, folder: Path, kind: str, opened: contextlib.ExitStack) -> tuple[Store, Mirror]:
    store = opened.enter_context(open_store(str(_copied(plan, folder, kind)), FixedClock(NOW), writable=True))
    return store, further_mirror(store)


def _copied(plan: Plan, folder: Path, kind: str) -> Path:
    (folder / kind).mkdir()
    return plan.stores.copy_of(plan.recipients, folder / kind)


def _write(store: Store, statements: Sequence[Statement]) -> None:
    """As `storage.tables.bulk` does, which the store's own pages are written by."""
    with store.writing() as connection:
        for one in statements:
            connection.exec_driver_sql(one.sql, one.parameters)


def _check_alike(*stores: Store) -> None:
    """A side that has not done the same work measures nothing."""
    found = set()
    for store in stores:
        with store.reading() as connection:
            tables = ("event", "recipient", "link_click", "activity_counts")
            found.add(
                tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables)
            )
    if len(found) != 1:
        raise ValueError(f"The copies differ after the same pages: {found}.")
