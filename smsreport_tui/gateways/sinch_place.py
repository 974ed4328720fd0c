"""How far the lists of a service plan have been read; it is kept in one step with what was made of them.

A list is read in windows, from a time on, page by page. What comes into a list meanwhile can only push items to later
pages, so that none is missed. The next window begins a little before the one before it did, as lists lag.
"""

import msgspec

from smsreport_tui.rules.clock import HOUR, MINUTE

OVERLAP = 15 * MINUTE
HISTORY = 14 * 24 * HOUR
"""So far back Sinch lists what it has."""
ASKED_FOR_MEMBERS = HOUR
"""So long after its sending a batch to groups is asked who it went to: Sinch looks at groups when it sends."""
_REACHES = ((HOUR, 3 * HOUR), (12 * HOUR, 4 * 24 * HOUR))
"""How often a window reaches back how far. Sinch leaves open whether it lists reports by their own time or by the
message's, which may be three days older, and a batch may be cancelled until then; what is known is passed over."""
_SLACK = HOUR


class Window(msgspec.Struct):
    """One reading of a list under way; `page` is the next, `seen` counts the items before it."""

    since: int
    began: int
    page: int = 0
    seen: int = 0


class Place(msgspec.Struct):
    """Where a collector goes on. Times are microseconds UTC.

    `done` is when the last window of each list began, `open` the one under way. `scheduled` are batches that were not
    sent yet, by the time when they will be; `grouped` those to groups, by the time when they were. `replies` are the
    inbounds of late, by the time when they came.
    """

    done: dict[str, int] = {}
    open: dict[str, Window] = {}
    scheduled: dict[str, int] = {}
    grouped: dict[str, int] = {}
    replies: dict[str, int] = {}

    def window(self, name: str, now: int) -> Window:
        """The window of a list that is to be read on, or a new one."""
        if name not in self.open:
            self.open[name] = Window(self._since(name, now), now)
        return self.open[name]

    def close(self, name: str) -> None:
        """The window of a list has been read to its end."""
        began = self.open.pop(name).began
        self.done[name] = began
        if name == "inbounds":
            self.replies = {one: at for one, at in self.replies.items() if at >= began - 2 * OVERLAP}

    def _since(self, name: str, now: int) -> int:
        earliest = now - HISTORY + _SLACK
        if name not in self.done:
            return earliest
        done = self.done[name]
        reach = OVERLAP
        if name != "inbounds":
            reach = max([OVERLAP, *(back for every, back in _REACHES if done // every != now // every)])
        return max(min(done, now) - reach, earliest)


def read_place(text: str | None) -> Place:
    """What `Place` was written as; the beginning for what can not be read."""
    try:
        return msgspec.json.decode(text or "{}", type=Place)
    except msgspec.MsgspecError:
        return Place()


def write_place(place: Place) -> str:
    """A place as the letterbox keeps it."""
    return msgspec.json.encode(place).decode()
