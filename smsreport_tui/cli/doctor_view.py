"""What doctor examines in this run, and its findings for people."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.cli.version import version
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.text import shown
from smsreport_tui.services.doctor import Check, Subject, examine

if TYPE_CHECKING:
    from rich.console import RenderableType

_TRIES = 3
"""An operator waits for the answer; a hiccup is forgiven."""
_MARKS = {True: ("ok", "green"), None: ("note", "yellow"), False: ("wrong", "bold red")}


def examined(about: Surroundings) -> list[Check]:
    """Every check of this installation, store and gateway. Raises ConfigError for a wrong configuration."""
    settings = about.settings
    connect, missing = None, None
    if settings.gateway is not None:
        try:
            connect = partial(about.gateway_maker(tries=_TRIES), None)
        except ConfigError as error:
            missing = str(error)
    return [
        Check("version", True, f"smsreport {version()}"),
        *examine(
            Subject(
                settings.store,
                settings.outcomes,
                about.clock,
                settings.gateway,
                connect,
                missing,
                about.click_sources(tries=_TRIES),
            )
        ),
        _terminal(),
    ]


def _terminal() -> Check:
    if sys.stdin.isatty() and sys.stdout.isatty():
        return Check("terminal", True, "Input and output are a terminal: the app can open.")
    return Check("terminal", None, "Input or output is no terminal: here the commands work, and the app can not open.")


def doctor_view(checks: Sequence[Check]) -> "Iterator[RenderableType]":
    """One line a check, what is wrong marked."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for _ in range(2):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for check in checks:
        word, style = _MARKS[check.ok]
        grid.add_row(Text(word, style=style), Text(check.name), Text(shown(check.text)))
    yield grid
