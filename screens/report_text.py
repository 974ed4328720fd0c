"""The words of the report screen: title, overview, warnings, the line under a list. Pure, so tested as tables."""

import unicodedata
from collections import Counter

from rich.cells import chop_cells

from screens.report_figures import books
from smsreport_tui.rules.columns import Tab, TabPage
from smsreport_tui.rules.figures import Activity, Curves, Report, SendingTo
from smsreport_tui.rules.formatting import count_of, local_time, place_name, synced, thousands, zone_name
from smsreport_tui.rules.formatting import credits as credits_text
from smsreport_tui.rules.marks import legend
from smsreport_tui.rules.parts import JOINED, SINGLE, Parts, count_parts
from smsreport_tui.rules.text import REPLACEMENT, shown, shown_block
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
_LONGEST_FIND = 30
# Cells of a drawn line of a text: no part is broken anew by the narrowest terminal that is large enough.
_DRAWN = 50
FIND_HINTS: dict[Tab, str] = dict.fromkeys(
    (Tab.SENT, Tab.DELIVERED, Tab.CLICKS, Tab.UNSUBSCRIBE), "part of a name or number"
) | {Tab.LINKS: "part of an id, address or title", Tab.BOUNCES: "part of a name or number, or a code"}
MACHINES_IN = "Clicks by machines count as people's: b leaves them out again."
MACHINES_OUT = "Clicks by machines are left out."


def title(activity: Activity) -> str:
    """The activity's name, or its id until the gateway has told the name."""
    return shown(activity.name or activity.id, _LONGEST_LINE)


def state(report: Report, as_of: int | None, now: int) -> str:
    """Freshness, and whether the figures may still change."""
    standing = "final" if report.final else f"{thousands(report.open)} open"
    return f"{synced(as_of, now)} · {standing}"


def side_tabs(report: Report | None) -> tuple[SideTab, ...]:
    """The six tabs with their counts; without a report the counts are not known."""
    if report is None:
        return tuple(SideTab(tab.value, label, "") for tab, label in TAB_LABELS.items())
    return tuple(
        SideTab(tab.value, TAB_LABELS[tab], thousands(number))
        for tab, number in zip(TABS, _totals(report), strict=True)
    )


def _totals(report: Report) -> tuple[int, ...]:
    counts = report.counts
    return (
        counts.sent,
        counts.delivered,
        counts.unique_clicks,
        len(report.links),
        counts.bounces,
        counts.unsubscribed,
    )


def overview(report: Report) -> OverviewText:
    """Sender, time, parts, whom it went to, credits, text; opened, every setting and the text part by part."""
    activity = report.activity
    parts = count_parts(activity.body) if activity.body else None
    sent = _sent(activity) if activity.sent_at is not None else "not told yet"
    excluded = "–" if activity.excluded is None else thousands(activity.excluded)
    lines = (
        (
            Named("From", shown(activity.sender, _LONGEST_LINE) if activity.sender else "–"),
            Named("Sent", sent),
            *((Named("", count_of(len(parts.parts), "part")),) if parts else ()),
            Named("", f"{excluded} excluded"),
        ),
        (
            Named("Total credits", _credits(report)),
            # Last, because a line is cut at its end, and this opens.
            Named("Sending to", sending_summary(activity.sending_to), opens=True),
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
    return ", ".join([*words, count_of(limits, "limit")] if limits else words)


def _credits(report: Report) -> str:
    retry = f", retry {credits_text(report.retry_credits)}" if report.retry_credits else ""
    return f"{credits_text(report.total_credits)}{retry}"


def _sent(activity: Activity) -> str:
    """The minute of the sending, for which the line has room."""
    return f"{local_time(activity.sent_at, activity.timezone, with_zone=False)[:16]} {zone_name(activity.timezone)}"


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
    unit = "septets" if parts.encoding == "gsm" else "units of 16 bits"
    room = (SINGLE if len(parts.parts) == 1 else JOINED)[parts.encoding]
    drawn: list[str] = []
    for number, (text, used) in enumerate(zip(parts.parts, parts.units, strict=True), 1):
        drawn.append(f"┌ part {number} of {len(parts.parts)} · {used} of {room} {unit}")
        drawn.extend(
            f"│ {piece}" for line in shown_block(text).split("\n") for piece in chop_cells(line, _DRAWN) or [""]
        )
    return (("Text", (encoding(parts), *drawn)),)


def encoding(parts: Parts) -> str:
    """How the text is encoded, how full it is, and which character made it so."""
    full = f"{count_of(len(parts.parts), 'part')}, room for {parts.left} more in the last"
    if parts.forced_by is None or parts.forced_at is None:
        return f"GSM 03.38, {full}"
    return f"UCS-2 because of {_character(parts.forced_by)} at character {thousands(parts.forced_at + 1)}, {full}"


def _character(char: str) -> str:
    """A character by its shape, where it has one, its name and its code point."""
    drawn = shown(char).strip()
    quoted = f"“{drawn}” " if drawn and drawn != REPLACEMENT else ""
    return f"{quoted}{unicodedata.name(char, 'a character without a name')} (U+{ord(char):04X})"


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


def shown_of(page: TabPage, zone: str | None) -> str:
    """How many of all rows are on the screen, and of which place the times are."""
    count = f"{thousands(len(page.rows))} of {thousands(page.total)}"
    return f"{count}{legend(page.marks)} · times in {place_name(zone)}"


def foot(tab: Tab, page: TabPage | None, zone: str | None, find: str = "") -> str:
    """The line under a list: how many rows stand of how many, how to get the rest, where the times are."""
    if page is None:
        return ""
    count = f"{thousands(len(page.rows))} of {thousands(page.total)}"
    if find:
        offer = " · e exports them" if page.total else ""
        return f"{count} found for “{shown(find, _LONGEST_FIND)}”{offer}"
    if tab is Tab.LINKS:
        links = count_of(page.total, "link")
        return f"{thousands(len(page.rows))} of {links} shown · e exports all · y copies the id"
    return f"{count} shown{legend(page.marks)} · e exports all · times in {place_name(zone)}"


def tab_total(tab: Tab, report: Report | None) -> int | None:
    """How many rows a tab has in all, by the report."""
    return None if report is None else _totals(report)[TABS.index(tab)]


def books_line(report: Report) -> str:
    """Sent and its buckets, the line that stands while no figure is pointed at."""
    counts = report.counts
    return f"Sent = {books(counts)}" if counts.sent else "Nothing sent yet"


DELIVERED_CURVE = ("Delivered by hour since sending", "Delivered by hour")
CLICKED_CURVE = ("First clicks by hour since sending", "First clicks by hour")

Hours = tuple[tuple[int, int], ...]
Titles = tuple[str, ...]


def delivered_curve(curves: Curves) -> tuple[Titles, Hours, str]:
    """Headings in ever fewer words, hours, and what stands in their place when there are none."""
    return _with_peak(DELIVERED_CURVE, curves.delivered), curves.delivered, "Nothing is known to be delivered yet"


def clicked_curve(curves: Curves, *, machines: bool) -> tuple[Titles, Hours, str]:
    """The same for the first click of each person, machines among them or not."""
    who = tuple(f"{title}, machines too" for title in CLICKED_CURVE) if machines else CLICKED_CURVE
    return _with_peak(who, curves.clicked), curves.clicked, "Nobody has clicked yet"


def _with_peak(titles: Titles, hours: Hours) -> Titles:
    if not hours:
        return titles
    hour, most = max(hours, key=lambda one: one[1])
    peak = f"most {thousands(most)}"
    return (*(f"{title} · {peak} in hour {hour + 1}" for title in titles), f"{titles[-1]} · {peak}", titles[-1])


def empty(tab: Tab) -> str:
    """What a tab without rows says."""
    return _EMPTY[tab]
