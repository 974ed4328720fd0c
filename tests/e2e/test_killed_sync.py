"""A sync that is killed at random and run again ends in the world's own truth, reports, lists and files alike."""

import csv
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import SECOND, FixedClock, SystemClock
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab
from smsreport_tui.services.reports import Reports
from smsreport_tui.simulator.faults import parse_faults
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from storage.store import open_store
from tests.e2e.terminal import program
from tests.services.truth_check import plain, truth_of, untruths

KILLS = 10
PROFILES = int(os.environ.get("SMSREPORT_KILLED_PROFILES", "1500"))
"""`SMSREPORT_KILLED_PROFILES=110000` makes a world of 200,000 recipients."""
LONGEST = float(os.environ.get("SMSREPORT_KILLED_SECONDS", "3"))


def sync_command(folder: Path, simulator: Running) -> list[str]:
    return [program(), "--store", str(folder / "store.db"), "--gateway", simulator.url, "sync"]


def kill_ten_times(folder: Path, simulator: Running) -> int:
    """Start a sync and kill it, ten times; how many were under way."""
    chance = random.Random(5)
    killed = 0
    for _ in range(KILLS):
        command = sync_command(folder, simulator)
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(chance.uniform(0.5, LONGEST))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            killed += 1
    return killed


@pytest.mark.timeout(3600)
def test_killed_ten_times_and_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "secret")
    # A world begins on a whole second.
    clock = FixedClock(SystemClock().now() // SECOND * SECOND)
    with running(WorldConfig(profiles=PROFILES), parse_faults("all"), clock) as simulator:
        assert kill_ten_times(tmp_path, simulator) > 0
        began = time.monotonic()
        subprocess.run(sync_command(tmp_path, simulator), check=True)
        print(f"the last sync took {time.monotonic() - began:.0f} s, faults met: {dict(simulator.faults.seen)}")
        truth = truth_of(simulator.world, clock.now())
        with open_store(str(tmp_path / "store.db"), clock, writable=False) as store:
            assert untruths(Reports(store, clock), truth) == []
        activity = max(truth.activity_ids(), key=lambda one: truth.report(one)["sent"])
        file = tmp_path / "sent.csv"
        command = [program(), "--store", str(tmp_path / "store.db"), "export", activity, "sent", str(file)]
        subprocess.run(command, check=True)
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    meant = truth.rows(activity, Tab.SENT)
    assert rows[0] == [column.name for column in TAB_COLUMNS[Tab.SENT]]
    assert [row[0] for row in rows[1:]] == [plain(row[0]) for row in meant]
    assert [row[5] for row in rows[1:]] == [row[5] for row in meant]
