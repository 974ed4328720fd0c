"""An operator's CSV file: read whatever program wrote it, and a bad row costs itself alone."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.file_items import column_name
from smsreport_tui.services.csv_rows import CsvError, CsvRow, CsvTable, open_table

TEXT = "msisdn,Name,City\n+46700000011,Åsa,Malmö\n"


def table(folder: Path, content: bytes) -> CsvTable:
    file = folder / "people.csv"
    file.write_bytes(content)
    return open_table(file, ["msisdn"], column_name)


def rows(folder: Path, text: str) -> list[CsvRow]:
    return list(table(folder, text.encode()).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_delimiter_and_line_end(tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    found = table(tmp_path, TEXT.replace(",", delimiter).replace("\n", line_end).encode(encoding))
    assert [row.values for row in found.rows()] == [{"msisdn": "+46700000011", "name": "Åsa", "City": "Malmö"}]
    assert found.guessed == (encoding == "latin-1")


def test_a_heading_full_of_commas_does_not_decide(tmp_path: Path) -> None:
    assert rows(tmp_path, 'msisdn;"likes a, b, c, d"\n+46700000011;x\n')[0].values == {
        "msisdn": "+46700000011",
        "likes a, b, c, d": "x",
    }


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = '\n  \nmsisdn,name\n1,"two\nlines"\n\n,,\n2,"say ""hi"""\n'
    assert rows(tmp_path, text) == [
        CsvRow(4, {"msisdn": "1", "name": "two\nlines"}),
        CsvRow(8, {"msisdn": "2", "name": 'say "hi"'}),
    ]


@pytest.mark.parametrize("stray", ['2,"open', '2,"a" b', '"2,open', "2", "2,a,b"])
def test_a_bad_row_costs_itself_alone(tmp_path: Path, stray: str) -> None:
    found = rows(tmp_path, f'msisdn,name\n1,a\n{stray}\n3,"c"\n4,d\n')
    assert [row.line for row in found] == [2, 3, 4, 5]
    assert [row.values.get("msisdn") for row in found if row.problem is None] == ["1", "3", "4"]
    assert found[1].problem


def test_a_quote_that_is_never_closed_does_not_swallow_a_large_file(tmp_path: Path) -> None:
    rest = "".join(f"{number},name\n" for number in range(30_000))
    found = rows(tmp_path, f'msisdn,name\n1,"open\n{rest}')
    assert len(found) == 30_001
    assert [row.line for row in found if row.problem] == [2]


def test_delimiters_behind_the_last_column_are_no_columns(tmp_path: Path) -> None:
    assert [row.values for row in rows(tmp_path, "msisdn;name;;\n1;a\n2;b;;\n3;c;;;;\n")] == [
        {"msisdn": "1", "name": "a"},
        {"msisdn": "2", "name": "b"},
        {"msisdn": "3", "name": "c"},
    ]


def test_of_two_columns_with_one_name_the_one_that_says_something(tmp_path: Path) -> None:
    found = rows(tmp_path, "msisdn,email,E-Mail,Email\n1,a,z,\n2,,z,b\n3,c,z,c\n4,d,z,e\n")
    assert [row.values.get("email") for row in found] == ["a", "b", "c", None]
    assert found[3].problem == "email: two columns of that name say different things"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no column msisdn"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "has no column msisdn"),
        (b"PK\x03\x04\x14\x00", "may be a spreadsheet"),
        (b"name,city\nAnn,Lund\n", "its first line must name the columns, and says 'name,city'"),
        (b"\xff\xfea", "says that it is UTF-16 and is not"),
        (b"sep=;\nmsisdn;name\n", "delete that line"),
    ],
)
def test_what_is_no_table_is_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(CsvError, match=sentence):
        table(tmp_path, content)


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(CsvError, match="is no file that can be read"):
            open_table(file, ["msisdn"], column_name)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(",;\t"))
def test_what_a_csv_writer_writes_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("msisdn", "name"), *cells])
    found = rows(tmp_path_factory.mktemp("csv"), text.getvalue())
    wanted = [(one.strip(), other.strip()) for one, other in cells if one.strip() or other.strip()]
    assert [(row.values["msisdn"], row.values["name"]) for row in found] == wanted
