"""One export in a process of its own: `python -m benchmarks.export_child KIND STORE ACTIVITY FILE MOST`.

Tells what the writing cost. MOST bounds the rows; 0 is all of them.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell

from benchmarks.processes import tell_cost
from benchmarks.stores import NOW
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.rules.columns import Kind, Tab, Value
from smsreport_tui.rules.times import utc
from smsreport_tui.services.export import export_rows
from smsreport_tui.services.export_xlsx import write_xlsx  # noqa: F401 - imported before the clock runs
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.source import TabRows
from storage.store import open_store

Batches = Iterator[Sequence[tuple[Value, ...]]]


def main(kind: str, path: str, activity: str, file: str, most: int) -> None:
    """`ours` writes by the file's suffix, `openpyxl` the same rows as typed cells in its write-only mode."""
    clock = FixedClock(NOW)
    with open_store(path, clock, writable=False) as store, Reports(store, clock).rows(activity, Tab.SENT) as rows:
        chosen = rows._replace(batches=_first(rows.batches, most)) if most else rows
        writer = _ours if kind == "ours" else _by_openpyxl
        tell_cost(lambda: writer(chosen, Path(file)))


def _first(batches: Batches, most: int) -> Batches:
    for batch in batches:
        yield batch[:most]
        most -= len(batch)
        if most <= 0:
            return


def _ours(rows: TabRows, file: Path) -> None:
    export_rows(rows, file, title="Sent", force=True)


def _by_openpyxl(rows: TabRows, file: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sent")
    sheet.append([column.name for column in rows.columns])
    times = [column.kind is Kind.TIME for column in rows.columns]
    amounts = [column.kind is Kind.CREDITS for column in rows.columns]

    def cell(value: Value, time_like: bool, credit: bool) -> object:
        if time_like and isinstance(value, int):
            moment: datetime = utc(value).replace(tzinfo=None)
            made = WriteOnlyCell(sheet, moment)
            made.number_format = "yyyy-mm-dd hh:mm:ss.000"
            return made
        return value / 10_000 if credit and isinstance(value, int) else value

    for batch in rows.batches:
        for row in batch:
            sheet.append([cell(*one) for one in zip(row, times, amounts, strict=True)])
    book.save(file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
