"""The terminal around the app: refused politely where there is none, given back whole however the app ends."""

import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

# How long an app that was told to end may take before the process ends without it.
GRACE_SECONDS = 8.0
ORPHAN_SECONDS = 1.0
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
# Mouse, focus and paste reports off, keyboard protocol back, wrapping on, main screen, cursor shown.
FRAMES_VARIABLE, FRAMES = "TEXTUAL_FPS", "120"
"""Textual paints sixty times a second unless told otherwise, and a key waits for the next frame: 16 ms at most."""
_RESET = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l\x1b[?2004l\x1b[?2048l"
    "\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"
)


def in_browser() -> bool:
    """Whether the app is painted into a page of `smsreport serve`, over pipes."""
    return os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def ascii_only(environment: Mapping[str, str]) -> bool:
    """Whether the locale that the operator set says that the terminal does not speak UTF-8; unset says nothing."""
    named = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name))), None)
    if named is None or in_browser():
        return False
    charset = named.partition(".")[2].partition("@")[0]
    # A bare language, as in LANG=sv_SE, does not name its characters; C and POSIX do.
    return named in {"C", "POSIX"} or bool(charset and charset.replace("-", "").lower() != "utf8")


@contextlib.contextmanager
def ended_with_the_page(end: Callable[[int], None]) -> Iterator[None]:
    """While inside, the end of the server that started this program calls `end`, even after SIGKILL."""
    server, stop = os.getppid(), threading.Event()

    def watch() -> None:
        while not stop.wait(ORPHAN_SECONDS):
            if os.getppid() != server:
                end(0)
                return

    if in_browser():
        threading.Thread(target=watch, name="server-watch", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def paint_promptly() -> None:
    """Has Textual paint twice as often; to be called before it is imported. An operator's own wish stays.

    Threads that read the store give way to the one that paints after a millisecond, where Python lets them go on for
    five.
    """
    os.environ.setdefault(FRAMES_VARIABLE, FRAMES)
    sys.setswitchinterval(0.001)


def refuse_without_terminal() -> str | None:
    """Why the app can not run here, and what to do instead; None where it can."""
    if in_browser() or (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return (
        "smsreport opens an app and needs a terminal for its input and output."
        " In a script use its commands, for example `smsreport activities --json`; `smsreport --help` lists them."
    )


@contextlib.contextmanager
def given_back() -> Iterator[Callable[[], None]]:
    """Keeps the terminal's modes and puts them back at the end; yields what does so at once."""
    try:
        modes = termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, OSError, ValueError):
        modes = None

    def give_back() -> None:
        # A terminal that has gone away (SIGHUP) refuses both, and then nothing is left to give back.
        with contextlib.suppress(OSError, ValueError):
            if sys.stdout.isatty():
                os.write(sys.stdout.fileno(), _RESET.encode())
        if modes is not None:
            with contextlib.suppress(termios.error, OSError, ValueError):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)

    try:
        yield give_back
    except BaseException:
        give_back()
        raise
    if modes is not None:
        with contextlib.suppress(termios.error, OSError, ValueError):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)


@contextlib.contextmanager
def ended_by_signals(end: Callable[[int], None], give_back: Callable[[], None]) -> Iterator[None]:
    """While inside, SIGTERM, SIGHUP and SIGINT call `end` with the exit code; an app that hangs is left behind."""

    def insist(code: int) -> None:
        give_back()
        os._exit(code)

    def on_signal(number: int, _frame: FrameType | None) -> None:
        code = 128 + number
        timer = threading.Timer(GRACE_SECONDS, insist, (code,))
        timer.daemon = True
        timer.start()
        end(code)

    before = {number: signal.signal(number, on_signal) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
