"""How many things happened in each hour since a sending, as columns of blocks under a line that says what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDEST_COLUMN = 5
_LABEL_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the hours that it stands for, from `first` and before `end`, and how many things happened."""

    first: int
    end: int
    number: int


def columns(hours: Sequence[tuple[int, int]], width: int) -> tuple[Column, ...]:
    """Hours (hour, number) put into at most `width` columns of equally many hours each."""
    if not hours or width <= 0:
        return ()
    count = hours[-1][0] + 1
    step = -(-count // width)
    numbers = [0] * -(-count // step)
    for hour, number in hours:
        numbers[hour // step] += number
    return tuple(Column(place * step, (place + 1) * step, number) for place, number in enumerate(numbers))


def heights(numbers: Sequence[int], lines: int) -> list[int]:
    """How many eighths of a line each column is high; what is not nothing is seen."""
    most = max(numbers, default=0)
    if not most:
        return [0] * len(numbers)
    return [max(1, round(number * lines * 8 / most)) if number else 0 for number in numbers]


class Curve(Widget):
    """A heading, columns, and the hours under them; pointing at a column tells its number."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"curve--title", "curve--axis", "curve--bar"}
    ALLOW_SELECT = False

    def __init__(self, titles: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._titles = tuple(titles)
        self._hours: tuple[tuple[int, int], ...] = ()
        self._nothing = ""

    def show(self, titles: Sequence[str], hours: Sequence[tuple[int, int]], nothing: str) -> None:
        """Takes headings, (hour, number) pairs in ascending order, and what to say when there are none.

        The headings say the same in ever fewer words; the first that fits stands.
        """
        if (tuple(titles), tuple(hours), nothing) != (self._titles, self._hours, self._nothing):
            self._titles, self._hours, self._nothing = tuple(titles), tuple(hours), nothing
            self.refresh()

    def _columns(self) -> tuple[Column, ...]:
        return columns(self._hours, self.content_size.width)

    def _column_width(self, count: int) -> int:
        return max(1, min(_WIDEST_COLUMN, self.content_size.width // max(1, count)))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        place = event.get_content_offset(self)
        shown = self._columns()
        index = -1 if place is None else place.x // self._column_width(len(shown))
        self.tooltip = told(shown[index]) if 0 <= index < len(shown) else None

    def render_line(self, y: int) -> Strip:
        width, lines = self.content_size.width, self.content_size.height - 2
        base = self.rich_style
        if y == 0:
            title = next((title for title in self._titles if cell_len(title) <= width), self._titles[-1])
            return self._strip(title, "title", width)
        if not self._hours:
            return self._strip(self._nothing if y == 1 else "", "axis", width)
        shown = self._columns()
        cells = self._column_width(len(shown))
        if y > lines:
            return self._strip(axis(shown, cells, width), "axis", width)
        level = (lines - y) * 8
        text = "".join(
            _column_text(_BLOCKS[max(0, min(8, height - level))], cells)
            for height in heights([column.number for column in shown], lines)
        )
        style = base + self.get_component_rich_style("curve--bar", partial=True)
        return Strip([Segment(set_cell_size(text, width), style)], width)

    def _strip(self, text: str, name: str, width: int) -> Strip:
        style = self.get_component_rich_style(f"curve--{name}")
        return Strip([Segment(set_cell_size(text, width), style)], width)


def _column_text(block: str, cells: int) -> str:
    # A blank parts columns that are wide enough to spare it.
    return block * (cells - 1) + " " if cells > 1 else block


def axis(shown: Sequence[Column], cells: int, width: int) -> str:
    """The hours at which columns begin, as many as stand apart."""
    line = ""
    for place, column in enumerate(shown):
        label = f"{column.first} h"
        start = place * cells
        if (not line or start >= len(line) + _LABEL_GAP) and start + len(label) <= width:
            line = line.ljust(start) + label
    return line


def told(column: Column) -> str:
    """A column in words."""
    hours = f"hour {column.end}" if column.end - column.first == 1 else f"hours {column.first + 1} to {column.end}"
    return f"{column.number:,} in {hours}".replace(",", "\u202f")


def spark(numbers: Sequence[int], width: int) -> str:
    """The last numbers as a line of blocks, a cell each, from the least of them to the most."""
    last = numbers[-width:] if width > 0 else []
    least, most = min(last, default=0), max(last, default=0)
    if least == most:
        return _BLOCKS[4] * len(last)
    return "".join(_BLOCKS[1 + round((number - least) * 7 / (most - least))] for number in last)
