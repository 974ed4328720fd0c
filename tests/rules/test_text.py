"""Text from outside: what a terminal and a spreadsheet never get to see (rules.md 7)."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsreport_tui.rules.text import MOST_MARKS, cell, csv_cell, is_msisdn, mask, shown, shown_block

UNFIT = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
TRICKY = "\x1b[\x9b\x07\r\n\t\x00\x7f\x85\u200b\u200d\u202e\u2066\u2028\ufe0f\ufeff\u0301\u0338\u20e3\u1160\u1175"
TRICKY += "\ud83d\ude00é😀a "
texts = st.one_of(st.text(), st.text(TRICKY), st.text(st.characters()))
EVERY_CHARACTER = [chr(point) for point in range(sys.maxunicode + 1)]


def noncharacter(char: str) -> bool:
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("Åsa Öström", "Åsa Öström"),
        ("[/]<b>$x{}\\%s", "[/]<b>$x{}\\%s"),
        ("两行 العربية עברית हिन्दी ไทย", "两行 العربية עברית हिन्दी ไทย"),
        ("first\nsecond\r\nthird\rfourth\u2028fifth\u2029sixth\x85", "first⏎second⏎third⏎fourth⏎fifth⏎sixth⏎"),
        ("a\tb", "a b"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x1b[31mred\x9b0m", "␛[31mred\ufffd0m"),
        ("nul\x00 del\x7f", "nul␀ del␡"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2066a\u2069\u200e\u200f\u061c", "a"),
        ("pay\u200bpal\u2060\ufeff\u00ad", "paypal"),
        ("\U000e0041\U000e007f", ""),
        ("\ud800 and \udfff", "\ufffd and \ufffd"),
        ("\ufffe\uffff\ufdd0\U0010ffff\U0001fffe", "\ufffd" * 5),
        ("\ue000\U000f0000", "\ufffd\ufffd"),
        ("\u3164name\uffa0", " name "),
        ("👩\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇸🇪", "👩👩👧 ❤ 👍🏽 🇸🇪"),
        ("Phở é", "Phở é"),
        ("z" + "\u0335" * 50 + "!", "z" + "\u0335" * MOST_MARKS + "!"),
        ("z" + "\u0335\u200d" * 50, "z" + "\u0335" * MOST_MARKS),
        ("ᄀ" + "\u1161" * 50, "ᄀ" + "\u1161" * MOST_MARKS),
        ("😀" * 20, "😀" * 20),
    ],
)
def test_a_text_as_one_line(text: str, line: str) -> None:
    assert shown(text) == line


def test_no_character_unfit_for_a_terminal_is_shown() -> None:
    line = shown("a".join(EVERY_CHARACTER))
    assert {char for char in set(line) if unicodedata.category(char) in UNFIT or noncharacter(char)} == set()


def test_every_letter_digit_and_sign_is_shown_as_it_is() -> None:
    changed = [
        char
        for char in EVERY_CHARACTER
        if unicodedata.category(char)[0] in "LNPS" and char not in "\u115f\u1160\u3164\uffa0" and shown(char) != char
    ]
    assert changed == []


@given(texts)
@example("\r\u200b\n")
@example("\ud83d\u200d\ude00")
def test_whatever_comes_a_line_is_fit_and_stays_as_it_is(text: str) -> None:
    line = shown(text)
    assert not {unicodedata.category(char) for char in line} & set(UNFIT)
    assert shown(line) == line
    piled = 0
    for char in line:
        piled = piled + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert piled <= MOST_MARKS


@given(texts, st.integers(-2, 30))
def test_a_limit_holds_and_what_is_cut_ends_in_an_ellipsis(text: str, limit: int) -> None:
    line, cut = shown(text), shown(text, limit)
    assert len(cut) <= max(0, limit)
    assert cut == line if len(line) <= limit else cut == (f"{line[: limit - 1]}…" if limit > 0 else "")
    assert shown(cut, limit) == cut


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("one\ntwo\r\nthree", "one\ntwo\nthree"),
        ("\n\n", "\n\n"),
        ("a\rb\u2028c", "a⏎b⏎c"),
        ("\x1b[2J\n\x9b", "␛[2J\n\ufffd"),
    ],
)
def test_a_block_keeps_its_line_feeds_only(text: str, block: str) -> None:
    assert shown_block(text) == block


@given(texts)
def test_a_block_has_the_lines_of_the_text_each_fit(text: str) -> None:
    block = shown_block(text)
    assert block.count("\n") == text.count("\n")
    assert all(shown(line) == line for line in block.split("\n"))


@pytest.mark.parametrize(
    ("text", "in_file", "in_csv"),
    [
        ("", "", ""),
        ("Åsa", "Åsa", "Åsa"),
        ("=1+1", "=1+1", "'=1+1"),
        ("+46", "+46", "'+46"),
        ("-1", "-1", "'-1"),
        ("@SUM(A1)", "@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\t=1", "'\t=1"),
        ("\r=1", "\ufffd=1", "'\ufffd=1"),
        (" =1", " =1", " =1"),
        ("\n=1", "\n=1", "\n=1"),
        ("a=1", "a=1", "a=1"),
        ("'=1", "'=1", "'=1"),
        ("line\nfeed\tand tab", "line\nfeed\tand tab", "line\nfeed\tand tab"),
        ("\x00\x1b\x7f\x85\x9f", "\ufffd" * 5, "\ufffd" * 5),
        ("\ud83d\ude00", "\ufffd\ufffd", "\ufffd\ufffd"),
        ("\ufdd0\U0003fffe", "\ufffd\ufffd", "\ufffd\ufffd"),
        ("👩\u200d👧\u202e\u2028", "👩\u200d👧\u202e\u2028", "👩\u200d👧\u202e\u2028"),
    ],
)
def test_a_text_in_files(text: str, in_file: str, in_csv: str) -> None:
    assert cell(text) == in_file
    assert csv_cell(text) == in_csv


def test_a_file_gets_every_character_but_the_unfit() -> None:
    for char in EVERY_CHARACTER:
        banned = noncharacter(char) or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n")
        assert cell(char) == ("\ufffd" if banned else char)


@given(texts)
def test_a_file_is_utf_8_and_starts_no_formula(text: str) -> None:
    assert cell(text).encode().decode() == cell(text) == cell(cell(text))
    assert len(cell(text)) == len(text)
    assert not csv_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert csv_cell(text).removeprefix("'") == cell(text).removeprefix("'")


@pytest.mark.parametrize(
    ("text", "strict"),
    [
        ("+46701234567", True),
        ("+1234567", True),
        ("+123456", True),
        ("+123456789012345", True),
        ("+12345", False),
        ("+1234567890123456", False),
        ("+0701234567", False),
        ("46701234567", False),
        ("0046701234567", False),
        ("+46 70 123", False),
        ("+46701234567\n", False),
        ("+4670123456٧", False),
        ("++46701234567", False),
        ("+46701234567+1", False),
        ("", False),
    ],
)
def test_a_number_is_strict_e_164(text: str, strict: bool) -> None:
    assert is_msisdn(text) is strict


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+46701230012", "+46…0012"),
        ("+123456789012345", "+12…2345"),
        ("+1234567890", "+12…7890"),
        ("+123456789", "+12…789"),
        ("+1234567", "+12…7"),
        ("+123456", "+12…"),
        ("+12", "…"),
        ("", "…"),
    ],
)
def test_a_masked_number_hides_four_digits_at_least(number: str, masked: str) -> None:
    assert mask(number) == masked


@given(st.from_regex(r"\+[1-9][0-9]{5,14}", fullmatch=True))
def test_a_mask_shows_a_beginning_and_an_end_and_no_more(number: str) -> None:
    start, _, end = mask(number).partition("…")
    assert number.startswith(start)
    assert number.endswith(end)
    assert len(start) + len(end) <= min(7, len(number) - 4)
