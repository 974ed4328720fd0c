"""Rows for the tests of exports, and what a reader must find of a text, told apart from the program's own rule."""

import unicodedata
from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from smsreport_tui.rules.columns import TAB_COLUMNS, Column, Kind, Tab, Value
from smsreport_tui.services.source import TabRows

Row = tuple[Value, ...]

NINE_O_CLOCK = 1_772_442_007_000_000
"""2026-03-02T09:00:07Z."""

HOSTILE_TEXTS = (
    "=1+1",
    "+46 and more",
    "-1",
    "@SUM(A1)",
    "\tindented",
    "\r=1+1",
    "'quoted",
    " leading and trailing ",
    "two  blanks",
    "\n",
    "line\nfeed\n",
    "carriage\r\nreturn",
    'a "quoted", thing;',
    "[/]<b>&amp;</b>]]>",
    "\x1b]52;c;aGk=\x07\x9b31m",
    "NUL\x00DEL\x7f",
    "\ud800 alone \udfff",
    "\ufffe\uffff\ufdd0\U0010ffff",
    "\u202eright to left\u200b",
    "_x000D_ and _x000d_x0041_",
    "😀👩‍👩‍👧",
    "Åsa Öström",
    "100 %s %d",
    "#N/A",
    "TRUE",
    "2026-03-02",
    "00123",
    "x" * 10_000,
)

any_text = st.one_of(
    st.text(st.characters()),
    st.lists(st.sampled_from([*HOSTILE_TEXTS[:-1], "_", "x005F", "<", " ", "\r", "\n", ";", "é"])).map("".join),
)
any_number = st.one_of(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), any_text)
any_time = st.integers(946_684_800_000_000, 4_102_444_799_999_999)
any_credits = st.integers(0, 10**18 - 1)
any_row = st.tuples(
    *(
        st.none() | strategy
        for strategy in (any_text, any_number, any_time, st.integers(0, 10**9), any_credits, st.floats(0, 50))
    )
)
ONE_OF_EACH = tuple(Column(kind.value, kind.value.title(), kind) for kind in Kind)


def cleaned(text: str) -> str:
    """Controls but tab and line feed, lone surrogates and non-characters are U+FFFD (rules.md 7)."""
    return "".join("\ufffd" if _banned(char) else char for char in text)


def in_csv(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cleaned(text)}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else cleaned(text)


def _banned(char: str) -> bool:
    point = ord(char)
    noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return noncharacter or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n")


def rows_of(columns: Sequence[Column], rows: Sequence[Row], batch: int = 2) -> TabRows:
    """The rows of a tab as a source gives them."""
    starts = range(0, len(rows), batch)
    return TabRows(tuple(columns), len(rows), iter([rows[start : start + batch] for start in starts]))


def sent_rows(count: int, batch: int = 1_000) -> TabRows:
    """A Sent tab of any size, formed as it is read."""
    return TabRows(TAB_COLUMNS[Tab.SENT], count, _sent_batches(count, batch))


def _sent_batches(count: int, batch: int) -> Iterator[Sequence[Row]]:
    for start in range(0, count, batch):
        yield [sent_row(number) for number in range(start, min(count, start + batch))]


def sent_row(number: int) -> Row:
    """One recipient of the Sent tab."""
    at = NINE_O_CLOCK + number * 1_234_000
    return (f"p{number}", f"Anna {number}", f"+4670{number:07d}", None, at, "delivered", 1, 15_000)
