"""The app in a real terminal: it leaves it clean however it ends, and its worker never outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).parent.parent
LONGEST_SECONDS = 60
LEAVES_ALTERNATE_SCREEN = "\x1b[?1049l"
SHOWS_CURSOR = "\x1b[?25h"
MOUSE_OFF = "\x1b[?1000l"


@contextmanager
def running(log: Path, *arguments: str) -> "Iterator[pexpect.spawn[str]]":
    """The program in a pseudo-terminal of 80 by 24."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "tests.screens.fake_program", str(log), *arguments],
        cwd=str(ROOT),
        env={**os.environ, "TERM": "xterm-256color"},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=LONGEST_SECONDS,
    )
    try:
        yield child
    finally:
        # A test may have closed the terminal already.
        with suppress(OSError):
            child.close(force=True)


def until(what: str, holds: Callable[[], bool]) -> None:
    """Waits for a condition by its name."""
    end = time.monotonic() + LONGEST_SECONDS
    while not holds():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process runs (one that ended and waits to be collected does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        return subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 0
    return state != "Z"


def ended(child: "pexpect.spawn[str]") -> str:
    """What it wrote until it ended."""
    child.expect(pexpect.EOF)
    child.wait()
    return str(child.before)


def test_quit_leaves_a_clean_terminal(tmp_path: Path) -> None:
    with running(tmp_path / "log") as child:
        child.expect("40 activities")
        child.send("q")
        written = ended(child)
    assert child.exitstatus == 0
    assert LEAVES_ALTERNATE_SCREEN in written
    assert SHOWS_CURSOR in written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_a_clean_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path / "log") as child:
        child.expect("40 activities")
        child.kill(number)
        written = ended(child)
    assert child.exitstatus == 128 + number
    for sequence in (LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR, MOUSE_OFF):
        assert sequence in written
    assert "Traceback" not in written


def test_a_crash_prints_one_line_and_logs_no_secret(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(log, "crash") as child:
        child.expect("40 activities")
        child.send("\r")
        written = ended(child)
    assert child.exitstatus == 1
    after = written.rpartition(SHOWS_CURSOR)[2]
    said = [line for line in after.replace("\x1b[?1004l", "").splitlines() if line.strip()]
    assert len(said) == 1
    assert "ZeroDivisionError" in said[0]
    assert str(log) in said[0]
    assert "SECRET-TOKEN" not in written
    assert "ZeroDivisionError" in log.read_text()


def test_the_worker_ends_with_the_app(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with running(tmp_path / "log", "worker", str(told)) as child:
        until("the worker started", lambda: told.exists() and told.read_text() != "")
        child.expect("40 activities")
        child.send("q")
        ended(child)
        assert not alive(int(told.read_text()))
    assert child.exitstatus == 0


def test_the_worker_ends_with_a_killed_app(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with running(tmp_path / "log", "worker", str(told)) as child:
        until("the worker started", lambda: told.exists() and told.read_text() != "")
        child.kill(signal.SIGKILL)
        ended(child)
        until("the worker ended", lambda: not alive(int(told.read_text())))
        assert child.signalstatus == signal.SIGKILL


def test_the_app_ends_when_its_terminal_goes_away(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with running(tmp_path / "log", "worker", str(told)) as child:
        child.expect("40 activities")
        until("the worker started", lambda: told.exists() and told.read_text() != "")
        pid = int(child.pid or 0)
        os.close(child.child_fd)
        until("the app ended", lambda: not alive(pid))
        until("the worker ended", lambda: not alive(int(told.read_text())))
        assert not alive(pid)


def test_refuses_politely_without_a_terminal(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.fake_program", str(tmp_path / "log")],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert "needs a terminal" in run.stderr
    assert "smsreport activities --json" in run.stderr
    assert run.stderr.count("\n") == 1


def test_paints_twice_as_often_as_textual_would_unless_the_operator_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "import textual.constants; print(textual.constants.MAX_FPS)"
    program = f"from smsreport_tui.terminal import paint_promptly; paint_promptly(); {asked}"

    def frames() -> str:
        return subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

    monkeypatch.delenv("TEXTUAL_FPS", raising=False)
    assert frames() == "120\n"
    monkeypatch.setenv("TEXTUAL_FPS", "30")
    assert frames() == "30\n"
