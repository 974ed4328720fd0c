"""A list of any length that renders only the lines in sight, with a cursor that stays on its row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from smsreport_tui.rules.text import shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec, Layout, Placed, lay_out
from widgets.copying import CopyAsked

# About so many rows, evenly spread, and so many characters are measured: the rows may be thousands.
_MEASURED_ROWS = 200
_MEASURED_TEXT = 200
_MARGIN = 2

Cells = tuple[Cell, ...]


class RowTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of cells under a heading that stays; cells are asked for when a row comes into sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--header",
        "row-table--cursor",
        "row-table--cursor-blurred",
        *(f"row-table--{tone}" for tone in Tone),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up", tooltip="The row above"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down", tooltip="The row below"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page_up", tooltip="A page up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page_down", tooltip="A page down"),
        Binding("home,g", "go(0)", "First", show=False, id="list.first", tooltip="The first row"),
        Binding("end,G", "go(-1)", "Last", show=False, id="list.last", tooltip="The last row"),
        Binding("left,h", "columns(-1)", "Left", show=False, id="list.left", tooltip="Columns to the left, the tabs"),
        Binding("right,l", "columns(1)", "Right", show=False, id="list.right", tooltip="Columns to the right"),
        Binding("enter", "choose", "Open", id="list.open", tooltip="Open the row under the cursor"),
        Binding("y", "copy", "Copy", show=False, id="list.copy", tooltip="Copy the row's number or id, as it is shown"),
        Binding("Y", "copy_row", "Copy row", show=False, id="list.copy_row", tooltip="Copy the whole row, as shown"),
    ]
    ALLOW_SELECT = False
    # Columns are laid out for the width; a bar below would promise more than there is.
    DEFAULT_CSS = """
    RowTable {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
    }
    """

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another row; `key` is None in an empty list."""

        table: "RowTable"
        key: str | None

        @property
        def control(self) -> "RowTable":
            return self.table

    @dataclass
    class Chosen(Message):
        """Enter or a double click on a row."""

        table: "RowTable"
        key: str

        @property
        def control(self) -> "RowTable":
            return self.table

    @dataclass
    class HeadingClicked(Message):
        """The heading of a column was clicked."""

        table: "RowTable"
        column: int

        @property
        def control(self) -> "RowTable":
            return self.table

    @dataclass
    class LeftEdge(Message):
        """Left was pressed with no column further left."""

        table: "RowTable"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._specs: tuple[ColumnSpec, ...] = ()
        self._keys: Sequence[str] = ()
        self._cells_of: Callable[[int], Cells] = lambda _: ()
        self._copy_of: Callable[[int], str] | None = None
        self._natural: list[int] = []
        self._offset = 0
        self._cursor = 0
        self._layout = Layout((), 0, 0)
        self._opens = True
        self._awaited = False
        self._put_off: list[Callable[[], None]] = []

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return self._keys[self._cursor] if self._keys else None

    @property
    def cursor(self) -> int:
        return self._cursor

    @property
    def row_count(self) -> int:
        return len(self._keys)

    def show(
        self,
        specs: Sequence[ColumnSpec],
        keys: Sequence[str],
        cells_of: Callable[[int], Cells],
        copy_of: Callable[[int], str] | None = None,
    ) -> None:
        """Takes rows: their keys, functions that give the cells of one by its index, and what copying one takes.

        The cursor and the scroll stay on the row of the same key; without one the cursor keeps its place.
        """
        before, had_rows = self.key, bool(self._keys)
        columns_changed = tuple(specs) != self._specs
        if columns_changed:
            self._offset = 0
        self._specs, self._keys, self._cells_of, self._copy_of = tuple(specs), keys, cells_of, copy_of
        self._measure()
        self._keep_cursor(before)
        self.refresh()
        if had_rows != bool(keys):
            self.refresh_bindings()
        if before != self.key or columns_changed:
            self.post_message(self.Highlighted(self, self.key))
        self._awaited, put_off, self._put_off = False, self._put_off, []
        for action in put_off:
            action()

    def go_to(self, key: str) -> None:
        """Puts the cursor on a row by its key; an unknown key changes nothing."""
        if key in self._keys:
            self._set_cursor(self._keys.index(key))

    def go_to_start(self) -> None:
        """Forgets rows and cursor, for others that are on their way: keys that are pressed meanwhile are for those."""
        self._keys, self._cursor, self._offset = (), 0, 0
        self._awaited, self._put_off = True, []
        self._scroll_rows(0)

    def _keep_cursor(self, before: str | None) -> None:
        was, top = self._cursor, self.scroll_offset.y
        in_sight = top <= was < top + self.scrollable_content_region.height - 1
        self._cursor = max(0, min(was, len(self._keys) - 1))
        if before is not None and (not self._keys or self._keys[self._cursor] != before) and before in self._keys:
            self._cursor = self._keys.index(before)
        self.virtual_size = Size(self.size.width, len(self._keys) + 1)
        if top and self._cursor != was:
            self._scroll_rows(top + self._cursor - was)
        # An operator who scrolled away from the cursor stays where they are.
        if in_sight:
            self._scroll_to_cursor()

    def _scroll_rows(self, row: int) -> None:
        # Forced: right after new rows the bar that would allow it has not been laid out yet.
        self.scroll_to(y=row, animate=False, immediate=True, force=True)

    def _measure(self) -> None:
        natural = [0] * len(self._specs)
        for index in range(0, len(self._keys), max(1, len(self._keys) // _MEASURED_ROWS)):
            for column, cell in enumerate(self._cells_of(index)):
                natural[column] = max(natural[column], cell_len(cell.text[:_MEASURED_TEXT] + cell.tail))
        self._natural = natural
        self._fit()

    def _fit(self) -> None:
        width = max(0, self.scrollable_content_region.width - _MARGIN)
        self._layout = lay_out(self._specs, self._natural, width, self._offset)
        if self._layout.right:
            # The sign that there is more stands apart from the last heading.
            self._layout = lay_out(self._specs, self._natural, width - 1, self._offset)

    def on_resize(self) -> None:
        self._fit()
        self.virtual_size = Size(self.size.width, len(self._keys) + 1)
        self._scroll_to_cursor()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.refresh()

    def wait_no_more(self) -> None:
        """No rows come: keys that were pressed for them are forgotten."""
        self._awaited, self._put_off = False, []

    def _waits(self, action: Callable[[], None]) -> bool:
        """Whether the rows that the key is for have not come yet; then it acts when they have."""
        if self._awaited:
            self._put_off.append(action)
        return self._awaited

    def action_move(self, rows: int) -> None:
        if self._waits(lambda: self.action_move(rows)):
            return
        self._set_cursor(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        if self._waits(lambda: self.action_page(pages)):
            return
        self._set_cursor(self._cursor + pages * max(1, self.scrollable_content_region.height - 2))

    def action_go(self, index: int) -> None:
        if self._waits(lambda: self.action_go(index)):
            return
        self._set_cursor(index if index >= 0 else len(self._keys) - 1)

    def let_open(self, opens: bool) -> None:
        """Whether Enter and a double click do anything; where they do not, no bar offers them."""
        if opens != self._opens:
            self._opens = opens
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        if action == "choose":
            return self._opens and (self._awaited or bool(self._keys))
        return action not in ("copy", "copy_row") or self._awaited or bool(self._keys)

    def action_choose(self) -> None:
        if self._waits(self.action_choose):
            return
        if self.key is not None and self._opens:
            self.post_message(self.Chosen(self, self.key))

    def action_copy(self) -> None:
        if self._waits(self.action_copy):
            return
        if self.key is not None:
            self.post_message(CopyAsked(self._copy_of(self._cursor) if self._copy_of else shown(self.key)))

    def action_copy_row(self) -> None:
        if self._waits(self.action_copy_row):
            return
        if self._keys:
            self.post_message(CopyAsked("\t".join(cell.text for cell in self._cells_of(self._cursor))))

    def action_columns(self, step: int) -> None:
        if step < 0 and self._offset == 0:
            self.post_message(self.LeftEdge(self))
        elif step < 0 or self._layout.right:
            self._offset += step
            self._fit()
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            self._click_heading(event.x)
            return
        index = self._row_at(event.y)
        if index is None:
            return
        self._set_cursor(index)
        if event.chain == 2:
            self.action_choose()

    def _click_heading(self, x: int) -> None:
        for place in self._layout.placed:
            if place.start < x <= place.start + place.width:
                self.post_message(self.HeadingClicked(self, place.column))

    def _row_at(self, y: int) -> int | None:
        index = y - 1 + self.scroll_offset.y
        return index if y > 0 and index < len(self._keys) else None

    def _set_cursor(self, index: int) -> None:
        index = max(0, min(index, len(self._keys) - 1))
        if index == self._cursor or not self._keys:
            return
        old, self._cursor = self._cursor, index
        self.refresh(self._region_of(old), self._region_of(index))
        self._scroll_to_cursor()
        self.post_message(self.Highlighted(self, self.key))

    def _region_of(self, index: int) -> Region:
        return Region(0, index + 1 - self.scroll_offset.y, self.size.width, 1)

    def _scroll_to_cursor(self) -> None:
        in_sight = self.scrollable_content_region.height - 1
        top = self.scroll_offset.y
        if in_sight <= 0:
            return
        if self._cursor < top:
            self._scroll_rows(self._cursor)
        elif self._cursor >= top + in_sight:
            self._scroll_rows(self._cursor - in_sight + 1)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y == 0:
            return self._header(width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._keys):
            return Strip.blank(width, self.rich_style)
        return self._row(index, width)

    def _header(self, width: int) -> Strip:
        style = self._style("header")
        line = " "
        for place in self._layout.placed:
            spec = self._specs[place.column]
            line = line.ljust(place.start + 1) + _fitted(spec.title, place.width, right=spec.right)
        if self._layout.left:
            line = "‹" + line[1:]
        more = "›" if self._layout.right else " "
        return Strip([Segment(set_cell_size(line, max(0, width - 1)) + more, style)], width)

    def _row(self, index: int, width: int) -> Strip:
        cells = self._cells_of(index)
        here = index == self._cursor
        name = ("cursor" if self.has_focus else "cursor-blurred") if here else ""
        base = self.get_component_rich_style(f"row-table--{name}") if here else self.rich_style
        segments = [Segment("▌" if here else " ", base)]
        used = 1
        for place in self._layout.placed:
            segments.append(Segment(" " * (place.start + 1 - used), base))
            segments.extend(self._cell(cells[place.column], place, base, plain=here and self.has_focus))
            used = place.start + 1 + place.width
        return Strip(segments).adjust_cell_length(width, base)

    def _cell(self, cell: Cell, place: Placed, base: Style, *, plain: bool) -> list[Segment]:
        right = self._specs[place.column].right
        tight = self._natural[place.column] > place.width
        text = cell.short if tight and cell.short is not None else cell.text
        tail = "" if tight else cell.tail
        style = base if plain or cell.tone is Tone.PLAIN else base + self._style(cell.tone)
        main = Segment(_fitted(text, place.width - cell_len(tail), right=right), style)
        return [main, Segment(tail, base + self._style(cell.tail_tone))] if tail else [main]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"row-table--{name}", partial=name != "header")


def _fitted(text: str, width: int, *, right: bool) -> str:
    """The text in exactly `width` cells, with an ellipsis where it was cut."""
    # Cutting by characters first keeps a hostile text of any length from being measured whole.
    text = text[: width * 2 + 2] if len(text) > width * 2 + 2 else text
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)
