"""From the start of the program to its first paint and to its first rows, beside a bare Textual app and harlequin."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import bare_app
from benchmarks.harlequin import UnavailableError, harlequin_started, installed_harlequin
from benchmarks.plan import Plan
from benchmarks.program import installed, surroundings
from benchmarks.rows import Row, beside
from benchmarks.terminal import Lines, is_painted, terminal

_NAME = "start"
_FEW = 100


def run(plan: Plan) -> list[Row]:
    """First paint and first rows of the app on a small and on a large store."""
    other = _harlequin(plan.stores.folder)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = (plan.stores.copy_of(count, folder) for count in (_FEW, plan.recipients))
        measured: list[list[list[float]]] = []
        others: list[tuple[float, float]] = []
        # The first round warms the disk's cache and the compiled modules, and does not count.
        for _ in range(plan.repeats + 1):
            bare = _started([sys.executable, str(Path(bare_app.__file__))], folder)[:1]
            measured.append([bare, *(_started([installed(), "--store", str(store)], folder) for store in (few, many))])
            if other is not None:
                others.append(harlequin_started(other, many))
    ours = [one[2][1] for one in measured[1:]]
    return [*_rows(measured[1:], plan.recipients), *_rows_beside_harlequin(ours, others[1:], plan.recipients)]


def _harlequin(folder: Path) -> Path | None:
    try:
        return installed_harlequin(folder)
    except UnavailableError as error:
        print(f"The start is measured without harlequin: {error}", file=sys.stderr)
        return None


def _rows_beside_harlequin(ours: Sequence[float], others: Sequence[tuple[float, float]], many: int) -> list[Row]:
    if not others:
        return []
    what = f"first rows, {many:,} recipients / harlequin"
    until = (("its catalog", 0, 0.6), ("a query for the same rows", 1, None))
    return [
        beside(_NAME, f"{what}, {name}", [(one, other[place]) for one, other in zip(ours, others, strict=True)], most)
        for name, place, most in until
    ]


def _rows(measured: Sequence[list[list[float]]], many: int) -> list[Row]:
    sizes = {1: f"{_FEW:,}", 2: f"{many:,}"}
    rows = []
    for place, what, most in ((0, "first paint", 1.25), (1, "first rows", 1.6)):
        for size, recipients in sizes.items():
            pairs = [(one[size][place], one[0][0]) for one in measured]
            rows.append(beside(_NAME, f"{what}, {recipients} recipients / a bare Textual app", pairs, most))
        pairs = [(one[2][place], one[1][place]) for one in measured]
        rows.append(beside(_NAME, f"{what}, {sizes[2]} recipients / {sizes[1]}", pairs))
    return rows


def _started(command: Sequence[str], folder: Path) -> list[float]:
    """Milliseconds to the first paint and, for our own app, to the first rows."""
    wanted = (is_painted, _has_rows) if command[0] == installed() else (is_painted,)
    with terminal(command, surroundings(folder), folder) as opened:
        return opened.wait(*wanted)


def _has_rows(lines: Lines) -> bool:
    return any(line.startswith("▌") for line in lines)
