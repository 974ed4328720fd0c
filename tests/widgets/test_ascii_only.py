"""What a terminal without UTF-8 is sent: ASCII alone, every line as wide as before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from smsreport_tui.terminal import ascii_only
from widgets.ascii_only import AsciiOnly, in_ascii


@given(st.text())
def test_any_text_becomes_ascii_of_the_same_width(text: str) -> None:
    painted = AsciiOnly().apply([Segment(text)], Color(0, 0, 0))
    assert painted[0].text.isascii()
    assert cell_len(painted[0].text) == sum(map(cell_len, text))


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("Björn Åkesson", "Bjorn Akesson"),
        ("25\u202f000 · 3 %", "25 000 - 3 %"),
        ("▌漢", ">??"),
        ("│─┐", "|-+"),
        ("ø", "o"),
    ],
)
def test_a_character_leaves_as_one_that_looks_like_it(text: str, ascii_text: str) -> None:
    assert in_ascii(text) == ascii_text


@pytest.mark.parametrize(
    ("environment", "only"),
    [
        ({}, False),
        ({"LC_ALL": "C"}, True),
        ({"LC_ALL": "POSIX", "LANG": "sv_SE.UTF-8"}, True),
        ({"LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "sv_SE"}, False),
        ({"LANG": "sv_SE.utf8"}, False),
        ({"LANG": "sv_SE.ISO-8859-15@euro"}, True),
        ({"LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8", "LANG": "C"}, False),
    ],
)
def test_the_locale_says_what_the_terminal_speaks(environment: dict[str, str], only: bool) -> None:
    assert ascii_only(environment) is only
