"""All rows of a tab by key ranges (rules.md 7): where a range ends must show nowhere."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import SHOWN_ROWS, Tab, Value
from smsreport_tui.services.reports import Reports
from storage import lists
from storage.store import open_store
from tests.services.push_world import START

Rows = list[tuple[Value, ...]]


def everything(reports: Reports, activity: str, tab: Tab, *, machine_clicks: bool) -> Rows:
    with reports.rows(activity, tab, machine_clicks=machine_clicks) as rows:
        found = [tuple(row) for batch in rows.batches for row in batch]
    assert len(found) == rows.total
    return found


@pytest.mark.parametrize("machine_clicks", [False, True])
@pytest.mark.parametrize("tab", Tab)
def test_rows_are_the_same_in_the_same_order_whatever_a_range_holds(
    filled: Path, monkeypatch: pytest.MonkeyPatch, tab: Tab, machine_clicks: bool
) -> None:
    clock = FixedClock(START)
    with open_store(str(filled), clock, writable=False) as store:
        reports = Reports(store, clock)
        activities = [activity.id for activity in reports.activities()]
        whole = [everything(reports, one, tab, machine_clicks=machine_clicks) for one in activities]
        newest = [reports.tab(one, tab, machine_clicks=machine_clicks).rows for one in activities]
        monkeypatch.setattr(lists, "BATCH", 3)
        pieces = [everything(reports, one, tab, machine_clicks=machine_clicks) for one in activities]

    assert pieces == whole
    assert [[row.values for row in rows] for rows in newest] == [rows[:SHOWN_ROWS] for rows in whole]
    assert max(map(len, whole)) > 3 or tab is Tab.LINKS
