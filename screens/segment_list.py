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
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.state_panel import NextStep, StatePanel
from widgets.title_bar import TitleBar


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

    def compose_body(self) -> ComposeResult:
        yield TitleBar("Segments", id="title")
        yield StatePanel(id="state")
        yield RowTable(id="segments")
        yield Static(id="about", markup=False)
        yield FixedLine(id="foot", classes="list-foot")

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
        panel.display, table.display = not segments, bool(segments)
        self.query_one("#about").display = bool(segments)
        if segments is None:
            panel.show(*(("The segments can not be read", self._problem) if self._problem else ("Loading …",)))
            return
        now, zone = self.desk.now, self.desk.session.time_zone
        count = count_of(len(segments), "segment")
        waiting = f"counting {thousands(len(self._uncounted))} …" if self._uncounted else ""
        self.query_one(TitleBar).show("Segments", waiting)
        if not segments:
            panel.show(
                "No segments yet",
                "s on a report makes one of a tab's people; every segment then stands here.",
                NextStep("n", "Build one from nothing"),
            )
        looks = [self._look(one) for one in segments]
        table.show(
            segment_cells.SPECS,
            [one.name for one in segments],
            lambda index: segment_cells.cells(looks[index], now, zone),
            lambda index: shown(segments[index].name),
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
        return self.segments[index] if self.segments and index < len(self.segments) else None

    def renamed(self, name: str, new_name: str) -> None:
        """What is known of a segment is known of it under its new name."""
        if name in self._people:
            self._people[new_name] = self._people.pop(name)
        if name in self._told:
            self._told[new_name] = self._told.pop(name)
        if name in self._before:
            self._before[new_name] = self._before.pop(name)

    @on(RowTable.Highlighted)
    def _highlighted(self) -> None:
        self._paint_about()
        self.refresh_bindings()


def _count(name: str, told: int | None, source: ReportSource) -> int:
    """How many people are in it; the store keeps that as seen where the operator was told another number, or none."""
    people = source.segments.count(name, seen=told is None)
    return people if told is None or people == told else source.segments.count(name, seen=True)
