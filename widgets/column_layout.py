"""How the columns of a list share the width: the first stays, the others follow as far as they fit."""

from collections.abc import Sequence
from typing import NamedTuple

_GAP = 2
_WIDE_GAP = 4


class ColumnSpec(NamedTuple):
    """One column: heading, the narrowest width at which it can be read, the widest it takes, and its side.

    A `late` column takes a place only where the others have all the width that they want. A `whole` one has a shorter
    form for its least width, so that a width between the two would stay empty.
    """

    title: str
    least: int = 4
    most: int = 40
    right: bool = False
    late: bool = False
    whole: bool = False


class Placed(NamedTuple):
    """A column on the screen: which it is, its first cell and its width, in cells."""

    column: int
    start: int
    width: int


class Layout(NamedTuple):
    """The columns shown, and how many more stand to the left and right of them."""

    placed: tuple[Placed, ...]
    left: int
    right: int


def lay_out(specs: Sequence[ColumnSpec], natural: Sequence[int], width: int, offset: int = 0) -> Layout:
    """Places columns in `width` cells; `natural` holds the widest text of each, `offset` skips after the first.

    Columns are taken in order while their least widths fit, at least one beside the first where there is one; what
    is left over widens them in the same order up to their natural width, then the gaps.
    """
    if not specs:
        return Layout((), 0, 0)
    offset = max(0, min(offset, len(specs) - 2))
    order = [0, *range(1 + offset, len(specs))]
    wanted = {i: max(len(specs[i].title), min(natural[i], specs[i].most)) for i in order}
    # Who has moved to the right wants to see what is there.
    late = [i for i in order if specs[i].late and not offset]
    widths, used = _taken([i for i in order if i not in late], specs, wanted, width)
    spare = _widen(widths, specs, wanted, max(0, width - used))
    for index in late:
        if spare < _GAP + wanted[index] or any(widths.get(i, 0) < wanted[i] for i in order if i not in late):
            break
        widths[index] = wanted[index]
        spare -= _GAP + wanted[index]
    return Layout(_place(widths, spare, width), offset, len(order) - len(widths))


def _taken(
    order: Sequence[int], specs: Sequence[ColumnSpec], wanted: dict[int, int], width: int
) -> tuple[dict[int, int], int]:
    """The columns that fit at their least widths, and the cells that they take."""
    widths: dict[int, int] = {}
    used = 0
    for index in order:
        least = min(wanted[index], max(specs[index].least, len(specs[index].title)))
        gap = _GAP if widths else 0
        if len(widths) > 1 and used + gap + least > width:
            break
        widths[index] = least
        used += gap + least
    return widths, used


def _widen(widths: dict[int, int], specs: Sequence[ColumnSpec], wanted: dict[int, int], spare: int) -> int:
    """Gives what is left over to the columns in their order; what is left over then."""
    for index, least in widths.items():
        more = wanted[index] - least
        if more > spare:
            more = 0 if specs[index].whole else spare
        widths[index] = least + more
        spare -= more
    return spare


def _place(widths: dict[int, int], spare: int, width: int) -> tuple[Placed, ...]:
    gaps = len(widths) - 1
    gap = min(_WIDE_GAP, _GAP + spare // gaps) if gaps > 0 else 0
    placed: list[Placed] = []
    start = 0
    for index, cells in widths.items():
        placed.append(Placed(index, start, max(0, min(cells, width - start))))
        start += cells + gap
    return tuple(placed)
