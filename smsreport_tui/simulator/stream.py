"""One append-only stream of the feed: what is history in blocks built when they are asked for, then what comes live."""

import bisect
import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
Told = tuple[int, T]


class UnknownCursorError(ValueError):
    """The cursor is none of this stream's."""


class Stream(Generic[T]):
    """Items in the order of telling.

    `blocks` are history, told before the world began; `live` items are told later, each at its time. A cursor is
    h.BLOCK.OFFSET in history and l.INDEX after it, behind the world's tag.
    """

    def __init__(self, tag: str, blocks: Sequence[Callable[[], Sequence[T]]], live: Iterable[Told[T]]) -> None:
        self._tag = tag
        self._blocks = blocks
        self._live = sorted(((at, place, item) for place, (at, item) in enumerate(live)), key=lambda one: one[:2])
        self._places = itertools.count(len(self._live))
        self._told_up_to = 0
        # Activities are made in one thread and read in others.
        self._lock = threading.Lock()
        self._build = lru_cache(maxsize=4)(lambda number: blocks[number]())

    def add(self, at: int, item: T) -> None:
        """Tell an item at a time, or as soon after it as no reader has been told of already."""
        with self._lock:
            told = max(at, self._told_up_to + 1)
            bisect.insort(self._live, (told, next(self._places), item), key=lambda one: one[:2])

    def read(self, cursor: str | None, limit: int, now: int) -> tuple[list[T], str, bool]:
        """At most `limit` items, the next cursor, and whether more has been told. Raises UnknownCursorError."""
        block, offset = self._place(cursor)
        items: list[T] = []
        while block < len(self._blocks) and len(items) < limit:
            built = self._build(block)
            taken = built[offset : offset + limit - len(items)]
            items += taken
            offset += len(taken)
            if offset >= len(built):
                block, offset = block + 1, 0
        if block < len(self._blocks):
            return items, f"{self._tag}.h.{block}.{offset}", True
        with self._lock:
            self._told_up_to = max(self._told_up_to, now)
            told = bisect.bisect_right(self._live, now, key=lambda one: one[0])
            end = min(told, offset + limit - len(items))
            items += [item for _, _, item in self._live[offset:end]]
        end = max(end, offset)
        return items, f"{self._tag}.l.{end}", end < told

    def told(self, now: int) -> Iterable[T]:
        """Everything told up to a time."""
        for build in self._blocks:
            yield from build()
        told = bisect.bisect_right(self._live, now, key=lambda one: one[0])
        yield from (item for _, _, item in self._live[:told])

    def _place(self, cursor: str | None) -> tuple[int, int]:
        if cursor is None:
            return 0, 0
        match cursor.split("."):
            case [self._tag, "h", block, offset] if _is_number(block) and _is_number(offset):
                if int(block) < len(self._blocks):
                    return int(block), int(offset)
            case [self._tag, "l", index] if _is_number(index) and int(index) <= len(self._live):
                return len(self._blocks), int(index)
        raise UnknownCursorError(cursor)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
