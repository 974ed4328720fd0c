"""The app's child processes: the background worker it keeps, and a task with progress that it may cancel.

Work in another process does not hold up the painting (design.md, Processes), and both end with the app.
"""

import contextlib
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, NamedTuple

GRACE_SECONDS = 5.0
_LONGEST_LINE = 4_000
_LONGEST_PRINTED = 1_000_000
CANCELLED_CODE = 130


class KeptChild:
    """A child that ends when its standard input closes, so that it never outlives the app, not even a killed one."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._last_line = ""

    def start(self) -> None:
        """Starts it unless it runs; a command that can not be started is told by `problem`."""
        if self.alive:
            return
        self._last_line = ""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command comes from the program itself
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        except OSError as error:
            self._last_line = f"The background worker could not start: {error.strerror}."
            return
        threading.Thread(target=self._listen, args=(self._process,), name="worker-errors", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def problem(self) -> str | None:
        """Why it is not running any more, in its own last words; None while it runs or when it ended well."""
        if self.alive:
            return None
        if self._process is None:
            return self._last_line or None
        code = self._process.returncode
        if code == 0:
            return None
        return self._last_line or f"The background worker ended with code {code}: press r to start it again."

    def wake(self) -> None:
        """Asks it for a pass at once; a worker that does not read its input is not harmed by the line."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(b"sync\n")
                self._process.stdin.flush()

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Closes its input, waits, then insists."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        _end(process, grace)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        for line in _lines(process):
            self._last_line = line


class Outcome(NamedTuple):
    """How a task ended: its exit code, its last words when it failed, and what it printed where that was kept."""

    code: int
    message: str
    printed: str = ""

    @property
    def done(self) -> bool:
        return self.code == 0


class Task:
    """A child that reports `progress DONE TOTAL` lines on standard error, and is cancelled by SIGTERM.

    With `keeps` what it prints is in its outcome; `what` names it where it can not start.
    """

    def __init__(self, command: Sequence[str], what: str = "The export", *, keeps: bool = False) -> None:
        self._command = list(command)
        self._what = what
        self._keeps = keeps
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = threading.Event()

    def run(self, on_progress: Callable[[int, int], None]) -> Outcome:
        """Runs it to its end; blocks, so call it in a thread. `on_progress` gets done and total rows."""
        if not self._keeps:
            return self._run(on_progress, None)
        # A file takes whatever the child prints, while its other stream is read.
        with tempfile.TemporaryFile() as printed:
            outcome = self._run(on_progress, printed)
            printed.seek(0)
            return outcome._replace(printed=printed.read(_LONGEST_PRINTED).decode("utf-8", "replace"))

    def _run(self, on_progress: Callable[[int, int], None], printed: IO[bytes] | None) -> Outcome:
        if self._cancelled.is_set():
            return Outcome(CANCELLED_CODE, "")
        try:
            process = subprocess.Popen(  # noqa: S603 - the command comes from the program itself
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if printed is None else printed,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            return Outcome(1, f"{self._what} could not start: {error.strerror}.")
        self._process = process
        if self._cancelled.is_set():
            process.terminate()
        last = ""
        for line in _lines(process):
            numbers = parse_progress(line)
            if numbers is None:
                last = line
            else:
                on_progress(*numbers)
        code = process.wait()
        return Outcome(CANCELLED_CODE if self._cancelled.is_set() and code != 0 else code, last)

    def cancel(self) -> None:
        """Asks it to stop; `run` returns when it has."""
        self._cancelled.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Cancels and waits, then insists."""
        self.cancel()
        if self._process is not None:
            _end(self._process, grace)


def run_with_input(command: Sequence[str], text: str) -> Outcome:
    """Runs a command that reads `text` from its standard input; blocks. Its last line is the outcome's message."""
    try:
        done = subprocess.run(  # noqa: S603 - the command comes from the program itself
            list(command), input=text.encode(), capture_output=True, check=False
        )
    except OSError as error:
        return Outcome(1, f"The command could not start: {error.strerror}.")
    said = (done.stderr if done.returncode else done.stdout).decode("utf-8", "replace").strip()
    return Outcome(done.returncode, said.splitlines()[-1][:_LONGEST_LINE] if said else "")


def parse_progress(line: str) -> tuple[int, int] | None:
    """The done and total rows of a `progress DONE TOTAL` line, or None for any other line."""
    match line.split():
        case ["progress", done, total] if _is_count(done) and _is_count(total):
            return int(done), int(total)
    return None


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 15


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    stream = process.stderr
    if stream is None:
        return
    with stream:
        while raw := stream.readline(_LONGEST_LINE):
            if line := raw.decode("utf-8", "replace").strip():
                yield line


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    try:
        process.wait(grace)
        return
    except subprocess.TimeoutExpired:
        process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
