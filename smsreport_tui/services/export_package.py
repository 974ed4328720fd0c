"""What of an XLSX file is not rows: the package, its styles and the frame of a sheet, all built by openpyxl."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from smsreport_tui.rules.columns import Column, Kind
from smsreport_tui.rules.text import cell

_FORMATS: Mapping[str, str] = {
    "text": "@",
    "time": "yyyy-mm-dd hh:mm:ss",
    "time_millis": "yyyy-mm-dd hh:mm:ss.000",
    "credits": "#,##0.00##",
    "rate": "0.0%",
}
_KIND_WIDTHS: Mapping[Kind, int] = {
    Kind.TEXT: 18,
    Kind.MSISDN: 18,
    Kind.TIME: 24,
    Kind.COUNT: 14,
    Kind.CREDITS: 12,
    Kind.RATE: 10,
}
_NAME_WIDTHS: Mapping[str, int] = {"name": 26, "email": 30, "url": 50, "title": 30, "reason": 40}
_LONGEST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_END_OF_ROWS = b"</sheetData>"
_DIMENSION = re.compile(rb"<dimension [^>]*>")
_FILTERED = re.compile(rb'(<autoFilter ref="A1:[A-Z]+)[0-9]+')


@dataclass(frozen=True, slots=True)
class Styles:
    """Indexes of the cell formats in the package's style sheet."""

    text: int
    time: int
    time_millis: int
    credits: int
    rate: int


@dataclass(frozen=True, slots=True)
class Package:
    """The parts by name; the sheets among them hold the header row only."""

    parts: Mapping[str, bytes]
    styles: Styles

    def head(self) -> bytes:
        """What stands before a sheet's first row, its header included; alike for all sheets."""
        head, _, _ = self.parts[sheet_part(1)].partition(_END_OF_ROWS)
        # Readers that stream trust the dimension, and it is known only after the last row.
        return _DIMENSION.sub(b"", head)

    def tail(self, rows: int) -> bytes:
        """What stands after a sheet's last row."""
        _, end, tail = self.parts[sheet_part(1)].partition(_END_OF_ROWS)
        return end + _FILTERED.sub(rb"\g<1>%d" % (rows + 1), tail)


def sheet_part(sheet: int) -> str:
    """The name in the package of a sheet, counted from 1."""
    return f"xl/worksheets/sheet{sheet}.xml"


def build_package(columns: Sequence[Column], title: str, rows: Sequence[int]) -> Package:
    """A package with one sheet for each count of rows; the header is bold, frozen and filters."""
    book = Workbook()
    book.properties.creator = "SMS Report"
    first = book.worksheets[0]
    styles = _styles(first)
    for number, (name, count) in enumerate(zip(sheet_titles(title, len(rows)), rows, strict=True)):
        sheet = book.create_sheet() if number else first
        sheet.title = name
        _lay_out(sheet, columns, count)
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as parts:
        return Package({name: parts.read(name) for name in parts.namelist()}, styles)


def sheet_titles(title: str, count: int) -> list[str]:
    """Names that Excel takes: at most 31 UTF-16 units, no []:*?/\\, no apostrophe at an end; numbered if many."""
    clean = _NOT_IN_TITLES.sub(" ", " ".join(cell(title).split()))
    # Excel keeps this name for itself.
    clean = "Rows" if clean.casefold() == "history" else clean
    if count == 1:
        return [_cut_title(clean, _LONGEST_TITLE)]
    return [f"{_cut_title(clean, _LONGEST_TITLE - len(f' {number}'))} {number}" for number in range(1, count + 1)]


def _cut_title(title: str, units: int) -> str:
    return title.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").strip(" '") or "Rows"


def _styles(sheet: Worksheet) -> Styles:
    """Register every cell format: one that a cell has had stays in the style sheet when the cell is gone."""
    indexes = {}
    for number, (name, number_format) in enumerate(_FORMATS.items(), start=1):
        sample = _cell(sheet, number)
        sample.number_format = number_format
        indexes[name] = int(sample.style_id)
    sheet.delete_rows(1)
    return Styles(**indexes)


def _lay_out(sheet: Worksheet, columns: Sequence[Column], rows: int) -> None:
    for number, column in enumerate(columns, start=1):
        header = _cell(sheet, number)
        header.value = column.name
        header.font = Font(bold=True)
        width = _NAME_WIDTHS.get(column.name, _KIND_WIDTHS[column.kind])
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows + 1}"


def _cell(sheet: Worksheet, column: int) -> Cell:
    found = sheet.cell(1, column)
    assert isinstance(found, Cell)  # noqa: S101 (a sheet without merged cells has no others)
    return found
