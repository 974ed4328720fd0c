"""Rows as XLSX (rules.md 7): real dates and numbers, text as text, header frozen, streamed into the package."""

import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import IO, BinaryIO

from smsreport_tui.rules.columns import Column, Value
from smsreport_tui.services.export_package import Package, build_package, sheet_part
from smsreport_tui.services.export_sheet import SheetRows

SHEET_ROWS = 1_048_575
"""Excel's rows of a sheet, less the header."""

# A part of 2 GiB would need ZIP64, which makes Excel offer to repair the file; such a sheet goes on in the next.
_SHEET_BYTES = (1 << 31) - (1 << 20)
# These come first, as other writers have them: programs tell an XLSX file from a plain archive by its first parts.
_LEADING = ("_rels/.rels", "docProps/app.xml", "xl/styles.xml", "xl/theme/theme1.xml")
# Level 6 takes two thirds more of the whole export's time, for a file an eighth smaller.
_LEVEL = 2


def write_xlsx(
    file: BinaryIO,
    columns: Sequence[Column],
    batches: Iterable[Sequence[tuple[Value, ...]]],
    *,
    title: str,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write one sheet named `title`, or "title 1", "title 2" ... when the rows need several; memory holds one batch.

    A text of more than 32,767 UTF-16 units, Excel's limit of a cell, is cut and ends in an ellipsis.
    """
    template = build_package(columns, title, [0])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in _LEADING:
            archive.writestr(name, template.parts[name])
        with closing(_Sheets(archive, columns, template, sheet_rows)) as sheets:
            for batch in batches:
                sheets.write(batch)
            sheets.end()
        package = build_package(columns, title, sheets.rows)
        for name, content in package.parts.items():
            if name not in archive.namelist():
                archive.writestr(name, content)


class _Sheets:
    """The sheets of one file: a new one is begun when the last is full."""

    def __init__(self, archive: zipfile.ZipFile, columns: Sequence[Column], template: Package, most: int) -> None:
        self.rows: list[int] = []
        self._archive = archive
        self._former = SheetRows(columns, template.styles)
        self._template = template
        self._most = most
        self._begin()

    def write(self, batch: Sequence[tuple[Value, ...]]) -> None:
        while batch:
            if self.rows[-1] == self._most:
                self._next()
            chunk = batch[: self._most - self.rows[-1]]
            # The header is row 1.
            xml = self._former.xml(chunk, self.rows[-1] + 2)
            if self.rows[-1] and self._size + len(xml) > _SHEET_BYTES:
                self._next()
                continue
            self._part.write(xml)
            self._size += len(xml)
            self.rows[-1] += len(chunk)
            batch = batch[len(chunk) :]

    def end(self) -> None:
        """Complete the last sheet."""
        self._part.write(self._template.tail(self.rows[-1]))
        self.close()

    def close(self) -> None:
        """Let go of the archive, whole or not."""
        self._part.close()

    def _next(self) -> None:
        self.end()
        self._begin()

    def _begin(self) -> None:
        self.rows.append(0)
        head = self._template.head()
        self._part: IO[bytes] = self._archive.open(sheet_part(len(self.rows)), "w")
        self._part.write(head)
        self._size = len(head)
