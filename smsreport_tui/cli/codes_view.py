"""Outcome codes, and what a change of their classes does, for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, facts, fitted
from smsreport_tui.rules.codes import Changes, ClassedCode, Why
from smsreport_tui.rules.formatting import NOTHING, count_of, thousands
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WHY = {
    Why.OVERRIDE: "your own table",
    Why.TABLE: "the table",
    Why.GATEWAY: "the gateway says so",
    Why.UNKNOWN: "nobody knows it",
    Why.RECEIPT: "the receipt itself",
}
_HEADINGS = (
    Heading("Vendor"),
    Heading("Scheme"),
    Heading("Code"),
    Heading("Name", spare=1, folds=32),
    Heading("Outcome"),
    Heading("Why"),
    Heading("Recipients", number=True),
)


def codes_view(console: "Console", codes: Sequence[ClassedCode], *, receipts: bool) -> "Iterator[RenderableType]":
    """The codes, then how many of them no table knows."""
    from rich.text import Text

    if not codes:
        yield Text("No receipt has bounced yet.")
        return
    headings = (*_HEADINGS, Heading("Receipts", number=True)) if receipts else _HEADINGS
    yield fitted(console, headings, [_row(code)[: len(headings)] for code in codes])
    unmapped = len({code.seen.whole for code in codes if code.unmapped} - {None})
    tail = f"{count_of(unmapped, 'code')} in no table: `smsreport codes set` classes one" if unmapped else ""
    yield Text(" · ".join(part for part in (f"{count_of(len(codes), 'line')}", tail) if part))


def _row(code: ClassedCode) -> tuple[str, ...]:
    seen = code.seen
    return (
        *(shown(text) if text else NOTHING for text in (seen.vendor, seen.scheme, seen.code, code.name)),
        seen.outcome.word,
        _WHY[code.why],
        thousands(seen.recipients),
        NOTHING if seen.receipts is None else thousands(seen.receipts),
    )


def changes_view(changes: Changes) -> "Iterator[RenderableType]":
    """What changes, one line each; nothing is said of what stays."""
    from rich.text import Text

    if not changes.receipts:
        yield Text("No receipt in the store is classed another way by it.")
        return
    counted = (
        ("Strikes given", changes.strikes_given),
        ("Strikes taken back", changes.strikes_taken),
        ("Numbers newly suppressed", changes.suppressed),
        ("Numbers suppressed no more", changes.released),
        ("Retries that begin", changes.retries_begun),
        ("Retries that end", changes.retries_ended),
    )
    yield facts(
        [
            ("Receipts classed another way", thousands(changes.receipts)),
            *(
                (f"{turned.before.word} > {turned.after.word}", count_of(turned.recipients, "recipient"))
                for turned in changes.outcomes
            ),
            *((name, thousands(number)) for name, number in counted if number),
        ]
    )
    if not changes.outcomes:
        yield Text("No recipient's outcome changes.")
