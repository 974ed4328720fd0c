"""A form for one condition: its fields, the condition in words with its own count, and what is still wrong with it."""

from abc import abstractmethod

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from screens.desk import Desk
from screens.form import FormDialog
from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.formatting import count_of
from smsreport_tui.rules.segment_edit import same
from smsreport_tui.rules.segment_figures import Preview
from smsreport_tui.rules.segment_file import read_node
from smsreport_tui.rules.segment_tree import Node
from smsreport_tui.rules.segment_words import ActivityName, leaf_words
from widgets.choice import Choice
from widgets.offer_line import OfferLine


class ConditionForm(FormDialog[Node | None]):
    """Ends with the condition, or with None; what it would find is counted as the fields change."""

    def __init__(self, desk: Desk, title: str, name_of: ActivityName) -> None:
        super().__init__(desk, title, "OK")
        self.name_of = name_of
        self._counted: tuple[Node, int] | None = None
        self._node: Node | None = None

    @abstractmethod
    def questions(self) -> ComposeResult:
        """The fields."""

    @abstractmethod
    def read(self) -> object:
        """The condition in its JSON form, as the fields say. Raises SegmentError for what can not be meant."""

    def fields(self) -> ComposeResult:
        yield from self.questions()
        yield Static(id="form-words", markup=False)

    def on_mount(self) -> None:
        self.changed()

    def _read(self) -> Node:
        try:
            return read_node(self.read())
        except SegmentError as error:
            # The place in a file says nothing here.
            raise SegmentError(str(error).removeprefix("where.").removeprefix("where: ")) from error

    @on(Choice.Chosen)
    @on(Input.Changed)
    @on(OfferLine.Changed)
    def changed(self) -> None:
        """Says what the fields mean, and counts whom that finds."""
        try:
            node = self._node = self._read()
        except SegmentError as error:
            self._node = None
            self.note(str(error))
            self._paint()
            return
        self.note("Enter takes it, Tab goes through the fields, Esc leaves.")
        self._paint()
        self.ask_in_turn("count", lambda source: (node, source.segments.preview(node)), self._show)

    def _show(self, found: tuple[Node, Preview]) -> None:
        self._counted = found[0], found[1].total
        self._paint()

    def _paint(self) -> None:
        node, words = self._node, ""
        if node is not None:
            known = self._counted is not None and same(self._counted[0], node)
            number = count_of(self._counted[1], "person") if self._counted and known else "counting …"
            words = f"{leaf_words(node, self.name_of)} · {number}"
        self.query_one("#form-words", Static).update(words)

    @staticmethod
    def typed(text: str, asked: str) -> str:
        """The text, where there is one. Raises SegmentError with what is asked for."""
        if not text.strip():
            raise SegmentError(asked)
        return text

    def action_go(self) -> None:
        try:
            self.dismiss(self._read())
        except SegmentError as error:
            self.note(str(error), bad=True)
