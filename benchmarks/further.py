"""More events about the people of a kept store, as the pages of a gateway: what is written into its copies."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from benchmarks.stores import NOW, START, URL, world_of
from smsreport_tui.gateways.feed import PAGE_ITEMS
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.simulator.wire import EventItem
from smsreport_tui.simulator.world import VENDOR, World, WorldConfig
from storage.mirror import Mirror, mirror_of
from storage.store import Store

_SEED = 7
_ACTIVITIES = 200
"""So many that a small store's people suffice for all pages: each activity goes to them again."""


def further_pages(recipients: int, pages: int, *, items: int = PAGE_ITEMS, whole: int = 0) -> list[bytes]:
    """Pages about the people of the store of so many recipients, in the order in which a gateway tells them.

    All of them belong to activities: an event of none is kept but changes no recipient, and would flatter the writer.
    Every `whole`-th page ends the stream for now (`has_more` false). Raises ValueError when there are not so many.
    """
    events = _events(recipients)
    found = []
    for number in range(1, pages + 1):
        some = list(islice(events, items))
        if len(some) < items:
            raise ValueError(f"The people of {recipients} recipients have no {pages} pages of {items} events.")
        more = not whole or number % whole > 0
        found.append(msgspec.json.encode({"items": some, "next_cursor": str(number), "has_more": more}))
    return found


def further_mirror(store: Store) -> Mirror:
    """The mirror that these pages go into, at its beginning when the store is a fresh copy."""
    return mirror_of(store, f"{URL}/further", "further", VENDOR, "{}")


def _events(recipients: int) -> Iterator[EventItem]:
    config = WorldConfig(world_of(recipients).config.profiles, _ACTIVITIES, _SEED, START)
    read, cursor, more = World(config, FixedClock(NOW)).events.read, None, True
    while more:
        some, cursor, more = read(cursor, PAGE_ITEMS, NOW)
        yield from (event for event in some if event.activity_id is not None)
