"""Parts of a text and their cost (rules.md 8), against the table of 3GPP TS 23.038 told by code points."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsreport_tui.rules.gsm import BASIC, EXTENSION
from smsreport_tui.rules.parts import Parts, cost, count_parts

# 3GPP TS 23.038, 6.2.1: by position 0x00 to 0x7F, without the escape 0x1B.
_TABLE = (
    "0040 00A3 0024 00A5 00E8 00E9 00F9 00EC 00F2 00C7 000A 00D8 00F8 000D 00C5 00E5 "
    "0394 005F 03A6 0393 039B 03A9 03A0 03A8 03A3 0398 039E 00C6 00E6 00DF 00C9 "
    "0020 0021 0022 0023 00A4 0025 0026 0027 0028 0029 002A 002B 002C 002D 002E 002F "
    "0030 0031 0032 0033 0034 0035 0036 0037 0038 0039 003A 003B 003C 003D 003E 003F "
    "00A1 0041 0042 0043 0044 0045 0046 0047 0048 0049 004A 004B 004C 004D 004E 004F "
    "0050 0051 0052 0053 0054 0055 0056 0057 0058 0059 005A 00C4 00D6 00D1 00DC 00A7 "
    "00BF 0061 0062 0063 0064 0065 0066 0067 0068 0069 006A 006B 006C 006D 006E 006F "
    "0070 0071 0072 0073 0074 0075 0076 0077 0078 0079 007A 00E4 00F6 00F1 00FC 00E0"
)
ONE_SEPTET = [chr(int(point, 16)) for point in _TABLE.split()]
TWO_SEPTETS = [chr(point) for point in (0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC)]

gsm_texts = st.text(st.sampled_from([*ONE_SEPTET, *TWO_SEPTETS]), max_size=700)
crowded = st.lists(st.sampled_from(["a" * 50, "a", "€", "é" * 50]), max_size=20).map("".join)
wide_texts = st.lists(st.sampled_from(["a", "ё", "😀", "€", "\ud800", "\udc00", "a" * 30, "😀" * 30]), max_size=60).map(
    "".join
)
any_text = st.one_of(gsm_texts, crowded, wide_texts, st.text(), st.text(st.characters()))


def utf16_units(text: str) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def test_the_alphabet_is_the_standards() -> None:
    assert list(BASIC) == ONE_SEPTET
    assert sorted(EXTENSION) == sorted(TWO_SEPTETS)


@pytest.mark.parametrize("char", ONE_SEPTET)
def test_a_character_of_the_alphabet_costs_one_septet(char: str) -> None:
    assert count_parts(char) == Parts("gsm", (char,), (1,), 159)


@pytest.mark.parametrize("char", TWO_SEPTETS)
def test_a_character_of_the_extension_costs_two(char: str) -> None:
    assert count_parts(char) == Parts("gsm", (char,), (2,), 158)


@pytest.mark.parametrize(
    "char", ["\x1b", "`", "ç", "á", "ё", "\u2126", "\u2206", "’", "…", "\u00a0", "\t", "\x00", "😀", "Ē"]
)
def test_any_other_character_makes_the_whole_text_ucs_2(char: str) -> None:
    parts = count_parts(f"abc{char}d{char}")
    assert (parts.encoding, parts.forced_by, parts.forced_at) == ("ucs2", char, 3)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "left"),
    [
        ("", "gsm", (0,), 160),
        ("a" * 160, "gsm", (160,), 0),
        ("a" * 161, "gsm", (153, 8), 145),
        ("a" * 306, "gsm", (153, 153), 0),
        ("a" * 307, "gsm", (153, 153, 1), 152),
        ("€" * 80, "gsm", (160,), 0),
        ("€" * 81, "gsm", (152, 10), 143),
        ("a" * 158 + "€", "gsm", (160,), 0),
        ("a" * 159 + "€", "gsm", (153, 8), 145),
        ("a" * 152 + "€" + "b" * 10, "gsm", (152, 12), 141),
        ("a" * 151 + "€" + "b" * 10, "gsm", (153, 10), 143),
        ("ё" * 70, "ucs2", (70,), 0),
        ("ё" * 71, "ucs2", (67, 4), 63),
        ("ё" * 134, "ucs2", (67, 67), 0),
        ("€" * 70 + "ё", "ucs2", (67, 4), 63),
        ("😀" * 35, "ucs2", (70,), 0),
        ("😀" * 36, "ucs2", (66, 6), 61),
        ("ё" * 66 + "😀" + "ё" * 10, "ucs2", (66, 12), 55),
        ("ё" * 65 + "😀" + "ё" * 10, "ucs2", (67, 10), 57),
        ("\ud800" * 71, "ucs2", (67, 4), 63),
        ("ё" * 66 + "\ud83d\ude00" + "ё" * 10, "ucs2", (66, 12), 55),
    ],
)
def test_a_text_is_cut_where_the_network_cuts_it(text: str, encoding: str, units: tuple[int, ...], left: int) -> None:
    parts = count_parts(text)
    assert (parts.encoding, parts.units, parts.left) == (encoding, units, left)
    assert "".join(parts.parts) == text


@given(any_text)
@example("a" * 152 + "€€" + "a" * 152)
def test_the_parts_together_are_the_text_and_none_is_too_full(text: str) -> None:
    parts = count_parts(text)
    assert "".join(parts.parts) == text
    assert len(parts.units) == len(parts.parts)
    single, joined = (160, 153) if parts.encoding == "gsm" else (70, 67)
    room = single if len(parts.parts) == 1 else joined
    assert max(parts.units) <= room
    assert parts.left == room - parts.units[-1]
    for part, units in zip(parts.parts, parts.units, strict=True):
        gsm_units = sum(2 if char in TWO_SEPTETS else 1 for char in part)
        assert units == (gsm_units if parts.encoding == "gsm" else utf16_units(part))


@given(any_text)
def test_a_part_is_begun_only_when_the_next_character_has_no_room(text: str) -> None:
    parts = count_parts(text)
    joined = 153 if parts.encoding == "gsm" else 67
    if len(parts.parts) > 1:
        assert sum(parts.units) > (160 if parts.encoding == "gsm" else 70)
    for units, following in zip(parts.units, parts.parts[1:], strict=False):
        # What may not be split is two units at most.
        assert joined - units <= 1
        assert following


@given(any_text)
def test_ucs_2_is_forced_by_the_first_character_outside_the_alphabet(text: str) -> None:
    parts = count_parts(text)
    strange = [index for index, char in enumerate(text) if char not in ONE_SEPTET and char not in TWO_SEPTETS]
    assert parts.encoding == ("ucs2" if strange else "gsm")
    assert parts.forced_at == (strange[0] if strange else None)
    assert parts.forced_by == (text[strange[0]] if strange else None)


def test_the_cost_is_parts_times_the_price_of_a_part() -> None:
    assert cost(count_parts("a" * 160), 15_000) == 15_000
    assert cost(count_parts("a" * 161), 15_000) == 30_000
    assert cost(count_parts("a" * 161), 0) == 0
