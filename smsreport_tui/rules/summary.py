"""One line of the list of activities: what the first paint of the app shows (rules.md 4)."""

from typing import NamedTuple


def rate(part: int, whole: int) -> float | None:
    """Part of whole; nothing divided by nothing is None, and nothing is capped (rules.md 4)."""
    return part / whole if whole else None


class ActivitySummary(NamedTuple):
    """An activity at a glance; `sent_at` in microseconds UTC, counts of distinct recipients."""

    id: str
    name: str | None
    sender: str | None
    sent_at: int | None
    timezone: str | None
    status: str | None
    sent: int
    delivered: int
    unique_clicks: int
    unsubscribed: int
