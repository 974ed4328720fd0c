"""How figures flow into lines, and how their parts are written."""

import pytest

from widgets.breakdown import Figure, Spot, flow

FIGURES = (
    Figure("Sent", "10", "", mark=True),
    Figure("Delivered", "9", "", "90 %"),
    Figure("soft", "1", "", group=1, number_first=True),
    Figure("hard", "0", "", group=1, number_first=True),
    Figure("Clicks", "3", "", group=2),
)


def test_parts_of_a_figure() -> None:
    assert FIGURES[0].parts == ("▇ ", "Sent ", "10", "")
    assert FIGURES[1].parts == ("", "Delivered ", "9", " 90 %")
    assert FIGURES[2].parts == ("", "", "1", " soft")
    assert FIGURES[1].width == len("Delivered 9 90 %")


@pytest.mark.parametrize(
    ("width", "lines"),
    [(120, [0, 0, 0, 0, 1]), (44, [0, 0, 0, 0, 1]), (40, [0, 0, 1, 1, 2]), (12, [0, 1, 2, 3, 4])],
)
def test_a_group_goes_to_the_next_line_whole(width: int, lines: list[int]) -> None:
    assert [spot.line for spot in flow(FIGURES, width)] == lines


def test_nothing_flows_nowhere() -> None:
    assert flow((), 80) == ()
    assert flow(FIGURES[:1], 1) == (Spot(0, 0),)
