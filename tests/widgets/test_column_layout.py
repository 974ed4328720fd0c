"""How columns share a width, as a table of examples."""

import pytest

from widgets.column_layout import ColumnSpec, lay_out

SPECS = (ColumnSpec("Name", 8, 20), ColumnSpec("Time", 6, 12), ColumnSpec("Count", 5, 9, right=True))
NATURAL = (15, 10, 4)


@pytest.mark.parametrize(
    ("width", "offset", "widths", "left", "right"),
    [
        (60, 0, {0: 15, 1: 10, 2: 5}, 0, 0),
        (34, 0, {0: 15, 1: 10, 2: 5}, 0, 0),
        (27, 0, {0: 12, 1: 6, 2: 5}, 0, 0),
        (23, 0, {0: 8, 1: 6, 2: 5}, 0, 0),
        (22, 0, {0: 14, 1: 6}, 0, 1),
        (22, 1, {0: 15, 2: 5}, 1, 0),
        (22, 9, {0: 15, 2: 5}, 1, 0),
    ],
)
def test_columns_fit(width: int, offset: int, widths: dict[int, int], left: int, right: int) -> None:
    layout = lay_out(SPECS, NATURAL, width, offset)
    assert {place.column: place.width for place in layout.placed} == widths
    assert (layout.left, layout.right) == (left, right)


@pytest.mark.parametrize("width", range(61))
@pytest.mark.parametrize("offset", [0, 1])
def test_columns_never_overlap_nor_leave_the_width(width: int, offset: int) -> None:
    end = 0
    for place in lay_out(SPECS, NATURAL, width, offset).placed:
        assert place.start >= end
        end = place.start + place.width
        assert end <= width or place.width == 0


def test_no_columns_take_no_room() -> None:
    assert lay_out((), (), 80).placed == ()


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (46, {0: 15, 1: 19, 2: 8}),
        (45, {0: 15, 1: 19}),
        (36, {0: 15, 1: 19}),
        (35, {0: 15, 1: 8}),
    ],
)
def test_a_whole_column_has_its_short_width_or_all_and_a_late_one_cuts_nobody(
    width: int, widths: dict[int, int]
) -> None:
    specs = (ColumnSpec("Name", 8, 20), ColumnSpec("Time", 8, 19, whole=True), ColumnSpec("Id", 4, 20, late=True))
    assert {place.column: place.width for place in lay_out(specs, (15, 19, 8), width).placed} == widths
