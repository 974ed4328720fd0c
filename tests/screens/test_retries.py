"""The queue of retries on its screen: what it shows, what may be decided, what is asked first."""

import sys
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from screens.profile import ProfileScreen
from screens.retries import RetriesScreen
from smsreport_tui.rules.errors import DecisionError
from smsreport_tui.rules.retry_figures import SendingConsent
from tests.screens.fake_source import PAUSED, RETRIES, FakeRetries, FakeSource, filled
from tests.screens.steps import SIZES, app_of, hides, screen_text, session_of, shows, until


def queue(**more: object) -> FakeSource:
    source = filled()
    source.retries = FakeRetries(RETRIES, **more)  # type: ignore[arg-type]
    return source


async def open_retries(pilot: Pilot[None]) -> None:
    await shows(pilot, "Spring sale · SE")
    await pilot.press("R")
    await shows(pilot, "being sent")


@pytest.mark.parametrize("size", SIZES)
async def test_shows_what_is_due_when_and_why_it_waits(size: tuple[int, int]) -> None:
    async with app_of(session_of(queue())).run_test(size=size) as pilot:
        await open_retries(pilot)
        text = screen_text(pilot)
        assert "2 waiting · 1 being sent · 1 held" in text
        assert "! held: another number now" in text
        assert "due now" in text
        assert "What retries bring" in text


async def test_allowed_hours_say_until_when_a_retry_waits() -> None:
    async with app_of(session_of(queue())).run_test(size=(200, 60)) as pilot:
        await open_retries(pilot)
        assert "allowed in 9 h, 03-03 23:00" in screen_text(pilot)


async def test_a_held_attempt_is_released_or_dropped_after_a_question() -> None:
    source = queue()
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await pilot.press("s")
        await shows(pilot, "Done: send A1 P2.")
        await pilot.press("D")
        await shows(pilot, "Nothing more is sent to Björn Dahl in Spring sale")
        await pilot.press("enter")
        await hides(pilot, "Nothing more is sent")
        assert source.retries.decided == ["send A1 P2"]
        await pilot.press("D")
        await shows(pilot, "Nothing more is sent to Björn Dahl")
        await pilot.press("shift+tab", "enter")
        await until(pilot, "the drop", lambda: source.retries.decided == ["send A1 P2", "drop A1 P2"])


async def test_a_waiting_retry_is_sent_now_or_held() -> None:
    source = queue()
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await pilot.press("j", "j", "s", "H")
        await until(pilot, "both", lambda: source.retries.decided == ["now A1 P5", "hold A1 P5"])


async def test_a_key_that_can_not_act_says_why() -> None:
    source = queue()
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await pilot.press("H")
        await shows(pilot, "It is held already.")
        await pilot.press("j", "s")
        await shows(pilot, "It is being sent at this moment")
        await pilot.press("G", "s")
        await shows(pilot, "It is not due yet: never within an hour")
        await pilot.press("p")
        await shows(pilot, "No gateway is paused")
        assert source.retries.decided == []


async def test_a_pause_says_why_and_is_asked_about() -> None:
    source = queue(pauses=(PAUSED,))
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await shows(pilot, "Paused 1 h ago. The gateway has no credits left for retries: 402. · asked again in 1 h")
        await pilot.press("p")
        await until(pilot, "the probe", lambda: source.retries.decided == ["probe"])


async def test_sending_is_confirmed_with_people_and_cost_in_sight() -> None:
    source = queue(consent=SendingConsent(True, None, 1_234, 13_579_000, 0))
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await shows(pilot, "sending retries has not been confirmed")
        await pilot.press("c")
        await shows(pilot, "1\u202f234 people waiting now")
        assert "costs 1\u202f357.9 credits" in screen_text(pilot)
        await pilot.press("escape")
        await hides(pilot, "people waiting now")
        assert source.retries.decided == []
        await pilot.press("c", "shift+tab", "enter")
        await until(pilot, "the word", lambda: source.retries.decided == ["confirm"])


async def test_a_refused_decision_says_its_sentence() -> None:
    source = queue(failure=DecisionError("The retry is being sent at this moment."))
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await pilot.press("s")
        assert await shows(pilot, "The retry is being sent at this moment.")


async def test_enter_opens_the_person_and_escape_leads_back() -> None:
    async with app_of(session_of(queue())).run_test(size=(120, 40), notifications=True) as pilot:
        await open_retries(pilot)
        await pilot.press("enter")
        await until(pilot, "the profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        await pilot.press("R")
        await until(pilot, "the queue", lambda: isinstance(pilot.app.screen, RetriesScreen))
        assert len(pilot.app.screen_stack) == 2
        await pilot.press("escape")
        assert await shows(pilot, "40 activities")


async def test_an_empty_queue_says_what_would_stand_here() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Spring sale · SE")
        await pilot.press("R")
        assert await shows(pilot, "No retry waits")


async def test_the_status_line_names_held_retries_and_pauses() -> None:
    source = queue(pauses=(PAUSED,))
    source.state = source.state._replace(retries=source.retries.standing())
    async with app_of(session_of(source)).run_test(size=(200, 60)) as pilot:
        assert await shows(pilot, "! 1 held retry · ! retries paused")


WAITS_FOR_ITS_END = "import sys; sys.stdin.read()"


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting_says_how_many_retries_wait_and_how_they_go_on(key: str) -> None:
    source = queue(consent=SendingConsent(True, 1, 0, 0, 0))
    session = replace(session_of(source), worker_command=[sys.executable, "-c", WAITS_FOR_ITS_END])
    app = app_of(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_retries(pilot)
        await pilot.press(key)
        await shows(pilot, "2 retries wait, and the worker that sends them ends with the app.")
        assert "smsreport worker --unit" in screen_text(pilot)
        await pilot.press("escape")
        await hides(pilot, "2 retries wait")
        await pilot.press(key)
        await shows(pilot, "2 retries wait")
        await pilot.press("shift+tab", "enter")
        await until(pilot, "the end", lambda: not app.is_running or app.return_code is not None)


async def test_quitting_asks_nothing_where_nothing_would_be_sent() -> None:
    app = app_of(session_of(queue(consent=SendingConsent(True, None, 0, 0, 0))))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_retries(pilot)
        await pilot.press("q")
        await until(pilot, "the end", lambda: not app.is_running or app.return_code is not None)
