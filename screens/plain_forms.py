"""The forms for conditions of one word: a tag, another segment, a part of a name or number."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from screens.condition_form import ConditionForm
from screens.desk import Desk
from smsreport_tui.rules.segment_edit import users_of
from smsreport_tui.rules.segment_figures import StoredSegment
from smsreport_tui.rules.segment_words import ActivityName
from widgets.field import Field
from widgets.offer_line import OfferLine, plain_offer


class TagForm(ConditionForm):
    """Tags of the store are offered."""

    AUTO_FOCUS = "OfferInput"

    def __init__(self, desk: Desk, title: str, name_of: ActivityName, tag: str) -> None:
        super().__init__(desk, title, name_of)
        self._tag = tag

    def questions(self) -> ComposeResult:
        yield Field("Tag", OfferLine(plain_offer(self._tag) if self._tag else None, "such as vip", id="tag"))

    @on(OfferLine.Wanted)
    def _offer(self, message: OfferLine.Wanted) -> None:
        line, text = message.line, message.text.strip()

        def show(tags: Sequence[str]) -> None:
            line.offer([plain_offer(tag) for tag in tags], "nobody has a tag that begins so" if text else "")

        self.ask_in_turn("tags", lambda source: source.segments.tags(text), show)

    def read(self) -> object:
        return {"tag": self.typed(self.query_one(OfferLine).value, "Type a tag, or choose one with the arrows.")}


class InSegmentForm(ConditionForm):
    """Other segments are offered, those apart that use the one being edited."""

    AUTO_FOCUS = "OfferInput"

    def __init__(self, desk: Desk, title: str, name_of: ActivityName, segment: str, edited: str | None) -> None:
        super().__init__(desk, title, name_of)
        self._segment = segment
        self._edited = edited
        self._known: Sequence[StoredSegment] = ()

    def questions(self) -> ComposeResult:
        value = plain_offer(self._segment) if self._segment else None
        yield Field("Segment", OfferLine(value, "a part of its name", id="segment"))

    def on_mount(self) -> None:
        self.ask("segments", lambda source: source.segments.all(), self._show_segments)

    def _show_segments(self, known: Sequence[StoredSegment]) -> None:
        self._known = known
        line = self.query_one(OfferLine)
        if not line.value:
            self._offer(OfferLine.Wanted(line, ""))

    @on(OfferLine.Wanted)
    def _offer(self, message: OfferLine.Wanted) -> None:
        wanted = message.text.strip().casefold()
        trees = {one.name: one.where for one in self._known if one.frozen_at is None}
        barred = users_of(self._edited, trees) if self._edited else frozenset()
        free = [one.name for one in self._known if one.name.casefold() not in barred]
        offers = [plain_offer(name) for name in free if wanted in name.casefold()]
        nothing = "no segment is called so" if free else "there is no other segment yet"
        message.line.offer(offers, nothing)

    def read(self) -> object:
        return {"segment": self.typed(self.query_one(OfferLine).value, "Choose a segment with the arrows and Enter.")}


class FoundForm(ConditionForm):
    """As `/` on a tab finds."""

    AUTO_FOCUS = "Input"

    def __init__(self, desk: Desk, title: str, name_of: ActivityName, text: str) -> None:
        super().__init__(desk, title, name_of)
        self._text = text

    def questions(self) -> ComposeResult:
        line = Input(self._text, placeholder="a part of a name or number", id="text", compact=True)
        yield Field("Contains", line)

    def read(self) -> object:
        return {"find": self.typed(self.query_one("#text", Input).value, "Type a part of a name or number.")}
