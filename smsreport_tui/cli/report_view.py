"""One report for people: overview, every figure with its rate, links, codes, and what a reader must know."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, facts, fitted
from smsreport_tui.rules.figures import Activity, Report
from smsreport_tui.rules.formatting import NOTHING, ago, count_of, local_time, percent, thousands
from smsreport_tui.rules.formatting import credits as credits_text
from smsreport_tui.rules.parts import count_parts
from smsreport_tui.rules.summary import rate
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_FIGURES = (Heading("Figure"), Heading("People", number=True), Heading("Rate", number=True), Heading(""))
_LINKS = (
    Heading("Link", folds=24),
    Heading("Address", folds=60),
    Heading("Clicks", number=True),
    Heading("Unique", number=True),
    Heading("Share", number=True),
)
_CODES = (
    Heading("Vendor"),
    Heading("Scheme"),
    Heading("Code", folds=24),
    Heading("Outcome"),
    Heading("People", number=True),
)


def report_view(console: "Console", report: Report, now: int, *, machine_clicks: bool) -> "Iterator[RenderableType]":
    """The parts of the view, top to bottom; `now` in microseconds."""
    from rich.text import Text

    yield Text(shown(report.activity.name or report.activity.id), style="bold")
    yield facts(_overview(report, now))
    yield Text()
    yield fitted(console, _FIGURES, _figures(report, machine_clicks=machine_clicks))
    if report.links:
        yield Text()
        yield fitted(console, _LINKS, _links(report))
    if report.codes:
        yield Text()
        yield fitted(console, _CODES, _codes(report))
    for sentence in warnings(report):
        yield Text(sentence)


def _overview(report: Report, now: int) -> list[tuple[str, str]]:
    activity = report.activity
    standing = "final" if report.final else f"{thousands(report.open)} open"
    synced = "not synced yet" if report.as_of is None else f"synced {ago(now, report.as_of)}"
    return [
        ("Id", shown(activity.id)),
        ("From", _text(activity.sender)),
        ("Sent", local_time(activity.sent_at, activity.timezone)),
        ("Status", _text(activity.status)),
        *_text_facts(activity),
        *(("Sending to" if index == 0 else "", line) for index, line in enumerate(_sending_to(activity))),
        ("Excluded", _count(activity.excluded)),
        ("Total credits", credits_text(report.total_credits)),
        ("Retry credits", credits_text(report.retry_credits)),
        ("State", f"{synced} · {standing}"),
    ]


def _text_facts(activity: Activity) -> list[tuple[str, str]]:
    if activity.body is None:
        return [("Text", "not told yet")]
    parts = count_parts(activity.body)
    return [("Text", shown(activity.body)), ("Parts", count_of(len(parts.parts), "part"))]


def _sending_to(activity: Activity) -> list[str]:
    return [
        f"{shown(to.kind)}: {shown(to.label)}" + (f" ({shown(to.match)})" if to.match else "")
        for to in activity.sending_to
    ] or [NOTHING]


def _figures(report: Report, *, machine_clicks: bool) -> list[tuple[str, str, str, str]]:
    counts, rates = report.counts, report.rates
    clickers = "people and machines" if machine_clicks else "people"

    def share(part: int) -> str:
        return percent(rate(part, counts.sent))

    return [
        ("Sent", thousands(counts.sent), "", ""),
        ("Delivered", thousands(counts.delivered), percent(rates.delivery), "of sent"),
        ("Bounces", thousands(counts.bounces), percent(rates.bounce), "of sent"),
        ("  soft", thousands(counts.soft), share(counts.soft), "of sent"),
        ("  hard", thousands(counts.hard), share(counts.hard), "of sent"),
        ("  rejected", thousands(counts.rejected), share(counts.rejected), "of sent"),
        ("Pending", thousands(counts.pending), share(counts.pending), "of sent"),
        ("Clicks", thousands(counts.clicks), "", f"by {clickers}"),
        ("Unique", thousands(counts.unique_clicks), percent(rates.click), "of delivered"),
        ("Machine clicks", thousands(counts.machine_clicks), "", "counted above" if machine_clicks else "left out"),
        ("Unsubscribed", thousands(counts.unsubscribed), percent(rates.unsubscribe), "of delivered"),
        ("Erased", thousands(counts.erased), "", ""),
    ]


def _links(report: Report) -> list[tuple[str, ...]]:
    return [
        (shown(link.id), _text(link.url), thousands(link.clicks), thousands(link.unique_clicks), percent(link.share))
        for link in report.links
    ]


def _codes(report: Report) -> list[tuple[str, ...]]:
    return [
        (_text(code.vendor), _text(code.scheme), _text(code.code), code.outcome.word, thousands(code.recipients))
        for code in report.codes
    ]


def warnings(report: Report) -> list[str]:
    """What a reader of the figures must know."""
    counts = report.counts
    found = []
    if not counts.balanced:
        found.append("The books do not balance: sent is not the sum of its buckets. Run `smsreport doctor`.")
    if report.quarantined:
        found.append(f"{count_of(report.quarantined, 'bad item')} of the feed in quarantine, counted nowhere.")
    if report.fresh:
        found.append("Still arriving: data younger than ten minutes.")
    return found


def _count(number: int | None) -> str:
    return NOTHING if number is None else thousands(number)


def _text(text: str | None) -> str:
    return shown(text) if text else NOTHING
