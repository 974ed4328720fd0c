"""The lines of the list of activities as cells."""

from smsreport_tui.rules.figures import ActivitySummary, rate
from smsreport_tui.rules.formatting import local_time, percent, thousands, zone_name
from smsreport_tui.rules.text import shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec

SPECS = (
    ColumnSpec("Activity", 14, 44),
    ColumnSpec("Sent at", 26, 40),
    ColumnSpec("Sent", 5, 12, right=True),
    ColumnSpec("Delivered", 8, 18, right=True),
    ColumnSpec("Unique", 6, 12, right=True),
    ColumnSpec("Unsub", 5, 12, right=True),
    ColumnSpec("Sender", 6, 16),
    ColumnSpec("Status", 5, 14),
)
_BAR = 8
_GOOD, _FAIR = 0.95, 0.85


def bar(share: float | None, width: int = _BAR) -> str:
    """A line of `width` cells, heavy as far as the share goes, in steps of half a cell; above 1 it is all heavy."""
    if share is None:
        return " " * width
    whole, half = divmod(round(max(0.0, min(1.0, share)) * width * 2), 2)
    return ("━" * whole + "╾" * half).ljust(width, "─")


def cells(activity: ActivitySummary) -> tuple[Cell, ...]:
    """One activity, in the order of SPECS."""
    delivery = rate(activity.delivered, activity.sent)
    return (
        Cell(shown(activity.name or activity.id)),
        _sent_at(activity),
        Cell(thousands(activity.sent)),
        Cell(percent(delivery), _tone(delivery), tail=f" {bar(delivery)}"),
        Cell(thousands(activity.unique_clicks)),
        Cell(thousands(activity.unsubscribed)),
        Cell(shown(activity.sender) if activity.sender else "–"),
        Cell(shown(activity.status) if activity.status else "–", Tone.DIM),
    )


def _sent_at(activity: ActivitySummary) -> Cell:
    if activity.sent_at is None:
        return Cell("not told yet", Tone.DIM)
    minutes = local_time(activity.sent_at, activity.timezone, with_zone=False)[:16]
    zone = zone_name(activity.timezone)
    return Cell(f"{minutes} {zone}", short=f"{minutes} {zone.rpartition('/')[2]}")


def _tone(delivery: float | None) -> Tone:
    if delivery is None:
        return Tone.DIM
    return Tone.GOOD if delivery >= _GOOD else Tone.PLAIN if delivery >= _FAIR else Tone.BAD
