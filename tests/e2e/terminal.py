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
from rich.cells import cell_len

PATIENCE = float(os.environ.get("SMSREPORT_PATIENCE", "90"))
"""Seconds until a condition that a test waits for has failed."""

# Sizes in the environment would win over the terminal's own.
_NOT_HANDED_ON = ("SMSREPORT_", "COLUMNS", "LINES")


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
        self.raw = bytearray()
        self._lines: dict[int, str] = {}

    def press(self, keys: str) -> None:
        """Type as on a keyboard."""
        self.child.send(keys)

    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self.lines())

    def lines(self) -> list[str]:
        """The lines of the screen in their full width; only those that have changed are put together anew."""
        for line in self.screen.dirty:
            row = self.screen.buffer[line]
            # The second cell of a wide character is empty.
            self._lines[line] = "".join(row[column].data for column in range(self.screen.columns))
        self.screen.dirty.clear()
        return [self._lines.get(line, "") for line in range(self.screen.lines)]

    def rest(self) -> str:
        """Read on until the program writes no more for a moment: what stands there then has found its place."""
        until = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < until, f"the screen never rests:\n{self.text()}"
        return self.text()

    def place(self, words: str, *, last: bool = False) -> tuple[int, int]:
        """Column and line, from 1, of the middle of the first or the last of these words on the screen."""
        lines = self.lines()
        found = [(line, text.find(words)) for line, text in enumerate(lines, 1) if words in text]
        assert found, f"{words!r} is not on the screen:\n{self.text()}"
        line, start = found[-1 if last else 0]
        before = lines[line - 1][: start + len(words) // 2]
        return cell_len(before) + 1, line

    def click(self, words: str, times: int = 1, *, last: bool = False) -> None:
        """Click on words that stand on the screen, twice for a double click."""
        self.wait_for(words)
        self.rest()
        self.click_at(*self.place(words, last=last), times)

    def click_at(self, column: int, line: int, times: int = 1) -> None:
        """Click on a cell, counted from 1, the button pressed and let go each time."""
        self.press(f"\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m" * times)

    def point(self, words: str) -> None:
        """Move the mouse onto words that stand on the screen."""
        self.rest()
        column, line = self.place(words)
        self.press(f"\x1b[<35;{column};{line}M")

    def wheel(self, words: str, turns: int) -> None:
        """Turn the wheel over words that stand on the screen, down or, by a negative number, up."""
        self.rest()
        column, line = self.place(words)
        self.press(f"\x1b[<{64 if turns < 0 else 65};{column};{line}M" * abs(turns))

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; the program is told by the system, as by a real one."""
        self.read_waiting()
        self.screen.resize(lines, columns)
        self.screen.dirty.update(range(lines))
        self.child.setwinsize(lines, columns)

    def read_waiting(self) -> None:
        """Read what the program has written already."""
        while self._read(0):
            pass

    def wait(self, name: str, holds: Callable[[str], bool]) -> str:
        """Read on until the screen holds the condition; fails with its name and the screen."""
        until = time.monotonic() + PATIENCE
        while not holds(self.text()):
            assert time.monotonic() < until, f"waited in vain for {name}:\n{self.text()}"
            self._read()
            self.read_waiting()
        return self.text()

    def wait_for(self, *words: str) -> str:
        """Read on until all these words stand on the screen."""
        return self.wait(f"{words}", lambda text: all(word in text for word in words))

    def wait_gone(self, *words: str) -> str:
        """Read on until none of these words stands on the screen."""
        return self.wait(f"no {words}", lambda text: not any(word in text for word in words))

    def wait_end(self) -> int:
        """Read on until the program has ended; its exit code, or the negative signal."""
        until = time.monotonic() + PATIENCE
        while self._read() is not None:
            assert time.monotonic() < until, f"the program does not end:\n{self.text()}"
        self.child.wait()
        return self.child.exitstatus if self.child.exitstatus is not None else -(self.child.signalstatus or 0)

    def _read(self, seconds: float = 0.1) -> bytes | None:
        """What came within the time, nothing if nothing did, None if the program has ended."""
        try:
            data = self.child.read_nonblocking(65_536, timeout=seconds)
        except pexpect.TIMEOUT:
            return b""
        except (pexpect.EOF, OSError):
            return None
        self.raw += data
        self._stream.feed(data)
        return bytes(data)


@contextlib.contextmanager
def terminal(
    *words: str, folder: Path, columns: int = 120, lines: int = 40, extra: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """The program with these words in a terminal of its own, its files under `folder`."""
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(_NOT_HANDED_ON)},
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
