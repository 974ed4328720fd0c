"""`python -m benchmarks [NAME ...]`: runs the benchmarks named, or all of them."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import platformdirs

from benchmarks.plan import Plan, quick
from benchmarks.registry import GROWING, NAMES, benchmark
from benchmarks.report import print_growth, print_table, write_json
from benchmarks.rows import Row
from benchmarks.stores import Stores

_GROWTH = "100000,1000000,10000000"
_LEAST = 20_000


def main(words: list[str]) -> int:
    """The exit code: 1 when a target was to be checked and is missed."""
    asked = _parser().parse_args(words)
    stores = Stores(asked.stores.expanduser().absolute())
    plan = quick(stores) if asked.quick else Plan(stores)
    names = asked.names or (GROWING if asked.grow else NAMES)
    by_size: dict[int, list[Row]] = {}
    for size in asked.grow or (plan.recipients,):
        sized = replace(plan, recipients=size)
        by_size[size] = [row for name in names for row in benchmark(name)(sized)]
        print_table(by_size[size])
    if len(by_size) > 1:
        print_growth(by_size)
    if asked.json is not None:
        write_json(by_size, asked.json)
    missed = [row for row in by_size[max(by_size)] if row.is_met is False]
    for row in missed:
        print(f"Missed: {row.benchmark}, {row.what}.", file=sys.stderr)
    return 1 if asked.check and missed else 0


def _sizes(text: str) -> list[int]:
    sizes = sorted({int(word.replace("_", "")) for word in text.split(",")})
    if sizes[0] < _LEAST:
        raise argparse.ArgumentTypeError(f"a store has {_LEAST:,} recipients at least")
    return sizes


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures the installed program.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", choices=[*NAMES, []], help=f"{' or '.join(NAMES)}; all of them without one"
    )
    parser.add_argument("--quick", action="store_true", help="a small store, less than two minutes, rough figures")
    parser.add_argument(
        "--grow",
        type=_sizes,
        nargs="?",
        const=_GROWTH,
        metavar="SIZES",
        help=f"at several sizes of the store, what can grow: recipients with commas between ({_GROWTH} without any)",
    )
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
