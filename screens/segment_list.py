"""The list of segments: how many people each has now, one counted after the other, and what has changed since."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from screens import segment_cells
from screens.desk import Desk
from screens.segment_cells import Look
from screens.source_screen import SourceScreen
from smsreport_tui.rules.formatting import count_of, place_name, thousands
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.find_bar import FindBar
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.state_panel import NextStep, StatePanel
from widgets.title_bar import TitleBar

_FIND_HINT = "part of a name"


class SegmentList(SourceScreen):
    """What an operator sees here is what the next look is compared with; the subclass says what is done with one."""

    AUTO_FOCUS = "RowTable"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.segments: tuple[StoredSegment, ...] | None = None
        self._problem: str | None = None
        self.names: dict[str, str] = {}
        self._people: dict[str, int] = {}
        self._faults: dict[str, str] = {}
        self._before: dict[str, tuple[int | None, int | None]] = {}
        self._told: dict[str, int] = {}
        self._uncounted: list[str] = []
        self._counted: object = None
        self._find = ""
        self.found: tuple[StoredSegment, ...] = ()
        """Those whose names hold what is looked for: all of them while nothing is."""

    def compose_body(self) -> ComposeResult:
        yield TitleBar("Segments", id="title")
        yield StatePanel(id="state")
        yield RowTable(id="segments")
        yield Static(id="about", markup=False)
        yield FixedLine(id="foot", classes="list-foot")
        yield FindBar(id="find")

    # What is asked for, and what the answers change.

    def reload(self) -> None:
        self.ask("segments", lambda source: (source.segments.all(), source.segments.activity_names()), self._show)

    def tick(self) -> None:
        super().tick()
        self._paint()

    def show_problem(self, sentence: str) -> None:
        if self.segments is None:
            self._problem = sentence
            self._paint()
        else:
            super().show_problem(sentence)

    def _show(self, found: tuple[list[StoredSegment], dict[str, str]]) -> None:
        self.segments, self.names, self._problem = tuple(found[0]), found[1], None
        for one in self.segments:
            self._before.setdefault(one.name, (one.seen_people, one.seen_at))
        # Counting writes to the store, which leads here again: only news and other conditions are counted anew.
        counted = self.desk.sync.as_of, [(one.name, repr(one.where), one.frozen_at) for one in self.segments]
        if counted != self._counted and not self._uncounted:
            self._counted = counted
            self._uncounted = [one.name for one in self.segments]
            self._count_next()
        self._paint()

    def _count_next(self) -> None:
        if not self._uncounted:
            # With the sizes that were kept meanwhile.
            self.reload()
            return
        name = self._uncounted[0]
        told = self._told.get(name)
        self.ask("count", partial(_count, name, told), partial(self._show_count, name), partial(self._show_fault, name))

    def _show_count(self, name: str, people: int) -> None:
        self._people[name] = self._told[name] = people
        self._faults.pop(name, None)
        self._counted_one(name)

    def _show_fault(self, name: str, sentence: str) -> None:
        self._faults[name] = sentence
        self._counted_one(name)

    def _counted_one(self, name: str) -> None:
        self._uncounted = [one for one in self._uncounted if one != name]
        self._count_next()
        self._paint()

    def _look(self, one: StoredSegment) -> Look:
        before = self._before.get(one.name, (None, None))
        return Look(one, self._people.get(one.name), self._faults.get(one.name), *before)

    def _paint(self) -> None:
        segments, panel, table = self.segments, self.query_one(StatePanel), self.query_one(RowTable)
        wanted = self._find.casefold()
        found = self.found = tuple(one for one in segments or () if wanted in one.name.casefold())
        panel.display, table.display = not found, bool(found)
        self.query_one("#about").display = bool(found)
        if segments is None:
            panel.show(*(("The segments can not be read", self._problem) if self._problem else ("Loading …",)))
            return
        now, zone = self.desk.now, self.desk.session.time_zone
        count = count_of(len(segments), "segment")
        if self._find:
            count = f"{thousands(len(found))} of {count} found"
        waiting = f"counting {thousands(len(self._uncounted))} …" if self._uncounted else ""
        self.query_one(TitleBar).show("Segments", waiting)
        if not segments:
            panel.show(
                "No segments yet",
                "s on a report makes one of a tab's people; every segment then stands here.",
                NextStep("n", "Build one from nothing"),
            )
        elif not found:
            panel.show(f"No segment found for “{shown(self._find)}”", NextStep("esc", "Show all again"))
        looks = [self._look(one) for one in found]
        table.show(
            segment_cells.SPECS,
            [one.name for one in found],
            lambda index: segment_cells.cells(looks[index], now, zone),
            lambda index: shown(found[index].name),
        )
        if table.display and self.focused is None and self.is_active:
            table.focus()
        self._paint_about()
        self.query_one("#foot", FixedLine).show(f"{count} · times in {place_name(zone)}" if segments else "")

    def _paint_about(self) -> None:
        here = self.here
        if here is not None:
            words = segment_cells.about(self._look(here), self.desk.session.time_zone, self.names.get)
            self.query_one("#about", Static).update(words)

    @property
    def here(self) -> StoredSegment | None:
        """The segment under the cursor."""
        index = self.query_one(RowTable).cursor
        return self.found[index] if index < len(self.found) else None

    def renamed(self, name: str, new_name: str) -> None:
        """What is known of a segment is known of it under its new name."""
        if name in self._people:
            self._people[new_name] = self._people.pop(name)
        if name in self._told:
            self._told[new_name] = self._told.pop(name)
        if name in self._before:
            self._before[new_name] = self._before.pop(name)

    # Finding.

    def open_find(self) -> None:
        """Shows the line to type into."""
        self.query_one(FindBar).open(_FIND_HINT)

    def end_find(self) -> bool:
        """Shows all again; whether anything was looked for."""
        find_bar = self.query_one(FindBar)
        looked_for = find_bar.is_open or bool(self._find)
        if looked_for:
            find_bar.close()
            self._look_for("")
            self.query_one(RowTable).focus()
        return looked_for

    def _look_for(self, text: str) -> None:
        if text != self._find:
            self._find = text
            self._paint()
            self.refresh_bindings()

    @on(FindBar.Changed)
    def _find_changed(self, message: FindBar.Changed) -> None:
        self.query_one(RowTable).go_to_start()
        self._look_for(message.text)

    @on(FindBar.Entered)
    def _find_entered(self) -> None:
        self.query_one(RowTable).focus()

    @on(FindBar.Closed)
    def _find_closed(self) -> None:
        self._look_for("")
        self.query_one(RowTable).focus()

    @on(RowTable.Highlighted)
    def _highlighted(self) -> None:
        self._paint_about()
        self.refresh_bindings()


def _count(name: str, told: int | None, source: ReportSource) -> int:
    """How many people are in it; the store keeps that as seen where the operator was told another number, or none."""
    people = source.segments.count(name, seen=told is None)
    return people if told is None or people == told else source.segments.count(name, seen=True)
