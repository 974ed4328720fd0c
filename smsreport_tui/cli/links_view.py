"""Short links by activity and link, for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.formatting import count_of, thousands
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from storage.short_links import LinkCounts

_HEADINGS = (
    Heading("Activity"),
    Heading("Link"),
    Heading("Leads to", spare=1, folds=32),
    Heading("Made", number=True),
    Heading("Waiting", number=True),
    Heading("Clicked", number=True),
)


def links_view(console: "Console", counts: "Sequence[LinkCounts]") -> "Iterator[RenderableType]":
    """A line for each link, then what to do about those that wait."""
    from rich.text import Text

    if not counts:
        yield Text("No short link has been made yet: `smsreport links make` makes them.")
        return
    yield fitted(console, _HEADINGS, [_row(one) for one in counts])
    waiting = sum(one.waiting for one in counts)
    tail = f" · {count_of(waiting, 'short link')} waiting: repeat `smsreport links make` for them" if waiting else ""
    yield Text(f"{count_of(len(counts), 'link')}{tail}")


def _row(one: "LinkCounts") -> tuple[str, ...]:
    texts = (shown(one.activity), shown(one.link), shown(one.url))
    return (*texts, *map(thousands, (one.made, one.waiting, one.clicked)))
