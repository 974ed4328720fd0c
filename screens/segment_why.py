"""Why somebody is in a segment or is not: each condition with whether it holds for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.widgets import Static

from screens.asking import Asking
from screens.desk import Desk
from screens.dialog import Dialog
from smsreport_tui.rules.segment_figures import Verdict, Why
from smsreport_tui.rules.segment_words import ActivityName, verdict_words
from smsreport_tui.rules.text import shown
from widgets.cell import Tone
from widgets.condition_tree import ConditionTree, TreeLine

_LONGEST_NAME = 60
_BESIDE_THE_TREE = 9


class WhyScreen(Asking[None], Dialog[None], inherit_bindings=False):
    """A mark and a word say whether a condition holds; Esc closes."""

    CSS_PATH = Path("segments.tcss")
    AUTO_FOCUS = "ConditionTree"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,w,q", "leave", "Close", id="why.close", tooltip="Close the answer"),
    ]

    def __init__(self, desk: Desk, segment: str, profile_id: str, person: str) -> None:
        super().__init__(desk)
        self._segment = segment
        self._profile_id = profile_id
        self._person = person

    def compose(self) -> ComposeResult:
        with Vertical(classes="verdict"):
            yield Static("Looking …", id="title", classes="verdict--title", markup=False)
            yield ConditionTree("Condition", "Holds", id="tree")
            yield Static("Esc closes.", id="note", classes="verdict--note", markup=False)

    def on_mount(self) -> None:
        tree = self.query_one(ConditionTree)
        tree.let_open(False)
        tree.display = False
        # Lines that come amid the first layout may not be laid out.
        self.call_after_refresh(self._ask_why)

    def _ask_why(self) -> None:
        name, profile = self._segment, self._profile_id
        self.ask(
            "why", lambda source: (source.segments.why(name, profile), source.segments.activity_names()), self._show
        )

    def _fit_to(self, size: Size) -> None:
        super()._fit_to(size)
        for tree in self.query(ConditionTree):
            tree.styles.max_height = max(3, size.height - _BESIDE_THE_TREE)

    def show_problem(self, sentence: str) -> None:
        self.query_one("#title", Static).update(f"! {sentence}")

    def _show(self, found: tuple[Why, dict[str, str]]) -> None:
        why, names = found
        is_in = "is in" if why.member else "is not in"
        person, segment = shown(self._person, _LONGEST_NAME), shown(self._segment, _LONGEST_NAME)
        self.query_one("#title", Static).update(f"{person} {is_in} “{segment}”")
        tree = self.query_one(ConditionTree)
        tree.display = True
        tree.show_lines(list(verdict_lines(why.verdict, self.desk.session.time_zone, names.get)))
        tree.focus()
        if why.verdict.holds and not why.member:
            self.query_one("#note", Static).update(
                "The conditions hold, and yet erased people and those without a record are in no segment. Esc closes."
            )

    def action_leave(self) -> None:
        self.dismiss(None)


def verdict_lines(
    verdict: Verdict, zone: str | None, name_of: ActivityName, depth: int = 0, key: str = "0"
) -> Iterator[TreeLine]:
    """The verdict and those below it, each with its mark and word."""
    mark, word, tone = ("✓", "yes", Tone.GOOD) if verdict.holds else ("✗", "no", Tone.WARN)
    yield TreeLine(key, depth, f"{mark} {verdict_words(verdict, zone, name_of)}", word, note_tone=tone)
    for index, below in enumerate(verdict.below):
        yield from verdict_lines(below, zone, name_of, depth + 1, f"{key}.{index}")
