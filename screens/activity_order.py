"""Which activities stand in the list, and in which order. Pure: thousands of them are put in order in milliseconds."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from smsreport_tui.rules.summary import ActivitySummary, rate

Key = Callable[[ActivitySummary], float | str | None]


class SortColumn(NamedTuple):
    """A column that the list can be ordered by; numbers begin with the largest, texts with the first letter."""

    title: str
    key: Key
    is_text: bool = False


def click_rate(activity: ActivitySummary) -> float | None:
    """Unique clickers of those delivered (rules.md 4)."""
    return rate(activity.unique_clicks, activity.delivered)


def leave_rate(activity: ActivitySummary) -> float | None:
    """Those who unsubscribed of those delivered (rules.md 4)."""
    return rate(activity.unsubscribed, activity.delivered)


def delivery_rate(activity: ActivitySummary) -> float | None:
    """Those delivered of those sent (rules.md 4)."""
    return rate(activity.delivered, activity.sent)


COLUMNS: tuple[SortColumn, ...] = (
    SortColumn("Activity", lambda one: (one.name or one.id).casefold(), is_text=True),
    SortColumn("Sent at", lambda one: one.sent_at),
    SortColumn("Sent", lambda one: one.sent),
    SortColumn("Delivered", delivery_rate),
    SortColumn("Clicks", click_rate),
    SortColumn("Unsub", leave_rate),
    SortColumn("Sender", lambda one: (one.sender or "").casefold(), is_text=True),
    SortColumn("Status", lambda one: (one.status or "").casefold(), is_text=True),
)
NEWEST = 1
"""The column that orders the list at first."""


class Order(NamedTuple):
    """A column, and whether its usual direction is turned round."""

    column: int = NEWEST
    turned: bool = False

    def by(self, column: int) -> "Order":
        """By another column, or by the same one the other way round."""
        return Order(column, not self.turned) if column == self.column else Order(column)

    def next(self) -> "Order":
        """By the next column, the first after the last."""
        return Order((self.column + 1) % len(COLUMNS))

    @property
    def ascending(self) -> bool:
        return COLUMNS[self.column].is_text is not self.turned


def arranged(activities: Sequence[ActivitySummary], text: str, order: Order) -> list[ActivitySummary]:
    """Those with the text in name, id or sender, in order; what has no value stands last, ties newest first."""
    wanted = text.casefold()
    found = [one for one in activities if not wanted or wanted in _searched(one)]
    # They come newest first, and sorting keeps the order of equals.
    if order == Order():
        return found
    key = COLUMNS[order.column].key
    known = [(value, one) for one in found if (value := key(one)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=not order.ascending)
    return [one for _, one in known] + [one for one in found if key(one) is None]


def _searched(activity: ActivitySummary) -> str:
    return "\n".join((activity.name or "", activity.id, activity.sender or "")).casefold()
