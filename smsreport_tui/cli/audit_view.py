"""The audit as a table for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.deeds import Deed
from smsreport_tui.rules.formatting import count_of, local_time, zone_name
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_HEADINGS = (
    Heading("Time"),
    Heading("Account", folds=24),
    Heading("Host", folds=24),
    Heading("Did"),
    Heading("What", folds=60, spare=1),
)


def audit_view(console: "Console", deeds: Sequence[Deed], zone: str | None) -> "Iterator[RenderableType]":
    """The newest deeds; times in the operator's zone."""
    from rich.text import Text

    if not deeds:
        yield Text("Nobody has exported, cleared, decided or erased anything.")
        return
    yield fitted(console, _HEADINGS, [_row(one, zone) for one in deeds])
    yield Text(f"{count_of(len(deeds), 'row')} shown · times in {zone_name(zone)} · `--json` holds all")


def _row(deed: Deed, zone: str | None) -> tuple[str, ...]:
    said = " ".join(f"{name}={value}" for name, value in deed.details.items())
    place = local_time(deed.at, zone, with_zone=False)
    return place, shown(deed.account), shown(deed.host), shown(deed.action), shown(said)
