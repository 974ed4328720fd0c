"""A source made of plain values, with the dates and names that the screen tests read back."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from smsreport_tui.rules.attempts import Decision
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.columns import SHOWN_ROWS, TAB_COLUMNS, ListRow, Tab, TabPage, Value
from smsreport_tui.rules.errors import NotFoundError, SmsReportError
from smsreport_tui.rules.figures import (
    Activity,
    Counts,
    Curves,
    LinkFigure,
    Profile,
    ProfileActivity,
    Report,
    SendingTo,
    Strike,
    TimelineEvent,
    rates,
)
from smsreport_tui.rules.marks import Mark
from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.pauses import PauseKind
from smsreport_tui.rules.retry_figures import (
    AttemptFigure,
    PauseFigure,
    Retry,
    RetryBoard,
    RetryState,
    SendingConsent,
    Yield,
)
from smsreport_tui.rules.standing import Standing
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.rules.times import parse_time
from smsreport_tui.services.source import SegmentSource, SyncState, TabRows

# A source that is asked for no segment needs no store.
if TYPE_CHECKING:
    from tests.screens.segment_store import SegmentWorld

SENT_AT = parse_time("2026-03-02T08:00:00Z")
NOW = SENT_AT + 30 * HOUR
ZONE = "Europe/Stockholm"
BODY = "Spring sale! 20 % off everything until Sunday: https://myshop.example/s/1 Reply STOP to leave. " * 2
COUNTS = Counts(
    sent=9_716,
    delivered=9_120,
    soft=310,
    hard=190,
    rejected=96,
    pending=0,
    clicks=1_204,
    unique_clicks=981,
    machine_clicks=96,
    unsubscribed=17,
    erased=2,
)
NAMES = (
    "Anna Berg",
    "Björn Dahl",
    "Cecilia Ek",
    "David Falk",
    "Elsa Gran",
    "Filip Holm",
    "Greta Isaksson",
    "Hugo Jonsson",
)
LINKS = (
    LinkFigure("L1", "https://myshop.example/spring", "Spring collection", 820, 610, 610 / 981),
    LinkFigure("L2", "https://myshop.example/shoes", "Shoes", 301, 290, 290 / 981),
    LinkFigure("L3", "https://myshop.example/outlet?from=sms", None, 83, 81, 81 / 981),
    LinkFigure("L4", "https://myshop.example/never", "Never clicked", 0, 0, 0.0),
)
CURVES = Curves(((0, 8_210), (1, 640), (2, 190), (5, 60), (24, 20)), ((0, 410), (1, 260), (2, 120), (9, 90), (26, 101)))


def activity(name: str | None = "Spring sale · SE", body: str | None = BODY) -> Activity:
    """The activity of the drawing in design.md."""
    return Activity(
        id="A1",
        name=name,
        sender="MYSHOP",
        body=body,
        sent_at=SENT_AT,
        status="sent",
        timezone=ZONE,
        sending_to=(
            SendingTo("segment", "Customers SE", "include"),
            SendingTo("segment", "Bought last year", "include"),
        ),
        recipients=9_716,
        excluded=310,
        total_credits=1_045_000_000,
    )


def report(about: Activity, counts: Counts = COUNTS) -> Report:
    """A report of an activity, all final."""
    return Report(
        activity=about,
        as_of=NOW - 12 * SECOND,
        open=0,
        fresh=False,
        counts=counts,
        rates=rates(counts),
        quarantined=0,
        total_credits=1_045_000_000,
        retry_credits=12_500,
        links=LINKS,
        codes=(),
    )


def _person(number: int) -> dict[str, Value]:
    name = NAMES[number % len(NAMES)]
    mail = f"{name.split()[0].lower()}{number}@example.org"
    return {"profile": f"P{number}", "name": name, "msisdn": f"+4670000{number:04d}", "email": mail}


_BOUNCES = (
    ("soft", "soft", "infobip", "error.id", "27", "EC_ABSENT_SUBSCRIBER"),
    ("hard", "hard", "infobip", "error.id", "1", "Unknown subscriber"),
    ("rejected", "blocked", "twilio", "ErrorCode", "30007", "Message filtered"),
)


def row(tab: Tab, number: int) -> ListRow:
    """Row `number` of a tab, the newest first."""
    if tab is Tab.LINKS:
        link = LINKS[number]
        return ListRow(None, (link.id, link.url, link.title, link.clicks, link.unique_clicks, link.share))
    at = SENT_AT + 60 * MINUTE - number * SECOND
    bounce, outcome, vendor, scheme, code, reason = _BOUNCES[number % len(_BOUNCES)]
    values: dict[str, Value] = _person(number) | {
        "sent_at": SENT_AT,
        "delivered_at": at,
        "first_click_at": at,
        "last_click_at": at + MINUTE,
        "bounced_at": at,
        "unsubscribed_at": at,
        "next_retry_at": at + HOUR if bounce == "soft" else None,
        "outcome": outcome if tab is Tab.BOUNCES else "delivered",
        "attempts": 1,
        "credits": 110_000,
        "clicks": 1 + number % 3,
        "links": "L1 L2",
        "bounce": bounce,
        "vendor": vendor,
        "scheme": scheme,
        "code": code,
        "reason": reason,
        "strikes": 1 if bounce == "hard" else 0,
    }
    erased = number == 3
    if erased:
        values |= {"name": None, "msisdn": None, "email": None}
    return ListRow(at, tuple(values[column.name] for column in TAB_COLUMNS[tab]), erased)


def profile(profile_id: str = "P1") -> Profile:
    """A person with a strike, a click, a page view and an unsubscription."""
    bounced = TimelineEvent(
        SENT_AT - 40 * HOUR, "bounced", "A0", "E0", Outcome.HARD, vendor="infobip", scheme="error.id", code="1",
        reason="Unknown subscriber", message_id="M0", msisdn="+46700000012",
    )  # fmt: skip
    delivered = TimelineEvent(
        SENT_AT + 7 * SECOND, "delivered", "A1", "E1", Outcome.DELIVERED, msisdn="+46700000012", message_id="M1",
        credits=110_000,
    )  # fmt: skip
    clicked = TimelineEvent(
        SENT_AT + HOUR, "clicked", "A1", "E2", machine=False, link="L1", url="https://myshop.example/spring",
        user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", country="SE",
    )  # fmt: skip
    viewed = TimelineEvent(
        SENT_AT + 2 * HOUR, "page_view", None, "E3", url="https://myshop.example/cart", title="Your cart"
    )
    return Profile(
        id=profile_id,
        known=True,
        erased=False,
        msisdn="+46700000012",
        name="Anna Berg",
        email="anna@example.org",
        timezone=ZONE,
        attributes={"city": "Lund", "orders": 7, "club": True},
        tags=("vip", "newsletter"),
        sms_consent=True,
        strikes=(Strike("A0", SENT_AT - 40 * HOUR, "infobip", "error.id", "1"),),
        suppressed=False,
        opted_out=False,
        activities=(
            ProfileActivity("A1", "Spring sale · SE", Outcome.DELIVERED, 1, 1, SENT_AT, SENT_AT + 7 * SECOND),
            ProfileActivity("A0", "Winter sale · SE", Outcome.HARD, 1, 0, SENT_AT - 40 * HOUR, None),
        ),
        timeline=(bounced, delivered, clicked, viewed),
    )


RETRIES = (
    Retry("A1", "Spring sale · SE", "P2", "Björn Dahl", "+46700000002", 2, 1, NOW - MINUTE, NOW + 18 * HOUR,
          RetryState.HELD, "another number now", NOW - MINUTE, NOW),
    Retry("A1", "Spring sale · SE", "P4", "David Falk", "+46700000004", 3, 2, NOW - SECOND, NOW + 18 * HOUR,
          RetryState.SENDING, None, NOW - SECOND, NOW),
    Retry("A1", "Spring sale · SE", "P5", "Elsa Gran", "+46700000005", 3, 2, NOW, NOW + 18 * HOUR,
          RetryState.WAITING, None, None, NOW),
    Retry("A2", "Weekly offers · NO", "P6", "Filip Holm", "+4790000006", 2, 1, NOW + 40 * MINUTE, NOW + 47 * HOUR,
          RetryState.WAITING, None, None, NOW + 9 * HOUR, Mark.NEARLY),
)  # fmt: skip
GAINS = Yield((AttemptFigure(2, 310, 190), AttemptFigure(3, 118, 44), AttemptFigure(4, 70, 12)), 5_460_000)
PAUSED = PauseFigure(PauseKind.STOPPED, "The gateway has no credits left for retries: 402.", NOW - HOUR, NOW + HOUR)


@dataclass
class FakeRetries:
    """A queue of plain values; what is decided is taken down."""

    rows: tuple[Retry, ...] = ()
    pauses: tuple[PauseFigure, ...] = ()
    consent: SendingConsent = field(default_factory=lambda: SendingConsent(False, None, 0, 0, 0))
    decided: list[str] = field(default_factory=list)
    failure: SmsReportError | None = None

    def board(self, most: int = 500) -> RetryBoard:
        counts = Counter(row.state for row in self.rows)
        sizes = (counts[RetryState.WAITING], counts[RetryState.SENDING], counts[RetryState.HELD])
        gains = GAINS if self.rows else Yield((), 0)
        return RetryBoard(self.rows[:most], *sizes, self.pauses, self.consent, gains)

    def of_profile(self, profile_id: str) -> tuple[Retry, ...]:
        return tuple(row for row in self.rows if row.profile == profile_id)

    def standing(self) -> Standing:
        return Standing(sum(row.state is RetryState.HELD for row in self.rows), bool(self.pauses), False)

    def decide(self, activity_id: str, profile_id: str, decision: Decision) -> str:
        return self._take(f"{decision.value} {activity_id} {profile_id}")

    def confirm(self, *, sending: bool) -> str:
        return self._take("confirm" if sending else "stop")

    def probe(self) -> str:
        return self._take("probe")

    def _take(self, what: str) -> str:
        if self.failure is not None:
            raise self.failure
        self.decided.append(what)
        return f"Done: {what}."


@dataclass
class FakeSource:
    """Answers from its fields, which a test may change; `touch` makes the change seen."""

    summaries: list[ActivitySummary] = field(default_factory=list)
    reports: dict[str, Report] = field(default_factory=dict)
    totals: dict[Tab, int] = field(default_factory=dict)
    row_of: Callable[[Tab, int], ListRow] = row
    profiles: Callable[[str], Profile] = profile
    state: SyncState = field(default_factory=lambda: SyncState(NOW - 12 * SECOND, None, True))
    failure: SmsReportError | None = None
    retries: FakeRetries = field(default_factory=FakeRetries)
    asked: list[str] = field(default_factory=list)
    closed: bool = False
    newest: int = 0
    _version: int = 0
    _world: "SegmentWorld | None" = None
    _lock: Lock = field(default_factory=Lock)

    def touch(self) -> None:
        self._version += 1

    @property
    def world(self) -> "SegmentWorld":
        """The store that the segments are of, which is opened when it is asked for."""
        from tests.screens.segment_store import segment_world

        with self._lock:
            if self._world is None:
                self._world = segment_world(SENT_AT, NOW, NAMES)
            return self._world

    @property
    def segments(self) -> SegmentSource:
        return self.world.desk

    def _answer(self, question: str) -> None:
        self.asked.append(question)
        if self.failure is not None:
            raise self.failure

    def activities(self) -> list[ActivitySummary]:
        self._answer("activities")
        return list(self.summaries)

    def report(self, activity_id: str, *, machine_clicks: bool = False) -> Report:
        self._answer(f"report {activity_id}" + " with machines" * machine_clicks)
        try:
            return self.reports[activity_id]
        except KeyError:
            raise NotFoundError(f"There is no activity {activity_id}: `smsreport activities` lists them.") from None

    def curves(self, activity_id: str, *, machine_clicks: bool = False) -> Curves:
        self._answer(f"curves {activity_id}")
        return CURVES

    def tab(
        self,
        activity_id: str,
        tab: Tab,
        *,
        find: str | None = None,
        link: str | None = None,
        machine_clicks: bool = False,
    ) -> TabPage:
        self._answer(f"tab {tab.value}" + (f" of {link}" if link else ""))
        total = self.totals.get(tab, 0)
        if find is not None:
            self.asked.append(f"find {find}")
            total = 0 if find == "nobody" else 12
        if link is not None:
            total = next((item.unique_clicks for item in LINKS if item.id == link), 0)
        first = 0 if tab is Tab.LINKS else -self.newest
        rows = tuple(self.row_of(tab, first + number) for number in range(min(total, SHOWN_ROWS)))
        return TabPage(TAB_COLUMNS[tab], total, rows)

    @contextmanager
    def rows(
        self, activity_id: str, tab: Tab, *, find: str | None = None, machine_clicks: bool = False
    ) -> Iterator[TabRows]:
        page = self.tab(activity_id, tab)
        yield TabRows(page.columns, page.total, iter([tuple(item.values for item in page.rows)]))

    def profile(self, profile_id: str) -> Profile:
        self._answer(f"profile {profile_id}")
        return self.profiles(profile_id)

    def sync_state(self) -> SyncState:
        return self.state

    def await_change(self, seconds: float, stop: threading.Event) -> None:
        stop.wait(seconds)

    def version(self) -> int:
        return self._version + (self._world.store.version() if self._world else 0)

    def close(self) -> None:
        self.closed = True
        if self._world is not None:
            self._world.store.close()


def summary(number: int) -> ActivitySummary:
    """Activity `number`, the newest first."""
    kinds = ("Spring sale", "Weekly offers", "Delivery notice", "Members' night")
    return ActivitySummary(
        id=f"A{number}",
        name=f"{kinds[number % 4]} · {('SE', 'NO', 'DE', 'US')[number % 4]} {number}",
        sender="MYSHOP",
        sent_at=SENT_AT - number * 7 * HOUR,
        timezone=(ZONE, "Europe/Oslo", "Europe/Berlin", "America/New_York")[number % 4],
        status="sent",
        sent=9_716 - number,
        delivered=9_120 - number * 3 if number % 5 else 7_900,
        unique_clicks=981,
        unsubscribed=17,
    )


def filled(activities: int = 40) -> FakeSource:
    """A source with activities, the first of which is that of design.md's drawing."""
    first = summary(0)._replace(id="A1", name="Spring sale · SE")
    about = activity()
    counts = report(about).counts
    return FakeSource(
        summaries=[first, *(summary(number) for number in range(2, activities + 1))],
        reports={"A1": report(about)},
        totals={
            Tab.SENT: counts.sent,
            Tab.DELIVERED: counts.delivered,
            Tab.CLICKS: counts.unique_clicks,
            Tab.LINKS: len(LINKS),
            Tab.BOUNCES: counts.bounces,
            Tab.UNSUBSCRIBE: counts.unsubscribed,
        },
    )
