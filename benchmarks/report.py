"""What a run found: a table for people, a JSON document for programs."""

import json
import math
import os
import platform
from collections.abc import Sequence
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


def write_json(rows: Sequence[Row], path: Path) -> None:
    """The machine and every row, with `met` true, false or null."""
    document = {"machine": machine(), "rows": [{**asdict(row), "met": row.is_met} for row in rows]}
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
