"""Tables for people: literal text, numbers to the right, columns left out where the terminal is narrow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_ENDLESS = 10_000
"""A console so wide is no terminal: nothing is folded for it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its title and whether it holds numbers.

    `folds` is the width at which long text goes on in the next line, 0 for what must stay whole; of the columns with
    a rank `spare` the largest is the first to be left out where there is no room.
    """

    title: str
    number: bool = False
    spare: int = 0
    folds: int = 0


def build(headings: Sequence[Heading], rows: Iterable[Sequence[str]], *, folded: bool = True) -> "Table":
    """A table of texts that are fit for the terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(
            Text(heading.title),
            justify="right" if heading.number else "left",
            no_wrap=not heading.folds,
            max_width=heading.folds if heading.folds and folded else None,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(value) for value in row))
    return table


def fitted(console: "Console", headings: Sequence[Heading], rows: Sequence[Sequence[str]]) -> "Table":
    """The table with as many of its spare columns as the console has room for."""
    kept = list(range(len(headings)))
    endless = console.options.update(width=_ENDLESS)
    folded = console.width < _ENDLESS
    while True:
        table = build(
            [headings[index] for index in kept], [[row[index] for index in kept] for row in rows], folded=folded
        )
        spare = max((index for index in kept if headings[index].spare), key=lambda i: headings[i].spare, default=None)
        if spare is None or console.measure(table, options=endless).maximum <= console.width:
            return table
        kept.remove(spare)


def facts(pairs: Iterable[tuple[str, str]]) -> "Table":
    """Names and values side by side."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        grid.add_row(Text(name, style="dim"), Text(value))
    return grid
