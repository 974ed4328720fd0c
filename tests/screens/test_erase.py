"""Erasing a person from the profile: asked for by a word, done by the command, told when it fails."""

import sys
from collections.abc import Callable
from dataclasses import replace

from textual.pilot import Pilot

from screens.erase import EraseScreen
from screens.profile import ProfileScreen
from smsreport_tui.rules.figures import Profile
from smsreport_tui.services.session import Session
from tests.screens.fake_source import FakeSource, filled, profile
from tests.screens.steps import app_of, hides, open_report, session_of, shows, until

DONE = "raise SystemExit(0)"
FAILS = "import sys; print('A backup can not be reached: mount it.', file=sys.stderr); sys.exit(1)"


def gone(profile_id: str) -> Profile:
    return replace(profile(profile_id), erased=True, name=None, msisdn=None, email=None, attributes={}, tags=())


def session_with(source: FakeSource, program: str, then: Callable[[], None] = lambda: None) -> Session:
    """A session whose erasure runs the program, after `then`."""

    def command(_profile: str) -> list[str]:
        then()
        return [sys.executable, "-c", program]

    return replace(session_of(source), forget_command=command)


async def open_profile(pilot: Pilot[None]) -> None:
    await open_report(pilot)
    await pilot.press("enter")
    await shows(pilot, "SMS consent")


async def test_asks_for_the_word_and_shows_the_erased_person() -> None:
    source = filled()
    session = session_with(source, DONE, lambda: setattr(source, "profiles", gone))
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await open_profile(pilot)
        await pilot.press("D")
        await shows(pilot, "Stays: the counts of every report")
        await pilot.press("enter")
        await shows(pilot, "Type the word erase to go on.")
        await pilot.press(*"erase", "enter")
        await until(pilot, "the profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        await shows(pilot, "erased person P0")
        await pilot.press("D")
        assert isinstance(pilot.app.screen, ProfileScreen)
        assert "This person is erased already." in [notice.message for notice in pilot.app._notifications]


async def test_escape_leaves_the_person() -> None:
    asked: list[str] = []
    session = session_with(filled(), DONE, lambda: asked.append("erase"))
    async with app_of(session).run_test(size=(120, 40)) as pilot:
        await open_profile(pilot)
        await pilot.press("D", *"era", "escape")
        await hides(pilot, "Stays: the counts")
        assert asked == []


async def test_a_failure_says_its_sentence_and_lets_one_try_again() -> None:
    async with app_of(session_with(filled(), FAILS)).run_test(size=(80, 24)) as pilot:
        await open_profile(pilot)
        await pilot.press("D", *"erase", "enter")
        await shows(pilot, "A backup can not be reached: mount it.")
        assert isinstance(pilot.app.screen, EraseScreen)
        await pilot.press("escape")
        assert await hides(pilot, "A backup can not be reached")
