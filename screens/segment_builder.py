"""The builder of a segment: its tree with the people of each condition, the whole in words, and some of the people."""

from dataclasses import dataclass
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from screens import builder_text, people_cells
from screens.ask_name import Named, NameScreen
from screens.confirm import ConfirmScreen
from screens.desk import Desk
from screens.reminder_asked import ReminderAsked, why_none
from screens.segment_file import FileDone, SegmentFileScreen, proposed_path
from screens.tree_editor import TreeEditor
from smsreport_tui.rules.segment_edit import Spot, same
from smsreport_tui.rules.segment_figures import Person, Preview
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import Node, named_segments, walk
from smsreport_tui.rules.segment_words import sentence
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import ReportSource
from widgets.condition_tree import ConditionTree
from widgets.fixed_line import FixedLine
from widgets.row_table import RowTable
from widgets.title_bar import TitleBar

_SENTENCE_LINES, _LINES_WHEN_LOW, _LOST_BY_WRAPPING = 5, 3, 12
_LONGEST_NAME = 120
_UNNAMED = "segment"


class BuilderScreen(TreeEditor):
    """What the tree finds is counted in a thread, after every change and whenever the store has changed."""

    CSS_PATH = Path("segment_builder.tcss")

    @dataclass
    class ProfileOpened(Message):
        """The operator wants to see a person."""

        profile_id: str

    def __init__(self, desk: Desk, where: Node, name: str | None = None, proposed: str = "") -> None:
        super().__init__(desk, where, name)
        self._proposed = proposed
        self._kept = where
        self._counts: dict[str, int] = {}
        self._counted: str | None = None
        self._sample: tuple[Person, ...] = ()
        self._file: Path | None = None

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose changes."""
        return not same(self.spot.tree, self._kept)

    @property
    def would_be_lost(self) -> str | None:
        return "A segment that is being changed is not saved: w in its builder saves it." if self.unsaved else None

    def compose_body(self) -> ComposeResult:
        yield TitleBar(self._title, id="title")
        yield ConditionTree("Condition", "People", id="tree")
        yield Static(id="problem", markup=False)
        yield Static(id="sentence", markup=False)
        yield FixedLine(id="sample-head", classes="list-head")
        yield RowTable(id="sample")

    def on_mount(self) -> None:
        self._paint()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self.in_use:
            self._paint()

    # What is asked for, and what the answers change.

    def reload(self) -> None:
        self.ask("names", lambda source: source.segments.activity_names(), self._show_names)
        self._count()

    def tree_changed(self) -> None:
        self._count()
        self._paint()

    def _count(self) -> None:
        tree = self.spot.tree
        own = (self.segment or "").casefold()
        if own in [name.casefold() for name in named_segments(tree)]:
            self._show_fault("The segment would use itself: take that condition out.")
        else:
            ask = self.ask_in_turn
            ask("preview", lambda source: (tree, source.segments.preview(tree)), self._show, self._show_fault)

    def _show_names(self, names: dict[str, str]) -> None:
        self.names = names

    def _show(self, found: tuple[Node, Preview]) -> None:
        tree, preview = found
        self._counts |= dict(zip(map(repr, walk(tree)), preview.counts, strict=True))
        self._counted, self._sample = repr(tree), preview.sample
        self._show_fault("")

    def _show_fault(self, words: str) -> None:
        line = self.query_one("#problem", Static)
        line.update(f"! {words}")
        line.display = bool(words)

    def answered(self) -> None:
        super().answered()
        self._paint()

    def repaint(self) -> None:
        self._paint()

    @property
    def _title(self) -> str:
        if self.segment is None:
            return f"New segment · {shown(self._proposed, _LONGEST_NAME)}" if self._proposed else "New segment"
        return f"Segment · {shown(self.segment, _LONGEST_NAME)}"

    @property
    def _room_for_words(self) -> int:
        """Characters of the sentence that leave room for the tree: what is longer ends in an ellipsis."""
        lines = _LINES_WHEN_LOW if self.has_class("-low") else _SENTENCE_LINES
        return lines * max(1, self.size.width - _LOST_BY_WRAPPING)

    def _paint(self) -> None:
        tree, sample = self.spot.tree, self._sample
        settled = self._counted == repr(tree)
        self.lines.show_lines(builder_text.lines(tree, self._counts, self.names.get, settled=settled))
        self.lines.go_to(builder_text.key_of(self.spot.path))
        self.query_one("#sentence", Static).update(shown(sentence(tree, self.names.get), self._room_for_words))
        stands = "not saved" if self.segment is None or self.unsaved else "saved"
        total, counting = self._counts.get(repr(tree)), self.is_asking("preview")
        self.query_one(TitleBar).show(self._title, builder_text.state(total, counting=counting, stands=stands))
        self.query_one("#sample-head", FixedLine).show(builder_text.sample_head(len(sample), total))
        self.query_one("#sample", RowTable).show(
            people_cells.SPECS,
            [person.profile for person in sample],
            lambda index: people_cells.cells(sample[index], masked=self.desk.masked),
            lambda index: shown(sample[index].profile),
        )
        self.refresh_bindings()

    @on(RowTable.Chosen, "#sample")
    def _person_chosen(self, message: RowTable.Chosen) -> None:
        self.post_message(self.ProfileOpened(message.key))

    # Keeping it.

    def why_not(self, action: str) -> str | None:
        if action == "save" and self.segment is not None and not self.unsaved:
            return "Everything is saved already."
        if action == "remind":
            unsaved = "A reminder goes to a saved segment: w saves it first."
            return why_none(self.desk.session) or (unsaved if self.segment is None or self.unsaved else None)
        return super().why_not(action)

    def action_save(self) -> None:
        tree, name = self.spot.tree, self.segment
        if self.refuses("save"):
            return
        if name is not None:
            self.ask("save", lambda source: source.segments.change(name, tree), lambda _done: self._saved(name, tree))
            return

        def create(source: ReportSource, wished: str) -> str:
            source.segments.create(SegmentFile(wished, tree))
            return f"“{wished}” is kept."

        def named(answer: Named | None) -> None:
            if answer is not None:
                self._saved(answer.name, tree)

        lines = (sentence(tree, self.names.get),)
        dialog = NameScreen(self.desk, "Keep this segment", "Keep", create, value=self._proposed, lines=lines)
        self.app.push_screen(dialog, named)

    def _saved(self, name: str, tree: Node) -> None:
        self.segment, self._kept = name, tree
        self.notify(f"“{shown(name, _LONGEST_NAME)}” is saved. S opens all segments.", timeout=4, markup=False)
        # What the operator sees here is what the list of segments compares with.
        self.ask("seen", lambda source: source.segments.count(name, seen=True), lambda _people: None)
        self._paint()

    def action_remind(self) -> None:
        if not self.refuses("remind") and self.segment is not None:
            self.post_message(ReminderAsked(include=(self.segment,)))

    def action_file(self) -> None:
        name = self.segment or self._proposed or _UNNAMED
        path = self._file or proposed_path(self.desk.session.export_dir, name)
        self.app.push_screen(SegmentFileScreen(self.desk, SegmentFile(name, self.spot.tree), path), self._file_done)

    def _file_done(self, done: FileDone | None) -> None:
        if done is None:
            return
        self._file = done.path
        if done.opened is None:
            self.notify(f"Written: {shown(str(done.path))}", timeout=4, markup=False)
        else:
            self._proposed = self._proposed or done.opened.name
            self.go_to(Spot(done.opened.where))

    def action_back(self) -> None:
        if not self.unsaved:
            self.dismiss()
            return

        def answered(leaves: bool | None) -> None:
            if leaves:
                self.dismiss()

        lines = ("The changes are lost then. w saves them first.",)
        self.app.push_screen(ConfirmScreen("Leave without saving?", lines, "Leave", "Stay"), answered)
