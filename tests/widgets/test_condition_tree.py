"""The lines that show what stands in which group."""

import pytest

from widgets.condition_tree import branches


@pytest.mark.parametrize(
    ("depths", "drawn"),
    [
        ([], []),
        ([0], [""]),
        ([0, 1, 1], ["", "├ ", "└ "]),
        ([0, 1, 2, 2, 1], ["", "├ ", "│ ├ ", "│ └ ", "└ "]),
        ([0, 1, 2, 3, 1, 2], ["", "├ ", "│ └ ", "│   └ ", "└ ", "  └ "]),
    ],
)
def test_branches(depths: list[int], drawn: list[str]) -> None:
    assert branches(depths) == drawn
