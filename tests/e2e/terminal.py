"""The installed program in a real terminal: keys go in, the screen is read as a person would."""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pexpect
import pyte

PATIENCE = 90.0
"""Seconds until a condition that a test waits for has failed."""


def program() -> str:
    """The installed command, beside the interpreter that runs the tests or on the path."""
    beside = Path(sys.executable).with_name("smsreport")
    found = str(beside) if beside.exists() else shutil.which("smsreport")
    assert found is not None, "the program is not installed: run `python3 run.py test`"
    return found


class Terminal:
    """A program on a pty, its output on a screen in memory."""

    def __init__(self, child: "pexpect.spawn[bytes]", columns: int, lines: int) -> None:
        self.child = child
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""

    def press(self, keys: str) -> None:
        """Type as on a keyboard."""
        self.child.send(keys)

    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, name: str, holds: Callable[[str], bool]) -> str:
        """Read on until the screen holds the condition; fails with its name and the screen."""
        until = time.monotonic() + PATIENCE
        while not holds(self.text()):
            assert time.monotonic() < until, f"waited in vain for {name}:\n{self.text()}"
            self._read()
        return self.text()

    def wait_for(self, *words: str) -> str:
        """Read on until all these words stand on the screen."""
        return self.wait(f"{words}", lambda text: all(word in text for word in words))

    def wait_end(self) -> int:
        """Read on until the program has ended; its exit code, or the negative signal."""
        while self._read():
            pass
        self.child.wait()
        return self.child.exitstatus if self.child.exitstatus is not None else -(self.child.signalstatus or 0)

    def _read(self) -> bool:
        try:
            data = self.child.read_nonblocking(65_536, timeout=0.2)
        except pexpect.TIMEOUT:
            return True
        except (pexpect.EOF, OSError):
            return False
        self.raw += data
        self._stream.feed(data)
        return True


@contextlib.contextmanager
def terminal(
    *words: str, folder: Path, columns: int = 120, lines: int = 40, extra: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """The program with these words in a terminal of its own, its files under `folder`."""
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SMSREPORT_")},
        **homes,
        "HOME": str(folder),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        **(extra or {}),
    }
    child: pexpect.spawn[bytes] = pexpect.spawn(
        program(), list(words), env=environment, cwd=str(folder), dimensions=(lines, columns), timeout=PATIENCE
    )
    try:
        yield Terminal(child, columns, lines)
    finally:
        child.close(force=True)
