"""What the screen tests do and read: an app on a fake source, waiting for a condition by its name, the text shown."""

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from textual.pilot import Pilot
from textual.screen import Screen

from smsreport_tui.app import SmsReportApp
from smsreport_tui.rules.clock import FixedClock
from smsreport_tui.services.session import Session
from tests.screens.fake_source import NOW, FakeSource

SIZES = ((80, 24), (120, 40), (200, 60))
LONGEST_SECONDS = 20.0


def no_export(_wish: object) -> list[str]:
    return [sys.executable, "-c", ""]


def session_of(source: FakeSource, folder: Path = Path("/nonexistent")) -> Session:
    """A session on a fake source with a clock that stands still and no worker."""
    return Session(
        open_source=lambda: source,
        export_command=no_export,
        people_command=no_export,
        export_dir=folder,
        log_path=folder / "smsreport.log",
        gateway="https://gateway.example",
        clock=FixedClock(NOW),
    )


def app_of(session: Session) -> SmsReportApp:
    """An app that looks at its source more often than an operator's."""
    app = SmsReportApp(session)
    app.poll_seconds = 0.02
    return app


def screen_lines(screen: Screen[object]) -> list[str]:
    """The text of a screen as it is painted, line by line."""
    return ["".join(segment.text for segment in strip) for strip in screen._compositor.render_strips()]


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(line.rstrip() for line in screen_lines(pilot.app.screen))


async def until(pilot: Pilot[None], what: str, holds: Callable[[], bool]) -> None:
    """Lets the app go on until the condition holds; fails with its name and the screen."""
    end = monotonic() + LONGEST_SECONDS
    while not holds():
        assert monotonic() < end, f"never came: {what}\n{screen_text(pilot)}"
        await pilot.pause(0.01)
    await pilot.pause()


async def shows(pilot: Pilot[None], text: str) -> bool:
    """Waits until the text stands on the screen: true, or the test fails with the screen."""
    await until(pilot, f"{text!r} on the screen", lambda: text in screen_text(pilot))
    return text in screen_text(pilot)


async def hides(pilot: Pilot[None], text: str) -> bool:
    """Waits until the text stands on the screen no more."""
    await until(pilot, f"no {text!r} on the screen", lambda: text not in screen_text(pilot))
    return text not in screen_text(pilot)


async def says(pilot: Pilot[None], words: str) -> bool:
    """Waits until a notice holds the words; on the screen its lines may be broken."""
    await until(pilot, f"a notice {words!r}", lambda: words in " ".join(told(pilot)))
    return words in " ".join(told(pilot))


def told(pilot: Pilot[None]) -> list[str]:
    """The notices that stand on the screen."""
    return [notice.message for notice in pilot.app._notifications]


async def open_report(pilot: Pilot[None]) -> None:
    """From the start to the report of the first activity, its list filled."""
    await shows(pilot, "Spring sale · SE")
    await pilot.press("enter")
    await shows(pilot, "9\u202f120 shown")
