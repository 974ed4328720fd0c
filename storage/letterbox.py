"""What a source without a feed tells, kept until a sync has taken it up: calls as they came, and items as JSON.

A call stands in the stream `CALLS` until it is made into items of the streams that a sync reads; an item stands there
until the mirror's cursor has passed it. Both are gone then: the store's truth is what the mirror has made of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from storage.mirror import STREAMS
from storage.store import Store
from storage.tables import CURSOR, LETTER, SOURCE, bulk, insert_row

CALLS = "calls"
_PLACE = "collected"
_INSERT = insert_row(LETTER, "source_id", "stream", "received_at", "content")


@dataclass(frozen=True, slots=True)
class Letter:
    """One item of a stream as JSON, or one call as it came; see `CALLS`."""

    stream: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter in the box; `received_at` in microseconds UTC."""

    key: int
    content: bytes
    received_at: int


class Letterbox:
    """The letters of the source at one address. Raises StoreError."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._url = url
        self._known: int | None = None

    def post(self, letters: Iterable[Letter]) -> None:
        """Keep these letters, all or none; they are on the disk when this returns."""
        with self._store.writing() as connection:
            self._insert(connection, letters)

    def collected(self, letters: Iterable[Letter], place: str, calls: Sequence[int] = ()) -> None:
        """Keep what was collected, how far that went, and drop the calls that it was made of: all or none."""
        with self._store.writing() as connection:
            self._insert(connection, letters)
            _move(connection, self._source(connection), place)
            if calls:
                # They were read from the oldest on, and only the collector takes them out.
                done = (LETTER.c.stream == CALLS, LETTER.c.letter_id <= max(calls))
                connection.execute(delete(LETTER).where(LETTER.c.source_id == self._source(connection), *done))

    def place(self) -> str | None:
        """How far has been collected; None at the beginning."""
        source = self._existing()
        if source is None:
            return None
        with self._store.reading() as connection:
            chosen = (CURSOR.c.source_id == source, CURSOR.c.stream == _PLACE)
            return connection.scalar(select(CURSOR.c.cursor).where(*chosen))

    def read(self, stream: str, after: int, most: int) -> list[Kept]:
        """The oldest letters of a stream behind a key, at most so many."""
        source = self._existing()
        if source is None:
            return []
        columns = (LETTER.c.letter_id, LETTER.c.content, LETTER.c.received_at)
        chosen = (LETTER.c.source_id == source, LETTER.c.stream == stream, LETTER.c.letter_id > after)
        with self._store.reading() as connection:
            rows = connection.execute(select(*columns).where(*chosen).order_by(LETTER.c.letter_id).limit(most))
            return [Kept(int(key), bytes(content or b""), int(at)) for key, content, at in rows]

    def tidy(self) -> None:
        """Drop the items that the mirror's cursors have passed."""
        source = self._existing()
        if source is None:
            return
        cursors = select(CURSOR.c.stream, CURSOR.c.cursor).where(CURSOR.c.source_id == source)
        with self._store.reading() as connection:
            passed = {str(stream): cursor for stream, cursor in connection.execute(cursors) if stream in STREAMS}
        with self._store.writing() as connection:
            for stream, cursor in passed.items():
                if cursor is not None and cursor.isdigit():
                    done = (LETTER.c.stream == stream, LETTER.c.letter_id <= int(cursor))
                    connection.execute(delete(LETTER).where(LETTER.c.source_id == source, *done))

    def _insert(self, connection: Connection, letters: Iterable[Letter]) -> None:
        source, now = self._source(connection), self._store.clock.now()
        rows: list[tuple[object, ...]] = [(source, one.stream, now, one.content) for one in letters]
        bulk(connection, _INSERT, ("source_id", "stream", "received_at", "content"), rows)

    def _existing(self) -> int | None:
        if self._known is None:
            with self._store.reading() as connection:
                self._known = _key_of(connection, self._url)
        return self._known

    def _source(self, connection: Connection) -> int:
        if self._known is not None:
            return self._known
        return source_at(connection, self._url)


def source_at(connection: Connection, url: str) -> int:
    """The store's key of the source at an address, known from now on."""
    known = _key_of(connection, url)
    if known is None:
        # The mirror says who it is, and what it can do, at the first sync.
        connection.execute(insert(SOURCE).values(url=url))
        known = _key_of(connection, url)
    return int(known or 0)


def _key_of(connection: Connection, url: str) -> int | None:
    return connection.scalar(select(SOURCE.c.source_id).where(SOURCE.c.url == url))


def _move(connection: Connection, source: int, place: str) -> None:
    connection.execute(delete(CURSOR).where(CURSOR.c.source_id == source, CURSOR.c.stream == _PLACE))
    connection.execute(insert(CURSOR).values(source_id=source, stream=_PLACE, cursor=place))
