"""The segments of a store, and what can be done with one: build, look at, compare, freeze, copy, rename, delete."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.ask_name import Named, NameScreen
from screens.chooser import ChooserScreen, Pick
from screens.confirm import ConfirmScreen
from screens.segment_compare import CompareScreen
from screens.segment_list import SegmentList
from screens.segment_use import SegmentUse
from smsreport_tui.rules.formatting import count_of
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.segment_tree import AllOf, Node
from smsreport_tui.rules.segment_words import clause
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.row_table import RowTable

_OF_ONE = ("people", "export", "push", "remind", "compare", "freeze", "duplicate", "rename", "delete")
_LONGEST_NAME = 60


class SegmentsScreen(SegmentUse, SegmentList):
    """Enter changes the conditions of a segment; of a frozen one, which has none any more, it shows the people."""

    CSS_PATH = Path("segments.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "people", "People", id="segments.people", tooltip="Who is in it, and who may be sent to"),
        Binding("e", "export", "Export", id="segments.export", tooltip="Write its people to a file"),
        Binding("M", "remind", "Reminder", id="segments.remind", tooltip="Send an SMS to its people"),
        Binding("n", "new", "New", id="segments.new", tooltip="Build a new segment"),
        Binding("greater_than_sign", "push", "Push", id="segments.push", tooltip="Hand it to the gateway"),
        Binding("slash", "find", "Find", id="segments.find", priority=True, tooltip="Find by name"),
        Binding("equals_sign", "compare", "Compare", id="segments.compare", tooltip="Compare it with another one"),
        Binding("f", "freeze", "Freeze", id="segments.freeze", tooltip="Keep its people of now as a dated list"),
        Binding("d", "duplicate", "Duplicate", id="segments.duplicate", tooltip="Another one of the same conditions"),
        Binding("N", "rename", "Rename", id="segments.rename", tooltip="Give it another name, also where it is used"),
        Binding("D", "delete", "Delete", id="segments.delete", tooltip="Delete it, unless another one uses it"),
        Binding("r", "app.sync", "Sync", show=False, id="segments.sync", tooltip="Ask the gateway for news now"),
        Binding("escape", "back", "Back", id="segments.back", tooltip="End the search, or back to where you were"),
    ]

    @dataclass
    class BuilderWanted(Message):
        """The operator wants to change the conditions of a segment, or to build a new one where there is no name."""

        where: Node
        name: str | None = None

    @dataclass
    class PeopleWanted(Message):
        """The operator wants to see who is in a segment."""

        name: str

    def why_not(self, action: str) -> str | None:
        here = self.here
        if action == "find" and not self.segments:
            return "There is no segment yet: n builds one."
        if action not in _OF_ONE:
            return None
        if here is None:
            found = "No segment is found: Esc shows all again."
            return found if self.segments else "There is no segment here: n builds one."
        reasons = {
            "push": self.why_no_use("push"),
            "remind": self.why_no_use("remind"),
            "freeze": "It is frozen already: d makes a dynamic one of its conditions." if here.frozen_at else None,
            "compare": None if len(self.segments or ()) > 1 else "There is no other segment to compare it with.",
            "delete": f"It is used by {shown(', '.join(here.used_by), 200)}: change or delete that first."
            if here.used_by
            else None,
        }
        return reasons.get(action)

    @property
    def used(self) -> str | None:
        here = self.here
        return None if here is None else here.name

    def _chosen(self, action: str) -> StoredSegment | None:
        """The segment under the cursor, unless the action is refused."""
        return None if self.refuses(action) else self.here

    @on(RowTable.Chosen)
    def _opened(self) -> None:
        here = self.here
        if here is not None and here.frozen_at is None:
            self.post_message(self.BuilderWanted(here.where, here.name))
        elif here is not None:
            self.post_message(self.PeopleWanted(here.name))

    def action_find(self) -> None:
        if not self.refuses("find"):
            self.open_find()

    def action_back(self) -> None:
        if not self.end_find():
            self.dismiss()

    def action_new(self) -> None:
        self.post_message(self.BuilderWanted(AllOf()))

    def action_people(self) -> None:
        here = self._chosen("people")
        if here is not None:
            self.post_message(self.PeopleWanted(here.name))

    def action_compare(self) -> None:
        here = self._chosen("compare")
        if here is None:
            return

        def chosen(other: str | None) -> None:
            if other is not None:
                self.app.push_screen(CompareScreen(self.desk, here.name, other))

        others = [one for one in self.segments or () if one.name != here.name]
        picks = [Pick(one.name, one.name, clause(one.where, self.names.get)) for one in others]
        title = f"Compare “{shown(here.name, _LONGEST_NAME)}” with"
        self.app.push_screen(ChooserScreen(title, ("Segment", "Conditions"), picks), chosen)

    def action_freeze(self) -> None:
        here = self._chosen("freeze")
        if here is None:
            return

        def freeze(source: ReportSource, name: str) -> str:
            own = name.casefold() == here.name.casefold()
            people = source.segments.freeze(here.name, None if own else name)
            return f"“{here.name if own else name}” is a list of {count_of(people, 'person')} now."

        lines = (
            "Its people of now become a list with a date; who comes and goes later changes nothing in it.",
            "Under its own name the list takes the place of the conditions; under another one both are kept.",
        )
        self._ask_name(f"Freeze “{here.name}”", "Freeze", freeze, here.name, lines)

    def action_duplicate(self) -> None:
        here = self._chosen("duplicate")
        if here is None:
            return

        def duplicate(source: ReportSource, name: str) -> str:
            source.segments.duplicate(here.name, name)
            return f"“{name}” has the same conditions."

        self._ask_name(f"Another segment like “{here.name}”", "Duplicate", duplicate, f"{here.name} 2")

    def action_rename(self) -> None:
        here = self._chosen("rename")
        if here is None:
            return

        def rename(source: ReportSource, name: str) -> str:
            source.segments.rename(here.name, name)
            return f"“{here.name}” is called “{name}” now."

        self._ask_name(f"Another name for “{here.name}”", "Rename", rename, here.name, renames=here.name)

    def _ask_name(
        self,
        title: str,
        yes: str,
        act: Callable[[ReportSource, str], str],
        value: str,
        lines: tuple[str, ...] = (),
        renames: str | None = None,
    ) -> None:
        def named(answer: Named | None) -> None:
            if answer is None:
                return
            if renames is not None:
                self.renamed(renames, answer.name)
            self._done(answer.sentence)

        self.app.push_screen(NameScreen(self.desk, title, yes, act, value=value, lines=lines), named)

    def action_delete(self) -> None:
        here = self._chosen("delete")
        if here is None:
            return

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.ask("act", lambda source: source.segments.delete(here.name), lambda _done: self._done(gone))

        gone = f"“{here.name}” is deleted."
        kept = (f"“{here.name}” at the gateway stays as it was handed over.",) if here.pushed else ()
        lines = ("Its conditions and its list are gone then. This can not be undone.", *kept)
        self.app.push_screen(ConfirmScreen(f"Delete “{here.name}”?", lines, "Delete", "Keep"), answered)

    def _done(self, sentence: str) -> None:
        self.notify(shown(sentence, 200), timeout=4, markup=False)
        self.reload()
