"""What a run found: a table for people, a JSON document for programs."""

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.rows import Row

_MET = {None: "", True: "yes", False: "NO"}


def print_table(rows: Sequence[Row]) -> None:
    """One line a row, on standard output."""
    table = Table("benchmark", "what", "unit", title=_machine_line())
    for heading in ("value", "beside", "ratio", "at most", "met"):
        table.add_column(heading, justify="right")
    for row in rows:
        figures = (figure(row.value), figure(row.beside), figure(row.ratio), figure(row.most))
        table.add_row(row.benchmark, row.what, row.unit, *figures, _MET[row.is_met])
    # As wide as it is, so that a log holds whole lines.
    Console(width=160).print(table)


def print_growth(by_size: Mapping[int, Sequence[Row]]) -> None:
    """One line a row: its value, and its ratio where there is one, at each size; then how far the value has grown."""
    table = Table("benchmark", "what", "unit", title=_machine_line())
    for size in by_size:
        table.add_column(f"{size:,}", justify="right")
    table.add_column("largest / smallest", justify="right")
    for rows in zip(*by_size.values(), strict=True):
        first, last = rows[0], rows[-1]
        cells = [figure(row.value) + (f" ({figure(row.ratio)})" if row.ratio is not None else "") for row in rows]
        table.add_row(first.benchmark, first.what, first.unit, *cells, figure(last.value / first.value))
    Console(width=180).print(table)


def write_json(by_size: Mapping[int, Sequence[Row]], path: Path) -> None:
    """The machine and every row, with the recipients of its store, and `met` true, false or null."""
    rows = [{"recipients": size, **asdict(row), "met": row.is_met} for size, some in by_size.items() for row in some]
    document = {"machine": machine(), "rows": rows}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, object]:
    """What the figures depend on; `load` is the machine's own mean over one, five and fifteen minutes."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def _machine_line() -> str:
    return " · ".join(f"{name} {value}" for name, value in machine().items())


def figure(value: float | None) -> str:
    """At least three digits that count, and all of those before the point."""
    if value is None:
        return ""
    places = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 5)}f}"
