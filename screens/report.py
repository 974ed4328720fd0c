"""The report of one activity: overview, breakdown, the six tabs and their newest people."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from screens import report_text, tab_cells
from screens.desk import Desk
from screens.report_figures import books, figures
from screens.source_screen import SourceScreen
from smsreport_tui.rules.columns import Tab, TabPage
from smsreport_tui.rules.figures import Report
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.breakdown import Breakdown
from widgets.overview import Overview
from widgets.row_table import RowTable
from widgets.side_tabs import SideTabs
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar

TABS = report_text.TABS


class ReportScreen(SourceScreen):
    """Reads the report and the tab in sight together, so that figures and rows agree."""

    CSS_PATH = Path("report.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", id="report.export", tooltip="Export all rows of this tab to a file"),
        Binding("r", "app.sync", "Sync", id="report.sync", tooltip="Ask the gateway for news now"),
        Binding(
            "o", "settings", "Settings", show=False, id="report.settings", tooltip="Open all settings of the sending"
        ),
        *(
            Binding(
                str(number),
                f"tab({number - 1})",
                report_text.TAB_LABELS[tab],
                show=False,
                id=f"report.tab_{tab.value}",
                tooltip=f"The tab {report_text.TAB_LABELS[tab]}",
            )
            for number, tab in enumerate(TABS, 1)
        ),
        Binding("escape", "back", "Back", id="report.back", tooltip="Back to the activities"),
    ]
    AUTO_FOCUS = "#rows"

    @dataclass
    class ProfileOpened(Message):
        """The operator wants to see a person."""

        profile_id: str

    @dataclass
    class ExportAsked(Message):
        """The operator wants all rows of a tab in a file."""

        activity_id: str
        tab: Tab
        total: int | None

    def __init__(self, desk: Desk, activity_id: str) -> None:
        super().__init__(desk)
        self.activity_id = activity_id
        self.current_tab = Tab.DELIVERED
        self._report: Report | None = None
        self._page: TabPage | None = None
        self._people: TabPage | None = None
        self._link: str | None = None
        self._problem: str | None = None

    def compose_body(self) -> ComposeResult:
        yield TitleBar(shown(self.activity_id), id="title")
        yield Overview(id="overview")
        yield Breakdown(id="breakdown")
        yield Static(id="explanation", markup=False)
        yield Static(id="warnings", markup=False)
        with Horizontal(id="body"):
            yield SideTabs(report_text.side_tabs(None), id="tabs")
            with Vertical(id="lists"):
                yield StatePanel(id="state")
                yield RowTable(id="rows")
                yield Static(id="people-head", classes="list-head", markup=False)
                yield RowTable(id="people")
                yield Static(id="foot", classes="list-foot", markup=False)

    def on_mount(self) -> None:
        self.query_one(SideTabs).activate(TABS.index(self.current_tab))
        self._paint_lists()

    def reload(self) -> None:
        activity_id, tab = self.activity_id, self.current_tab

        def question(source: ReportSource) -> tuple[Report, Tab, TabPage]:
            return source.report(activity_id), tab, source.tab(activity_id, tab)

        self.ask("report", question, self._show)
        if tab is Tab.LINKS and self._link is not None:
            self._ask_people(self._link)

    def show_problem(self, sentence: str) -> None:
        if self._page is None:
            self._problem = sentence
            self._paint_lists()
        else:
            super().show_problem(sentence)

    def _show(self, answer: tuple[Report, Tab, TabPage]) -> None:
        report, tab, page = answer
        if report != self._report:
            self._report = report
            self._paint_report(report)
        if tab is self.current_tab and page != self._page:
            self._page, self._problem = page, None
            self._paint_lists()

    def _paint_report(self, report: Report) -> None:
        self.query_one(Overview).show(report_text.overview(report))
        self.query_one(Breakdown).show(figures(report))
        self.query_one(SideTabs).show(report_text.side_tabs(report))
        warnings = self.query_one("#warnings", Static)
        text = report_text.warnings(report)
        warnings.update(f"! {text}")
        warnings.display = bool(text)
        self._explain("")
        self.tick()

    def tick(self) -> None:
        super().tick()
        if self._report is not None:
            as_of = self.desk.sync.as_of or self._report.as_of
            state = report_text.state(self._report, as_of, self.desk.now)
            self.query_one(TitleBar).show(report_text.title(self._report.activity), state)

    def repaint(self) -> None:
        self._paint_lists()

    def _paint_lists(self) -> None:
        rows, people, panel = self._rows, self._people_table, self.query_one(StatePanel)
        page, on_links = self._page, self.current_tab is Tab.LINKS
        has_rows = page is not None and bool(page.rows)
        had_focus = self.focused in (rows, people)
        rows.display, panel.display = has_rows, not has_rows
        rows.set_class(on_links, "-split")
        people.display = self.query_one("#people-head").display = has_rows and on_links
        if page is None or not has_rows:
            panel.show(*self._state())
        else:
            self._fill(rows, page)
        if had_focus and self.focused is not rows and not (people.display and self.focused is people):
            (rows if has_rows else self.query_one(SideTabs)).focus()
        elif has_rows and self.focused is None and self.is_current:
            rows.focus()
        if on_links and has_rows:
            self._paint_people()
        self._paint_foot()

    @property
    def _rows(self) -> RowTable:
        return self.query_one("#rows", RowTable)

    @property
    def _people_table(self) -> RowTable:
        return self.query_one("#people", RowTable)

    @property
    def _zone(self) -> str | None:
        return self._report.activity.timezone if self._report else None

    def _fill(self, table: RowTable, page: TabPage) -> None:
        sent_at = self._report.activity.sent_at if self._report else None
        manner, words = tab_cells.Manner(self._zone, sent_at, self.desk.masked), self.desk.code_words
        table.show(
            tab_cells.specs(page.columns),
            [row.key for row in page.rows],
            lambda index: tab_cells.cells(page.columns, page.rows[index], manner, words),
        )

    def _paint_people(self) -> None:
        page = self._people
        name = shown(self._link) if self._link else ""
        count = f" · {report_text.shown_of(page, self._zone, exports=False)}" if page else ""
        self.query_one("#people-head", Static).update(f"Who clicked {name}{count}" if name else "")
        if page is not None:
            self._fill(self._people_table, page)

    def _paint_foot(self) -> None:
        page, text = self._page, ""
        if page is not None:
            on_links = self.current_tab is Tab.LINKS
            text = report_text.links_foot(page) if on_links else report_text.shown_of(page, self._zone)
        self.query_one("#foot", Static).update(text)

    def _state(self) -> tuple[str, ...]:
        if self._problem:
            return ("This report can not be read", self._problem, "r tries again, Esc goes back.")
        if self._page is None:
            return ("Loading …",)
        return (report_text.empty(self.current_tab),)

    def _explain(self, text: str) -> None:
        if not text and self._report is not None:
            counts = self._report.counts
            text = f"Sent = {books(counts)}" if counts.sent else "Nothing sent yet"
        self.query_one("#explanation", Static).update(text)

    @on(Breakdown.Explained)
    def _explained(self, message: Breakdown.Explained) -> None:
        self._explain(message.text)

    @on(SideTabs.Chosen)
    def _tab_chosen(self, message: SideTabs.Chosen) -> None:
        self._open_tab(Tab(message.tab))

    @on(SideTabs.Entered)
    def _tab_entered(self) -> None:
        if self._rows.display:
            self._rows.focus()

    @on(RowTable.LeftEdge)
    def _left_edge(self) -> None:
        self.query_one(SideTabs).focus()

    @on(RowTable.Highlighted, "#rows")
    def _highlighted(self, message: RowTable.Highlighted) -> None:
        if self.current_tab is Tab.LINKS and message.key is not None and message.key != self._link:
            self._link, self._people = message.key, None
            self._ask_people(message.key)
            self._paint_people()

    @on(RowTable.Chosen)
    def _row_chosen(self, message: RowTable.Chosen) -> None:
        if message.table.id == "rows" and self.current_tab is Tab.LINKS:
            self._people_table.focus()
        else:
            self.post_message(self.ProfileOpened(message.key))

    def _ask_people(self, link: str) -> None:
        activity_id = self.activity_id
        self.ask("people", lambda source: source.tab(activity_id, Tab.CLICKS, link=link), self._show_people)

    def _show_people(self, page: TabPage) -> None:
        if page != self._people:
            self._people = page
            self._paint_people()

    def _open_tab(self, tab: Tab) -> None:
        self.current_tab = tab
        self._page = self._people = self._link = self._problem = None
        self.query_one(SideTabs).activate(TABS.index(tab))
        self._rows.go_to_start()
        self.reload()

    def action_tab(self, index: int) -> None:
        if TABS[index] is not self.current_tab:
            self._open_tab(TABS[index])

    def action_settings(self) -> None:
        overview = self.query_one(Overview)
        overview.action_unfold()
        (overview if overview.is_open else self._rows).focus()

    def action_back(self) -> None:
        overview = self.query_one(Overview)
        if overview.is_open:
            overview.close()
            self._rows.focus()
        else:
            self.dismiss()

    def action_export(self) -> None:
        total = self._page.total if self._page else None
        self.post_message(self.ExportAsked(self.activity_id, self.current_tab, total))
