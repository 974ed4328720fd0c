"""Stores pages of the feed: a page and its cursor in one transaction, both or neither (feed/openapi.yaml)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from smsreport_tui.rules.feed import Activity, Event, Item, Page, Profile
from storage.ingest_activities import store_activities
from storage.ingest_events import EventRules, store_events
from storage.ingest_profiles import store_profiles
from storage.quarantine import contradiction, keep_bad
from storage.settings import read_setting, write_setting
from storage.store import Store
from storage.tables import CURSOR, SOURCE

_CLICK_PROBLEMS = "click_problems"
STREAMS = ("activities", "profiles", "events")


@dataclass(frozen=True, slots=True)
class Stored:
    """What a page brought: ids of changed activities or profiles, or counts of events; None of it when `stale`."""

    changed: frozenset[str] = frozenset()
    events: int = 0
    duplicates: int = 0
    quarantined: int = 0
    stale: bool = False


class Mirror:
    """The store as the mirror of one source."""

    def __init__(self, store: Store, source_id: int, vendor: str | None) -> None:
        self._store = store
        self._source_id = source_id
        self._vendor = vendor

    def cursor(self, stream: str) -> str | None:
        """Where the stream was left; None at its beginning."""
        with self._store.reading() as connection:
            return self._cursor(connection, stream)

    def restart(self, stream: str, expected: str | None) -> None:
        """Read the stream from its beginning again, unless another program has moved on meanwhile."""
        with self._store.writing() as connection:
            if self._cursor(connection, stream) == expected:
                self._move(connection, stream, None)

    def store_page(self, stream: str, fetched_from: str | None, page: Page[Item]) -> Stored:
        """Store a page that was asked for with the cursor `fetched_from`.

        When another program has stored a page of this stream meanwhile, nothing is done and the answer is stale.
        """

        def change(connection: Connection) -> Stored:
            if self._cursor(connection, stream) != fetched_from:
                return Stored(stale=True)
            stored = self._store_items(connection, stream, page)
            self._move(connection, stream, page.next_cursor)
            return stored

        return self._store.write(change)

    def finish(self) -> None:
        """Note that every stream has been read to its end."""
        with self._store.writing() as connection:
            write_setting(connection, "synced_at", str(self._store.clock.now()))
            write_setting(connection, "sync_problem", None)

    def _store_items(self, connection: Connection, stream: str, page: Page[Item]) -> Stored:
        key, now = self._store.number_key, self._store.clock.now()
        bad = list(page.bad)
        changed: set[str] = set()
        events = duplicates = 0
        if stream == "activities":
            changed = store_activities(connection, [item for item in page.items if isinstance(item, Activity)])
        elif stream == "profiles":
            changed = store_profiles(connection, [item for item in page.items if isinstance(item, Profile)], key)
        else:
            rules = EventRules(self._source_id, self._vendor, self._store.outcomes_for(connection), key, now)
            result = store_events(connection, [item for item in page.items if isinstance(item, Event)], rules)
            events, duplicates = result.new, result.duplicates
            bad.extend(contradiction(event) for event in result.conflicts)
        quarantined = keep_bad(connection, stream, bad, key, now)
        return Stored(frozenset(changed), events, duplicates, quarantined)

    def _cursor(self, connection: Connection, stream: str) -> str | None:
        chosen = (CURSOR.c.source_id == self._source_id, CURSOR.c.stream == stream)
        return connection.scalar(select(CURSOR.c.cursor).where(*chosen))

    def _move(self, connection: Connection, stream: str, cursor: str | None) -> None:
        chosen = (CURSOR.c.source_id == self._source_id, CURSOR.c.stream == stream)
        moved = connection.execute(update(CURSOR).where(*chosen).values(cursor=cursor))
        if moved.rowcount == 0:
            connection.execute(insert(CURSOR).values(source_id=self._source_id, stream=stream, cursor=cursor))


def mirror_of(store: Store, url: str, name: str, vendor: str | None, capabilities: str | None) -> Mirror:
    """The mirror of the gateway at this address, known to the store from now on; without capabilities it is none."""
    values = {"name": name, "vendor": vendor, "capabilities": capabilities}
    with store.writing() as connection:
        source = connection.scalar(select(SOURCE.c.source_id).where(SOURCE.c.url == url))
        if source is None:
            connection.execute(insert(SOURCE).values(url=url, **values))
            source = connection.scalar(select(SOURCE.c.source_id).where(SOURCE.c.url == url))
        else:
            connection.execute(update(SOURCE).where(SOURCE.c.source_id == source).values(**values))
    return Mirror(store, int(source or 0), vendor)


def read_sources(store: Store) -> dict[str, tuple[int, str]]:
    """By address the store's key of each gateway, and what it can do (JSON)."""
    known = select(SOURCE.c.url, SOURCE.c.source_id, SOURCE.c.capabilities).where(SOURCE.c.capabilities.is_not(None))
    with store.reading() as connection:
        return {url: (int(key), str(able)) for url, key, able in connection.execute(known)}


def note_problem(store: Store, sentence: str) -> None:
    """Keep what hinders the sync, for the screens to show."""
    with store.writing() as connection:
        write_setting(connection, "sync_problem", sentence)


def note_click_problems(store: Store, sentences: Mapping[str, str]) -> None:
    """Keep what hinders sources of clicks, by their names, in the place of what was kept before."""
    text = json.dumps(dict(sorted(sentences.items()))) if sentences else None
    with store.reading() as connection:
        if read_setting(connection, _CLICK_PROBLEMS) == text:
            return
    with store.writing() as connection:
        write_setting(connection, _CLICK_PROBLEMS, text)


def caught_up_at(store: Store) -> int | None:
    """The end of the gateway's last complete sync; None where something has hindered one since."""
    with store.reading() as connection:
        synced, problem = (read_setting(connection, name) for name in ("synced_at", "sync_problem"))
    return None if synced is None or problem is not None else int(synced)


def last_sync(store: Store) -> tuple[int | None, str | None]:
    """The end of the gateway's last complete sync, and what has hindered it since, or hinders a source of clicks."""
    with store.reading() as connection:
        synced = read_setting(connection, "synced_at")
        clicks: dict[str, str] = json.loads(read_setting(connection, _CLICK_PROBLEMS) or "{}")
        problem = read_setting(connection, "sync_problem")
    sentences = [*([] if problem is None else [problem]), *clicks.values()]
    return (None if synced is None else int(synced)), " ".join(sentences) or None
