"""Progress on standard error: bars for a terminal, lines for the app that started this process."""

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING

from smsreport_tui.cli.output import is_watched
from smsreport_tui.rules.formatting import thousands

if TYPE_CHECKING:
    from smsreport_tui.services.sync import SyncProgress

RowsDone = Callable[[int, int], None]


@contextlib.contextmanager
def sync_bar() -> "Iterator[Callable[[SyncProgress], None]]":
    """A line for each stream with how much of it has come; the gateway does not tell how much there is."""
    with _counts(10) as count:
        yield lambda state: count(state.stream, state.items)


@contextlib.contextmanager
def copy_bar() -> Iterator[Callable[[str, int], None]]:
    """A line for each table of a store that is copied, with how many of its rows have gone."""
    with _counts(15) as count:
        yield count


@contextlib.contextmanager
def _counts(width: int) -> Iterator[Callable[[str, int], None]]:
    """Lines by name, one after the other, of which nobody knows how much there will be."""
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from smsreport_tui.cli.consoles import progress as console

    columns = (TextColumn(f"{{task.description:<{width}}}"), BarColumn(20), TextColumn("{task.fields[count]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console(), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(name: str, count: int) -> None:
            if name not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, total=1, completed=1)
                tasks[name] = bar.add_task(name, total=None, count="")
            bar.update(tasks[name], count=thousands(count))

        yield show


@contextlib.contextmanager
def export_bar(name: str) -> Iterator[RowsDone]:
    """A bar of the rows written."""
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from smsreport_tui.cli.consoles import progress as console

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task(escape(name), total=None, count="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, count=f"{thousands(done)} of {thousands(total)}")

        yield show


def progress_lines(gone: Event) -> RowsDone:
    """Writes `progress DONE TOTAL` lines; sets `gone` when nobody reads them any more."""

    def show(done: int, total: int) -> None:
        try:
            sys.stderr.write(f"progress {done} {total}\n")
            sys.stderr.flush()
        except OSError:
            gone.set()

    return show


def export_progress(name: str, lines: bool, stop: Event) -> "contextlib.AbstractContextManager[RowsDone | None]":
    """How a file's rows are told: by lines to the app, by a bar to who watches, else not at all.

    Nobody reads the lines any more when the app has gone; its export goes with it, by `stop`, which is then set.
    """
    if lines:
        # By the event alone.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        return contextlib.nullcontext(progress_lines(stop))
    return export_bar(name) if is_watched() else contextlib.nullcontext(None)


def upload_progress(name: str, lines: bool) -> "contextlib.AbstractContextManager[RowsDone | None]":
    """How people are told who go to the gateway: by lines to the app, by a bar to who watches, else not at all."""
    if lines:
        # Should nobody read them any more, what was begun goes on to its end all the same.
        return contextlib.nullcontext(progress_lines(Event()))
    return export_bar(name) if is_watched() else contextlib.nullcontext(None)
