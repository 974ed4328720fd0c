"""One person: details, response by activity, website, and every event with its raw code."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from screens import profile_text
from screens.chooser import ChooserScreen, Pick
from screens.desk import Desk
from screens.erase import EraseScreen
from screens.segment_why import WhyScreen
from screens.source_screen import SourceScreen
from smsreport_tui.rules.figures import Profile
from smsreport_tui.rules.formatting import thousands
from smsreport_tui.rules.retry_figures import Retry
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.segment_words import clause
from smsreport_tui.rules.text import shown
from widgets.details import Details
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.side_tabs import SideTab, SideTabs
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar

SECTIONS = {"details": "Details", "response": "Response", "website": "Website", "timeline": "Timeline"}


class ProfileScreen(SourceScreen):
    """Times stand in the operator's zone, numbers masked unless revealed."""

    CSS_PATH = Path("profile.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(number),
                f"section({number - 1})",
                label,
                show=False,
                id=f"profile.{name}",
                tooltip=f"The person's {label.lower()}",
            )
            for number, (name, label) in enumerate(SECTIONS.items(), 1)
        ),
        Binding("r", "app.sync", "Sync", id="profile.sync", tooltip="Ask the gateway for news now"),
        Binding("m", "app.mask", "Mask", id="profile.mask", tooltip="Show numbers in full, or mask them again"),
        Binding("w", "why", "Why", id="profile.why", tooltip="Why this person is in a segment, or is not"),
        Binding("D", "erase", "Erase", id="profile.erase", tooltip="Erase this person for good"),
        Binding("escape", "dismiss", "Back", id="profile.back", tooltip="Back to the report"),
    ]
    AUTO_FOCUS = "SideTabs"

    @dataclass
    class ReportOpened(Message):
        """The operator wants the report of one of the person's activities."""

        activity_id: str

    def __init__(self, desk: Desk, profile_id: str) -> None:
        super().__init__(desk)
        self.profile_id = profile_id
        self._profile: Profile | None = None
        self._retries: tuple[Retry, ...] = ()
        self._problem: str | None = None

    def compose_body(self) -> ComposeResult:
        yield TitleBar(shown(self.profile_id), id="title")
        with Horizontal(id="body"):
            yield SideTabs(self._tabs(), id="tabs")
            with Vertical(id="lists"):
                yield StatePanel(id="state")
                yield Details(id="details")
                yield RowTable(id="events")
                yield Static(id="facts", markup=False)
                yield FixedLine(id="foot", classes="list-foot")

    def reload(self) -> None:
        profile_id = self.profile_id
        self.ask(
            "profile",
            lambda source: (source.profile(profile_id), source.retries.of_profile(profile_id)),
            self._show,
        )

    def show_problem(self, sentence: str) -> None:
        if self._profile is None:
            self._problem = sentence
            self._paint()
        else:
            super().show_problem(sentence)

    def repaint(self) -> None:
        self._paint()

    def _show(self, found: tuple[Profile, tuple[Retry, ...]]) -> None:
        if found != (self._profile, self._retries):
            (self._profile, self._retries), self._problem = found, None
            self._paint()

    def _tabs(self) -> tuple[SideTab, ...]:
        profile = self._profile
        if profile is None:
            return tuple(SideTab(name, label) for name, label in SECTIONS.items())
        sizes = (None, len(profile.activities), len(profile_text.website(profile)), len(profile.timeline))
        return tuple(
            SideTab(name, label, "" if size is None else thousands(size))
            for (name, label), size in zip(SECTIONS.items(), sizes, strict=True)
        )

    def _paint(self) -> None:
        profile, tabs = self._profile, self.query_one(SideTabs)
        panel, details, table = self.query_one(StatePanel), self.query_one(Details), self.query_one(RowTable)
        panel.display = profile is None
        facts = self.query_one("#facts", Static)
        if profile is None:
            details.display = table.display = facts.display = False
            panel.show(*(("This profile can not be read", self._problem) if self._problem else ("Loading …",)))
            return
        tabs.show(self._tabs())
        self.query_one(TitleBar).show(profile_text.title(profile), profile_text.state(profile))
        section = tabs.active
        details.display = section == "details"
        table.display = section != "details"
        facts.display = section == "timeline"
        table.let_open(section == "response")
        if section == "details":
            zone, words = self.desk.session.time_zone, self.desk.code_words
            sections = profile_text.details(profile, zone, masked=self.desk.masked, words=words)
            retries = profile_text.retries(self._retries, self.desk.now, zone)
            details.show((*sections[:2], retries, *sections[2:]) if retries else sections)
        else:
            self._paint_table(profile, section)
        foot = profile_text.foot(section, self.desk.session.time_zone, masked=self.desk.masked)
        self.query_one("#foot", FixedLine).show(foot)

    def _paint_table(self, profile: Profile, section: str) -> None:
        table, zone = self.query_one(RowTable), self.desk.session.time_zone
        masked, words = self.desk.masked, self.desk.code_words
        if section == "response":
            rows = profile.activities
            table.show(
                profile_text.RESPONSE,
                [row.activity for row in rows],
                lambda index: profile_text.response_cells(rows[index], zone),
            )
            return
        events = profile_text.website(profile) if section == "website" else profile.timeline
        specs = profile_text.WEBSITE if section == "website" else profile_text.TIMELINE
        table.show(
            specs,
            [event.id for event in events],
            (lambda index: profile_text.website_cells(events[index], zone))
            if section == "website"
            else (lambda index: profile_text.timeline_cells(events[index], zone, masked=masked, words=words)),
        )
        self._paint_facts()

    def _paint_facts(self) -> None:
        profile, index = self._profile, self.query_one(RowTable).cursor
        if profile is not None and self.query_one(SideTabs).active == "timeline" and index < len(profile.timeline):
            text = profile_text.event_facts(profile.timeline[index], masked=self.desk.masked)
            self.query_one("#facts", Static).update(text)

    @on(RowTable.Highlighted)
    def _highlighted(self) -> None:
        self._paint_facts()

    @on(RowTable.Chosen)
    def _activity_chosen(self, message: RowTable.Chosen) -> None:
        self.post_message(self.ReportOpened(message.key))

    @on(RowTable.LeftEdge)
    def _left_edge(self) -> None:
        self.query_one(SideTabs).focus()

    @on(SideTabs.Chosen)
    def _section_chosen(self) -> None:
        self.query_one(RowTable).go_to_start()
        self._paint()

    @on(SideTabs.Entered)
    def _section_entered(self) -> None:
        table = self.query_one(RowTable)
        (table if table.display else self.query_one(Details)).focus()

    def why_not(self, action: str) -> str | None:
        if action != "erase":
            return None
        if self._profile is not None and self._profile.erased:
            return "This person is erased already."
        if self.desk.session.forget_command is None:
            return "Nothing can be erased here: the store is only read."
        return "The person is still being read." if self._profile is None else None

    def action_erase(self) -> None:
        command = self.desk.session.forget_command
        if self.refuses("erase") or command is None or self._profile is None:
            return
        self.app.push_screen(EraseScreen(profile_text.title(self._profile), self.profile_id, command), self._erased)

    def _erased(self, erased: bool | None) -> None:
        if erased:
            self.notify("The person is erased; the counts stay.", markup=False)
            self.reload()

    def action_why(self) -> None:
        person = profile_text.title(self._profile) if self._profile else self.profile_id

        def chosen(segment: str | None) -> None:
            if segment is not None:
                self.app.push_screen(WhyScreen(self.desk, segment, self.profile_id, person))

        def fill(found: tuple[list[StoredSegment], dict[str, str]]) -> None:
            segments, names = found
            if segments:
                dialog.fill([Pick(one.name, one.name, clause(one.where, names.get)) for one in segments])
            else:
                dialog.fail("There is no segment yet: S leads to where one is built.")

        dialog = ChooserScreen("In which segment, and why?", ("Segment", "Conditions"))
        self.app.push_screen(dialog, chosen)
        self.ask(
            "segments", lambda source: (source.segments.all(), source.segments.activity_names()), fill, dialog.fail
        )

    def action_section(self, index: int) -> None:
        self.query_one(SideTabs).activate(index)
        self._section_chosen()
