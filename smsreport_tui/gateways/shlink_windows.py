"""Reads the visits of a span of time whole: none missing, none twice, though visits shift the pages meanwhile."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from smsreport_tui.gateways.shlink_api import PAGE_VISITS, Visit, Visits
from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.errors import GatewayError

LAG = 10 * SECOND
"""So long a visit may be on its way into Shlink's database; younger ones are left for later."""
MOST_VISITS = 20 * PAGE_VISITS
"""In one window; it is halved where there are more."""
TRIES = 8

Fetch = Callable[[int, int, int, int], Awaitable[Visits]]
"""A page of the visits between two whole seconds, both included, by its number and size."""


@dataclass(frozen=True, slots=True)
class Window:
    """All visits up to a whole second, newest first; `unread` more could not be read."""

    visits: tuple[Visit, ...]
    end: int
    unread: int = 0


async def read_window(fetch: Fetch, start: int, end: int) -> Window | None:
    """The visits from one whole second to another, or to an earlier one. Raises GatewayError.

    None where by the server's clock, which the visits are dated by, the span has not even begun to be past. A visit has
    no id, so whether one stands on two pages can not be seen: what is counted while it is paged must stay the same.
    """
    tries = 0
    while tries < TRIES:
        first = await fetch(start, end, 1, PAGE_VISITS)
        past = end if first.told_at is None else first.told_at - first.told_at % SECOND - LAG
        if past < start:
            return None
        if past < end:
            end = past
            continue
        if first.total > MOST_VISITS and start < end:
            end = start + (end - start) // (2 * SECOND) * SECOND
            continue
        window = await _whole(fetch, start, end, first)
        if window is not None:
            return window
        tries += 1
    raise GatewayError(
        "Shlink's visits of a time that is past keep changing while they are read: see whether its clock is right, "
        "then try again."
    )


async def _whole(fetch: Fetch, start: int, end: int, first: Visits) -> Window | None:
    visits, unread = list(first.visits), first.unread
    for number in range(2, first.pages + 1):
        page = await fetch(start, end, number, PAGE_VISITS)
        if page.total != first.total:
            return None
        visits.extend(page.visits)
        unread += page.unread
    if first.pages > 1 and (await fetch(start, end, 1, 1)).total != first.total:
        return None
    return Window(tuple(visits), end, unread) if len(visits) + unread == first.total else None
