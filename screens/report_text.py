"""The words of the report screen: title, overview, warnings, the line under a list. Pure, so tested as tables."""

from collections import Counter

from screens.report_figures import books
from smsreport_tui.rules.columns import Tab, TabPage
from smsreport_tui.rules.figures import Activity, Report, SendingTo
from smsreport_tui.rules.formatting import ago, count_of, local_time, thousands, zone_name
from smsreport_tui.rules.formatting import credits as credits_text
from smsreport_tui.rules.parts import Parts, count_parts
from smsreport_tui.rules.text import shown, shown_block
from widgets.overview import Named, OverviewText
from widgets.side_tabs import SideTab

TAB_LABELS: dict[Tab, str] = {
    Tab.SENT: "Sent",
    Tab.DELIVERED: "Delivered",
    Tab.CLICKS: "Clicks",
    Tab.LINKS: "Links",
    Tab.BOUNCES: "Bounces",
    Tab.UNSUBSCRIBE: "Unsubscribe",
}
TABS = tuple(TAB_LABELS)
_EMPTY: dict[Tab, str] = {
    Tab.SENT: "No receipt has come for this activity yet",
    Tab.DELIVERED: "Nothing is known to be delivered yet",
    Tab.CLICKS: "Nobody has clicked yet",
    Tab.LINKS: "This activity has no links",
    Tab.BOUNCES: "Nothing has bounced",
    Tab.UNSUBSCRIBE: "Nobody has unsubscribed",
}
# Wider than any terminal: a line of the head shows no more of a text, which opened stands whole.
_LONGEST_LINE = 500


def title(activity: Activity) -> str:
    """The activity's name, or its id until the gateway has told the name."""
    return shown(activity.name or activity.id, _LONGEST_LINE)


def synced(as_of: int | None, now: int) -> str:
    """How old the last complete sync is."""
    return "not synced yet" if as_of is None else f"synced {ago(now, as_of)}"


def state(report: Report, as_of: int | None, now: int) -> str:
    """Freshness, and whether the figures may still change."""
    standing = "final" if report.final else f"{thousands(report.open)} open"
    return f"{synced(as_of, now)} · {standing}"


def side_tabs(report: Report | None) -> tuple[SideTab, ...]:
    """The six tabs with their counts; without a report the counts are not known."""
    if report is None:
        return tuple(SideTab(tab.value, label, "") for tab, label in TAB_LABELS.items())
    counts = report.counts
    numbers = (
        counts.sent,
        counts.delivered,
        counts.unique_clicks,
        len(report.links),
        counts.bounces,
        counts.unsubscribed,
    )
    return tuple(
        SideTab(tab.value, TAB_LABELS[tab], thousands(number)) for tab, number in zip(TABS, numbers, strict=True)
    )


def overview(report: Report) -> OverviewText:
    """Sender, time, parts, whom it went to, credits, text; opened, every setting and the text part by part."""
    activity = report.activity
    parts = count_parts(activity.body) if activity.body else None
    sent = local_time(activity.sent_at, activity.timezone) if activity.sent_at is not None else "not told yet"
    excluded = "–" if activity.excluded is None else thousands(activity.excluded)
    lines = (
        (
            Named("From", shown(activity.sender, _LONGEST_LINE) if activity.sender else "–"),
            Named("Sent", sent),
            *((Named("", count_of(len(parts.parts), "part")),) if parts else ()),
            *((Named("", f"{thousands(report.counts.erased)} erased"),) if report.counts.erased else ()),
        ),
        (
            Named("Sending to", sending_summary(activity.sending_to), opens=True),
            Named("", f"{excluded} excluded"),
            Named("Total credits", f"{credits_text(report.total_credits)}, retry {credits_text(report.retry_credits)}"),
        ),
        (Named("Text", shown(activity.body, _LONGEST_LINE) if activity.body else "not told yet"),),
    )
    return OverviewText(lines, _sections(report, parts))


_INCLUDING = {"subscription": "subscription", "include_segment": "segment", "include_tag": "tag"}
_LIMITING = {
    "exclude_segment": "without segment",
    "exclude_tag": "without tag",
    "frequency": "limit",
    "duplicates": "limit",
}


def sending_summary(settings: tuple[SendingTo, ...]) -> str:
    """One setting in full; of several, how many of each kind that includes, and how many that limit."""
    if not settings:
        return "not told"
    if len(settings) == 1:
        return shown(_setting(settings[0]), _LONGEST_LINE)
    kinds = (setting.kind for setting in settings if setting.kind not in _LIMITING)
    included = Counter(_INCLUDING.get(kind, kind) for kind in kinds)
    words = [count_of(number, shown(kind)) for kind, number in included.items()]
    limits = len(settings) - included.total()
    return " · ".join([*words, count_of(limits, "limit")] if limits else words)


def _setting(setting: SendingTo) -> str:
    match = f" ({shown(setting.match)})" if setting.match else ""
    kind = _INCLUDING.get(setting.kind) or _LIMITING.get(setting.kind) or setting.kind
    return f"{shown(kind)} {shown(setting.label)}{match}"


def _sections(report: Report, parts: Parts | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    activity = report.activity
    settings = tuple(_setting(setting) for setting in activity.sending_to) or ("The gateway told no settings.",)
    recipients = "–" if activity.recipients is None else thousands(activity.recipients)
    facts = (
        f"Id {shown(activity.id)}",
        f"Status {shown(activity.status) if activity.status else '–'}",
        f"Recipients planned {recipients}",
        f"Total credits {credits_text(report.total_credits)}, of them for retries {credits_text(report.retry_credits)}",
    )
    return (("Sending to", settings), ("Activity", facts), *(_part_sections(parts) if parts else ()))


def _part_sections(parts: Parts) -> tuple[tuple[str, tuple[str, ...]], ...]:
    numbered = (
        f"Part {number}: {line}" if first else f"        {line}"
        for number, text in enumerate(parts.parts, 1)
        for first, line in zip([True] + [False] * text.count("\n"), shown_block(text).split("\n"), strict=False)
    )
    return (("Text", (encoding(parts), *numbered)),)


def encoding(parts: Parts) -> str:
    """How the text is encoded, how full it is, and which character made it so."""
    full = f"{count_of(len(parts.parts), 'part')}, room for {parts.left} more in the last"
    if parts.forced_by is None or parts.forced_at is None:
        return f"GSM 03.38, {full}"
    where = f"“{shown(parts.forced_by)}” at character {thousands(parts.forced_at + 1)}"
    return f"UCS-2 because of {where}, {full}"


def warnings(report: Report) -> str:
    """What a reader of the figures must know; empty when there is nothing."""
    counts = report.counts
    notes: list[str] = []
    if not counts.balanced:
        notes.append(
            f"The books do not balance: sent {thousands(counts.sent)} is not {books(counts)}; run smsreport doctor"
        )
    if report.quarantined:
        notes.append(f"{count_of(report.quarantined, 'bad item')} of the feed in quarantine, counted nowhere")
    if report.fresh:
        notes.append("Still arriving: data younger than ten minutes")
    return " · ".join(notes)


def links_foot(page: TabPage) -> str:
    """The line under the links and their people."""
    return f"{thousands(len(page.rows))} of {count_of(page.total, 'link')} shown · e exports all links"


def shown_of(page: TabPage, zone: str | None, *, exports: bool = True) -> str:
    """How many of all rows are on the screen, how to get the rest, and in which zone the times are."""
    tail = " · e exports all" if exports else ""
    return f"{thousands(len(page.rows))} of {thousands(page.total)} shown{tail} · times in {zone_name(zone)}"


def empty(tab: Tab) -> str:
    """What a tab without rows says."""
    return _EMPTY[tab]
