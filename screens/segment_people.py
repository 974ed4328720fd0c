"""Who is in a segment, and how many of them may be sent to."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from screens import people_cells
from screens.desk import Desk
from screens.segment_use import SegmentUse
from screens.segment_use_text import NOBODY
from smsreport_tui.rules.formatting import count_of, local_time, thousands
from smsreport_tui.rules.segment_figures import Channel, People, StoredSegment, Waterfall
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar

_CHANNELS = {Channel.SMS: "SMS", Channel.EMAIL: "E-mail"}


@dataclass(frozen=True, slots=True)
class Members:
    """What one reading gave."""

    segment: StoredSegment
    people: People
    waterfalls: tuple[tuple[Channel, Waterfall], ...]


class SegmentPeopleScreen(SegmentUse):
    """At most 25 of them, by id; Enter opens the person."""

    CSS_PATH = Path("segments.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", id="members.export", tooltip="Write all of them to a file"),
        Binding("greater_than_sign", "push", "Push", id="members.push", tooltip="Hand the segment to the gateway"),
        Binding("M", "remind", "Reminder", id="members.remind", tooltip="Send an SMS to its people"),
        Binding("m", "app.mask", "Mask", id="members.mask", tooltip="Show numbers in full, or mask them again"),
        Binding("r", "app.sync", "Sync", id="members.sync", tooltip="Ask the gateway for news now"),
        Binding("escape", "dismiss", "Back", id="members.back", tooltip="Back to the segments"),
    ]
    AUTO_FOCUS = "RowTable"

    @dataclass
    class ProfileOpened(Message):
        """The operator wants to see the person."""

        profile_id: str

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(desk)
        self._segment = name
        self._members: Members | None = None
        self._problem: str | None = None

    def compose_body(self) -> ComposeResult:
        yield TitleBar(f"Segment · {shown(self._segment, 120)}", id="title")
        yield StatePanel(id="state")
        yield RowTable(id="people")
        yield Static(id="about", markup=False)
        yield FixedLine(id="foot", classes="list-foot")

    def reload(self) -> None:
        name = self._segment

        def question(source: ReportSource) -> Members:
            falls = [(channel, source.segments.people(name, channel).waterfall) for channel in Channel]
            known = tuple((channel, fall) for channel, fall in falls if fall is not None)
            return Members(source.segments.get(name), source.segments.people(name), known)

        self.ask("members", question, self._show)

    def show_problem(self, sentence: str) -> None:
        if self._members is None:
            self._problem = sentence
            self._paint()
        else:
            super().show_problem(sentence)

    def repaint(self) -> None:
        self._paint()

    def _show(self, members: Members) -> None:
        if members != self._members:
            self._members, self._problem = members, None
            self._paint()
            self.refresh_bindings()

    @property
    def used(self) -> str:
        return self._segment

    def why_not(self, action: str) -> str | None:
        if action == "export" and self._members is not None and not self._members.people.total:
            return NOBODY
        return self.why_no_use(action)

    def _paint(self) -> None:
        members, panel, table = self._members, self.query_one(StatePanel), self.query_one(RowTable)
        people = members.people.first if members else ()
        panel.display, table.display = not people, bool(people)
        if members is None:
            panel.show(*(("The segment can not be read", self._problem) if self._problem else ("Counting …",)))
            return
        frozen = members.segment.frozen_at
        zone = self.desk.session.time_zone
        kind = "dynamic" if frozen is None else f"frozen {local_time(frozen, zone)}"
        self.query_one(TitleBar).show(
            f"Segment · {shown(self._segment, 120)}", f"{count_of(members.people.total, 'person')} · {kind}"
        )
        panel.show("Nobody is in it")
        table.show(
            people_cells.SPECS,
            [person.profile for person in people],
            lambda index: people_cells.cells(people[index], masked=self.desk.masked),
            lambda index: shown(people[index].profile),
        )
        if table.display and self.focused is None and self.is_active:
            table.focus()
        self.query_one("#about", Static).update("\n".join(waterfall_line(*one) for one in members.waterfalls))
        self.query_one("#foot", FixedLine).show(
            f"{thousands(len(people))} of {thousands(members.people.total)} shown · e exports all"
        )

    @on(RowTable.Chosen)
    def _person_chosen(self, message: RowTable.Chosen) -> None:
        self.post_message(self.ProfileOpened(message.key))


def waterfall_line(channel: Channel, fall: Waterfall) -> str:
    """From all of them to those who may be sent to, each person left out in the first step that holds."""
    steps = [f"{thousands(number)} {people_cells.STEPS[name]}" for name, number in fall.steps if number]
    left_out = f" ({thousands(fall.matched)} less {', '.join(steps)})" if steps else ""
    return f"{_CHANNELS[channel]} may be sent to {count_of(fall.sendable, 'person')}{left_out}"
