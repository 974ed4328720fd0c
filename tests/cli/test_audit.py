"""The audit by command, and what exports write down: by command, and by the app's child processes."""

import csv
import hashlib
import os
import pwd
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.cli.opening import session
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.columns import Tab
from smsreport_tui.services.session import ExportWish, PeopleWish
from tests.cli.conftest import Ask


def newest(ask: Ask) -> dict[str, Any]:
    document: dict[str, Any] = ask("audit", "--json").document[0]
    return document


def holds(deed: dict[str, Any], file: Path) -> bool:
    """Whether the audit tells of the file as it is."""
    rows = len(list(csv.reader(file.open(encoding="utf-8", newline="")))) - 1
    details = deed["details"]
    return (details["rows"], details["sha256"]) == (rows, hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.mark.parametrize("tab", ["sent", "links", "bounces"])
def test_an_export_by_command(ask: Ask, store: Path, user: Path, tab: str) -> None:
    file = user / f"{tab}.csv"
    assert ask("export", "A1", tab, str(file)).code == 0
    deed = newest(ask)
    assert holds(deed, file)
    assert (deed["account"], deed["host"]) == (pwd.getpwuid(os.geteuid()).pw_name, socket.gethostname())
    details = deed["details"]
    assert (details["what"], details["activity"], details["tab"], details["form"]) == ("tab", "A1", tab, "csv")


def test_a_spreadsheet(ask: Ask, store: Path, user: Path) -> None:
    file = user / "sent.xlsx"
    assert ask("export", "A1", "sent", str(file)).code == 0
    details = newest(ask)["details"]
    assert (details["form"], details["rows"]) == ("xlsx", 3)
    assert details["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_who_was_looked_for_is_not_named(ask: Ask, store: Path, user: Path) -> None:
    assert ask("export", "A1", "sent", str(user / "one.csv"), "--find", "Anna").code == 0
    assert ask("export", "A1", "sent", str(user / "two.csv"), "--find", "+46700000011").code == 0
    first, second = ask("audit", "--json").document
    told = str((first, second))
    assert "Anna" not in told
    assert "46700000011" not in told
    assert first["details"]["find"] != second["details"]["find"]


def test_an_export_that_fails_or_is_refused_is_not_told(ask: Ask, store: Path, user: Path) -> None:
    (user / "taken.csv").write_text("mine")
    assert ask("export", "A1", "sent", str(user / "taken.csv")).code == 1
    assert ask("export", "nothing", "sent", str(user / "new.csv")).code == 1
    answer = ask("audit")
    assert (answer.code, "Nobody has exported" in answer.out) == (0, True)
    assert ask("audit", "--json").document == []


def test_exports_by_the_app(ask: Ask, store: Path, user: Path) -> None:
    made = session(Surroundings({"store": str(store)}))
    tab, people = user / "tab.csv", user / "people.csv"
    assert ask("segment", "create", "Reached", "--from", "A1", "delivered").code == 0
    assert made.people_command is not None
    for command, file in (
        (made.export_command(ExportWish("A1", Tab.DELIVERED, tab)), tab),
        (made.people_command(PeopleWish("Reached", people)), people),
    ):
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.PIPE)
        assert holds(newest(ask), file)
    assert newest(ask)["details"]["segment"] == "Reached"


def test_the_table_and_since(ask: Ask, store: Path, user: Path) -> None:
    assert ask("forget", "P1", "--yes").code == 0
    table = ask("audit").out
    assert "erased" in table
    assert "P1" not in table
    assert ask("audit", "--json", "--since", "2099-01-01T00:00:00Z").document == []
    assert ask("audit", "--since", "yesterday").code == 2
