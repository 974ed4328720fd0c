"""Takes people and activities of an operator's file into the store, as any other items: by letterbox and mirror.

A row is laid over the version that stands: what the file has no column for stays, an empty cell takes away. A row
without a date of its own is as new as the import, and the same again is no news. Of several such rows about one person
the one with the greatest canonical form stands, whatever their order (rules.md 1).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from smsreport_tui.gateways.letter_streams import LetterStreams
from smsreport_tui.rules import file_items
from smsreport_tui.rules.checks import BadContentError
from smsreport_tui.rules.feed import Page
from smsreport_tui.rules.file_items import BadRowError, FileItem
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.csv_rows import CsvRow, CsvTable, open_table
from smsreport_tui.services.import_subjects import Subject
from smsreport_tui.services.unbroken import unbroken
from storage.file_standing import Standing
from storage.letterbox import Letter, Letterbox
from storage.mirror import Mirror, mirror_of
from storage.store import Store

SOURCE = "file:import"
"""What the store knows the operator's files by, in the place of a gateway's address."""
TOLD = 20
"""Bad rows that are told one by one."""
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: the line that it begins on, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class ImportResult:
    """Rows by what they brought; `erased` are about people who were erased and stay so, the first bad ones are told."""

    new: int = 0
    changed: int = 0
    same: int = 0
    erased: int = 0
    bad: int = 0
    told: list[BadRow] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Rows that the store holds now, or held before."""
        return self.new + self.changed + self.same

    def refuse(self, rows: list[BadRow]) -> None:
        """Count the bad rows of a batch."""
        self.bad += len(rows)
        self.told += sorted(rows, key=lambda one: one.line)[: TOLD - len(self.told)]


def open_file(file: Path, subject: Subject) -> CsvTable:
    """The file as a table with the columns that are needed. Raises CsvError."""
    return open_table(file, subject.needed, file_items.column_name)


async def import_table(
    store: Store, table: CsvTable, subject: Subject, *, dry_run: bool, told: Callable[[int], None] | None = None
) -> ImportResult:
    """Take the rows into the store; a dry run only says what they would bring, and writes nothing.

    A batch that is interrupted is gone on with by the next import. `told` hears how many rows are done. Raises
    CsvError, StoreError.
    """
    result = ImportResult()
    taker = None if dry_run else await asyncio.to_thread(_Taker, store, subject.stream)
    if taker is not None:
        await taker.take_up()
    now, rows, done = store.clock.now(), table.rows(), 0
    while batch := await unbroken(_next_rows, rows):
        letters = await unbroken(_weighed, batch, subject, now, result)
        if taker is not None and letters:
            await taker.take(letters)
        done += len(batch)
        if told is not None:
            told(done)
    return result


def _next_rows(rows: Iterator[CsvRow]) -> list[CsvRow]:
    return list(islice(rows, _BATCH))


class _Taker:
    """The way of items into the store."""

    def __init__(self, store: Store, stream: str) -> None:
        self._mirror: Mirror = mirror_of(store, SOURCE, "Files", None, None)
        self._letterbox = Letterbox(store, SOURCE)
        streams = LetterStreams(self._letterbox)
        self._fetch: dict[str, Callable[[str | None], Awaitable[Page[Any]]]] = {
            "activities": streams.activities,
            "profiles": streams.profiles,
        }
        self._stream = stream

    async def take(self, letters: list[Letter]) -> None:
        """Post these and take up what is there."""
        await unbroken(self._letterbox.post, letters)
        await self.take_up()

    async def take_up(self) -> None:
        """Store what the letterbox holds; another program may do the same at once."""
        fetch = self._fetch[self._stream]
        more = True
        while more:
            cursor = await asyncio.to_thread(self._mirror.cursor, self._stream)
            page = await fetch(cursor)
            stored = await unbroken(self._mirror.store_page, self._stream, cursor, page)
            more = stored.stale or page.has_more
        await unbroken(self._letterbox.tidy)


def _weighed(batch: list[CsvRow], subject: Subject, now: int, result: ImportResult) -> list[Letter]:
    """What is news of a batch, counted."""
    letters: list[Letter] = []
    items: list[tuple[int, FileItem]] = []
    bad: list[BadRow] = []
    for row in batch:
        try:
            if row.problem is not None:
                raise BadRowError(row.problem)
            items.append((row.line, subject.read(row.values)))
        except BadRowError as error:
            bad.append(BadRow(row.line, str(error)))
    standing, erased = subject.place([item for _, item in items])
    for line, item in items:
        one = subject.id_of(item)
        if one in erased:
            result.erased += 1
            continue
        before = standing.get(one)
        base: dict[str, Any] = {} if before is None else msgspec.json.decode(before.canonical)
        at = now if item.updated_at is None else item.updated_at
        content = subject.content(item, base)
        content = {name: value for name, value in content.items() if value is not None}
        content |= {"id": one, "updated_at": exact_time(at)}
        try:
            letter, canonical = subject.checked(content)
        except (BadContentError, msgspec.ValidationError) as error:
            bad.append(BadRow(line, str(error)))
            continue
        is_same = before is not None and _undated(canonical) == _undated(before.canonical)
        is_newer = before is None or (at, canonical) > (before.updated_at, before.canonical)
        if before is None:
            result.new += 1
        elif is_same or not is_newer:
            result.same += 1
        else:
            result.changed += 1
        # What has a date of its own is kept with it even if it says nothing new: an older row may still come.
        if is_newer and not (is_same and item.updated_at is None):
            standing[one] = Standing(at, canonical)
            letters.append(Letter(subject.stream, letter))
    result.refuse(bad)
    return letters


def _undated(canonical: bytes) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(canonical)
    content.pop("updated_at", None)
    return content
