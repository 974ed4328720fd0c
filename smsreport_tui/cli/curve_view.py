"""The curves of one report for people: a line an hour in which something happened, a bar beside each number."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.figures import Curves
from smsreport_tui.rules.formatting import thousands

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_LONGEST_BAR = 20
_HEADINGS = (
    Heading("Hour", number=True),
    Heading("Delivered", number=True),
    Heading("", spare=1),
    Heading("First clicks", number=True),
    Heading("", spare=2),
)


def curve_view(console: "Console", curves: Curves) -> "Iterator[RenderableType]":
    """The parts of the view, top to bottom."""
    from rich.text import Text

    if not curves.delivered and not curves.clicked:
        yield Text("Nobody has been reached and nobody has clicked yet.")
        return
    delivered, clicked = dict(curves.delivered), dict(curves.clicked)
    most_delivered, most_clicked = max(delivered.values(), default=0), max(clicked.values(), default=0)
    rows = [
        (
            f"{hour} h",
            thousands(delivered.get(hour, 0)),
            bar(delivered.get(hour, 0), most_delivered),
            thousands(clicked.get(hour, 0)),
            bar(clicked.get(hour, 0), most_clicked),
        )
        for hour in sorted(delivered.keys() | clicked.keys())
    ]
    yield fitted(console, _HEADINGS, rows)


def bar(number: int, most: int) -> str:
    """A bar of at most twenty blocks; what is not nothing is seen."""
    return "█" * max(1, round(number / most * _LONGEST_BAR)) if number else ""
