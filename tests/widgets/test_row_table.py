"""The list by itself: cursor, scroll, keys that stay, wide characters."""

from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec
from widgets.row_table import RowTable, _fitted

SPECS = (ColumnSpec("Name", 6, 30), ColumnSpec("Count", 5, 9, right=True))


class TableApp(App[None]):
    """One list, and what it has posted."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[int] = set()
        self.posted: list[str] = []

    def compose(self) -> ComposeResult:
        yield RowTable()

    @property
    def table(self) -> RowTable:
        return self.query_one(RowTable)

    def fill(self, keys: Sequence[str]) -> None:
        def cells(index: int) -> tuple[Cell, ...]:
            self.asked.add(index)
            return Cell(f"Person {keys[index]}"), Cell(str(index), Tone.GOOD)

        self.table.show(SPECS, keys, cells)

    def on_row_table_chosen(self, message: RowTable.Chosen) -> None:
        self.posted.append(f"chosen {message.key}")

    def on_row_table_highlighted(self, message: RowTable.Highlighted) -> None:
        self.posted.append(f"highlighted {message.key}")

    def on_row_table_left_edge(self) -> None:
        self.posted.append("left edge")


def lines(pilot: Pilot[None]) -> list[str]:
    return [strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips()]


async def test_asks_only_for_rows_in_sight() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.fill([str(number) for number in range(100_000)])
        await pilot.press("G")
        assert app.table.key == "99999"
        assert lines(pilot)[-1].startswith("▌Person 99999")
        assert len(app.asked) < 300


async def test_the_heading_stays() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.fill([str(number) for number in range(100)])
        await pilot.press("pagedown", "pagedown", "j")
        assert lines(pilot)[0].split()[:2] == ["Name", "Count"]
        assert "▌Person 17" in "\n".join(lines(pilot))


async def test_new_rows_above_leave_the_cursor_and_the_scroll_on_their_row() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        keys = [str(number) for number in range(50)]
        app.fill(keys)
        for _ in range(20):
            await pilot.press("j")
        place = next(y for y, line in enumerate(lines(pilot)) if line.startswith("▌"))
        app.fill(["new1", "new2", "new3", *keys])
        await pilot.pause()
        assert app.table.key == "20"
        assert lines(pilot)[place].startswith("▌Person 20 ")


async def test_new_rows_do_not_call_a_reader_back_to_the_cursor() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        keys = [str(number) for number in range(50)]
        app.fill(keys)
        await pilot.pause()
        app.table.scroll_to(y=20, animate=False, immediate=True)
        await pilot.pause()
        app.fill([*keys, "new"])
        await pilot.pause()
        assert app.table.scroll_offset.y == 20
        assert app.table.key == "0"


async def test_a_row_that_went_leaves_the_cursor_in_its_place() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.fill(["a", "b", "c"])
        await pilot.press("j")
        app.fill(["a", "c"])
        await pilot.pause()
        assert app.table.key == "c"
        app.fill([])
        await pilot.pause()
        await pilot.press("enter", "j", "G")
        assert app.posted[-1] == "highlighted None"


async def test_posts_what_was_chosen() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.fill(["a", "b", "c"])
        await pilot.press("down", "enter", "h")
        await pilot.click(RowTable, offset=(3, 3), times=2)
        assert app.posted[-5:] == ["highlighted b", "chosen b", "left edge", "highlighted c", "chosen c"]


@pytest.mark.parametrize("text", ["Anna", "漢字仮名漢字", "a" * 10_000, "👍🏽" * 20, "é" * 20, ""])
@pytest.mark.parametrize("width", [1, 2, 5, 11])
@pytest.mark.parametrize("right", [True, False])
def test_a_cell_fills_its_width_exactly(text: str, width: int, *, right: bool) -> None:
    assert cell_len(_fitted(text, width, right=right)) == width


async def test_keys_that_are_pressed_before_the_rows_have_come_act_on_them() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.fill(["a", "b", "c"])
        app.table.focus()
        app.table.go_to_start()
        await pilot.pause()
        app.posted.clear()
        await pilot.press("j", "enter")
        assert app.posted == []
        app.fill(["x", "y", "z"])
        await pilot.pause()
        assert (app.table.key, app.posted[-1]) == ("y", "chosen y")


async def test_keys_for_rows_that_never_come_are_forgotten() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.fill(["a", "b"])
        app.table.focus()
        app.table.go_to_start()
        await pilot.press("enter")
        app.table.wait_no_more()
        await pilot.pause()
        app.posted.clear()
        app.fill(["x", "y"])
        await pilot.pause()
        assert app.posted == ["highlighted x"]
