"""Stores of a wanted number of recipients: the simulator's world through the program's own ingest, kept in a folder."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.multiply import multiply
from smsreport_tui.rules.clock import HOUR, SECOND, FixedClock
from smsreport_tui.rules.door import Door, activity_door, event_door, profile_door
from smsreport_tui.rules.feed import Page
from smsreport_tui.simulator.campaigns import plan
from smsreport_tui.simulator.stream import Stream
from smsreport_tui.simulator.world import VENDOR, World, WorldConfig
from storage.glance import HEAD
from storage.mirror import Mirror, mirror_of
from storage.store import open_store

ACTIVITIES = 12
_SEED = 6
# A fixed past, so that a store is the same whenever it is built.
START = 1_790_000_000 * SECOND
NOW = START + 24 * HOUR
# A batch of the simulator fits into one page, so that each recipient is folded once and not once a page.
_PAGE = 20_000
# Seen in worlds of twenty thousand recipients and more, receipts, clicks and retries together.
_EVENTS_A_RECIPIENT = 4
_MOST_TOLD = 1_000_000
_MOST_TIMES = 10
URL = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Stores:
    """The folder in which stores are kept from one run to the next."""

    folder: Path

    def of(self, recipients: int) -> Path:
        """A store of about so many recipients, built when it is missing of this schema; it must not be written to."""
        path = self.folder / f"recipients-{recipients}-{HEAD}.db"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            building = path.with_suffix(".building")
            _remove(building)
            told = _told(recipients)
            first = self.of(told) if told < recipients else None
            print(f"Building a store of {recipients:,} recipients in {self.folder} ...", file=sys.stderr, flush=True)
            if first is None:
                _build(building, world_of(recipients))
            else:
                shutil.copy(first, building)
                _multiply(building, recipients // told)
            building.rename(path)
        return path

    def copy_of(self, recipients: int, folder: Path) -> Path:
        """The same in a file that may be written to."""
        path = self.of(recipients)
        copied = Path(shutil.copy(path, folder / path.name))
        # Else gigabytes are on their way to the disk while the first things are measured.
        with copied.open("rb") as file:
            os.fsync(file.fileno())
        return copied


def _told(recipients: int) -> int:
    """How many of a store's recipients the simulator tells of; the others are these once more, under other ids."""
    times = recipients // _MOST_TOLD
    return _MOST_TOLD if times and recipients == times * _MOST_TOLD and times <= _MOST_TIMES else recipients


def world_of(recipients: int) -> World:
    """The smallest world whose activities have so many recipients together, or the one that a store multiplies."""
    recipients = _told(recipients)
    low, high = 1, recipients + 1
    while low < high:
        middle = (low + high) // 2
        if _recipients(middle) < recipients:
            low = middle + 1
        else:
            high = middle
    return World(WorldConfig(profiles=low, activities=ACTIVITIES, seed=_SEED, start=START), FixedClock(NOW))


def _recipients(profiles: int) -> int:
    planned = plan(ACTIVITIES, profiles, _SEED, START, "", vendor=VENDOR, hostile=False)
    return sum(campaign.sizes()[0] for campaign in planned)


def largest_activity(recipients: int) -> str:
    """The id of the activity that went to everybody in the store of so many recipients."""
    return world_of(recipients).campaigns[0].id


def profiles_for_events(events: int) -> int:
    """How many people a simulated world of `smsreport simulate` needs to tell about so many events."""
    return events * world_of(10_000).config.profiles // (10_000 * _EVENTS_A_RECIPIENT)


def _build(path: Path, world: World) -> None:
    world.advance()
    with open_store(str(path), FixedClock(NOW), writable=True) as store:
        mirror = mirror_of(store, URL, "benchmark", VENDOR, "{}")
        _pour(mirror, "activities", world.activities, activity_door())
        _pour(mirror, "profiles", world.profiles, profile_door())
        _pour(mirror, "events", world.events, event_door())
        mirror.finish()
        store.truncate_log()
    _remove_log(path)


def _multiply(path: Path, times: int) -> None:
    multiply(path, times)
    with open_store(str(path), FixedClock(NOW), writable=True) as store:
        store.truncate_log()
    _remove_log(path)


def _pour(mirror: Mirror, name: str, stream: Stream, door: Door) -> None:  # type: ignore[type-arg]
    cursor: str | None = None
    for page in _pages(stream, door):
        mirror.store_page(name, cursor, page)
        cursor = page.next_cursor


def _pages(stream: Stream, door: Door) -> Iterator[Page]:  # type: ignore[type-arg]
    """The stream as the gateway's own bytes, through the door that the sync takes them by."""
    cursor, more = None, True
    while more:
        items, cursor, more = stream.read(cursor, _PAGE, NOW)
        yield door.read(msgspec.json.encode({"items": items, "next_cursor": cursor, "has_more": more}))


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_log(path)


def _remove_log(path: Path) -> None:
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
