"""Stores filled page by page, and all that can be read of them."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.door import activity_door, event_door, profile_door
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.codes import seen_codes
from smsreport_tui.services.replies import replies
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.strikes import marked_numbers
from storage.books import book_errors
from storage.find_index import INDEX, is_indexed
from storage.mirror import Mirror, Stored, mirror_of
from storage.settings import write_setting
from storage.store import Store, open_store
from tests.storage.engines import address
from tests.storage.feeds import VENDOR, Item, page_bytes

_DOORS = {"activities": activity_door(), "profiles": profile_door(), "events": event_door()}
KEY = bytes(range(32))
_cursors = itertools.count()


def new_store(folder: Path, clock: Clock, name: str = "store.db") -> Store:
    """An empty store that may be written to.

    All have one key: which of two numbers of one instant an erased profile keeps is decided by their tokens.
    """
    place = address(folder, name)
    with open_store(place, clock, writable=True) as store, store.writing() as connection:
        write_setting(connection, "number_key", KEY.hex())
    return open_store(place, clock, writable=True)


def address_of(store: Store) -> str:
    """What `open_store` opens it by once more."""
    return store._url.render_as_string(hide_password=False)


def mirror(store: Store) -> Mirror:
    """The store's mirror of a gateway that can do everything."""
    return mirror_of(store, "https://gateway.example", "Test", VENDOR, '{"send": true}')


def put(store: Store, stream: str, items: Sequence[Item] | bytes) -> Stored:
    """Store one page as it comes from the gateway."""
    to = mirror(store)
    body = items if isinstance(items, bytes) else page_bytes(list(items), f"c{next(_cursors)}")
    page: Any = _DOORS[stream].read(body)  # type: ignore[attr-defined]
    return to.store_page(stream, to.cursor(stream), page)


def fill(store: Store, pages: Iterable[tuple[str, list[Item]]]) -> None:
    """Store pages of any stream in the order given."""
    for stream, items in pages:
        put(store, stream, items)


def everything(store: Store, clock: Clock, profiles: Iterable[str]) -> dict[str, Any]:
    """Reports, lists, profiles, strikes and codes: what an operator can see."""
    reports = Reports(store, clock)
    seen: dict[str, Any] = {}
    summaries = sorted(reports.activities(), key=lambda summary: summary.id)
    seen["activities"] = summaries
    seen["strikes"] = marked_numbers(store)
    seen["replies"] = replies(store, None, near_misses=False)
    seen["near misses"] = replies(store, None, near_misses=True)
    seen["codes"] = seen_codes(store, receipts=True)
    for summary in summaries:
        for machines in (False, True):
            seen[f"report {summary.id} {machines}"] = reports.report(summary.id, machine_clicks=machines)
            seen[f"curves {summary.id} {machines}"] = reports.curves(summary.id, machine_clicks=machines)
            for tab in Tab:
                seen[f"{tab} {summary.id} {machines}"] = reports.tab(summary.id, tab, machine_clicks=machines)
    known = set(_profile_ids(store))
    for profile in profiles:
        if profile in known:
            seen[f"profile {profile}"] = reports.profile(profile)
    return seen


def _profile_ids(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT gateway_id FROM profile")]


def wrong_books(store: Store) -> list[str]:
    """What a recount finds; and of the index of a find, whether it says of every profile what its row says."""
    with store.reading() as connection:
        wrong = book_errors(connection)
        indexed = store.writable and is_indexed(connection)
    return wrong + (_wrong_index(store) if indexed else [])


def _wrong_index(store: Store) -> list[str]:
    try:
        with store.writing() as connection:
            connection.exec_driver_sql(f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('integrity-check', 1)")
    except StoreError as error:
        return [f"The index of a find is not in step: {error}"]
    return []


def differences(seen: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Each field that is not the same, with both its values."""
    found = []
    for name in sorted({*seen, *expected}):
        one, other = seen.get(name), expected.get(name)
        if one == other:
            continue
        if one is None or other is None or isinstance(one, list):
            found.append(f"{name}: {one} and not {other}")
            continue
        for field in fields(one):
            values = getattr(one, field.name), getattr(other, field.name)
            if values[0] != values[1]:
                found.append(f"{name}.{field.name}: {values[0]} and not {values[1]}")
    return found
