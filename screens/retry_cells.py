"""The rows of the queue of retries as cells."""

from screens.tab_cells import number_cell
from smsreport_tui.rules.formatting import NOTHING, local_time
from smsreport_tui.rules.persons import called
from smsreport_tui.rules.retry_figures import Retry, RetryState
from smsreport_tui.rules.retry_words import attempts_used, next_step
from smsreport_tui.rules.text import mask, shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec

SPECS = (
    ColumnSpec("Person", 12, 28),
    ColumnSpec("Next", 26, 60),
    ColumnSpec("Attempt", 7, 8, right=True),
    ColumnSpec("Number", 8, 20),
    ColumnSpec("Activity", 12, 34),
    ColumnSpec("Ends", 16, 16),
    ColumnSpec("Used", 7, 9),
)
_TONES = {RetryState.WAITING: Tone.PLAIN, RetryState.SENDING: Tone.INFO, RetryState.HELD: Tone.WARN}


def key_of(retry: Retry) -> str:
    """What a row is known by; ids hold no blank."""
    return f"{retry.activity} {retry.profile}"


def cells(retry: Retry, now: int, zone: str | None, *, masked: bool) -> tuple[Cell, ...]:
    """One retry, in the order of SPECS."""
    number = retry.msisdn and (mask(retry.msisdn) if masked else retry.msisdn)
    tone = _TONES[retry.state]
    return (
        Cell(shown(called(retry.name, retry.profile)), Tone.STRONG),
        Cell(f"{'! ' * (retry.state is RetryState.HELD)}{next_step(retry, now, zone)}", tone),
        Cell(str(retry.attempt)),
        number_cell(shown(number), retry.mark) if number else Cell(NOTHING),
        Cell(shown(retry.activity_name or retry.activity)),
        Cell(local_time(retry.deadline, zone, with_zone=False)[:16], Tone.DIM),
        Cell(attempts_used(retry), Tone.DIM),
    )
