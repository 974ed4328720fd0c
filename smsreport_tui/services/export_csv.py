"""Rows as CSV (rules.md 7): UTF-8, CRLF, a header, times as RFC 3339 in UTC, and no cell that starts a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import BinaryIO, cast

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.clock import MINUTE, SECOND
from smsreport_tui.rules.columns import Column, Kind, Value
from smsreport_tui.rules.text import cell, csv_cell, is_msisdn
from smsreport_tui.rules.times import format_time

Batch = Sequence[tuple[Value, ...]]
Cells = Sequence[str | int | None]


def write_csv(file: BinaryIO, columns: Sequence[Column], batches: Iterable[Batch]) -> None:
    """Write the header and every batch; memory holds one batch."""
    _write_rows(file, [[csv_cell(column.name) for column in columns]])
    converters = [_CONVERTERS[column.kind] for column in columns]
    for batch in filter(None, batches):
        # A column at a time: one call sees thousands of values, and most columns need no work on each.
        formed = [convert(values) for convert, values in zip(converters, zip(*batch, strict=True), strict=True)]
        _write_rows(file, zip(*formed, strict=True))


def _write_rows(file: BinaryIO, rows: Iterable[Sequence[str | int | None]]) -> None:
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    file.write(lines.getvalue().encode())


def _texts(values: Sequence[Value]) -> Cells:
    texts = cast("Sequence[str | None]", values)
    if _harmless([text for text in texts if text]):
        return texts
    return [text and csv_cell(text) for text in texts]


def _harmless(texts: Sequence[str]) -> bool:
    """Whether csv_cell would leave every one as it is, asked of all at once."""
    joined = "".join(texts)
    # Nothing that is printable is cleaned by cell, and that is the quicker question.
    if not joined.isprintable() and any(cell(text) != text for text in texts):
        return False
    return all(csv_cell(first) == first for first in {text[0] for text in texts})


def _numbers(values: Sequence[Value]) -> Cells:
    numbers = cast("Sequence[str | None]", values)
    return [number if not number or is_msisdn(number) else csv_cell(number) for number in numbers]


def _times(values: Sequence[Value]) -> Cells:
    return [None if at is None else _time(at) for at in cast("Sequence[int | None]", values)]


def _time(micros: int) -> str:
    """As format_time, which runs once for the many rows of one minute."""
    minute, rest = divmod(micros, MINUTE)
    second, rest = divmod(rest, SECOND)
    stem = f"{_minute(minute)}{second:02d}"
    return f"{stem}.{rest // 1000:03d}Z" if rest >= 1000 else f"{stem}Z"


@lru_cache(maxsize=1024)
def _minute(minute: int) -> str:
    return format_time(minute * MINUTE).removesuffix("00Z")


def _counts(values: Sequence[Value]) -> Cells:
    return cast("Sequence[int | None]", values)


def credit_cells(values: Sequence[Value]) -> list[str | None]:
    """Exact decimals of ten-thousandths; one sending has few different prices, so each is formed once."""
    units = cast("Sequence[int | None]", values)
    decimals = {amount: None if amount is None else format_credits(amount) for amount in set(units)}
    return [decimals[amount] for amount in units]


def _rates(values: Sequence[Value]) -> Cells:
    return [None if rate is None else repr(rate) for rate in cast("Sequence[float | None]", values)]


_CONVERTERS: Mapping[Kind, Callable[[Sequence[Value]], Cells]] = {
    Kind.TEXT: _texts,
    Kind.MSISDN: _numbers,
    Kind.TIME: _times,
    Kind.COUNT: _counts,
    Kind.CREDITS: credit_cells,
    Kind.RATE: _rates,
}
