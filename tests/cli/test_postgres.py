"""The program on a store of a PostgreSQL server, from a gateway to a file: what it says is what SQLite's store says."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.simulator.run import running
from smsreport_tui.simulator.world import WorldConfig
from tests.cli.conftest import Ask
from tests.storage import engines
from tests.storage.postgres import server

WORLD = WorldConfig(profiles=120, activities=2)
TABS = ("sent", "delivered", "clicks", "links", "bounces", "unsubscribe")


@pytest.fixture
def address(user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server()
    monkeypatch.setenv("SMSREPORT_TOKEN", "any")
    engines.choose(engines.POSTGRES)
    yield engines.address(tmp_path)
    engines.clear()
    engines.choose(engines.SQLITE)


def test_both_stores_tell_the_same(ask: Ask, address: str, tmp_path: Path) -> None:
    places = {"postgres": address, "sqlite": str(tmp_path / "store.db")}
    told: dict[str, list[object]] = {}
    with running(WORLD) as simulator:
        for name, place in places.items():
            on = ("--store", place, "--gateway", simulator.url)
            answer = ask(*on, "sync")
            assert (answer.code, answer.err) == (0, ""), answer
            activities = ask(*on, "activities", "--json").document
            said: list[object] = [activities]
            for activity in sorted(one["id"] for one in activities):
                report = ask(*on, "report", activity, "--json").document
                said.append({key: value for key, value in report.items() if key not in ("as_of", "freshness")})
                for tab in TABS:
                    said.append(ask(*on, "list", activity, tab, "--json").document)
                    file = tmp_path / f"{name}-{activity}-{tab}.csv"
                    assert ask(*on, "export", activity, tab, str(file)).code == 0
                    with file.open(newline="", encoding="utf-8-sig") as rows:
                        said.append(list(csv.reader(rows)))
            told[name] = said
            doctor = ask(*on, "doctor", "--json").document
            checks = {check["name"]: check["ok"] for check in doctor["checks"]}
            assert checks["store"]
            assert checks["books"]
    assert len(told["postgres"]) > len(TABS)
    assert json.loads(json.dumps(told["postgres"])) == json.loads(json.dumps(told["sqlite"]))


def test_a_store_that_is_not_there_is_told_in_a_sentence(ask: Ask, address: str) -> None:
    answer = ask("--store", address, "activities")
    assert (answer.code, answer.out) == (1, "")
    assert "There is no store at" in answer.err
    assert "Traceback" not in answer.err


def test_what_needs_a_file_says_what_to_do_instead(ask: Ask, address: str, tmp_path: Path) -> None:
    with running(WORLD) as simulator:
        ask("--store", address, "--gateway", simulator.url, "sync")
    answer = ask("--store", address, "store", "backup", str(tmp_path / "copy"))
    assert answer.code == 1
    assert "pg_dump" in answer.err
