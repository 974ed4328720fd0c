"""The form for what happened to people and what they did: which event, in which activity, how often and how lately."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from screens.condition_form import ConditionForm
from screens.desk import Desk
from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.figures import CodeFigure, LinkFigure
from smsreport_tui.rules.formatting import local_time
from smsreport_tui.rules.segment_tree import Happened, Happening
from smsreport_tui.rules.segment_words import ActivityName
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.text import shown
from widgets.choice import Choice, Option
from widgets.field import Field
from widgets.offer_line import Offer, OfferLine, plain_offer

EVENTS = {
    Happening.SENT: "was sent",
    Happening.DELIVERED: "received",
    Happening.BOUNCED: "bounced",
    Happening.CLICKED: "clicked",
    Happening.UNSUBSCRIBED: "unsubscribed",
    Happening.REPLIED: "replied",
    Happening.PAGE_VIEW: "viewed a page",
}
_CODE = ("code", "vendor", "scheme")
_ANY = "any"
_LONGEST = 60


class EventForm(ConditionForm):
    """Activities are offered by their names, links and codes by the activity's report."""

    AUTO_FOCUS = "Choice"

    def __init__(self, desk: Desk, title: str, name_of: ActivityName, event: Happened) -> None:
        super().__init__(desk, title, name_of)
        self._event = event
        self._activities: Sequence[ActivitySummary] = ()
        self._links: Sequence[LinkFigure] = ()
        self._codes: Sequence[CodeFigure] = ()

    def questions(self) -> ComposeResult:
        event = self._event
        yield Field("What", Choice([Option(one.value, words) for one, words in EVENTS.items()], event.event, id="what"))
        did = [Option("did", "it happened"), Option("not", "it did not happen")]
        yield Field("Whether", Choice(did, "did" if event.did else "not", id="did"))
        yield Field("Activity", OfferLine(self._named(event.activity), "any; a part of its name", id="activity"))
        link = plain_offer(event.link) if event.link else None
        yield Field("Link", OfferLine(link, "any; an id or a part of the address", id="link"), id="of-link")
        machines = [Option("out", "left out"), Option("in", "counted as people's")]
        yield Field("Machines", Choice(machines, "in" if event.machines else "out", id="machines"), id="of-machines")
        kinds = [Option(_ANY, "any"), Option("soft", "soft"), Option("hard", "hard"), Option("rejected", "rejected")]
        yield Field("Bounce", Choice(kinds, event.bounce or _ANY, id="bounce"), id="of-bounce")
        for name in _CODE:
            told = getattr(event, name)
            offers = OfferLine(plain_offer(told) if told else None, "any", id=name)
            yield Field(name.capitalize(), offers, id=f"of-{name}")
        yield Field("At least", Input(str(event.at_least), id="times", compact=True, select_on_focus=False))
        hint = "ever; a time before now such as 30m, 12h or 7d"
        yield Field("Within", Input(event.within or "", placeholder=hint, id="within", compact=True))

    def on_mount(self) -> None:
        self._fit_fields()
        self.ask("activities", lambda source: source.activities(), self._show_activities)
        self._ask_report()

    def _named(self, activity: str | None) -> Offer | None:
        if activity is None:
            return None
        return Offer(activity, shown(self.name_of(activity) or activity, _LONGEST))

    def _show_activities(self, found: Sequence[ActivitySummary]) -> None:
        self._activities = found

    @property
    def _what(self) -> Happening:
        return Happening(self.query_one("#what", Choice).value)

    @on(Choice.Chosen, "#what")
    def _fit_fields(self) -> None:
        clicked, bounced = self._what is Happening.CLICKED, self._what is Happening.BOUNCED
        for name in ("of-link", "of-machines"):
            self.query_one(f"#{name}").display = clicked
        for name in ("of-bounce", *(f"of-{name}" for name in _CODE)):
            self.query_one(f"#{name}").display = bounced

    # What is offered.

    @on(OfferLine.Wanted, "#activity")
    def _offer_activities(self, message: OfferLine.Wanted) -> None:
        wanted = message.text.strip().casefold()
        zone = self.desk.session.time_zone
        offers = [
            Offer(
                one.id,
                shown(one.name or one.id, _LONGEST),
                f"{local_time(one.sent_at, zone, with_zone=False)[:16]} · {shown(one.id, _LONGEST)}",
            )
            for one in self._activities
            if wanted in (one.name or "").casefold() or wanted in one.id.casefold()
        ]
        message.line.offer(offers, "no activity is called so" if wanted else "")

    @on(OfferLine.Changed, "#activity")
    def _ask_report(self) -> None:
        activity = self._chosen_activity()
        self._links = self._codes = ()
        if activity is not None:
            # What is not known yet has no links: nothing is wrong with that.
            self.ask(
                "report", lambda source: source.report(activity), lambda found: self._take(found.links, found.codes),
                lambda _sentence: None,
            )  # fmt: skip

    def _take(self, links: Sequence[LinkFigure], codes: Sequence[CodeFigure]) -> None:
        self._links, self._codes = links, codes

    @on(OfferLine.Wanted, "#link")
    def _offer_links(self, message: OfferLine.Wanted) -> None:
        wanted = message.text.strip().casefold()
        offers = [
            Offer(link.id, shown(link.id, _LONGEST), shown(link.title or link.url or "", _LONGEST))
            for link in self._links
            if any(wanted in text.casefold() for text in (link.id, link.url or "", link.title or ""))
        ]
        message.line.offer(offers, "" if self._links else "name the activity first, and its links are offered")

    @on(OfferLine.Wanted)
    def _offer_codes(self, message: OfferLine.Wanted) -> None:
        name = message.line.id or ""
        if name not in _CODE:
            return
        wanted = message.text.strip().casefold()
        known = dict.fromkeys(str(getattr(code, name)) for code in self._codes if getattr(code, name) is not None)
        message.line.offer([plain_offer(one) for one in known if wanted in one.casefold()])

    # What the fields say.

    def _chosen_activity(self) -> str | None:
        """The id that is meant; None for any. Raises SegmentError in `read` alone."""
        try:
            return self._activity()
        except SegmentError:
            return None

    def _activity(self) -> str | None:
        line = self.query_one("#activity", OfferLine)
        if line.chosen is not None:
            return line.chosen.value
        wanted = line.value.strip()
        if not wanted:
            return None
        if any(one.id == wanted for one in self._activities):
            return wanted
        called = [one.id for one in self._activities if (one.name or "").casefold() == wanted.casefold()]
        if len(called) == 1:
            return called[0]
        if called:
            raise SegmentError("Several activities are called so: choose one of them with the arrows and Enter.")
        raise SegmentError("No activity is called so: choose one with the arrows and Enter, or empty the line for any.")

    def read(self) -> object:
        found: dict[str, object] = {"event": self._what.value, "did": self.query_one("#did", Choice).value == "did"}
        found["activity"] = self._activity()
        times = self.query_one("#times", Input).value.strip() or "1"
        found["at_least"] = int(times) if times.isascii() and times.isdecimal() and len(times) < 10 else times
        found["within"] = self.query_one("#within", Input).value.strip() or None
        if self._what is Happening.CLICKED:
            found["link"] = self.query_one("#link", OfferLine).value or None
            found["machines"] = self.query_one("#machines", Choice).value == "in"
        if self._what is Happening.BOUNCED:
            bounce = self.query_one("#bounce", Choice).value
            found["bounce"] = None if bounce == _ANY else bounce
            found |= {name: self.query_one(f"#{name}", OfferLine).value or None for name in _CODE}
        return found
