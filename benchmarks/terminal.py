"""A program on a pseudo terminal, each piece of its output stamped with the time at which it came."""

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pyte

COLUMNS, LINES = 120, 40
_PIECE = 65_536
_QUIET_SECONDS = 0.08
_PATIENCE_SECONDS = 20.0
# A terminal that paints whole frames says so when it is asked; the program then marks where each begins and ends.
_ASKS_FOR_FRAMES, _HAS_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_IN_FRAME = 2026 << 5

Lines = list[str]
Holds = Callable[[Lines], bool]


@dataclass(frozen=True, slots=True)
class Piece:
    """What one read gave, and when, in seconds of `time.perf_counter`."""

    at: float
    data: bytes


class Terminal:
    """Reads first and looks later: the screen is worked out when the program is quiet, so that no read waits for it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, quit_key: str) -> None:
        self._quit_key = quit_key
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.began = time.perf_counter()
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            command[0], list(command[1:]), env=dict(environment), cwd=str(folder), dimensions=(LINES, COLUMNS)
        )

    @property
    def lines(self) -> Lines:
        """What the screen shows."""
        return list(self._screen.display)

    @property
    def process(self) -> int:
        """The program's process id."""
        return self._child.pid or 0

    def press(self, key: str, *wanted: Holds) -> list[float]:
        """Milliseconds from the key to the end of the first whole frame in which each condition holds.

        Raises TimeoutError where one never does.
        """
        began = time.perf_counter()
        os.write(self._child.child_fd, key.encode())
        return [(at - began) * 1000 for at in self._seen(wanted, key)]

    def wait(self, *wanted: Holds) -> list[float]:
        """The same from the start of the program."""
        return [(at - self.began) * 1000 for at in self._seen(wanted, "the start")]

    def close(self) -> None:
        """Ends the program by its own key, or by force."""
        os.write(self._child.child_fd, self._quit_key.encode())
        with contextlib.suppress(pexpect.TIMEOUT):
            self._child.expect(pexpect.EOF, timeout=10)
        self._child.close(force=True)

    def _seen(self, wanted: Sequence[Holds], after: str) -> list[float]:
        found: dict[int, float] = {}
        until = time.monotonic() + _PATIENCE_SECONDS
        while len(found) < len(wanted):
            if time.monotonic() > until:
                raise TimeoutError("\n".join([f"What {after!r} should bring never came:", *self.lines]))
            for piece in list(self._pieces()):
                self._stream.feed(piece.data)
                if _IN_FRAME not in self._screen.mode:
                    lines = self.lines
                    found |= {n: piece.at for n, holds in enumerate(wanted) if n not in found and holds(lines)}
        return [found[number] for number in range(len(wanted))]

    def _pieces(self) -> Iterator[Piece]:
        """What comes until nothing has come for a while."""
        descriptor = self._child.child_fd
        while select.select([descriptor], [], [], _QUIET_SECONDS)[0]:
            data = os.read(descriptor, _PIECE)
            yield Piece(time.perf_counter(), data)
            if _ASKS_FOR_FRAMES in data:
                os.write(descriptor, _HAS_FRAMES)


@contextlib.contextmanager
def terminal(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, quit_key: str = "q"
) -> Iterator[Terminal]:
    """The program while the block runs."""
    opened = Terminal(command, environment, folder, quit_key)
    try:
        yield opened
    finally:
        opened.close()


def is_painted(lines: Lines) -> bool:
    """Whether anything but blanks stands on the screen."""
    return any(line.strip() for line in lines)
