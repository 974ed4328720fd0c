"""Where words go: documents and tables to standard output, notes and progress to standard error."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from smsreport_tui.cli.documents import Document


class OutputError(SmsReportError):
    """Standard output takes no more."""


def print_document(document: "Document | Sequence[Document]", *, one_line: bool = False) -> None:
    """Prints one JSON document, in UTF-8 whatever the terminal speaks. Raises OutputError."""
    from smsreport_tui.cli.documents import as_json

    with _written():
        sys.stdout.flush()
        sys.stdout.buffer.write(as_json(document, one_line=one_line).encode() + b"\n")
        sys.stdout.buffer.flush()


def print_view(view: "Callable[[Console], Iterable[RenderableType]]") -> None:
    """Prints a view: in the terminal's width, or unbroken and without colours into a pipe. Raises OutputError."""
    from smsreport_tui.cli.consoles import answers

    console = answers()
    with _written():
        for part in view(console):
            console.print(part)
        sys.stdout.flush()


def say(text: str) -> None:
    """One line of the answer. Raises OutputError."""
    with _written():
        click.echo(shown(text))


def print_text(text: str) -> None:
    """Text of the program's own, line by line as it is. Raises OutputError."""
    with _written():
        click.echo(text)


def note(text: str) -> None:
    """One line beside the answer."""
    with contextlib.suppress(OSError):
        click.echo(shown(text), err=True)


def is_watched() -> bool:
    """Whether somebody looks at standard error."""
    return sys.stderr.isatty()


@contextlib.contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"The output could not be written ({error.strerror}): check where it goes.") from error
