"""The queue of retries as a table for people; numbers are masked as on the screen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsreport_tui.cli.tables import Heading, fitted
from smsreport_tui.rules.formatting import NOTHING, local_time, zone_name
from smsreport_tui.rules.marks import marked
from smsreport_tui.rules.retry_figures import Retry, RetryBoard
from smsreport_tui.rules.retry_words import attempts_used, consent_line, gains_lines, next_step, pause_line, queue_line
from smsreport_tui.rules.text import mask, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_HEADINGS = (
    Heading("Activity", folds=20),
    Heading("Profile", folds=20),
    Heading("Name", folds=20, spare=2),
    Heading("Number", spare=1),
    Heading("Attempt", number=True),
    Heading("Used", spare=3),
    Heading("State"),
    Heading("Next", folds=36),
    Heading("Ends", spare=4),
)


def board_view(console: "Console", board: RetryBoard, now: int, zone: str | None) -> "Iterator[RenderableType]":
    """What stands in the way, the first rows of the queue, and what retries have brought."""
    from rich.text import Text

    for line in (*(pause_line(one, now) for one in board.pauses), consent_line(board.consent)):
        if line:
            yield Text(line)
    if board.rows:
        yield fitted(console, _HEADINGS, [_row(one, now, zone) for one in board.rows])
    yield Text(f"{queue_line(board)} · {len(board.rows)} shown · times in {zone_name(zone)}")
    for line in gains_lines(board.gains):
        yield Text(line)


def _row(retry: Retry, now: int, zone: str | None) -> tuple[str, ...]:
    return (
        shown(retry.activity),
        shown(retry.profile),
        shown(retry.name) if retry.name else NOTHING,
        marked(shown(mask(retry.msisdn)), retry.mark) if retry.msisdn else NOTHING,
        str(retry.attempt),
        attempts_used(retry),
        retry.state.value,
        next_step(retry, now, zone),
        local_time(retry.deadline, zone, with_zone=False)[:16],
    )
