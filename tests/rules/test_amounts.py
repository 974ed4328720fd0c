"""Credits as exact decimals (rules.md 1: the whole pattern, below 10^14)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.amounts import UNITS, format_credits, parse_credits


@pytest.mark.parametrize(
    ("text", "units", "shortest"),
    [
        ("0", 0, "0"),
        ("5.5", 55_000, "5.5"),
        ("5.5000", 55_000, "5.5"),
        ("05.50", 55_000, "5.5"),
        ("0.0001", 1, "0.0001"),
        ("0.07", 700, "0.07"),
        ("120", 1_200_000, "120"),
        ("99999999999999.9999", 10**18 - 1, "99999999999999.9999"),
    ],
)
def test_a_decimal_is_exact_and_written_at_its_shortest(text: str, units: int, shortest: str) -> None:
    assert parse_credits(text) == units
    assert format_credits(units) == shortest


@pytest.mark.parametrize(
    "text",
    ["", ".5", "5.", "5.00000", "-1", "+1", "1e3", "1,5", " 1", "1\n", "٣", "NaN", "100000000000000", "1_0", "0x1"],
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="decimal"):
        parse_credits(text)


@given(st.integers(0, 10**18 - 1))
def test_an_amount_reads_back_and_is_the_decimal_that_it_says(units: int) -> None:
    assert parse_credits(format_credits(units)) == units
    assert Decimal(format_credits(units)) == Decimal(units) / UNITS


@given(st.integers(-(10**20), 10**20))
def test_a_sum_of_any_size_and_sign_is_exact(units: int) -> None:
    whole, _, decimals = format_credits(units).lstrip("-").partition(".")
    assert int(whole) * UNITS + int(f"{decimals:0<4}"[:4]) == abs(units)
    assert format_credits(units).startswith("-") == (units < 0)
    assert not decimals.endswith("0")
