"""XLSX files as two independent readers find them, cell by cell (rules.md 7)."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import load_workbook as calamine_workbook

from smsreport_tui.rules.columns import TAB_COLUMNS, Column, Kind, Tab
from smsreport_tui.services import export_xlsx
from smsreport_tui.services.export import export_rows
from smsreport_tui.services.export_package import sheet_titles
from smsreport_tui.services.export_xlsx import write_xlsx
from tests.services.export_cases import (
    HOSTILE_TEXTS,
    NINE_O_CLOCK,
    ONE_OF_EACH,
    Row,
    any_row,
    any_text,
    any_time,
    cleaned,
    rows_of,
    sent_row,
)

NAME = Column("name", "Name")

# Three readings of a whole package make an example dear, so each holds many rows.
few = settings(max_examples=30, deadline=None)
Read = str | int | float | datetime | None


def written(
    columns: tuple[Column, ...], rows: list[Row], *, title: str = "Sent", sheet_rows: int = 1_000
) -> io.BytesIO:
    file = io.BytesIO()
    write_xlsx(file, columns, rows_of(columns, rows).batches, title=title, sheet_rows=sheet_rows)
    return file


def by_openpyxl(file: io.BytesIO, sheet: int = 0) -> list[list[Read]]:
    rows = openpyxl.load_workbook(file).worksheets[sheet].iter_rows(values_only=True)
    return [list(row) for row in rows]  # type: ignore[arg-type]


def by_openpyxl_streaming(file: io.BytesIO) -> list[list[Read]]:
    book = openpyxl.load_workbook(file, read_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]  # type: ignore[arg-type]


def by_calamine(file: io.BytesIO, sheet: int = 0) -> list[list[Read]]:
    file.seek(0)
    rows = calamine_workbook(file).get_sheet_by_index(sheet).to_python()
    return [[_as_openpyxl_says(value) for value in row] for row in rows]


def _as_openpyxl_says(value: object) -> Read:
    if value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    assert isinstance(value, str | int | float | datetime)
    return value


def expected(columns: tuple[Column, ...], row: Row) -> list[Read]:
    return [_expected(column.kind, value) for column, value in zip(columns, row, strict=True)]


def _expected(kind: Kind, value: str | int | float | None) -> Read:
    if value is None or value == "":
        return None
    if kind is Kind.TIME:
        return datetime(1970, 1, 1) + timedelta(milliseconds=int(value) // 1000)  # noqa: DTZ001
    if kind is Kind.CREDITS:
        return int(value) / 10_000
    return cleaned(value) if isinstance(value, str) else value


def padded(rows: list[list[Read]], count: int) -> list[list[Read]]:
    """With the empty rows that readers leave out or give without cells."""
    return [row or [None] * len(rows[0]) for row in rows + [[]] * (count - len(rows))]


def worksheet(file: io.BytesIO, sheet: int = 0) -> Worksheet:
    found = openpyxl.load_workbook(file).worksheets[sheet]
    assert isinstance(found, Worksheet)
    return found


@few
@given(st.lists(any_row, max_size=12))
def test_two_readers_find_every_value_and_its_type(rows: list[Row]) -> None:
    file = written(ONE_OF_EACH, rows)
    want = [[column.name for column in ONE_OF_EACH], *(expected(ONE_OF_EACH, row) for row in rows)]
    assert padded(by_openpyxl(file), len(want)) == want
    assert padded(by_openpyxl_streaming(file), len(want)) == want
    assert padded(by_calamine(file), len(want)) == want


@few
@given(st.lists(any_text.filter(bool), min_size=1))
def test_a_text_is_written_alike_whatever_stands_beside_it_in_the_column(texts: list[str]) -> None:
    file = written((NAME,), [(text,) for text in texts])
    assert [row[0] for row in by_openpyxl(file)[1:]] == [cleaned(text) for text in texts]
    assert [row[0] for row in by_calamine(file)[1:]] == [cleaned(text) for text in texts]


@few
@given(st.lists(any_time, min_size=10, max_size=50))
def test_dates_keep_their_milliseconds(times: list[int]) -> None:
    file = written((Column("at", "At", Kind.TIME),), [(at,) for at in times])
    want = [[_expected(Kind.TIME, at)] for at in times]
    assert by_openpyxl(file)[1:] == want
    assert by_calamine(file)[1:] == want


def test_hostile_texts_survive_as_text_and_run_nothing() -> None:
    file = written((NAME,), [(text,) for text in HOSTILE_TEXTS])
    assert [row[0] for row in by_openpyxl(file)[1:]] == [cleaned(text) for text in HOSTILE_TEXTS]
    assert [row[0] for row in by_calamine(file)[1:]] == [cleaned(text) for text in HOSTILE_TEXTS]
    with zipfile.ZipFile(file) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_typing_over_a_text_that_looks_like_a_formula_keeps_it_a_text() -> None:
    sheet = worksheet(written((NAME,), [("=1+1",), ("Anna",), ("\r=1",)]))
    assert [sheet.cell(row, 1).number_format for row in (2, 3, 4)] == ["@", "General", "@"]


def test_phone_numbers_are_text_and_numbers_are_numbers() -> None:
    sheet = worksheet(written(TAB_COLUMNS[Tab.SENT], [sent_row(1)]))
    formats = {str(sheet.cell(1, column).value): sheet.cell(2, column) for column in range(1, 9)}
    assert (formats["msisdn"].value, formats["msisdn"].number_format) == ("+46700000001", "@")
    assert (formats["attempts"].value, formats["attempts"].data_type) == (1, "n")
    assert (formats["credits"].value, formats["credits"].number_format) == (1.5, "#,##0.00##")
    assert formats["sent_at"].number_format == "yyyy-mm-dd hh:mm:ss.000"
    assert formats["email"].value is None


def test_a_whole_second_is_shown_without_decimals_and_a_rate_in_per_cent() -> None:
    columns = (Column("at", "At", Kind.TIME), Column("share", "Share", Kind.RATE))
    sheet = worksheet(written(columns, [(NINE_O_CLOCK, 0.25)]))
    assert [sheet.cell(2, column).number_format for column in (1, 2)] == ["yyyy-mm-dd hh:mm:ss", "0.0%"]


def test_the_header_is_bold_frozen_and_filters_all_rows() -> None:
    sheet = worksheet(written(TAB_COLUMNS[Tab.SENT], [sent_row(number) for number in range(5)]))
    assert all(sheet.cell(1, column).font.b for column in range(1, 9))
    assert not sheet.cell(2, 1).font.b
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:H6")
    assert sheet.column_dimensions["D"].width == 30


def test_rows_beyond_a_sheet_go_on_in_further_sheets_each_with_its_header() -> None:
    rows = [sent_row(number) for number in range(8)]
    columns = TAB_COLUMNS[Tab.SENT]
    file = written(columns, rows, sheet_rows=3)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Sent 1", "Sent 2", "Sent 3"]
    header = [column.name for column in columns]
    for sheet, part in enumerate((rows[:3], rows[3:6], rows[6:])):
        want = [header, *(expected(columns, row) for row in part)]
        assert by_openpyxl(file, sheet) == want
        assert by_calamine(file, sheet) == want
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A1:H4", "A1:H4", "A1:H3"]
    assert [sheet.freeze_panes for sheet in book.worksheets] == ["A2", "A2", "A2"]
    # Sheets that are selected together are edited together.
    assert sum(bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets) <= 1


def test_rows_that_just_fill_a_sheet_need_no_second() -> None:
    file = written(TAB_COLUMNS[Tab.SENT], [sent_row(number) for number in range(4)], sheet_rows=4)
    assert openpyxl.load_workbook(file).sheetnames == ["Sent"]


def test_a_sheet_that_grows_too_large_for_a_plain_archive_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_xlsx, "_SHEET_BYTES", 3_000)
    file = written(TAB_COLUMNS[Tab.SENT], [sent_row(number) for number in range(8)])
    sheets = len(openpyxl.load_workbook(file).sheetnames)
    assert sheets > 1
    assert [row[0] for sheet in range(sheets) for row in by_openpyxl(file, sheet)[1:]] == [f"p{n}" for n in range(8)]


def test_a_tab_without_rows_is_one_sheet_with_a_header() -> None:
    file = written(TAB_COLUMNS[Tab.LINKS], [])
    assert by_openpyxl(file) == [["link", "url", "title", "clicks", "unique_clicks", "share"]]
    assert by_calamine(file) == by_openpyxl(file)


def test_a_text_longer_than_a_cell_holds_ends_in_an_ellipsis() -> None:
    just, too_long, wide = "a" * 32_767, "a" * 32_768, "😀" * 20_000
    cells = [row[0] for row in by_openpyxl(written((NAME,), [(just,), (too_long,), (wide,)]))[1:]]
    assert cells == [just, "a" * 32_766 + "…", "😀" * 16_383 + "…"]


def test_the_first_parts_tell_programs_that_it_is_a_spreadsheet() -> None:
    with zipfile.ZipFile(written((NAME,), [("x",)])) as parts:
        names = parts.namelist()
        assert parts.testzip() is None
    assert names[0] == "_rels/.rels"
    assert sorted(names) == sorted(set(names))
    assert {"[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml"} < set(names)


@pytest.mark.parametrize(
    ("title", "count", "names"),
    [
        ("Sent", 1, ["Sent"]),
        ("Sent", 2, ["Sent 1", "Sent 2"]),
        ("", 1, ["Rows"]),
        ("''", 1, ["Rows"]),
        ("History", 1, ["Rows"]),
        ("a/b:c[1]", 1, ["a b c 1"]),
        ("x" * 40, 2, ["x" * 29 + " 1", "x" * 29 + " 2"]),
        ("😀" * 20, 1, ["😀" * 15]),
        ("line\nfeed\x1b", 1, ["line feed\ufffd"]),
    ],
)
def test_sheets_are_named_as_excel_allows(title: str, count: int, names: list[str]) -> None:
    assert sheet_titles(title, count) == names


@few
@given(st.text(st.characters()))
def test_any_title_makes_a_readable_file(title: str) -> None:
    book = openpyxl.load_workbook(written((NAME,), [("x",), ("y",)], title=title, sheet_rows=1))
    assert [sheet["A2"].value for sheet in book.worksheets] == ["x", "y"]


def test_a_file_on_disk_reads_as_one_in_memory(tmp_path: Path) -> None:
    columns = TAB_COLUMNS[Tab.SENT]
    rows = [sent_row(number) for number in range(5)]
    path = tmp_path / "sent.xlsx"
    assert export_rows(rows_of(columns, rows), path, title="Sent") == 5
    assert by_calamine(io.BytesIO(path.read_bytes()))[1:] == [expected(columns, row) for row in rows]
