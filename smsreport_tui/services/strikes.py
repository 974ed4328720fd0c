"""Strikes and suppression for the operator: the list, the clearing of a number, the file for the sending platform."""

from dataclasses import dataclass
from pathlib import Path

from smsreport_tui.rules.columns import Column, Kind, Value
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.marks import MarkedNumber
from smsreport_tui.services.export import export_rows
from smsreport_tui.services.export_audit import ExportAudit
from smsreport_tui.services.source import TabRows
from storage.clearings import Cleared, clear_number
from storage.read_strikes import read_marked_numbers
from storage.store import Store

COLUMNS = (
    Column("msisdn", "Number", Kind.MSISDN),
    Column("strikes", "Strikes", Kind.COUNT),
    Column("reason", "Reason"),
    Column("since", "Since", Kind.TIME),
    Column("last_code", "Last code"),
)


def marked_numbers(store: Store) -> list[MarkedNumber]:
    """Numbers with a strike, or suppressed, by msisdn; those known by a token only come last."""
    with store.reading() as connection:
        return read_marked_numbers(connection, store.number_key)


def clear(store: Store, msisdn: str, reason: str) -> Cleared:
    """Clear a number of its marks and record why. Raises NotFoundError, ConfigError for an empty reason."""
    if not reason.strip():
        raise ConfigError("A number is cleared for a reason, which is kept: say it with --reason.")
    with store.writing() as connection:
        return clear_number(connection, msisdn.strip(), reason.strip(), store.clock.now(), store.number_key)


@dataclass(frozen=True, slots=True)
class Exported:
    """Suppressed numbers in the file, and those left out of it as only their tokens are known."""

    rows: int
    left_out: int


def export_suppressed(store: Store, path: Path, audit: ExportAudit, *, force: bool) -> Exported:
    """Write the suppressed numbers for the sending platform to exclude. Raises ExportError."""
    suppressed = [number for number in marked_numbers(store) if number.suppressed]
    rows = [row_of(number) for number in suppressed if number.msisdn is not None]
    written = audit.of("suppressed", path.suffix)
    done = export_rows(
        TabRows(COLUMNS, len(rows), iter([rows])), path, force=force, title="Suppressed", written=written
    )
    return Exported(done, len(suppressed) - len(rows))


def row_of(number: MarkedNumber) -> tuple[Value, ...]:
    """The values of COLUMNS."""
    return (number.msisdn, len(number.strikes), number.reason, number.since, last_code(number))


def last_code(number: MarkedNumber) -> str | None:
    """Vendor, scheme and code of the latest mark."""
    last = number.last
    parts = () if last is None else (last.vendor, last.scheme, last.code)
    return " ".join(part for part in parts if part) or None
