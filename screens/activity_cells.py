"""The lines of the list of activities as cells."""

from collections.abc import Iterable
from typing import NamedTuple

from screens.activity_order import COLUMNS, Order, click_rate, delivery_rate, leave_rate
from smsreport_tui.rules.formatting import local_time, percent, place_name, thousands, zone_name
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.text import shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec

_WIDTHS = ((18, 44), (22, 40), (5, 24), (6, 18), (6, 18), (6, 18), (6, 16), (5, 14))
_NUMBERS = range(2, 6)
_LATE = range(6, 8)
_BAR = 5
_GOOD, _FAIR = 0.95, 0.85


class Scales(NamedTuple):
    """What a full bar stands for: the most sent, and the highest rates of the list."""

    sent: int = 0
    click: float = 0.0
    leave: float = 0.0


def scales(activities: Iterable[ActivitySummary]) -> Scales:
    """The largest of each figure, so that the bars of a list can be compared."""
    sent, click, leave = 0, 0.0, 0.0
    for one in activities:
        sent = max(sent, one.sent)
        click = max(click, click_rate(one) or 0.0)
        leave = max(leave, leave_rate(one) or 0.0)
    return Scales(sent, click, leave)


def specs(order: Order) -> tuple[ColumnSpec, ...]:
    """Headings and widths, the column of the order marked."""
    arrow = "▲" if order.ascending else "▼"
    return tuple(
        ColumnSpec(
            f"{column.title} {arrow}" if index == order.column else column.title,
            *_WIDTHS[index],
            right=index in _NUMBERS,
            late=index in _LATE,
        )
        for index, column in enumerate(COLUMNS)
    )


def bar(share: float | None, width: int = _BAR) -> str:
    """A line of `width` cells, heavy as far as the share goes, in steps of half a cell; above 1 it is all heavy."""
    if share is None:
        return " " * width
    whole, half = divmod(round(max(0.0, min(1.0, share)) * width * 2), 2)
    return ("━" * whole + "╾" * half).ljust(width, "─")


def cells(activity: ActivitySummary, most: Scales) -> tuple[Cell, ...]:
    """One activity, in the order of the columns."""
    delivery, click, leave = delivery_rate(activity), click_rate(activity), leave_rate(activity)
    return (
        Cell(shown(activity.name or activity.id)),
        _sent_at(activity),
        Cell(thousands(activity.sent), tail=f" {bar(_part(activity.sent, most.sent))}"),
        Cell(percent(delivery), _tone(delivery), tail=f" {bar(delivery)}"),
        Cell(percent(click), tail=f" {bar(_part(click, most.click))}"),
        Cell(percent(leave), tail=f" {bar(_part(leave, most.leave))}", tail_tone=Tone.WARN),
        Cell(shown(activity.sender) if activity.sender else "–"),
        Cell(shown(activity.status) if activity.status else "–", Tone.DIM),
    )


def _part(value: float | None, most: float) -> float | None:
    return None if value is None else value / most if most else 0.0


def _sent_at(activity: ActivitySummary) -> Cell:
    if activity.sent_at is None:
        return Cell("not told yet", Tone.DIM)
    minutes = local_time(activity.sent_at, activity.timezone, with_zone=False)[:16]
    zone = zone_name(activity.timezone)
    # The year is the first to go: the list is in order.
    return Cell(f"{minutes} {zone}", short=f"{minutes[5:]} {place_name(activity.timezone)}")


def _tone(delivery: float | None) -> Tone:
    if delivery is None:
        return Tone.DIM
    return Tone.GOOD if delivery >= _GOOD else Tone.PLAIN if delivery >= _FAIR else Tone.BAD
