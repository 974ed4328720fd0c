"""A tree of conditions, a line each under lines that show what stands in which group, and a word on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec
from widgets.row_table import RowTable

_LEAST_WORDS, _MOST_WORDS = 24, 400


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A node as plain values: how deep it stands, what it says, and the word on it; all fit for the terminal."""

    key: str
    depth: int
    words: str
    note: str = ""
    tone: Tone = Tone.PLAIN
    note_tone: Tone = Tone.PLAIN


class ConditionTree(RowTable):
    """Left goes to the group that the line stands in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Edit", id="tree.edit", tooltip="Change the condition under the cursor"),
        Binding("left,h", "out", "Out", show=False, id="tree.out", tooltip="The group that the condition stands in"),
    ]

    def __init__(self, heading: str, note: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._headings = (ColumnSpec(heading, _LEAST_WORDS, _MOST_WORDS), ColumnSpec(note, 5, 20, right=True))
        self._lines: tuple[TreeLine, ...] = ()

    def show_lines(self, lines: Sequence[TreeLine]) -> None:
        """Takes the nodes, each before those below it."""
        self._lines = tuple(lines)
        drawn = branches([line.depth for line in lines])
        rows = [
            (Cell(drawn[index] + line.words, line.tone), Cell(line.note, line.note_tone))
            for index, line in enumerate(lines)
        ]
        self.show(
            self._headings, [line.key for line in lines], rows.__getitem__, lambda index: self._lines[index].words
        )

    def action_out(self) -> None:
        above = self.cursor
        while above and self._lines[above].depth >= self._lines[self.cursor].depth:
            above -= 1
        self.action_go(above)


def branches(depths: Sequence[int]) -> list[str]:
    """What is drawn before each line of a tree, from the depths of its nodes in order."""
    drawn: list[str] = []
    goes_on: set[int] = set()
    for depth in reversed(depths):
        before = "".join("│ " if level in goes_on else "  " for level in range(1, depth))
        drawn.append(before + ("" if not depth else "├ " if depth in goes_on else "└ "))
        goes_on = {level for level in goes_on if level <= depth} | {depth}
    drawn.reverse()
    return drawn
