"""What an operator waits for when nothing is written: a report, a tab, the end of an export, a find, a segment.

Every floor is the driver alone on the same file with the reader's own pragmas, in the same process and in turns:

- a report: one GROUP BY over the activity's recipients, which is what its counts would cost without counters;
- a tab, and the last key range of an export: the very statements that ours ran, with nothing made of their rows;
- a find: one LIKE over all profiles, which is what a list without an index for parts of words costs; of the people whom
  it finds those in the tab must be found, and nobody else who has a profile;
- a segment: the best SQL that we could write by hand for the same people, of two tried in each repeat.
"""

import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.cost import wall_ms
from benchmarks.hand_written import FIND, GROUP_BY, IN_TAB, NEVER_CAME, SEGMENT_SQL, segment
from benchmarks.plan import Plan
from benchmarks.rows import Row, beside
from benchmarks.statements import bare, noting, read
from benchmarks.stores import NOW, URL, largest_activity
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import SHOWN_ROWS, Tab
from smsreport_tui.rules.door import profile_door
from smsreport_tui.rules.times import format_time
from smsreport_tui.services.reports import Reports
from smsreport_tui.simulator.world import VENDOR
from storage.mirror import mirror_of
from storage.segment_members import count_members
from storage.store import Store, open_store

_NAME = "reading"
_TIMES = 20
"""A quick thing is done so often in each repeat, and the median taken."""
_RARE = "Ottilie Quandt"
"""The simulator has few names, each of which thousands have: one person in the copy has a name of her own."""

Pairs = list[tuple[float, float]]


class _Opened(NamedTuple):
    """One store, ours and by the bare driver."""

    store: Store
    reports: Reports
    cursor: Any
    activity: str

    @property
    def key(self) -> int:
        found = self.cursor.execute("SELECT activity_id FROM activity WHERE gateway_id = ?", (self.activity,))
        return int(found.fetchone()[0])


def run(plan: Plan) -> list[Row]:
    """On the large store and, for what must not grow, on a small one."""
    few = min(100_000, plan.recipients // 10)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as opened:
        large, small = (_open(plan, count, Path(name), opened) for count in (plan.recipients, few))
        return [
            _report_row(large, plan.repeats),
            *_tab_rows(large, small, plan.repeats),
            *_last_range_rows(large, small, plan.repeats),
            *_find_rows(large, plan.repeats),
            _segment_row(large, plan.repeats),
        ]


def _open(plan: Plan, recipients: int, folder: Path, opened: contextlib.ExitStack) -> _Opened:
    path, clock = plan.stores.copy_of(recipients, folder), FixedClock(NOW)
    _rename_one(path, largest_activity(recipients))
    _fill_links_tab(path, largest_activity(recipients))
    store = opened.enter_context(open_store(str(path), clock, writable=False))
    cursor = opened.enter_context(bare(path, writable=False, number_key=store.number_key))
    return _Opened(store, Reports(store, clock), cursor, largest_activity(recipients))


def _report_row(large: _Opened, repeats: int) -> Row:
    ours = partial(large.reports.report, large.activity)
    grouped = partial(_rows, large.cursor, GROUP_BY, (large.key,))
    # Who has clicked and no receipt has no outcome, and counts as nobody that was sent to.
    if sum(row[1] for row in grouped() if row[0] is not None) != ours().counts.sent:
        raise ValueError("The report and the GROUP BY speak of different recipients.")
    pairs = [(_median(ours), wall_ms(grouped)) for _ in range(repeats)]
    return beside(_NAME, "report of the largest activity / one GROUP BY", pairs, 1 / 500)


def _tab_rows(large: _Opened, small: _Opened, repeats: int) -> list[Row]:
    rows = []
    for tab in Tab:
        ours, smaller = (partial(one.reports.tab, one.activity, tab) for one in (large, small))
        with noting() as noted:
            ours()
        floor = partial(read, large.cursor, list(noted))
        smaller()
        times = [(_median(ours), _median(floor), _median(smaller)) for _ in range(repeats)]
        rows.append(beside(_NAME, f"the {tab} tab / its SQL", [one[:2] for one in times], 1.3))
        rows.append(beside(_NAME, f"the {tab} tab, large store / small", [(one[0], one[2]) for one in times], 2.0))
    return rows


def _last_range_rows(large: _Opened, small: _Opened, repeats: int) -> list[Row]:
    by_sql: Pairs = []
    by_size: Pairs = []
    for _ in range(repeats):
        ours, floor = _last_range(large)
        by_sql.append((ours, floor))
        by_size.append((ours, _last_range(small)[0]))
    return [
        beside(_NAME, "last key range of an export / its SQL", by_sql, 1.3),
        beside(_NAME, "last key range of an export, large store / small", by_size, 2.0),
    ]


def _last_range(one: _Opened) -> tuple[float, float]:
    """Milliseconds of the last whole range of the largest tab, ours and by the driver.

    Both walk through all ranges before it, so that neither finds its pages in SQLite's cache.
    """
    with noting() as noted, one.reports.rows(one.activity, Tab.SENT) as rows:
        ours = list(_each(rows.batches))
    floor = [_timed(partial(read, one.cursor, [statement])) for statement in noted[-len(ours) :]]
    # The very last has fewer rows than the others.
    return ours[-2:][0], floor[-2:][0]


def _each(batches: Iterator[Sequence[Any]]) -> Iterator[float]:
    while True:
        began = time.perf_counter()
        if next(batches, None) is None:
            return
        yield (time.perf_counter() - began) * 1000


def _rename_one(path: Path, activity: str) -> None:
    """Give the newest recipient with a name another one, as the gateway would."""
    clock = FixedClock(NOW)
    with open_store(str(path), clock, writable=True) as store:
        rows = Reports(store, clock).tab(activity, Tab.SENT).rows
        one, _, msisdn, *_ = next(row.values for row in rows if row.values[1] and row.values[2])
        item = {"id": one, "updated_at": format_time(NOW), "name": _RARE, "msisdn": msisdn}
        page = profile_door().read(msgspec.json.encode({"items": [item], "next_cursor": "renamed", "has_more": False}))
        mirror = mirror_of(store, URL, "benchmark", VENDOR, "{}")
        mirror.store_page("profiles", mirror.cursor("profiles"), page)
        store.truncate_log()


def _fill_links_tab(path: Path, activity: str) -> None:
    """The simulator's activities have three links: a list of 25 rows needs so many, with clicks of their own."""
    with open_store(str(path), FixedClock(NOW), writable=True) as store, store.writing() as connection:
        bare_connection: Any = connection.connection.driver_connection
        key = bare_connection.execute("SELECT activity_id FROM activity WHERE gateway_id = ?", (activity,)).fetchone()[
            0
        ]
        (known,) = bare_connection.execute("SELECT count(*) FROM link WHERE activity_id = ?", (key,)).fetchone()
        for place in range(known, SHOWN_ROWS):
            made = bare_connection.execute(_LINK, (key, f"{activity}-L{place}", f"https://shop.example/{place}"))
            bare_connection.execute(_LINK_COUNT, (key, made.lastrowid, 3 * place, 2 * place, 2 * place))


_LINK = "INSERT INTO link (activity_id, gateway_id, listed, url) VALUES (?, ?, 1, ?)"
_LINK_COUNT = "INSERT INTO link_count VALUES (?, ?, ?, 0, ?, ?)"


def _find_rows(large: _Opened, repeats: int) -> list[Row]:
    rare = next(row for row in large.reports.tab(large.activity, Tab.SENT, find=_RARE).rows)
    number = str(rare.values[2])
    return [
        _find_row(large, "part of a name", _RARE[3:-2].casefold(), repeats, 1 / 300),
        _find_row(large, "a number's last digits", number[-8:], repeats, 1 / 300),
        # What is counted is looked at, one by one.
        _find_row(large, "a name that one in two hundred has", "harry o'b", repeats),
    ]


def _find_row(large: _Opened, what: str, text: str, repeats: int, target: float | None = None) -> Row:
    ours = partial(large.reports.tab, large.activity, Tab.SENT, find=text)
    scan = partial(_rows, large.cursor, FIND, (f"%{text}%", f"%{text}%"))
    _check_found(large, text, {row[0] for row in scan()})
    pairs = [(_median(ours), wall_ms(scan)) for _ in range(repeats)]
    return beside(_NAME, f"find by {what} / a scan of all profiles", pairs, target)


def _check_found(large: _Opened, text: str, by_scan: set[str]) -> None:
    """That of the people whom the scan finds those in the tab are found; others only whose profiles never came."""
    with large.reports.rows(large.activity, Tab.SENT, find=text) as rows:
        found = {str(row[0]) for batch in rows.batches for row in batch}
    listed = {row[0] for row in _rows(large.cursor, IN_TAB, (large.key,))}
    unknown = {row[0] for row in _rows(large.cursor, NEVER_CAME, ())}
    if not found or by_scan & listed != found - unknown:
        raise ValueError(f"A find of {text!r} and the scan find different people.")


def _segment_row(large: _Opened, repeats: int) -> Row:
    tree = segment(large.activity)

    def ours() -> int:
        with large.store.reading() as connection:
            return count_members(connection, tree, NOW)

    by_hand = [partial(_rows, large.cursor, sql, (large.activity,)) for sql in SEGMENT_SQL]
    if {ours()} != {int(found()[0][0]) for found in by_hand}:
        raise ValueError("The segment and the SQL by hand find different people.")
    pairs = [(wall_ms(ours), min(wall_ms(one) for one in by_hand)) for _ in range(repeats)]
    return beside(_NAME, "segment of four conditions / the best SQL by hand", pairs, 1.3)


def _rows(cursor: Any, sql: str, parameters: tuple[object, ...]) -> list[Any]:
    found: list[Any] = cursor.execute(sql, parameters).fetchall()
    return found


def _median(work: Callable[[], object]) -> float:
    work()
    return statistics.median(_timed(work) for _ in range(_TIMES))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
