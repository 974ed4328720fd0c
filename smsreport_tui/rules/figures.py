"""What a report, an activity and a profile hold, as plain values (rules.md 4, cli.md).

Times are integer microseconds UTC, credits integer ten-thousandths, rates numbers from 0 or None.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from smsreport_tui.rules.outcomes import Outcome
from smsreport_tui.rules.summary import rate


@dataclass(frozen=True, slots=True)
class SendingTo:
    """One segmentation setting of a sending."""

    kind: str
    label: str
    match: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One SMS sending as the gateway describes it; name and the like are None when it has not told yet."""

    id: str
    name: str | None
    sender: str | None
    body: str | None
    sent_at: int | None
    status: str | None
    timezone: str | None
    sending_to: tuple[SendingTo, ...]
    recipients: int | None
    excluded: int | None
    total_credits: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct recipients by what became of them, and the clicks (rules.md 4)."""

    sent: int = 0
    delivered: int = 0
    soft: int = 0
    hard: int = 0
    rejected: int = 0
    pending: int = 0
    clicks: int = 0
    unique_clicks: int = 0
    machine_clicks: int = 0
    unsubscribed: int = 0
    erased: int = 0

    @property
    def bounces(self) -> int:
        return self.soft + self.hard + self.rejected

    @property
    def balanced(self) -> bool:
        """The books: sent is the sum of its buckets."""
        return self.sent == self.delivered + self.bounces + self.pending


@dataclass(frozen=True, slots=True)
class Rates:
    """Delivery and bounce of sent, click and unsubscribe of delivered."""

    delivery: float | None
    bounce: float | None
    click: float | None
    unsubscribe: float | None


def rates(counts: Counts) -> Rates:
    """The four rates of a report."""
    return Rates(
        delivery=rate(counts.delivered, counts.sent),
        bounce=rate(counts.bounces, counts.sent),
        click=rate(counts.unique_clicks, counts.delivered),
        unsubscribe=rate(counts.unsubscribed, counts.delivered),
    )


class LinkFigure(NamedTuple):
    """One link of an activity, in the order of the Links tab; share is that of the activity's unique clickers."""

    id: str
    url: str | None
    title: str | None
    clicks: int
    unique_clicks: int
    share: float | None


@dataclass(frozen=True, slots=True)
class CodeFigure:
    """Recipients whose outcome was decided by one raw code."""

    vendor: str | None
    scheme: str | None
    code: str | None
    outcome: Outcome
    recipients: int


@dataclass(frozen=True, slots=True)
class Report:
    """One activity's report.

    `as_of` is the end of the last complete sync; `open` counts recipients that may still change by our or
    the network's doing; `fresh` is true while data younger than ten minutes is still arriving.
    """

    activity: Activity
    as_of: int | None
    open: int
    fresh: bool
    counts: Counts
    rates: Rates
    quarantined: int
    total_credits: int
    retry_credits: int
    links: tuple[LinkFigure, ...]
    codes: tuple[CodeFigure, ...]

    @property
    def final(self) -> bool:
        return self.open == 0


@dataclass(frozen=True, slots=True)
class Curves:
    """Recipients by the whole hour since the sending, ascending, hours with none left out: (hour, recipients).

    `delivered` counts those delivered in the hour, `clicked` those who clicked for the first time in it.
    """

    delivered: tuple[tuple[int, int], ...]
    clicked: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ProfileActivity:
    """What became of one profile in one activity; outcome is None where it only clicked or left."""

    activity: str
    name: str | None
    outcome: Outcome | None
    attempts: int
    clicks: int
    sent_at: int | None
    delivered_at: int | None


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of a profile, raw, with the outcome of a receipt and whether a click was a machine's."""

    at: int
    kind: str
    activity: str | None
    id: str
    outcome: Outcome | None = None
    machine: bool | None = None
    msisdn: str | None = None
    message_id: str | None = None
    attempt: int | None = None
    part: int | None = None
    parts: int | None = None
    credits: int | None = None
    vendor: str | None = None
    scheme: str | None = None
    code: str | None = None
    reason: str | None = None
    bounce: str | None = None
    link: str | None = None
    url: str | None = None
    title: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    country: str | None = None
    device: str | None = None
    text: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Strike:
    """One hard recipient of a number (rules.md 5)."""

    activity: str
    at: int
    vendor: str | None
    scheme: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """One person: details, response by activity (newest first), and every event (oldest first)."""

    id: str
    known: bool
    erased: bool
    msisdn: str | None
    name: str | None
    email: str | None
    timezone: str | None
    attributes: dict[str, str | int | float | bool]
    tags: tuple[str, ...]
    sms_consent: bool
    strikes: tuple[Strike, ...]
    suppressed: bool
    opted_out: bool
    activities: tuple[ProfileActivity, ...] = ()
    timeline: tuple[TimelineEvent, ...] = field(default=())
