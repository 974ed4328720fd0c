"""Holds what the program says against what the simulated world means."""

from collections.abc import Iterable
from typing import Any

from smsreport_tui.cli.documents import report_document
from smsreport_tui.rules.columns import Tab
from smsreport_tui.services.source import ReportSource
from smsreport_tui.simulator.truth import Truth
from smsreport_tui.simulator.world import VENDOR, World

APART = ("activity", "as_of", "quarantined")
"""What the world alone can not know."""


def truth_of(world: World, now: int) -> Truth:
    """The world's truth by everything that it has told up to a time."""
    told = (world.activities.told(now), world.profiles.told(now), world.events.told(now))
    return Truth(*told, vendor=VENDOR, now=now)


def plain(value: Any) -> Any:
    """U+0000 is U+FFFD behind the door (rules.md 1)."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def untruths(source: ReportSource, truth: Truth, tabs: Iterable[Tab] = tuple(Tab)) -> list[str]:
    """Each figure and each row in which they differ, the first of a list alone."""
    found = []
    if sorted(summary.id for summary in source.activities()) != truth.activity_ids():
        found.append("the activities")
    for activity in truth.activity_ids():
        said = report_document(source.report(activity))
        meant = plain(truth.report(activity))
        found += [
            f"{activity} {name}: {plain(said[name])} and not {meant[name]}"
            for name in meant
            if name not in APART and plain(said[name]) != meant[name]
        ]
        for tab in tabs:
            with source.rows(activity, tab) as rows:
                listed = [plain(row) for batch in rows.batches for row in batch]
                total = rows.total
            expected = [plain(row) for row in truth.rows(activity, tab)]
            if total != len(expected):
                found.append(f"{activity} {tab}: {total} rows and not {len(expected)}")
            pairs = zip(listed, expected, strict=False)
            found += [f"{activity} {tab}: {row} and not {other}" for row, other in pairs if row != other][:1]
    return found
