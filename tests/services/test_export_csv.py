"""CSV files as a reader finds them (rules.md 7)."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.amounts import format_credits
from smsreport_tui.rules.columns import TAB_COLUMNS, Column, Kind, Tab, Value
from smsreport_tui.rules.text import is_msisdn
from smsreport_tui.rules.times import format_time
from smsreport_tui.services.export_csv import write_csv
from tests.services.export_cases import (
    HOSTILE_TEXTS,
    NINE_O_CLOCK,
    ONE_OF_EACH,
    Row,
    any_row,
    any_text,
    any_time,
    in_csv,
    rows_of,
)

NAME = Column("name", "Name")


def written(columns: tuple[Column, ...], rows: list[Row]) -> bytes:
    file = io.BytesIO()
    write_csv(file, columns, rows_of(columns, rows).batches)
    return file.getvalue()


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def one_cell(kind: Kind, value: Value) -> str:
    """The cell of a value as it stands in the file, beside a column that keeps the line from being empty."""
    lines = written((Column("a", "A"), Column("b", "B", kind)), [("x", value)]).decode("utf-8").split("\r\n")
    return lines[1].removeprefix("x,")


def test_a_file_is_utf8_with_crlf_and_a_header_of_column_names() -> None:
    row: Row = ("p1", "Åsa", "+46701234567", None, NINE_O_CLOCK, "delivered", 2, 15_000)
    assert (
        written(TAB_COLUMNS[Tab.SENT], [row])
        == (
            "profile,name,msisdn,email,sent_at,outcome,attempts,credits\r\n"
            "p1,Åsa,+46701234567,,2026-03-02T09:00:07Z,delivered,2,1.5\r\n"
        ).encode()
    )


def test_a_tab_without_rows_is_a_header() -> None:
    assert read_back(written(TAB_COLUMNS[Tab.LINKS], [])) == [
        ["link", "url", "title", "clicks", "unique_clicks", "share"]
    ]


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        (Kind.TIME, NINE_O_CLOCK, "2026-03-02T09:00:07Z"),
        (Kind.TIME, NINE_O_CLOCK + 5_000, "2026-03-02T09:00:07.005Z"),
        (Kind.TIME, NINE_O_CLOCK + 999, "2026-03-02T09:00:07Z"),
        (Kind.TIME, None, ""),
        (Kind.CREDITS, 0, "0"),
        (Kind.CREDITS, 1_045_000_001, "104500.0001"),
        (Kind.CREDITS, None, ""),
        (Kind.RATE, 1 / 3, "0.3333333333333333"),
        (Kind.RATE, 1.5, "1.5"),
        (Kind.RATE, None, ""),
        (Kind.COUNT, 0, "0"),
        (Kind.COUNT, None, ""),
        (Kind.TEXT, None, ""),
        (Kind.TEXT, "", ""),
        (Kind.TEXT, "=HYPERLINK(1)", "'=HYPERLINK(1)"),
        (Kind.TEXT, "\r=1", "'\ufffd=1"),
        (Kind.TEXT, "\t=1", "'\t=1"),
        (Kind.TEXT, "+46701234567", "'+46701234567"),
        (Kind.TEXT, 'say "hi"', '"say ""hi"""'),
        (Kind.MSISDN, "+46701234567", "+46701234567"),
        (Kind.MSISDN, "+46701234567\n", '"\'+46701234567\n"'),
        (Kind.MSISDN, "+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        (Kind.MSISDN, "=1+1", "'=1+1"),
    ],
)
def test_each_kind_of_value_has_one_form(kind: Kind, value: Value, cell: str) -> None:
    assert one_cell(kind, value) == cell


@given(st.lists(any_row, max_size=6))
def test_every_text_is_read_back_clean_and_starts_no_formula(rows: list[Row]) -> None:
    content = read_back(written(ONE_OF_EACH, rows))
    assert len(content) == len(rows) + 1
    for (text, number, at, *_), line in zip(rows, content[1:], strict=True):
        assert line[0] == in_csv(str(text or ""))
        phone = str(number or "")
        assert line[1] == (phone if is_msisdn(phone) else in_csv(phone))
        assert line[2] == ("" if at is None else format_time(int(at)))


@given(st.lists(any_text, min_size=1))
def test_a_text_is_written_alike_whatever_stands_beside_it_in_the_column(texts: list[str]) -> None:
    together = read_back(written((NAME, NAME), [(text, "x") for text in texts]))[1:]
    assert together == [read_back(written((NAME, NAME), [(text, "x")]))[1] for text in texts]


@given(any_time)
def test_a_time_stands_as_everywhere_else(at: int) -> None:
    assert one_cell(Kind.TIME, at) == format_time(at)


def test_hostile_texts_survive_as_text() -> None:
    content = read_back(written((NAME, NAME), [(text, "x") for text in HOSTILE_TEXTS]))
    assert [line[0] for line in content[1:]] == [in_csv(text) for text in HOSTILE_TEXTS]


@given(st.lists(any_row, max_size=6), st.integers(1, 6))
def test_a_file_is_that_of_the_csv_module(rows: list[Row], width: int) -> None:
    columns = ONE_OF_EACH[:width]
    expected = io.StringIO(newline="")
    writer = csv.writer(expected, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([_cell(column.kind, value) for column, value in zip(columns, row, strict=False)] for row in rows)

    assert written(columns, [row[:width] for row in rows]) == expected.getvalue().encode()


def _cell(kind: Kind, value: Value) -> str | None:
    """A value by the rules for one cell (rules.md 7)."""
    if value is None:
        return None
    text = str(value)
    forms: dict[Kind, Callable[[], str]] = {
        Kind.TEXT: lambda: in_csv(text),
        Kind.MSISDN: lambda: text if is_msisdn(text) else in_csv(text),
        Kind.TIME: lambda: format_time(int(value)),
        Kind.CREDITS: lambda: format_credits(int(value)),
    }
    return forms.get(kind, lambda: text)()
