"""Reads an operator's CSV file row by row in flat memory, whatever program wrote it."""

import codecs
import csv
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import REPLACEMENT, shown

_BLOCK = 2**20
_LONGEST_LINE = 2**20
_DELIMITERS = (",", ";", "\t")
_ZIP = b"PK\x03\x04"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class CsvError(SmsReportError):
    """The file can not be read as a table at all."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The row that begins on a line, from 1: its cells by column, or why it has none."""

    line: int
    values: dict[str, str]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file whose first line names its columns; `guessed` is set where its characters had to be guessed."""

    file: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    guessed: bool

    def rows(self) -> Iterator[CsvRow]:
        """Every row below the headings that is not empty. Raises CsvError when the file can be read no more."""
        try:
            with _opened(self.file, self.encoding) as stream:
                records = _records(stream, self.delimiter)
                next(cells for _, cells in records if _width(cells))
                for line, cells in records:
                    if isinstance(cells, str):
                        yield CsvRow(line, {}, cells)
                    elif _width(cells):
                        yield self._row(line, cells)
        except (OSError, UnicodeError) as error:
            raise CsvError(
                f"{self.file} can not be read to its end: it may have changed meanwhile; try again."
            ) from error

    def _row(self, line: int, cells: list[str]) -> CsvRow:
        values: dict[str, str] = {}
        for name, cell in zip(self.columns, cells, strict=False):
            text = _clean(cell)
            if not name or not text:
                if name:
                    values.setdefault(name, "")
                continue
            if values.get(name, text) not in ("", text):
                return CsvRow(line, {}, f"{shown(name, 40)}: two columns of that name say different things")
            values[name] = text
        return CsvRow(line, values)


def open_table(file: Path, needed: Collection[str], column_name: Callable[[str], str]) -> CsvTable:
    """The table in a file, which must have these columns. Raises CsvError."""
    encoding, guessed = _encoding(file)
    with _opened(file, encoding) as stream:
        first = next((line for line in iter(lambda: stream.readline(_LONGEST_LINE), "") if line.strip()), "")
    told = first.strip()
    if len(told) == 5 and told.startswith("sep="):
        raise CsvError(f"{file} begins with {told}, which only one program knows: delete that line.")
    best: tuple[int, str, list[str]] = (0, ",", [])
    for delimiter in _DELIMITERS:
        headings = _headings(file, encoding, delimiter)
        # Rather the one that finds the columns than one that stands often in a heading's text.
        found = 1_000 * len(set(needed) & {column_name(one) for one in headings}) + len(headings)
        best = max(best, (found, delimiter, headings), key=lambda one: one[0])
    columns = tuple(column_name(_clean(one)) for one in best[2])
    missing = [name for name in needed if name not in columns]
    if missing:
        raise CsvError(
            f"{file} has no column {missing[0]}: its first line must name the columns, and says {shown(told, 80)!r}."
        )
    return CsvTable(file, encoding, best[1], columns, guessed)


def _clean(cell: str) -> str:
    """A cell without blanks around it; U+0000 as the door has it, so that the same file is known again."""
    return cell.strip().replace("\0", REPLACEMENT)


def _headings(file: Path, encoding: str, delimiter: str) -> list[str]:
    with _opened(file, encoding) as stream:
        cells = next((cells for _, cells in _records(stream, delimiter) if _width(cells)), [])
    return [] if isinstance(cells, str) else cells


def _opened(file: Path, encoding: str) -> TextIO:
    try:
        return file.open(encoding=encoding, newline="")
    except OSError as error:
        raise CsvError(f"{file} can not be read ({error.strerror}): check its name and rights.") from error


def _encoding(file: Path) -> tuple[str, bool]:
    """What the file's characters are, by its first bytes and then by all of them, and whether that is a guess."""
    try:
        if not file.is_file():
            raise CsvError(f"{file} is no file that can be read: give a CSV file.")
        with file.open("rb") as stream:
            begin = stream.read(4)
    except OSError as error:
        raise CsvError(f"{file} can not be read ({error.strerror}): check its name and rights.") from error
    if begin.startswith(_ZIP):
        raise CsvError(f"{file} is no CSV file, and may be a spreadsheet: save it as CSV (UTF-8) first.")
    for mark, encoding in _MARKS:
        if begin.startswith(mark):
            if not _decodes(file, encoding):
                raise CsvError(f"{file} says that it is {encoding.upper()} and is not: save it as UTF-8.")
            return encoding, False
    for encoding, zero in (("utf-16-le", slice(1, 4, 2)), ("utf-16-be", slice(0, 4, 2))):
        if len(begin) == 4 and not any(begin[zero]) and any(begin) and _decodes(file, encoding):
            return encoding, False
    if _decodes(file, "utf-8"):
        return "utf-8", False
    return "latin-1", True


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


class _Lines:
    """The lines of a file; those of a record that turned out bad can be read again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        text = self._again.popleft() if self._again else self._stream.readline(_LONGEST_LINE)
        if not text:
            raise StopIteration
        self.line += 1
        self.taken.append(text)
        return text

    def give_back(self) -> None:
        """All lines of the record but its first."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.line -= len(self.taken) - 1


def _records(stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Line and cells of each record, or what is wrong with it; a quote that is never closed costs its line alone."""
    lines = _Lines(stream)
    wanted = 0
    while True:
        lines.taken = []
        begins = lines.line + 1
        problem = None
        cells: list[str] = []
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            problem = "a quote is not closed, or stands inside a text" if lines.taken else str(error)
        wanted = wanted or _width(cells)
        # Some programs write a delimiter behind the last column.
        if problem is None and _width(cells) and (len(cells) < wanted or _width(cells) > wanted):
            problem = f"{len(cells)} columns, and the first line names {wanted}"
        if problem is None:
            yield begins, cells
            continue
        lines.give_back()
        yield begins, problem


def _width(cells: list[str] | str) -> int:
    """Columns up to the last that holds something; one of a record that is told to be wrong."""
    if isinstance(cells, str):
        return 1
    return next((count for count in range(len(cells), 0, -1) if cells[count - 1].strip()), 0)
