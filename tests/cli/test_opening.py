"""The command line without a command: read without click where it is simple, and told what is wrong where it is not."""

import subprocess
import sys

import pytest

from smsreport_tui.cli.ending import run
from smsreport_tui.cli.opening import only_flags
from smsreport_tui.cli.surroundings import Surroundings

NONE = {"store": None, "gateway": None, "account": None, "config": None}
COLLECTS = """
import atexit, gc, sys
from smsreport_tui.__main__ import main
atexit.register(lambda: print(gc.isenabled()))
sys.argv = ["smsreport", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        ("", NONE),
        ("--store a.db", NONE | {"store": "a.db"}),
        ("--config c --store a.db --gateway g", NONE | {"store": "a.db", "gateway": "g", "config": "c"}),
        ("--account shop", NONE | {"account": "shop"}),
        ("--store a.db --store b.db", NONE | {"store": "b.db"}),
        ("--store", None),
        ("--store a.db --config", None),
        ("--store --gateway g", None),
        ("--store=a.db", None),
        ("store a.db", None),
        ("--stor a.db", None),
        ("--verbose", None),
        ("--help", None),
        ("--store a.db activities", None),
        ("activities --json", None),
    ],
)
def test_what_click_need_not_read(line: str, flags: dict[str, str | None] | None) -> None:
    assert only_flags(line.split()) == flags


@pytest.mark.parametrize("line", ["--store a.db --gateway g", "--store=a.db --gateway=g"])
def test_both_ways_open_the_same_app(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Surroundings] = []

    def open_app(about: Surroundings) -> int:
        opened.append(about)
        return 7

    monkeypatch.setattr("smsreport_tui.cli.opening.open_app", open_app)
    monkeypatch.setattr("smsreport_tui.cli.program.open_app", open_app)
    assert run(line.split()) == 7
    assert opened[0].flags == NONE | {"store": "a.db", "gateway": "g"}


def test_a_command_has_pythons_own_collector() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECTS, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"
