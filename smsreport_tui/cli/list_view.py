"""Activities and the rows of a tab as tables for people; numbers are masked as on the screen."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.columns import Column, Kind, ListRow, TabPage, Value
from smsreport_tui.rules.formatting import NOTHING, local_time, percent, thousands, value_text, zone_name
from smsreport_tui.rules.marks import Mark, legend, marked
from smsreport_tui.rules.summary import ActivitySummary, rate
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_NUMBERS = (Kind.COUNT, Kind.CREDITS, Kind.RATE)
# Left out of a narrow terminal in this order; JSON and exports always have them.
_SPARE = (
    *("email", "scheme", "vendor", "title", "first_click_at", "links", "next_retry_at", "attempts", "strikes"),
    *("credits", "reason", "outcome"),
)
_FOLDED = {"profile": 20, "name": 24, "email": 28, "url": 44, "title": 24, "reason": 32, "links": 20, "link": 20}
_ACTIVITIES = (
    Heading("Id"),
    Heading("Name", folds=32),
    Heading("Sender", spare=5),
    Heading("Sent at"),
    Heading("Sent", number=True),
    Heading("Delivered", number=True),
    Heading("Rate", number=True, spare=4),
    Heading("Unique", number=True, spare=3),
    Heading("Unsubscribed", number=True, spare=1),
)


def activities_view(console: "Console", activities: Sequence[ActivitySummary]) -> "Iterator[RenderableType]":
    """The list of activities, each time in its activity's zone."""
    from rich.text import Text

    if not activities:
        yield Text("There are no activities yet: `smsreport sync` pulls them from the gateway.")
        return
    yield fitted(console, _ACTIVITIES, [_summary(activity) for activity in activities])


def _summary(activity: ActivitySummary) -> tuple[str, ...]:
    return (
        shown(activity.id),
        _text(activity.name),
        _text(activity.sender),
        local_time(activity.sent_at, activity.timezone),
        thousands(activity.sent),
        thousands(activity.delivered),
        percent(rate(activity.delivered, activity.sent)),
        thousands(activity.unique_clicks),
        thousands(activity.unsubscribed),
    )


def page_view(console: "Console", page: TabPage, zone: str | None) -> "Iterator[RenderableType]":
    """The rows of a tab, then how many there are in all and in which zone the times stand."""
    from rich.text import Text

    if page.rows:
        yield fitted(
            console, [_heading(column) for column in page.columns], [_row(page, row, zone) for row in page.rows]
        )
    yield Text(
        f"{thousands(len(page.rows))} of {thousands(page.total)} shown{legend(page.marks)} · times in {zone_name(zone)}"
        " · `smsreport export` writes all"
    )


def _heading(column: Column) -> Heading:
    rank = len(_SPARE) - _SPARE.index(column.name) if column.name in _SPARE else 0
    return Heading(column.title, column.kind in _NUMBERS, rank, _FOLDED.get(column.name, 0))


def _row(page: TabPage, row: ListRow, zone: str | None) -> list[str]:
    return [
        _cell(column, "erased" if row.erased and column.name == "name" else value, zone, row.mark)
        for column, value in zip(page.columns, row.values, strict=True)
    ]


def _cell(column: Column, value: Value, zone: str | None, mark: Mark | None) -> str:
    if column.kind is Kind.TIME and isinstance(value, int):
        return local_time(value, zone, with_zone=False)
    text = value_text(column, value, zone)
    return marked(text, mark) if column.kind is Kind.MSISDN else text


def _text(text: str | None) -> str:
    return shown(text) if text else NOTHING
