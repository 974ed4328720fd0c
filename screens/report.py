"""The report of one activity: overview, breakdown and curves around the tabs, and what can be done with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from screens import report_text
from screens.desk import Desk
from screens.report_figures import figures
from screens.report_forms import forms_dialog, picks_of, proposed_name
from screens.report_lists import ReportLists
from screens.report_tabs import TABS, ReportTabs
from smsreport_tui.rules.columns import Tab, TabPage
from smsreport_tui.rules.figures import Activity, Curves, Report
from smsreport_tui.rules.segment_forms import Form, Listed
from smsreport_tui.rules.segment_tree import Node
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.breakdown import Breakdown
from widgets.curve import Curve
from widgets.overview import Overview, OverviewText
from widgets.side_tabs import SideTabs
from widgets.title_bar import TitleBar

ROOM_FOR_CURVES = 36
"""Terminals of so many lines show the curves unasked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reading of the store gave, so that figures, rows and curves agree."""

    report: Report
    tab: Tab
    find: str
    page: TabPage
    curves: Curves | None
    machines: bool


class ReportScreen(ReportTabs):
    """Reads the report and the tab in sight together, so that figures and rows agree."""

    CSS_PATH = Path("report.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", id="report.export", tooltip="Export all rows of this tab to a file"),
        Binding("s", "segment", "Segment", id="report.segment", tooltip="Create a segment of this tab's people"),
        Binding("slash", "find", "Find", id="report.find", priority=True, tooltip="Find by name, number or code"),
        Binding("r", "app.sync", "Sync", id="report.sync", tooltip="Ask the gateway for news now"),
        Binding("c", "curves", "Curves", id="report.curves", tooltip="Show or hide deliveries and clicks by hour"),
        Binding(
            "b",
            "machines",
            "Machines",
            id="report.machines",
            tooltip="Count clicks by machines as people's, or not again",
        ),
        Binding("o", "settings", "Settings", id="report.settings", tooltip="Open all settings of the sending"),
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
        Binding("escape", "back", "Back", id="report.back", tooltip="End the search, or back to the activities"),
    ]
    AUTO_FOCUS = "#rows"

    @dataclass
    class ExportAsked(Message):
        """The operator wants rows of a tab in a file: all of them, or those found."""

        activity_id: str
        tab: Tab
        total: int | None
        find: str
        found: int | None
        machines: bool

    @dataclass
    class SegmentWanted(Message):
        """The operator wants to build a segment on these conditions, which may be called so."""

        where: Node
        proposed: str

    def __init__(self, desk: Desk, activity_id: str) -> None:
        super().__init__(desk, activity_id)
        self._curves_wanted: bool | None = None

    def begin(self, activity_id: str) -> None:
        super().begin(activity_id)
        self._report: Report | None = None
        self._shown_machines = False

    @property
    def activity(self) -> Activity | None:
        return self._report.activity if self._report else None

    def compose_body(self) -> ComposeResult:
        yield TitleBar(shown(self.activity_id), id="title")
        yield Overview(id="overview")
        yield Breakdown(id="breakdown")
        yield Static(id="explanation", markup=False)
        yield Static(id="warnings", markup=False)
        with Horizontal(id="curves"):
            yield Curve(report_text.DELIVERED_CURVE, id="delivered-curve")
            yield Curve(report_text.CLICKED_CURVE, id="clicked-curve")
        with Horizontal(id="body"):
            yield SideTabs(report_text.side_tabs(None), id="tabs")
            yield ReportLists(self.current_tab, self.desk.code_words, id="lists")

    def on_mount(self) -> None:
        self.show_tab()
        self._show_curves()
        self.paint_lists()

    def turn_to(self, activity_id: str) -> None:
        """Shows another activity as a new screen would, from when it is pushed again: to mount one takes far longer."""
        self.begin(activity_id)
        self.forget_questions()
        self.set_focus(None)
        self.query_one(Overview).close()
        self.query_one(TitleBar).show(shown(activity_id), "")
        self.query_one(Overview).show(OverviewText())
        self.query_one(Breakdown).show(())
        self.query_one(SideTabs).show(report_text.side_tabs(None))
        self.query_one("#warnings").display = False
        self.show_tab()
        self.paint_lists()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.in_use and self._show_curves():
            self.reload()

    # What is asked for, and what the answers change.

    def reload(self) -> None:
        activity_id, tab, find, machines = self.activity_id, self.current_tab, self.find, self.machines
        wants_curves = self.query_one("#curves").display

        def question(source: ReportSource) -> Answer:
            report = source.report(activity_id, machine_clicks=machines)
            page = source.tab(activity_id, tab, find=find or None, machine_clicks=machines)
            curves = source.curves(activity_id, machine_clicks=machines) if wants_curves else None
            return Answer(report, tab, find, page, curves, machines)

        self.ask("report", question, self._show)
        if tab is Tab.LINKS and self.link is not None:
            self.ask_people(self.link)

    def _show(self, answer: Answer) -> None:
        if (answer.report, answer.machines) != (self._report, self._shown_machines):
            self._report, self._shown_machines = answer.report, answer.machines
            self._paint_report(answer.report)
        if answer.curves is not None:
            self._paint_curves(answer.curves)
        if (answer.tab, answer.find) == (self.current_tab, self.find):
            self.show_page(answer.page, answer.find)

    def _paint_report(self, report: Report) -> None:
        self.query_one(Overview).show(report_text.overview(report))
        self.query_one(Breakdown).show(figures(report, machines=self._shown_machines))
        self.query_one(SideTabs).show(report_text.side_tabs(report))
        warnings = self.query_one("#warnings", Static)
        text = report_text.warnings(report)
        warnings.update(f"! {text}")
        warnings.display = bool(text)
        self._explain("")
        self.tick()

    def _paint_curves(self, curves: Curves) -> None:
        self.query_one("#delivered-curve", Curve).show(*report_text.delivered_curve(curves))
        clicked = report_text.clicked_curve(curves, machines=self._shown_machines)
        self.query_one("#clicked-curve", Curve).show(*clicked)

    def _show_curves(self) -> bool:
        """Whether the curves came into sight by this."""
        area = self.query_one("#curves")
        was = area.display
        area.display = self.size.height >= ROOM_FOR_CURVES if self._curves_wanted is None else self._curves_wanted
        return area.display and not was

    def tick(self) -> None:
        super().tick()
        if self._report is not None:
            as_of = self.desk.sync.as_of or self._report.as_of
            state = report_text.state(self._report, as_of, self.desk.now)
            self.query_one(TitleBar).show(report_text.title(self._report.activity), state)

    def _explain(self, text: str) -> None:
        if not text and self._report is not None:
            text = report_text.books_line(self._report)
        self.query_one("#explanation", Static).update(text)

    @on(Breakdown.Explained)
    def _explained(self, message: Breakdown.Explained) -> None:
        self._explain(message.text)

    # Keys.

    def why_not(self, action: str) -> str | None:
        if action == "segment" and self.page is not None and not self.page.total:
            return "Nobody is listed here: there is nobody to make a segment of."
        if action == "export" and self.page is not None and not self.page.total:
            return "There are no rows to export here."
        return None

    def action_tab(self, index: int) -> None:
        if TABS[index] is not self.current_tab:
            self.open_tab(TABS[index])

    def action_find(self) -> None:
        self.lists.find_bar.open(report_text.FIND_HINTS[self.current_tab])

    def action_segment(self) -> None:
        if self.refuses("segment"):
            return
        link = self.link if self.current_tab is Tab.LINKS else None
        listed = Listed(self.activity_id, self.current_tab, link, self.find or None, machines=self.machines)

        forms: list[Form] = []
        names: dict[str, str] = {}

        def chosen(number: str | None) -> None:
            if number is not None:
                proposed = proposed_name(forms, int(number), listed, names.get(listed.activity, listed.activity))
                self.post_message(self.SegmentWanted(forms[int(number)].where, proposed))

        def fill(found: tuple[tuple[Form, ...], dict[str, str]]) -> None:
            forms.extend(found[0])
            names.update(found[1])
            dialog.fill(picks_of(forms, names.get))

        dialog = forms_dialog()
        self.app.push_screen(dialog, chosen)
        self.ask(
            "forms",
            lambda source: (source.segments.offered(listed), source.segments.activity_names()),
            fill,
            dialog.fail,
        )

    def action_curves(self) -> None:
        self._curves_wanted = not self.query_one("#curves").display
        if self._show_curves():
            self.reload()

    def action_machines(self) -> None:
        self.machines = not self.machines
        self.notify(report_text.MACHINES_IN if self.machines else report_text.MACHINES_OUT, timeout=3, markup=False)
        self.reload()

    def action_settings(self) -> None:
        overview = self.query_one(Overview)
        overview.action_unfold()
        (overview if overview.is_open else self.lists.rows).focus()

    def action_back(self) -> None:
        overview = self.query_one(Overview)
        if overview.is_open:
            overview.close()
            self.lists.focus_list()
        elif self.lists.find_bar.is_open:
            self.end_find()
        else:
            self.dismiss()

    def action_export(self) -> None:
        if self.refuses("export"):
            return
        total, found = self.page.total if self.page else None, None
        if self.find:
            total, found = report_text.tab_total(self.current_tab, self._report), total
        wish = self.ExportAsked(self.activity_id, self.current_tab, total, self.find, found, self.machines)
        self.post_message(wish)
