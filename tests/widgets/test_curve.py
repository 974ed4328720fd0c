"""The columns of a curve: hours put together where there are many, heights that hide nothing."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.curve import Column, axis, columns, heights, told

HOURS = st.dictionaries(st.integers(0, 2_000), st.integers(1, 10**7), max_size=60).map(
    lambda found: tuple(sorted(found.items()))
)


@given(hours=HOURS, width=st.integers(1, 200))
def test_no_hour_is_lost_and_the_columns_fit(hours: tuple[tuple[int, int], ...], width: int) -> None:
    shown = columns(hours, width)
    assert len(shown) <= width
    assert sum(column.number for column in shown) == sum(number for _, number in hours)
    assert all(one.end == other.first for one, other in itertools.pairwise(shown))


@given(numbers=st.lists(st.integers(0, 10**9), min_size=1, max_size=50), lines=st.integers(1, 10))
def test_the_largest_fills_the_height_and_the_smallest_is_seen(numbers: list[int], lines: int) -> None:
    high = heights(numbers, lines)
    assert all((number > 0) == (height > 0) for number, height in zip(numbers, high, strict=True))
    assert max(high) == (lines * 8 if any(numbers) else 0)


def test_the_axis_names_hours_that_stand_apart() -> None:
    shown = columns(((0, 5), (29, 1)), 40)
    assert axis(shown, 1, 40) == "0 h  5 h  10 h  16 h  22 h  28 h"


@pytest.mark.parametrize(
    ("column", "words"),
    [(Column(0, 1, 8_210), "8\u202f210 in hour 1"), (Column(4, 8, 3), "3 in hours 5 to 8")],
)
def test_a_column_in_words(column: Column, words: str) -> None:
    assert told(column) == words
