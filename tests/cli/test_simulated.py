"""The simulator as a command, a store mirrored from a hostile world, and the demo in a terminal."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from smsreport_tui.paths import own_command
from smsreport_tui.simulator.run import running
from smsreport_tui.simulator.world import WorldConfig
from tests.cli.conftest import Ask

TABS = ("sent", "delivered", "clicks", "links", "bounces", "unsubscribe")


def started(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        own_command("simulate", "--profiles", "50", "--activities", "2", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    word, url = process.stdout.readline().split()
    assert word == "ready"
    assert url.startswith("http://127.0.0.1:")
    return url


def status(url: str, token: str) -> int:
    request = urllib.request.Request(f"{url}/v1/info", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_simulator_says_where_it_is_and_ends_when_told(user: Path, number: signal.Signals) -> None:
    process = started()
    assert status(address(process), "anything") == 200
    process.send_signal(number)
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (130, "", "")


def test_the_simulator_takes_only_the_token_of_its_environment(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "right")
    process = started("--with-parent")
    url = address(process)
    assert (status(url, "right"), status(url, "wrong")) == (200, 401)
    # Closing its input ends it.
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_fault_that_nobody_knows(ask: Ask) -> None:
    answer = ask("simulate", "--faults", "sloth")
    assert (answer.code, answer.out) == (1, "")
    assert "429" in answer.err


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirrored")
    environ = os.environ | {"HOME": str(folder), "SMSREPORT_TOKEN": "any", "XDG_STATE_HOME": str(folder)}
    store = folder / "store.db"
    with running(WorldConfig(profiles=300, activities=4, hostile=True), frozenset({"malformed"})) as simulator:
        done = subprocess.run(
            own_command("--store", str(store), "--gateway", simulator.url, "sync", "--json"),
            env=environ,
            check=True,
            capture_output=True,
        )
    assert json.loads(done.stdout)["quarantined"] > 0
    return store


@pytest.fixture
def hostile(mirrored: Path, user: Path) -> Path:
    path = user / "store.db"
    shutil.copy(mirrored, path)
    return path


def keys_and_texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_and_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_and_texts(inner)
    elif isinstance(value, str):
        yield value


def test_a_hostile_world_is_shown_without_a_control_byte(ask: Ask, hostile: Path) -> None:
    def checked(*arguments: str) -> str:
        answer = ask("--store", str(hostile), *arguments)
        assert (answer.code, answer.err) == (0, "")
        bad = [char for char in answer.out if char != "\n" and (char < " " or "\x7f" <= char <= "\x9f")]
        assert bad == []
        return answer.out

    activities = json.loads(checked("activities", "--json"))
    checked("activities")
    seen: set[str] = set()
    for activity in activities:
        checked("report", "--", activity["id"])
        report = json.loads(checked("report", "--json", "--", activity["id"]))
        assert report["sent"] == sum(report[name] for name in ("delivered", "soft", "hard", "rejected", "pending"))
        seen.update(keys_and_texts(report))
        for tab in TABS:
            checked("list", "--", activity["id"], tab)
            rows = json.loads(checked("list", "--json", "--", activity["id"], tab))
            assert len(rows["rows"]) == min(25, rows["total"])
            seen.update(keys_and_texts(rows))
            for row in rows["rows"][:2]:
                if "profile" in row:
                    checked("profile", "--", row["profile"])
                    seen.update(keys_and_texts(json.loads(checked("profile", "--json", "--", row["profile"]))))
    # The text came through as it was: JSON holds it escaped, people see it disarmed.
    assert any("\x1b" in text for text in seen)


def test_totals_lists_and_files_agree(ask: Ask, hostile: Path, user: Path) -> None:
    activity = ask("--store", str(hostile), "activities", "--json").document[0]["id"]
    for tab in TABS:
        total = ask("--store", str(hostile), "list", activity, tab, "--json").document["total"]
        file = user / f"{tab}.csv"
        assert ask("--store", str(hostile), "export", activity, tab, str(file)).out.startswith(f"{total} row")


def living() -> dict[int, int]:
    """Every process that has not ended, with its parent."""
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in lines.splitlines()]
    return {int(pid): int(parent) for pid, parent, state, *_ in rows if not state.startswith("Z")}


def children_of(process: "pexpect.spawn[str]") -> set[int]:
    return {pid for pid, parent in living().items() if parent == process.pid}


def have_ended(pids: set[int], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while pids & living().keys():
        if time.monotonic() > deadline:
            return False
    return True


@pytest.fixture
def demo(user: Path, tmp_path: Path) -> Iterator["pexpect.spawn[str]"]:
    (tmp_path / "tmp").mkdir()
    command, *arguments = own_command("demo", "--profiles", "60", "--activities", "3")
    environ = os.environ | {"TERM": "xterm-256color", "TMPDIR": str(tmp_path / "tmp")}
    environ.pop("COLUMNS")
    process = pexpect.spawn(command, arguments, dimensions=(30, 100), env=environ, timeout=60, encoding="utf-8")
    yield process
    process.close(force=True)


def test_the_demo_opens_on_live_data_and_leaves_nothing(demo: "pexpect.spawn[str]", tmp_path: Path) -> None:
    demo.expect("3 activities")
    assert list((tmp_path / "tmp").iterdir()) != []
    children = children_of(demo)
    assert len(children) >= 1
    demo.send("q")
    demo.expect(pexpect.EOF)
    demo.close()
    assert demo.exitstatus == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert have_ended(children)


def test_the_demos_children_end_with_it_even_when_it_is_killed(demo: "pexpect.spawn[str]") -> None:
    demo.expect("Sync ● on")
    children = children_of(demo)
    assert len(children) == 2
    demo.kill(signal.SIGKILL)
    assert have_ended(children)


def test_an_interrupted_demo_leaves_nothing(demo: "pexpect.spawn[str]", tmp_path: Path) -> None:
    demo.expect("3 activities")
    demo.kill(signal.SIGTERM)
    demo.expect(pexpect.EOF)
    demo.close()
    assert demo.exitstatus == 143
    assert list((tmp_path / "tmp").iterdir()) == []
