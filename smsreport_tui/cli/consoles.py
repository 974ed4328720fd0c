"""rich's consoles as this program uses them: text is literal, and a reader who leaves is no error."""

import sys
from typing import TextIO

from rich.console import Console

# Nothing is wrapped or cut for a pipe or a file: its reader wants whole rows.
_ENDLESS = 100_000


class LiteralConsole(Console):
    """Takes no text for markup or emoji codes and colours no numbers."""

    def __init__(self, stream: TextIO) -> None:
        width = None if stream.isatty() else _ENDLESS
        super().__init__(file=stream, markup=False, emoji=False, highlight=False, width=width)

    def on_broken_pipe(self) -> None:
        """Instead of ending with code 1: `smsreport list ... | head` has done what it was asked."""
        raise BrokenPipeError


def answers() -> LiteralConsole:
    """For what a command was asked for."""
    return LiteralConsole(sys.stdout)


def progress() -> LiteralConsole:
    """For what a terminal shows meanwhile."""
    return LiteralConsole(sys.stderr)
