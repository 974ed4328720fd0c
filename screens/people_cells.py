"""People of a segment as rows."""

from smsreport_tui.rules.formatting import NOTHING
from smsreport_tui.rules.persons import called
from smsreport_tui.rules.segment_figures import Person
from smsreport_tui.rules.text import mask, shown
from widgets.cell import Cell, Tone
from widgets.column_layout import ColumnSpec

SPECS = (
    ColumnSpec("Person", 12, 32),
    ColumnSpec("Number", 8, 20),
    ColumnSpec("E-mail", 12, 40),
    ColumnSpec("Profile", 8, 40),
)
STEPS = {"opted_out": "opted out", "suppressed": "suppressed", "erased": "erased", "no_email": "without an address"}
"""Why people are left out of what is sent, in words."""


def cells(person: Person, *, masked: bool) -> tuple[Cell, ...]:
    """One person, in the order of SPECS."""
    number = person.msisdn and (mask(person.msisdn) if masked else person.msisdn)
    return (
        Cell(shown(called(person.name, person.profile)), Tone.STRONG),
        Cell(shown(number or NOTHING)),
        Cell(shown(person.email or NOTHING)),
        Cell(shown(person.profile), Tone.DIM),
    )
