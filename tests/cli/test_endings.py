"""Exit codes, and that nothing ends in a traceback, whoever closes what."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.paths import own_command
from tests.cli.conftest import Ask


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "nonsense"),
        (("report",), "ACTIVITY"),
        (("list", "A1", "opens"), "unsubscribe"),
        (("activities", "--yaml"), "--yaml"),
        (("--store",), "--store"),
        (("simulate", "--port", "70000"), "70000"),
        (("completion", "tcsh"), "zsh"),
        (("report", "\x1b[2J", "x"), "Error"),
    ],
)
def test_wrong_usage_is_two_and_says_what_is_right(ask: Ask, arguments: tuple[str, ...], words: str) -> None:
    answer = ask(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert "--help` tells more." in answer.err
    assert "\x1b" not in answer.err


def test_a_wrong_configuration_is_one_sentence(ask: Ask, user: Path) -> None:
    (user / "config.toml").write_text("nonsense = 1")
    answer = ask("--config", str(user / "config.toml"), "activities")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        f"{user}/config.toml, line 1: there is no setting 'nonsense': known are account, accounts, "
        "allowed_hours, export_folder, gateway, keys, store, sync_interval, theme, time_zone, token_file.\n"
    )


def test_a_fault_of_the_program_is_one_sentence_and_the_log_has_no_secret(
    ask: Ask, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Surroundings) -> None:
        msisdn = "+46700000011"
        raise ZeroDivisionError(f"with {msisdn}")

    monkeypatch.setattr(Surroundings, "reports", fail)
    answer = ask("activities", "--json")
    log = user / "state" / "smsreport" / "smsreport.log"
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        f"Something went wrong (ZeroDivisionError), and it is the program's own fault: the log at {log} "
        "has the details.\n"
    )
    assert "Traceback" in log.read_text()
    assert "46700000011" not in log.read_text()


def test_an_interruption_is_130(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Surroundings) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Surroundings, "reports", interrupt)
    answer = ask("activities")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.strip() == ""


@pytest.mark.parametrize("arguments", ["activities", "activities --json", "report A1", "--help", "logs"])
def test_a_reader_who_leaves_is_no_error(store: Path, arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(own_command(*arguments.split()), stdout=writer, stderr=subprocess.PIPE, env=os.environ)
    os.close(writer)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", ["activities", "activities --json", "--version"])
def test_output_that_can_not_be_written_is_a_failure(store: Path, arguments: str) -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(own_command(*arguments.split()), stdout=full, stderr=subprocess.PIPE, env=os.environ)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors.decode().startswith("The output could not be written (No space left on device)")
    assert errors.count(b"\n") == 1


def test_closed_streams_do_no_harm(store: Path) -> None:
    command = subprocess.list2cmdline(own_command("report", "A1", "--json"))
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        done = subprocess.run(["sh", "-c", f"{command} {closed}"], env=os.environ, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    assert store.read_bytes()[:15] == b"SQLite format 3"


@pytest.mark.parametrize(
    "environ", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}]
)
def test_a_terminal_that_knows_only_ascii(ask_apart: Ask, store: Path, environ: dict[str, str]) -> None:
    for arguments in (("report", "A1"), ("activities",), ("list", "A1", "bounces")):
        answer = ask_apart(*arguments, **environ)
        assert (answer.code, answer.err) == (0, "")
    assert ask_apart("activities", "--json", **environ).document[0]["name"] == "Spring sale"


def test_no_colours_into_a_pipe(ask_apart: Ask, store: Path) -> None:
    assert "\x1b" not in ask_apart("report", "A1", TERM="xterm-256color").out


def test_verbose_may_stand_before_and_after_the_command(ask: Ask, store: Path) -> None:
    for arguments in (("--verbose", "activities", "--json"), ("activities", "--json", "--verbose")):
        assert ask(*arguments).document[0]["id"] == "A1"
