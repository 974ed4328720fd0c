"""A gateway in memory: three streams of items, pages cut where a test wants, faults where it wants."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from smsreport_tui.gateways.interface import (
    Answer,
    Capabilities,
    Created,
    CursorGoneError,
    Follow,
    GatewayInfo,
    Lost,
    Message,
    NewActivity,
    NotFound,
    Refused,
)
from smsreport_tui.rules.door import Door, activity_door, event_door, profile_door
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile

ABLE = Capabilities(True, True, True, True, True, True, True, True)
Item = dict[str, Any]


class MemoryGateway:
    """Serves items by position; `before` is called with stream and cursor before each page.

    `leads` tells the next cursor before a page is read: what it gives may be another one than the page then says.
    """

    url = "https://gateway.example"

    def __init__(self, activities: list[Item], profiles: list[Item], events: list[Item], page_items: int = 3) -> None:
        self.streams = {"activities": activities, "profiles": profiles, "events": events}
        self.page_items = page_items
        self.asked: list[tuple[str, str | None]] = []
        self.before: Callable[[str, str | None], None] = lambda stream, cursor: None
        self.leads: Callable[[int], str] | None = None
        self.closed = False

    async def collect(self) -> None:
        return

    async def info(self) -> GatewayInfo:
        return GatewayInfo("Memory", "infobip", ABLE)

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]:
        return self._page("activities", activity_door(), cursor, follow)

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]:
        return self._page("profiles", profile_door(), cursor, follow)

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]:
        return self._page("events", event_door(), cursor, follow)

    async def send(self, message: Message) -> Answer:
        return Lost(f"nothing is sent here, so not {message.key}")

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        return Lost(f"nothing is known here of {message.key}")

    async def create_activity(self, key: str, activity: NewActivity) -> Created | Refused | Lost:
        return Lost(f"nothing is sent here, so not {key}")

    async def balance(self) -> int:
        return 0

    async def put_segment(self, segment_id: str, name: str, description: str) -> None:
        raise GatewayError(f"no segment is taken here, so not {segment_id}")

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:
        raise GatewayError(f"no segment is taken here, so not {segment_id}")

    async def commit_segment(self, segment_id: str, members: int) -> None:
        raise GatewayError(f"no segment is taken here, so not {segment_id}")

    async def aclose(self) -> None:
        self.closed = True

    def _page(self, stream: str, door: Door[Any, Any], cursor: str | None, follow: Follow | None) -> Page[Any]:
        self.asked.append((stream, cursor))
        self.before(stream, cursor)
        start = int(cursor or "0")
        items = self.streams[stream]
        if start > len(items):
            raise CursorGoneError("gone")
        end = min(len(items), start + self.page_items)
        more = end < len(items)
        if follow is not None and self.leads is not None:
            follow(self.leads(end))
        return door.read(json.dumps({"items": items[start:end], "next_cursor": str(end), "has_more": more}).encode())
