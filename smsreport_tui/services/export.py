"""All rows of a tab as a file: CSV or XLSX by its suffix, complete under its name or absent (rules.md 7)."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from smsreport_tui.rules.columns import Column, Kind, Value
from smsreport_tui.rules.errors import ExportError
from smsreport_tui.rules.text import mask, shown
from smsreport_tui.services.atomic_file import atomic_file, check_target
from smsreport_tui.services.export_csv import write_csv
from smsreport_tui.services.source import TabRows

# Only the type: rows are written without a store.
if TYPE_CHECKING:
    from smsreport_tui.services.export_audit import Written

SUFFIXES = (".csv", ".xlsx")

_PIECE = 2**20
Batch = Sequence[tuple[Value, ...]]


class ExportCancelled(ExportError):  # noqa: N818 (it is an answer to the operator's wish, not a fault)
    """The operator ended the export; nothing of it is left."""


def check_export(path: Path, *, force: bool) -> None:
    """Refuse a file that export_rows would refuse, before any row is read. Raises ExportError."""
    if path.suffix.lower() not in SUFFIXES:
        raise ExportError(f"{shown(path.name)} is neither CSV nor XLSX: end the file's name in .csv or .xlsx.")
    check_target(path, force=force)


def export_rows(
    rows: TabRows,
    path: Path,
    *,
    force: bool = False,
    title: str,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    masked: bool = False,
    columns: Sequence[str] = (),
    written: "Written | None" = None,
) -> int:
    """Write all rows to `path`, owner-only, and say how many they were.

    `title` names the sheet of an XLSX file; `progress(done, total)` and `cancelled()` are called once a batch;
    `masked` hides the middle of phone numbers; `columns` names those that are written, none means all, and they
    keep the order of the tab; `written` is told how many rows a whole file has, and its SHA-256, before it gets its
    name. Raises ExportError with a sentence, ExportCancelled when
    `cancelled()` was true; an error of the rows themselves and an interruption pass through. However it ends,
    what stood under the name before stays unless the new file is complete.
    """
    check_export(path, force=force)
    watched = _Watched(rows.batches, rows.total, progress, cancelled)
    batches: Iterator[Batch] = _masked(watched, rows.columns) if masked else iter(watched)
    kept = rows.columns
    if columns:
        kept, batches = _chosen(rows.columns, batches, columns)
    with atomic_file(path, force=force) as file:
        if path.suffix.lower() == ".csv":
            write_csv(file, kept, batches)
        else:
            # openpyxl takes a tenth of a second to import.
            from smsreport_tui.services.export_xlsx import write_xlsx

            write_xlsx(file, kept, batches, title=title)
        watched.stop_if_cancelled()
        if written is not None:
            written(watched.done, _hash_of(file))
    return watched.done


def _hash_of(file: BinaryIO) -> str:
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


class _Watched:
    """The batches as they pass: counted, told, and ended when the operator wishes."""

    def __init__(
        self,
        batches: Iterator[Batch],
        total: int,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.done = 0
        self._batches = batches
        self._total = total
        self._progress = progress
        self._cancelled = cancelled

    def __iter__(self) -> Iterator[Batch]:
        self.stop_if_cancelled()
        for batch in self._batches:
            yield batch
            self.done += len(batch)
            if self._progress is not None:
                self._progress(self.done, self._total)
            self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise ExportCancelled("The export was cancelled: nothing was written.")


def _masked(batches: _Watched, columns: Sequence[Column]) -> Iterator[Batch]:
    numbers = [column.kind is Kind.MSISDN for column in columns]
    for batch in batches:
        yield [
            tuple(
                mask(value) if number and isinstance(value, str) else value
                for number, value in zip(numbers, row, strict=True)
            )
            for row in batch
        ]


def _chosen(
    columns: Sequence[Column], batches: Iterator[Batch], names: Sequence[str]
) -> tuple[tuple[Column, ...], Iterator[Batch]]:
    unknown = [name for name in names if name not in {column.name for column in columns}]
    if unknown:
        known = ", ".join(column.name for column in columns)
        raise ExportError(f"This tab has no column {shown(unknown[0], 40)}: it has {known}.")
    places = [index for index, column in enumerate(columns) if column.name in names]
    return tuple(columns[index] for index in places), (
        [tuple(row[index] for index in places) for row in batch] for batch in batches
    )
