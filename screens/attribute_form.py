"""The form for an attribute: which, how it is compared, and with what; names and values of the store are offered."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from screens.condition_form import ConditionForm
from screens.desk import Desk
from smsreport_tui.rules.segment_entry import KINDS, ValueKind, kind_of, told, typed
from smsreport_tui.rules.segment_tree import HasAttribute, Op
from smsreport_tui.rules.segment_words import ActivityName
from widgets.choice import Choice, Option
from widgets.field import Field
from widgets.offer_line import Offer, OfferLine, plain_offer

OPS = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.IN: "is one of",
    Op.CONTAINS: "contains",
    Op.STARTS: "starts with",
    Op.GT: "more than",
    Op.LT: "less than",
    Op.ANY: "has any value",
}
_KINDS = {ValueKind.TEXT: "text", ValueKind.NUMBER: "a number", ValueKind.TRUTH: "true or false"}


class AttributeForm(ConditionForm):
    """What a value looks like decides what it is compared as, until the operator does."""

    AUTO_FOCUS = "OfferInput"

    def __init__(self, desk: Desk, title: str, name_of: ActivityName, attribute: HasAttribute | None) -> None:
        super().__init__(desk, title, name_of)
        self._attribute = attribute or HasAttribute("", Op.EQ, "")
        self._names: Sequence[str] = ()
        self._follows = attribute is None

    def questions(self) -> ComposeResult:
        attribute = self._attribute
        text, kind = told(attribute.value)
        name = plain_offer(attribute.name) if attribute.name else None
        yield Field("Attribute", OfferLine(name, "such as city", id="name"))
        yield Field("Compared", Choice([Option(op.value, words) for op, words in OPS.items()], attribute.op, id="op"))
        yield Field("Value", OfferLine(plain_offer(text) if text else None, id="value"), id="of-value")
        kinds = [Option(one.value, words) for one, words in _KINDS.items()]
        yield Field("As", Choice(kinds, kind.value, id="kind"), id="of-kind")

    def on_mount(self) -> None:
        self._fit_fields()
        self.ask("names", lambda source: source.segments.attributes(), self._show_names)

    @property
    def _op(self) -> Op:
        return Op(self.query_one("#op", Choice).value)

    @on(Choice.Chosen, "#op")
    def _fit_fields(self) -> None:
        self.query_one("#of-value").display = self._op is not Op.ANY
        self.query_one("#of-kind").display = self._op is not Op.ANY and self._op not in KINDS

    @on(Choice.Chosen, "#kind")
    def _kind_chosen(self) -> None:
        self._follows = False

    @on(OfferLine.Changed, "#value")
    def _value_changed(self) -> None:
        if not self._follows:
            return
        name, text = (self.query_one(f"#{one}", OfferLine).value for one in ("name", "value"))
        kind = kind_of(text)
        self.query_one("#kind", Choice).choose(kind.value)
        if kind is not ValueKind.TEXT and name.strip() and self._op in (Op.EQ, Op.NE):
            # A postal code looks like a number and is a text to whoever has one.
            as_text, as_kind = (HasAttribute(name, Op.EQ, typed(Op.EQ, text, one)) for one in (ValueKind.TEXT, kind))
            self.ask_in_turn(
                "kind",
                lambda source: (text, [source.segments.preview(one).total for one in (as_text, as_kind)]),
                self._settle_kind,
            )

    def _settle_kind(self, found: tuple[str, list[int]]) -> None:
        text, (as_text, as_kind) = found
        if self._follows and text == self.query_one("#value", OfferLine).value and as_text and not as_kind:
            self.query_one("#kind", Choice).choose(ValueKind.TEXT.value)
            self.changed()

    def _show_names(self, names: Sequence[str]) -> None:
        self._names = names
        line = self.query_one("#name", OfferLine)
        if not line.value:
            self._offer_names(OfferLine.Wanted(line, ""))

    @on(OfferLine.Wanted, "#name")
    def _offer_names(self, message: OfferLine.Wanted) -> None:
        wanted = message.text.strip().casefold()
        offers = [plain_offer(name) for name in self._names if wanted in name.casefold()]
        message.line.offer(offers, "nobody has such an attribute" if wanted else "")

    @on(OfferLine.Wanted, "#value")
    def _offer_values(self, message: OfferLine.Wanted) -> None:
        name, line, text = self.query_one("#name", OfferLine).value.strip(), message.line, message.text
        # Of several, the one that is being typed.
        before, comma, last = text.rpartition(",") if self._op is Op.IN else ("", "", text)
        head = f"{before}{comma} " if comma else ""

        def show(values: Sequence[str]) -> None:
            offers = [Offer(head + value, plain_offer(head + value).text) for value in values]
            line.offer(offers, "no value of it begins so" if text and name else "")

        if name:
            self.ask_in_turn("values", lambda source: source.segments.values(name, last.strip()), show)

    def read(self) -> object:
        name, line, op = self.query_one("#name", OfferLine), self.query_one("#value", OfferLine), self._op
        self.typed(name.value, "Type the attribute's name, or choose one with the arrows.")
        value = typed(op, line.value, ValueKind(self.query_one("#kind", Choice).value))
        found: dict[str, object] = {"attr": name.value if name.chosen else name.value.strip(), "op": op.value}
        if value is not None:
            found["value"] = list(value) if isinstance(value, tuple) else value
        return found
