"""The tabs of a report: the one in sight, what is looked for in it, its rows, and the people of a link."""

from dataclasses import dataclass

from textual import on
from textual.message import Message

from screens import report_text
from screens.desk import Desk
from screens.report_lists import ListView, ReportLists
from screens.source_screen import SourceScreen
from screens.tab_cells import Manner
from smsreport_tui.rules.columns import Tab, TabPage
from smsreport_tui.rules.figures import Activity
from widgets.find_bar import FindBar
from widgets.row_table import RowTable
from widgets.side_tabs import SideTabs

TABS = report_text.TABS


class ReportTabs(SourceScreen):
    """Goes from tab to tab and from row to row; the subclass reads them, with the figures around."""

    @dataclass
    class ProfileOpened(Message):
        """The operator wants to see a person."""

        profile_id: str

    def __init__(self, desk: Desk, activity_id: str) -> None:
        super().__init__(desk)
        self.begin(activity_id)

    def begin(self, activity_id: str) -> None:
        """Nothing is known of this activity, and nothing is wished."""
        self.activity_id = activity_id
        self.current_tab = Tab.DELIVERED
        self.machines = False
        self.find = self.shown_find = ""
        self.page: TabPage | None = None
        self.link: str | None = None
        self._people: TabPage | None = None
        self._problem: str | None = None

    @property
    def activity(self) -> Activity | None:
        """The activity, once it is known."""
        return None

    def show_page(self, page: TabPage, find: str) -> None:
        """Takes the rows of the tab in sight; another search may find the same rows, and the foot names the search."""
        if (page, find) != (self.page, self.shown_find):
            self.page, self.shown_find, self._problem = page, find, None
            self.paint_lists()

    def show_problem(self, sentence: str) -> None:
        if self.page is None:
            self._problem = sentence
            self.paint_lists()
        else:
            super().show_problem(sentence)

    def repaint(self) -> None:
        self.paint_lists()

    @property
    def lists(self) -> ReportLists:
        """The lists of the tab in sight."""
        return self.query_one(ReportLists)

    def paint_lists(self) -> None:
        """Paints the tab in sight from what is known."""
        lists, activity = self.lists, self.activity
        had_focus = self.focused in (lists.rows, lists.people)
        zone, sent_at = (activity.timezone, activity.sent_at) if activity else (None, None)
        manner = Manner(zone, sent_at, self.desk.masked)
        view = ListView(self.current_tab, self.page, self._people, self.link, self.find, self._problem, manner)
        lists.show(view, self.desk.code_words)
        if had_focus and self.focused not in (lists.rows, lists.people):
            if not lists.focus_list():
                self.query_one(SideTabs).focus()
        elif self.focused is None and self.is_active:
            lists.focus_list()
        self.refresh_bindings()

    @on(SideTabs.Chosen)
    def _tab_chosen(self, message: SideTabs.Chosen) -> None:
        self.open_tab(Tab(message.tab))

    @on(SideTabs.Entered)
    @on(FindBar.Entered)
    def _list_wanted(self) -> None:
        self.lists.focus_list()

    @on(RowTable.LeftEdge)
    def _left_edge(self) -> None:
        self.query_one(SideTabs).focus()

    @on(RowTable.Highlighted, "#rows")
    def _highlighted(self, message: RowTable.Highlighted) -> None:
        if self.current_tab is Tab.LINKS and message.key is not None and message.key != self.link:
            self.link, self._people = message.key, None
            self.ask_people(message.key)
            self.paint_lists()

    @on(RowTable.Chosen)
    def _row_chosen(self, message: RowTable.Chosen) -> None:
        if message.table.id == "rows" and self.current_tab is Tab.LINKS:
            self.lists.people.focus()
        else:
            self.post_message(self.ProfileOpened(message.key))

    def ask_people(self, link: str) -> None:
        """Asks who clicked the link."""
        activity_id, machines = self.activity_id, self.machines
        self.ask(
            "people",
            lambda source: source.tab(activity_id, Tab.CLICKS, link=link, machine_clicks=machines),
            self._show_people,
        )

    def _show_people(self, page: TabPage) -> None:
        if page != self._people:
            self._people = page
            self.paint_lists()

    def open_tab(self, tab: Tab) -> None:
        """Goes to another tab, whose rows are asked for."""
        self.current_tab, self.find = tab, ""
        self.page = self._people = self.link = self._problem = None
        self.show_tab()
        self.reload_after_paint()

    def show_tab(self) -> None:
        """Marks the tab, whose rows are not known yet."""
        self.lists.find_bar.close()
        self.query_one(SideTabs).activate(TABS.index(self.current_tab))
        self.lists.rows.go_to_start()

    @on(FindBar.Changed)
    def _find_changed(self, message: FindBar.Changed) -> None:
        self._look_for(message.text)

    def _look_for(self, text: str) -> None:
        if text != self.find:
            self.find = text
            self.lists.rows.go_to_start()
            self.reload()

    @on(FindBar.Closed)
    def end_find(self) -> None:
        """Shows all rows of the tab again."""
        self.lists.find_bar.close()
        self._look_for("")
        if not self.lists.focus_list():
            self.query_one(SideTabs).focus()
