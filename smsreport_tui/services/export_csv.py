"""Rows as CSV (rules.md 7): UTF-8, CRLF, a header, times as RFC 3339 in UTC, and no cell that starts a formula."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import BinaryIO, cast

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.clock import MINUTE, SECOND
from smsreport_tui.rules.columns import Column, Kind, Value
from smsreport_tui.rules.text import csv_cell, is_msisdn
from smsreport_tui.rules.times import format_time

Batch = Sequence[tuple[Value, ...]]
Cells = Sequence[str]
"""Of one column, as they stand in the file, with quotation marks where they need them."""

_SECONDS = [f"{second:02d}" for second in range(60)]
_MILLIS = ["Z", *(f".{milli:03d}Z" for milli in range(1, 1000))]
_NUMBERS = re.compile(r"(?:\+[1-9][0-9]{5,14},|,)*")
_SPECIAL = re.compile('[,"\n]')


def write_csv(file: BinaryIO, columns: Sequence[Column], batches: Iterable[Batch]) -> None:
    """Write the header and every batch; memory holds one batch."""
    file.write(_lines([_texts([column.name]) for column in columns]))
    converters = [_CONVERTERS[column.kind] for column in columns]
    for batch in filter(None, batches):
        # A column at a time: one call sees thousands of values, and most columns need no work on each.
        file.write(
            _lines([convert(values) for convert, values in zip(converters, zip(*batch, strict=True), strict=True)])
        )


def _lines(columns: Sequence[Cells]) -> bytes:
    if len(columns) == 1:
        # An empty line would be read as no row.
        columns = [[one or '""' for one in columns[0]]]
    # Cells come quoted: the csv module looks at each of them again, and takes twice as long as all the rest.
    return "\r\n".join([*map(",".join, zip(*columns, strict=True)), ""]).encode()


def _quoted(text: str) -> str:
    if _SPECIAL.search(text) is None:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _texts(values: Sequence[Value]) -> Cells:
    texts = [text or "" for text in cast("Sequence[str | None]", values)]
    return texts if _harmless(texts) else [text and _quoted(csv_cell(text)) for text in texts]


def _harmless(texts: Sequence[str]) -> bool:
    """Whether every one stands in the file as it is, asked of all at once."""
    joined = "".join(texts)
    # Nothing that is printable is cleaned by cell, and that is the quicker question.
    if not joined.isprintable() or "," in joined or '"' in joined:
        return False
    return all(csv_cell(first) == first for first in {text[:1] for text in texts})


def _numbers(values: Sequence[Value]) -> Cells:
    numbers = [number or "" for number in cast("Sequence[str | None]", values)]
    joined = ",".join([*numbers, ""])
    if joined.count(",") == len(numbers) and _NUMBERS.fullmatch(joined):
        return numbers
    return [number if not number or is_msisdn(number) else _quoted(csv_cell(number)) for number in numbers]


def _times(values: Sequence[Value]) -> Cells:
    """As format_time, which runs once for the many rows of one minute."""
    return [
        "" if at is None else f"{_minute(at // MINUTE)}{_SECONDS[at // SECOND % 60]}{_MILLIS[at // 1000 % 1000]}"
        for at in cast("Sequence[int | None]", values)
    ]


@lru_cache(maxsize=1024)
def _minute(minute: int) -> str:
    return format_time(minute * MINUTE).removesuffix("00Z")


def _counts(values: Sequence[Value]) -> Cells:
    counts = cast("Sequence[int | None]", values)
    # Most people have the same few counts.
    written = {count: "" if count is None else str(count) for count in set(counts)}
    return [written[count] for count in counts]


def credit_cells(values: Sequence[Value]) -> list[str | None]:
    """Exact decimals of ten-thousandths; one sending has few different prices, so each is formed once."""
    units = cast("Sequence[int | None]", values)
    decimals = {amount: None if amount is None else format_credits(amount) for amount in set(units)}
    return [decimals[amount] for amount in units]


def _credits(values: Sequence[Value]) -> Cells:
    return [amount or "" for amount in credit_cells(values)]


def _rates(values: Sequence[Value]) -> Cells:
    return ["" if rate is None else repr(rate) for rate in cast("Sequence[float | None]", values)]


_CONVERTERS: Mapping[Kind, Callable[[Sequence[Value]], Cells]] = {
    Kind.TEXT: _texts,
    Kind.MSISDN: _numbers,
    Kind.TIME: _times,
    Kind.COUNT: _counts,
    Kind.CREDITS: _credits,
    Kind.RATE: _rates,
}
