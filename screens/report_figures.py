"""The breakdown of a report: each figure with the line that explains it, its numbers put in (rules.md 4)."""

from smsreport_tui.rules.figures import Counts, Report
from smsreport_tui.rules.formatting import percent, thousands
from smsreport_tui.rules.summary import rate
from widgets.breakdown import Figure
from widgets.cell import Tone


def figures(report: Report, *, machines: bool = False) -> tuple[Figure, ...]:
    """What became of the people, then what they did; `machines` says that their clicks are among the figures."""
    return (*_reached(report), *_answered(report, machines=machines))


def _share(part: int, whole: int) -> str:
    return percent(rate(part, whole))


def books(counts: Counts) -> str:
    """Sent and the sum of its buckets, in words."""
    n = thousands
    return (
        f"{n(counts.delivered)} delivered + {n(counts.soft)} soft + {n(counts.hard)} hard"
        f" + {n(counts.rejected)} rejected + {n(counts.pending)} pending"
    )


def _reached(report: Report) -> tuple[Figure, ...]:
    counts, n = report.counts, thousands
    of_sent = f"of {n(counts.sent)} sent"
    delivery = percent(report.rates.delivery)
    return (
        Figure("Sent", n(counts.sent), f"Sent {n(counts.sent)} people with any receipt = {books(counts)}", mark=True),
        Figure(
            "Delivered",
            n(counts.delivered),
            f"Delivered {n(counts.delivered)} {of_sent} = {delivery}: on the handset, by any attempt",
            delivery,
            Tone.GOOD,
            mark=True,
        ),
        Figure(
            "pending",
            n(counts.pending),
            f"Pending {n(counts.pending)} {of_sent}: no final word yet; open {n(report.open)}: may still change",
            number_first=True,
        ),
        *_erased(report),
        Figure(
            "Bounces",
            n(counts.bounces),
            f"Bounces {n(counts.bounces)} {of_sent} = {percent(report.rates.bounce)}:"
            f" {n(counts.soft)} soft + {n(counts.hard)} hard + {n(counts.rejected)} rejected",
            percent(report.rates.bounce),
            Tone.BAD,
            mark=True,
            group=1,
        ),
        *_kinds(counts, of_sent),
    )


def _erased(report: Report) -> tuple[Figure, ...]:
    erased = thousands(report.counts.erased)
    why = f"Erased {erased} of {thousands(report.counts.sent)} sent: counted in every figure, without name and number"
    return (Figure("erased", erased, why, number_first=True),) if report.counts.erased else ()


def _kinds(counts: Counts, of_sent: str) -> tuple[Figure, ...]:
    meanings = (
        ("soft", counts.soft, "final but temporary, ran out of time, or failed for a reason nobody knows"),
        ("hard", counts.hard, "the number can not receive SMS; each is one strike for the number"),
        ("rejected", counts.rejected, "refused, blocked, withdrawn, or a fault of text, sender or account"),
    )
    return tuple(
        Figure(
            word,
            thousands(count),
            f"{word.capitalize()} {thousands(count)} {of_sent} = {_share(count, counts.sent)}: {why}",
            number_first=True,
            group=1,
        )
        for word, count, why in meanings
    )


def _answered(report: Report, *, machines: bool) -> tuple[Figure, ...]:
    counts, n = report.counts, thousands
    of_delivered = f"÷ {n(counts.delivered)} delivered"
    click, leave = percent(report.rates.click), percent(report.rates.unsubscribe)
    by_machines = n(counts.machine_clicks)
    left = f"{by_machines} by machines among them" if machines else f"{by_machines} by machines left out"
    return (
        Figure(
            "Clicks",
            n(counts.clicks),
            f"Clicks {n(counts.clicks)}{' by anyone' if machines else ' by people'}; {left}: b switches",
            tone=Tone.INFO,
            mark=True,
            group=2,
        ),
        Figure(
            "Unique",
            n(counts.unique_clicks),
            f"Unique {n(counts.unique_clicks)} people with a click {of_delivered} = {click} click rate",
            click,
            group=2,
        ),
        Figure(
            "Unsubscribe",
            n(counts.unsubscribed),
            f"Unsubscribe {n(counts.unsubscribed)} people who left by this activity {of_delivered} = {leave}",
            leave,
            Tone.WARN,
            mark=True,
            group=2,
        ),
        Figure(
            "machine clicks counted" if machines else "machine clicks",
            by_machines,
            f"Machine clicks {by_machines}: link previews and scanners;"
            f" {'in Clicks and Unique by your switch' if machines else 'in no other figure'}: b switches",
            number_first=True,
            group=2,
        ),
    )
