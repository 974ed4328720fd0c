"""`python -m benchmarks [NAME ...]`: runs the benchmarks named, or all of them."""

import argparse
import sys
from pathlib import Path

import platformdirs

from benchmarks.plan import Plan, quick
from benchmarks.registry import NAMES, benchmark
from benchmarks.report import print_table, write_json
from benchmarks.stores import Stores


def main(words: list[str]) -> int:
    """The exit code: 1 when a target was to be checked and is missed."""
    asked = _parser().parse_args(words)
    stores = Stores(asked.stores.expanduser().absolute())
    plan = quick(stores) if asked.quick else Plan(stores)
    rows = [row for name in asked.names or NAMES for row in benchmark(name)(plan)]
    print_table(rows)
    if asked.json is not None:
        write_json(rows, asked.json)
    missed = [row for row in rows if row.is_met is False]
    for row in missed:
        print(f"Missed: {row.benchmark}, {row.what}.", file=sys.stderr)
    return 1 if asked.check and missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures the installed program.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", choices=[*NAMES, []], help=f"{' or '.join(NAMES)}; all of them without one"
    )
    parser.add_argument("--quick", action="store_true", help="a small store, less than two minutes, rough figures")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON as well")
    parser.add_argument(
        "--stores",
        type=Path,
        metavar="FOLDER",
        default=platformdirs.user_cache_path("smsreport") / "benchmarks",
        help="where the stores are kept from one run to the next (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
