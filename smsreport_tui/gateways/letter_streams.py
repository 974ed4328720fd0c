"""The three streams of a vendor that has none, read from the store's letterbox through the same door as a feed's."""

import asyncio

from smsreport_tui.rules.door import activity_door, event_door, profile_door
from smsreport_tui.rules.feed import Activity, Event, Page, Profile
from storage.letterbox import Letterbox

PAGE_ITEMS = 2_000


class LetterStreams:
    """Pages of what an adapter has posted; a cursor is the key of the last letter read."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox
        self._activities = activity_door()
        self._profiles = profile_door()
        self._events = event_door()

    async def activities(self, cursor: str | None) -> Page[Activity]:
        """One page of activities."""
        return self._activities.read(await self._body("activities", cursor))

    async def profiles(self, cursor: str | None) -> Page[Profile]:
        """One page of profiles."""
        return self._profiles.read(await self._body("profiles", cursor))

    async def events(self, cursor: str | None) -> Page[Event]:
        """One page of events."""
        return self._events.read(await self._body("events", cursor))

    async def _body(self, stream: str, cursor: str | None) -> bytes:
        after = int(cursor) if cursor is not None and cursor.isdigit() else 0
        letters = await asyncio.to_thread(self._letterbox.read, stream, after, PAGE_ITEMS)
        following = letters[-1].key if letters else after
        more = b"true" if len(letters) == PAGE_ITEMS else b"false"
        items = b",".join(letter.content for letter in letters)
        return b'{"items":[%b],"next_cursor":"%d","has_more":%b}' % (items, following, more)
