"""A small store with people, for screens that make segments: the activity, links and names of the fake source.

Of forty people in A1 (P0 to P39) thirty received it, P0 to P11 clicked L1, P6 to P17 clicked L2, six bounced soft,
four hard, and three unsubscribed; ten of them were sent A0 before.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.segment_desk import SegmentDesk
from storage.store import Store, open_store
from tests.storage.feeds import Item
from tests.storage.stores import fill, new_store

PEOPLE = 40
CITIES = ("Lund", "Malmö", "Lomma", "Kalmar")
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
_KEPT = tempfile.TemporaryDirectory(prefix="smsreport-segments-")


@dataclass
class SegmentWorld:
    """An open store of its own, `store.db` in a folder, the desk over it, and the clock that both look at."""

    store: Store
    clock: FixedClock
    folder: Path
    desk: SegmentDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = SegmentDesk(self.store, self.clock)

    def put(self, stream: str, items: list[Item]) -> None:
        """News from the gateway."""
        fill(self.store, [(stream, items)])


def segment_world(sent_at: int, now: int, names: tuple[str, ...], activity: str = "Spring sale · SE") -> SegmentWorld:
    """A copy of the store that is filled once a run; A1 is sent at `sent_at` and called `activity`."""
    folder = Path(tempfile.mkdtemp(dir=_KEPT.name))
    shutil.copy(_filled(sent_at, now, names, activity), folder / "store.db")
    clock = FixedClock(now)
    return SegmentWorld(open_store(str(folder / "store.db"), clock, writable=True), clock, folder)


@cache
def _filled(sent_at: int, now: int, names: tuple[str, ...], activity: str) -> Path:
    folder = Path(tempfile.mkdtemp(dir=_KEPT.name))
    with new_store(folder, FixedClock(now)) as store:
        fill(
            store,
            [
                ("activities", list(_activities(sent_at, activity))),
                ("profiles", [_person(number, sent_at, names) for number in range(PEOPLE)]),
                ("events", list(_events(sent_at))),
            ],
        )
    return folder / "store.db"


def _activities(sent_at: int, name: str) -> Iterator[Item]:
    links = [{"id": f"L{number}", "url": f"https://myshop.example/{number}"} for number in range(1, 5)]
    for key, called, at in (("A1", name, sent_at), ("A0", "Winter sale · SE", sent_at - 40 * HOUR)):
        yield {
            "id": key, "updated_at": exact_time(at), "name": called, "sender": "MYSHOP", "body": "Sale!",
            "sent_at": exact_time(at), "links": links,
        }  # fmt: skip


def _person(number: int, sent_at: int, names: tuple[str, ...]) -> Item:
    name = names[number % len(names)]
    return {
        "id": f"P{number}",
        "updated_at": exact_time(sent_at - HOUR),
        "msisdn": f"+4670000{number:04d}",
        "name": name,
        "email": f"{name.split()[0].lower()}{number}@example.org",
        "attributes": {"city": CITIES[number % 4], "orders": number % 8, "club": number % 2 == 0},
        "tags": ["vip"] if number % 5 == 0 else ["newsletter"] if number % 5 == 1 else [],
    }


def _events(sent_at: int) -> Iterator[Item]:
    for number in range(PEOPLE):
        told: Item = {"kind": "delivered"}
        if number >= 36:
            told = {"kind": "bounced", "bounce": "hard", "scheme": "error.id", "code": "1"}
        elif number >= 30:
            told = {"kind": "bounced", "bounce": "soft", "scheme": "error.id", "code": "27"}
        yield _event(f"r{number}", number, sent_at + number * SECOND) | told
    for number in range(18):
        at = sent_at + HOUR + number * MINUTE
        click = {"kind": "clicked", "user_agent": _PHONE}
        if number < 12:
            yield _event(f"k{number}", number, at) | click | {"link_id": "L1", "url": "https://myshop.example/1"}
        if number >= 6:
            yield _event(f"l{number}", number, at) | click | {"link_id": "L2", "url": "https://myshop.example/2"}
    for number in (2, 20, 25):
        yield _event(f"u{number}", number, sent_at + 2 * HOUR) | {"kind": "unsubscribed"}
    for number in range(25, 35):
        at = sent_at - 40 * HOUR
        yield _event(f"w{number}", number, at) | {"kind": "delivered", "activity_id": "A0"}


def _event(key: str, number: int, at: int) -> Item:
    return {
        "id": key, "at": exact_time(at), "profile_id": f"P{number}", "activity_id": "A1",
        "msisdn": f"+4670000{number:04d}",
    }  # fmt: skip
