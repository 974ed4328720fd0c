"""Sync and the worker, against a gateway on loopback."""

import json
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.paths import own_command
from tests.cli.conftest import Ask
from tests.cli.feed import TOKEN
from tests.gateways.standin import Handler, StandIn


def test_a_sync_fills_the_store_and_tells_what_was_new(ask: Ask, gateway: StandIn, user: Path) -> None:
    first = ask("sync", "--json")
    assert (first.code, first.err) == (0, "")
    assert first.document.pop("seconds") >= 0
    assert list(first.document)[-1] == "seconds"
    assert {key: value for key, value in first.document.items() if key != "seconds"} == {
        "activities": 2,
        "profiles": 3,
        "events": 6,
        "duplicates": 1,
        "quarantined": 1,
    }
    store = user / "data" / "smsreport" / "smsreport.db"
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    again = ask("sync")
    assert again.code == 0
    assert again.out.startswith("New or changed: 0 activities, 0 profiles, 0 events · took ")


def test_global_options_and_a_token_file_do_the_same(ask: Ask, gateway: StandIn, user: Path, monkeypatch: Any) -> None:
    for name in ("SMSREPORT_GATEWAY", "SMSREPORT_TOKEN"):
        monkeypatch.delenv(name)
    file = user / "token"
    file.write_text(f"{TOKEN}\n")
    monkeypatch.setenv("SMSREPORT_TOKEN_FILE", str(file))
    file.chmod(0o644)
    refused = ask("--gateway", gateway.url, "sync")
    assert refused.code == 1
    assert "chmod 600" in refused.err
    assert gateway.asked == []
    file.chmod(0o600)
    assert ask("--gateway", gateway.url, "--store", str(user / "own.db"), "sync").code == 0
    assert (user / "own.db").exists()


def test_what_hinders_a_sync_is_a_sentence(ask: Ask, gateway: StandIn, monkeypatch: Any) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "wrong-t0ken")
    refused = ask("sync", "--json")
    assert (refused.code, refused.out) == (1, "")
    assert "refuses the token" in refused.err
    assert "wrong-t0ken" not in refused.err
    monkeypatch.delenv("SMSREPORT_TOKEN")
    assert "There is no token" in ask("sync").err
    monkeypatch.delenv("SMSREPORT_GATEWAY")
    assert "No gateway is configured" in ask("sync").err
    assert "the token would travel in clear" in ask("--gateway", "http://sms.example.com", "sync").err


def test_one_pass_of_the_worker(ask: Ask, gateway: StandIn) -> None:
    answer = ask("worker", "--once", "--json")
    assert answer.code == 0
    assert answer.out == '{"synced": 6, "due": 0, "sent": 0, "held": 0, "postponed": 0, "suppressed": 0}\n'
    assert "0 new events" in ask("worker", "--once").out


def test_a_pass_that_fails_ends_with_one(ask: Ask, gateway: StandIn, monkeypatch: Any) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "wrong")
    answer = ask("worker", "--once", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert "refuses the token" in answer.err


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(user: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            own_command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGINT, 130)])
def test_a_worker_ends_at_once_when_told(start: Start, gateway: StandIn, number: signal.Signals, code: int) -> None:
    process = start("worker", "--json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["synced"] == 6
    process.send_signal(number)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (code, "")


def test_a_worker_with_a_parent_ends_with_it(start: Start, gateway: StandIn) -> None:
    process = start("worker", "--json", "--with-parent")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["synced"] == 6
    assert process.stdin is not None
    process.stdin.write("sync\n")
    # Closes its input, then waits.
    process.communicate(timeout=10)
    assert process.returncode == 0


@pytest.mark.parametrize("arguments", [["--with-parent"], []])
def test_only_a_worker_of_the_app_leaves_the_processor_to_it(
    start: Start, gateway: StandIn, arguments: list[str]
) -> None:
    process = start("worker", "--json", *arguments)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["synced"] == 6
    own = os.getpriority(os.PRIO_PROCESS, 0)
    is_nicer = os.getpriority(os.PRIO_PROCESS, process.pid) > own
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert is_nicer is (bool(arguments) and own < 19)


def test_a_sync_that_is_interrupted_leaves_a_store_to_go_on_with(start: Start, ask: Ask, gateway: StandIn) -> None:
    served = gateway.otherwise
    reached: list[str] = []

    def hang(handler: Handler) -> None:
        if "events" in handler.path and "cursor" in handler.path:
            # No answer, and no end of the connection either: the request is under way when the signal comes.
            process.send_signal(signal.SIGTERM)
            reached.append(handler.path)
            handler.rfile.read(1)
        else:
            served(handler)

    gateway.otherwise = hang
    process = start("sync", "--json")
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (130, "", "")
    assert reached
    gateway.otherwise = served
    assert ask("sync", "--json").document["events"] > 0
    assert ask("report", "A1", "--json").document["sent"] == 3
