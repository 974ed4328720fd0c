"""The right side of a report: the rows of a tab, on Links the people of a link below, the find line, the foot."""

from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.containers import Vertical

from screens import report_text, tab_cells
from screens.desk import CodeWords
from smsreport_tui.rules.columns import Tab, TabPage
from smsreport_tui.rules.text import shown
from widgets.find_bar import FindBar
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.state_panel import NextStep, StatePanel


@dataclass(frozen=True, slots=True)
class ListView:
    """What the lists show; `page` is None while it is read, `problem` says why it can not be."""

    tab: Tab
    page: TabPage | None = None
    people: TabPage | None = None
    link: str | None = None
    find: str = ""
    problem: str | None = None
    manner: tab_cells.Manner = field(default_factory=lambda: tab_cells.Manner(None))


class ReportLists(Vertical):
    """Takes a view and paints it; whoever had the focus keeps it as far as there is something to focus."""

    def __init__(self, tab: Tab, words: CodeWords, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._view = ListView(tab)
        self._words = words

    def compose(self) -> ComposeResult:
        yield StatePanel(id="state")
        yield RowTable(id="rows")
        yield FixedLine(id="people-head", classes="list-head")
        yield RowTable(id="people")
        yield FindBar(id="find")
        yield FixedLine(id="foot", classes="list-foot")

    @property
    def rows(self) -> RowTable:
        return self.query_one("#rows", RowTable)

    @property
    def people(self) -> RowTable:
        return self.query_one("#people", RowTable)

    @property
    def find_bar(self) -> FindBar:
        return self.query_one(FindBar)

    def show(self, view: ListView, words: CodeWords) -> None:
        """Paints the view; `words` says what a raw code means."""
        self._view, self._words = view, words
        page, on_links = view.page, view.tab is Tab.LINKS
        has_rows = page is not None and bool(page.rows)
        panel = self.query_one(StatePanel)
        self.rows.display, panel.display = has_rows, not has_rows
        self.rows.set_class(on_links, "-split")
        self.people.display = self.query_one("#people-head").display = has_rows and on_links
        if page is None or not has_rows:
            panel.show(*self._state())
            if page is not None or view.problem:
                self.rows.wait_no_more()
        else:
            self._fill(self.rows, page)
        if on_links and has_rows:
            self._show_people()
        self.query_one("#foot", FixedLine).show(report_text.foot(view.tab, page, view.manner.zone, view.find))

    def focus_list(self) -> bool:
        """Puts the focus on the rows, where there are any."""
        if self.rows.display:
            self.rows.focus()
        return bool(self.rows.display)

    def _show_people(self) -> None:
        view = self._view
        count = f" · {report_text.shown_of(view.people, view.manner.zone)}" if view.people else ""
        head = f"Who clicked {shown(view.link)}{count}" if view.link else ""
        self.query_one("#people-head", FixedLine).show(head)
        if view.people is not None:
            self._fill(self.people, view.people)

    def _fill(self, table: RowTable, page: TabPage) -> None:
        manner, words = self._view.manner, self._words
        table.show(
            tab_cells.specs(page.columns, masked=manner.masked),
            [row.key for row in page.rows],
            lambda index: tab_cells.cells(page.columns, page.rows[index], manner, words),
            lambda index: tab_cells.copied(page.columns, page.rows[index], masked=manner.masked),
        )

    def _state(self) -> tuple[str | NextStep, ...]:
        view = self._view
        if view.problem:
            return ("This report can not be read", view.problem, NextStep("r", "Try again"), NextStep("esc", "Go back"))
        if view.page is None:
            return ("Loading …",)
        if view.find:
            return (f"Nobody found for “{shown(view.find)}”", NextStep("esc", "Show all rows again"))
        return (report_text.empty(view.tab),)
