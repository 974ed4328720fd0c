"""All rows of the largest tab as files: CSV beside the sqlite3 shell, XLSX beside openpyxl, and the memory of both.

`sqlite3 -csv` runs one statement for the same rows in the same order, with the times as RFC 3339 and the credits as
decimals, as our CSV has them; it does not look for cells that begin a formula, which ours does. openpyxl writes the
same rows through its write-only mode, times as dates with a format; the rows come to it by the same reading as ours.
What an interpreter takes to start and to import does not count.
"""

import csv
import shutil
import statistics
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path

from benchmarks.plan import Plan
from benchmarks.processes import Cost, cpu_ms_of, python_cost
from benchmarks.rows import Row, beside
from benchmarks.stores import largest_activity
from smsreport_tui.rules.outcomes import Outcome

_NAME = "exporting"
_MOST = 100_000
"""Rows for openpyxl, and as many of ours beside it: what a row costs does not change with their number."""
_CHILD = "benchmarks.export_child"
_FLAT = 1.1
_TIME = (
    "strftime('%Y-%m-%dT%H:%M:%S', r.{0} / 1000000, 'unixepoch') || "
    "CASE WHEN r.{0} / 1000 % 1000 THEN printf('.%03dZ', r.{0} / 1000 % 1000) ELSE 'Z' END"
)
_SQL = """
SELECT p.gateway_id AS profile, p.name AS name,
  CASE WHEN p.known = 1 THEN p.msisdn WHEN p.erased = 1 THEN NULL ELSE (
    SELECT e.msisdn FROM event e WHERE e.activity_id = r.activity_id AND e.profile_id = r.profile_id
    AND e.msisdn IS NOT NULL ORDER BY e.at DESC, e.gateway_id DESC LIMIT 1) END AS msisdn,
  p.email AS email, {sent_at} AS sent_at, CASE r.outcome {outcomes} END AS outcome, r.attempts AS attempts,
  CASE WHEN r.credits IS NOT NULL THEN printf('%.10g', r.credits / 10000.0) END AS credits
FROM recipient r JOIN profile p ON p.profile_id = r.profile_id
WHERE r.activity_id = (SELECT activity_id FROM activity WHERE gateway_id = '{activity}') AND r.sent_at IS NOT NULL
ORDER BY r.sent_at DESC, r.profile_key
"""


def run(plan: Plan) -> list[Row]:
    """Each file in turns with its peer's, each by a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, activity = plan.stores.copy_of(plan.recipients, folder), largest_activity(plan.recipients)
        return [*_csv_rows(plan, store, activity, folder), *_xlsx_rows(plan, store, activity, folder)]


def _ours(store: Path, activity: str, file: Path, most: int) -> Cost:
    return python_cost(_CHILD, ["ours", str(store), activity, str(file), str(most)])


def _csv_rows(plan: Plan, store: Path, activity: str, folder: Path) -> list[Row]:
    shell = shutil.which("sqlite3")
    if shell is None:
        print("There is no sqlite3 shell: CSV is not measured.", file=sys.stderr)
        return []
    file, other = folder / "ours.csv", folder / "shell.csv"
    command = [shell, "-readonly", "-csv", "-header", "-newline", "\r\n", str(store), _sql(activity)]
    pairs, flat = [], []
    for _ in range(plan.repeats):
        whole = _ours(store, activity, file, 0)
        pairs.append((whole.cpu_ms, cpu_ms_of(command, other)))
        flat.append((whole.peak_mb, _ours(store, activity, folder / "part.csv", _tenth(file)).peak_mb))
    if _differ(file, other):
        raise ValueError("The two CSV files hold different rows.")
    return [
        beside(_NAME, "CSV, processor / sqlite3 -csv", pairs, 1.4),
        beside(_NAME, "CSV, peak memory, all rows / a tenth", flat, _FLAT, "MB"),
    ]


def _xlsx_rows(plan: Plan, store: Path, activity: str, folder: Path) -> list[Row]:
    file = folder / "ours.xlsx"
    lines = folder / "ours.csv"
    pairs, flat = [], []
    for _ in range(plan.repeats):
        some = _ours(store, activity, folder / "part.xlsx", _MOST)
        words = ["openpyxl", str(store), activity, str(folder / "peer.xlsx"), str(_MOST)]
        pairs.append((some.cpu_ms, python_cost(_CHILD, words).cpu_ms))
        whole = _ours(store, activity, file, 0)
        tenth = _ours(store, activity, folder / "part.xlsx", _tenth(lines) if lines.exists() else _MOST // 10)
        flat.append((whole.peak_mb, tenth.peak_mb))
    return [
        beside(_NAME, f"XLSX, processor, at most {_MOST:,} rows / openpyxl write-only", pairs, 0.2),
        beside(_NAME, "XLSX, peak memory, all rows / a tenth", flat, _FLAT, "MB"),
        Row(_NAME, "XLSX, peak memory, all rows", "MB", statistics.median(one[0] for one in flat), most=120.0),
    ]


def _differ(one: Path, other: Path) -> bool:
    """Whether the cells do: the shell puts more of them in quotation marks."""
    with one.open(newline="", encoding="utf-8") as first, other.open(newline="", encoding="utf-8") as second:
        return any(row != same for row, same in zip_longest(csv.reader(first), csv.reader(second)))


def _tenth(file: Path) -> int:
    with file.open("rb") as lines:
        return max(1, sum(1 for _ in lines) // 10)


def _sql(activity: str) -> str:
    outcomes = " ".join(f"WHEN {int(one)} THEN '{one.word}'" for one in Outcome)
    return _SQL.format(sent_at=_TIME.format("sent_at"), outcomes=outcomes, activity=activity)
