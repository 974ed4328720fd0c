"""What a reminder is made of while it is written: its fields, the segments it goes to, and whom that reaches."""

from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static, TextArea

from screens import reminder_text
from screens.desk import Desk
from screens.reminder_asked import why_none
from screens.reminder_text import Hours, Use
from screens.source_screen import SourceScreen
from smsreport_tui.rules.local_times import read_moment
from smsreport_tui.rules.reminders import Draft, Reach, read_draft
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.text import shown
from widgets.choice import Choice, Option
from widgets.field import Field
from widgets.row_table import RowTable
from widgets.state_panel import StatePanel
from widgets.title_bar import TitleBar

_LONGEST_NOTE = 600


class Stage(Enum):
    """How far a reminder has come; only while it is written do its keys change anything."""

    WRITING = auto()
    CHECKING = auto()
    ASKING = auto()
    SENDING = auto()
    SENT = auto()


class ReminderForm(SourceScreen):
    """The subclass says how it is checked and sent."""

    AUTO_FOCUS = "#name"
    CSS_PATH = Path("reminder.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Check, send", id="reminder.send", tooltip="Check it, then ask whether to send it"),
        Binding("i", "include", "Include", id="reminder.include", tooltip="Send to the segment's people, or not"),
        Binding("x", "exclude", "Exclude", id="reminder.exclude", tooltip="Leave the segment's people out, or not"),
        Binding("escape", "back", "Back", id="reminder.back", tooltip="Cancel the check, or back to where you were"),
    ]

    def __init__(self, desk: Desk, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        super().__init__(desk)
        self._use = {name.casefold(): Use.INCLUDE for name in include}
        self._use |= {name.casefold(): Use.EXCLUDE for name in exclude}
        self._sought = next(iter(include), None)
        self._segments: list[StoredSegment] = []
        self._reach: Reach | None = None
        self.stage = Stage.WRITING
        self.sent_as: str | None = None
        """The activity that it has become."""

    @property
    def begun(self) -> bool:
        return self.stage is not Stage.SENT

    @property
    def would_be_lost(self) -> str | None:
        written = self.stage is not Stage.SENT and self.query_one(TextArea).text.strip()
        return "A reminder that is being written is not sent: M goes back to it." if written else None

    def compose_body(self) -> ComposeResult:
        session = self.desk.session
        when = Input(
            id="when",
            compact=True,
            select_on_focus=False,
            placeholder=reminder_text.when_hint(self.desk.now, session.time_zone),
            tooltip=reminder_text.when_tooltip(session.time_zone),
        )
        hours = [Option(hour.value, reminder_text.HOURS[hour]) for hour in Hours]
        yield TitleBar("Reminder", id="title")
        yield StatePanel(id="state")
        with Vertical(id="form"):
            yield Field("Name", Input(id="name", compact=True, select_on_focus=False))
            yield Field("Sender", Input(id="sender", compact=True, select_on_focus=False))
            yield Field("Text", TextArea(id="body", compact=True, highlight_cursor_line=False))
            with Horizontal(id="moment"):
                yield Field("When", when)
                yield Field("Hours", Choice(hours, Hours.ALLOWED.value, id="hours"))
        yield Static(id="counted", markup=False)
        yield Static(id="reach", markup=False)
        yield RowTable(id="segments")
        with VerticalScroll(id="checks", can_focus=False):
            yield Static(id="check-lines", markup=False)
        yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        # Enter opens nothing here.
        self.query_one(RowTable).let_open(False)
        hindrance = why_none(self.desk.session)
        panel = self.query_one(StatePanel)
        panel.display = hindrance is not None
        if hindrance is not None:
            panel.show("No reminder can be sent from here", hindrance)
            for widget in self.query("#form, #counted, #reach, #segments, #note"):
                widget.display = False
        self.note("Ctrl+S checks it and asks before it is sent; Tab goes from field to field.")
        self._paint()

    # To whom.

    def reload(self) -> None:
        # What they reach is counted when they are known: what was asked for may be gone.
        self.ask("segments", lambda source: source.segments.all(), self._show_segments)

    def _show_segments(self, segments: list[StoredSegment]) -> None:
        self._segments = segments
        known = {one.name.casefold() for one in segments}
        gone = self._use.keys() - known
        if gone:
            self._use = {name: use for name, use in self._use.items() if name in known}
            self._reach = None
            self.draft_changed()
        self._count()
        self._paint()
        if self._sought is not None:
            self.query_one(RowTable).go_to(self._sought)
            self._sought = None

    def add(self, include: Sequence[str]) -> None:
        """Includes these segments too, by name, whatever was done with them; says why not while it is worked on."""
        if self.refuses("add"):
            return
        self._use |= {name.casefold(): Use.INCLUDE for name in include}
        self._sought = next(iter(include), None)
        self._reach = None
        self.draft_changed()
        self.reload()

    def _chosen(self, use: Use) -> tuple[str, ...]:
        return tuple(one.name for one in self._segments if self._use.get(one.name.casefold()) is use)

    def _count(self) -> None:
        include, exclude = chosen = self._chosen(Use.INCLUDE), self._chosen(Use.EXCLUDE)
        if include:
            ask = self.ask_in_turn
            ask("reach", lambda source: (chosen, source.segments.reach(include, exclude)), self._show_reach)

    def _show_reach(self, found: tuple[tuple[tuple[str, ...], tuple[str, ...]], Reach]) -> None:
        chosen, reach = found
        # The operator may have chosen others meanwhile, who are counted next.
        if chosen == (self._chosen(Use.INCLUDE), self._chosen(Use.EXCLUDE)):
            self._reach = reach
            self._paint()

    def action_include(self) -> None:
        self._put(Use.INCLUDE)

    def action_exclude(self) -> None:
        self._put(Use.EXCLUDE)

    def _put(self, use: Use) -> None:
        """Into that use, or out of it again."""
        name = self.query_one(RowTable).key
        if self.refuses(use.value) or name is None:
            return
        folded = name.casefold()
        if self._use.get(folded) is use:
            del self._use[folded]
        else:
            self._use[folded] = use
        self._reach = None
        self.draft_changed()
        self._count()
        self._paint()

    # What is written.

    @property
    def body(self) -> str:
        return self.query_one(TextArea).text

    @property
    def any_hour(self) -> bool:
        """Whether it is sent also to people for whom it is no allowed hour."""
        return self.query_one("#hours", Choice).value == Hours.ANY

    def read_written(self) -> Draft:
        """The draft that a gateway takes. Raises ReminderError and BadTimeError with what is wrong."""
        name, sender, when = (self.query_one(f"#{field}", Input).value for field in ("name", "sender", "when"))
        send_at = read_moment(when, self.desk.session.time_zone) if when.strip() else None
        return read_draft(name, sender, self.body, self._chosen(Use.INCLUDE), self._chosen(Use.EXCLUDE), send_at)

    @property
    def includes_some(self) -> bool:
        return bool(self._chosen(Use.INCLUDE))

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _written(self) -> None:
        self.draft_changed()
        self._paint()

    @on(Choice.Chosen, "#hours")
    def _hours_chosen(self) -> None:
        self.draft_changed()
        self.note(reminder_text.ANY_HOUR if self.any_hour else reminder_text.ALLOWED_HOURS)

    def draft_changed(self) -> None:
        """What was checked was another reminder."""
        if self.stage is Stage.WRITING:
            self.query_one("#checks").display = False

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    def turn_to(self, stage: Stage) -> None:
        """The fields can be written in while it is written, and not later."""
        self.stage = stage
        for widget in self.query("#form Input, #form TextArea, #form Choice"):
            widget.disabled = stage is not Stage.WRITING
        self.refresh_bindings()

    def why_not(self, action: str) -> str | None:
        if action not in ("send", "include", "exclude", "add"):
            return reminder_text.BEING_SENT if action == "back" and self.stage is Stage.SENDING else None
        hindrance = why_none(self.desk.session)
        if hindrance is not None:
            return hindrance
        if self.stage is Stage.SENT:
            return reminder_text.IS_SENT
        if self.stage is not Stage.WRITING:
            return reminder_text.AT_WORK
        if action in ("include", "exclude") and not self._segments:
            return "There is no segment yet: make one from a report first."
        return None

    # What it says.

    def note(self, text: str, kind: str = "") -> None:
        """The line at the bottom: how to go on, or what is `bad` or `good`."""
        note = self.query_one("#note", Static)
        note.update(shown(text, _LONGEST_NOTE))
        note.set_class(kind == "bad", "-bad")
        note.set_class(kind == "good", "-good")

    def repaint(self) -> None:
        self._paint()

    def _paint(self) -> None:
        body, segments = self.body, self._segments
        parts = reminder_text.counted(body)
        self.query_one("#counted", Static).update(reminder_text.text_line(body, parts))
        chosen = Use.INCLUDE in self._use.values()
        self.query_one("#reach", Static).update(reminder_text.reach_line(self._reach, parts, chosen=chosen))
        self.query_one(RowTable).show(
            reminder_text.SPECS,
            [one.name for one in segments],
            lambda index: reminder_text.cells(segments[index], self._use.get(segments[index].name.casefold())),
        )
