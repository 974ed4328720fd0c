"""Numbers with strikes as a table for people: the suppressed ones first, masked as on the screen."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.columns import SHOWN_ROWS
from smsreport_tui.rules.formatting import NOTHING, count_of, local_time, thousands, zone_name
from smsreport_tui.rules.marks import Mark, MarkedNumber, legend, mark_of, marked
from smsreport_tui.rules.text import mask, shown
from smsreport_tui.services.strikes import last_code

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_COLUMNS = (
    Heading("Number"),
    Heading("Strikes", number=True),
    Heading("Suppressed"),
    Heading("Since"),
    Heading("Last code", folds=40),
)


def strikes_view(console: "Console", numbers: Sequence[MarkedNumber], zone: str | None) -> "Iterator[RenderableType]":
    """The most urgent numbers, then how many there are in all; times in the operator's zone."""
    from rich.text import Text

    if not numbers:
        yield Text("No number has a strike, and none is suppressed.")
        return
    first = sorted(numbers, key=lambda number: (not number.suppressed, -len(number.strikes)))[:SHOWN_ROWS]
    yield fitted(console, _COLUMNS, [_row(number, zone) for number in first])
    suppressed = sum(number.suppressed for number in numbers)
    yield Text(
        f"{thousands(len(first))} of {count_of(len(numbers), 'number')} shown · {thousands(suppressed)} suppressed"
        f"{legend(_mark(number) for number in first)} · times in {zone_name(zone)}"
        " · `smsreport strikes export` writes the suppressed ones"
    )
    unnamed = sum(number.msisdn is None for number in numbers)
    if unnamed:
        yield Text(f"{count_of(unnamed, 'number')} of erased people, no longer known in clear")


def _row(number: MarkedNumber, zone: str | None) -> tuple[str, ...]:
    code = last_code(number)
    return (
        marked(shown(mask(number.msisdn)) if number.msisdn else "erased", _mark(number)),
        thousands(len(number.strikes)),
        number.reason or "no",
        local_time(number.since, zone, with_zone=False),
        shown(code) if code else NOTHING,
    )


def _mark(number: MarkedNumber) -> Mark:
    return mark_of(len(number.strikes), suppressed=number.suppressed)
