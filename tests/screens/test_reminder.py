"""A reminder in the app: what it says while one writes, and that it is checked, asked about, and sent once."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from screens.confirm import ConfirmScreen
from screens.reminder import ReminderScreen
from screens.reminder_asked import ReminderAsked
from screens.report import ReportScreen
from screens.retries import RetriesScreen
from screens.segment_people import SegmentPeopleScreen
from screens.segments import SegmentsScreen
from smsreport_tui.cli.ending import run
from smsreport_tui.cli.opening import session
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.paths import own_command
from smsreport_tui.rules.clock import CLOCK_VARIABLE, SystemClock
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, HasTag
from smsreport_tui.rules.times import parse_time
from smsreport_tui.services.segment_desk import SegmentDesk
from smsreport_tui.services.session import RemindWish, Session
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from storage.mirror import read_sources
from storage.sending_consent import confirmed_at
from storage.store import open_store
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import SIZES, app_of, hides, says, screen_text, session_of, shows, until

BODY = "Hi! https://s.example/1"
HANGS = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
print("progress 10 9120", file=sys.stderr, flush=True)
while True:
    signal.pause()
"""
CHECKED = """
print('{"people": 12, "opted_out": 0, "suppressed": 0, "excluded": 0, "parts": 1, "characters": 23,'
      '"encoding": "gsm", "credits": "12", "balance": null, "outside_hours": null, "forbids": [], "warnings": []}')
"""
FAILS = (
    "import sys; print('The gateway has no credits for it, and nothing was sent: 402', file=sys.stderr); sys.exit(1)"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folders of an operator whom nothing is configured for; the children find them by the environment."""
    for name in list(os.environ):
        if name.startswith(("SMSREPORT_", "XDG_", "_SMSREPORT")):
            monkeypatch.delenv(name)
    monkeypatch.delenv(CLOCK_VARIABLE, raising=False)
    for name in ("data", "config", "state"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.raiseExceptions)
    yield tmp_path
    for handler in root.handlers:
        if handler not in before[1]:
            handler.close()
    root.level, root.handlers, logging.raiseExceptions = before


@pytest.fixture
def gateway(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A gateway that the operator's store is in step with, and two segments."""
    with running(WorldConfig(profiles=200, activities=3), token="secret") as made:
        monkeypatch.setenv("SMSREPORT_GATEWAY", made.url)
        monkeypatch.setenv("SMSREPORT_TOKEN", "secret")
        assert run(("sync",)) == 0
        with open_store(str(home / "data" / "smsreport" / "smsreport.db"), SystemClock(), writable=True) as store:
            desk = SegmentDesk(store, SystemClock())
            desk.create(SegmentFile("Everybody", AllOf(())))
            desk.create(SegmentFile("Important", HasTag("vip")))
        yield made


def fake_with(*programs: str) -> tuple[Session, list[RemindWish]]:
    """A session on a fake source with a segment, whose commands run these programs in turn; what was asked for."""
    source: FakeSource = filled(2)
    source.segments.create(SegmentFile("Everybody", AllOf(())))
    asked: list[RemindWish] = []

    def command(wish: RemindWish) -> list[str]:
        asked.append(wish)
        return [sys.executable, "-c", programs[len(asked) - 1]]

    return replace(session_of(source), remind_command=command), asked


async def opened(pilot: Pilot[None]) -> ReminderScreen:
    """The screen, once its segments are listed."""
    await shows(pilot, "activities")
    await until(pilot, "an open store", lambda: pilot.app.screen.desk.source is not None)  # type: ignore[attr-defined]
    await pilot.press("M")
    await shows(pilot, "Everybody")
    screen = pilot.app.screen
    assert isinstance(screen, ReminderScreen)
    return screen


async def write(pilot: Pilot[None], screen: ReminderScreen, body: str = BODY) -> None:
    """Name, sender and text, as one types or pastes them, and everybody included."""
    await pilot.press(*"Again", "enter", *"SHOP", "enter")
    screen.query_one("#body", TextArea).insert(body)
    await pilot.press("tab", "tab", "tab")
    await pilot.press("i")
    await shows(pilot, "+ include")


async def asked_about(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+s")
    await until(pilot, "the question", lambda: isinstance(pilot.app.screen, ConfirmScreen))


async def confirm(pilot: Pilot[None]) -> None:
    await pilot.press("shift+tab", "enter")


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_checked_asked_about_sent_once_and_its_report_opens(
    gateway: Running, size: tuple[int, int]
) -> None:
    app = app_of(session(Surroundings()))
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await pilot.press("down", "x")
        await shows(pilot, "exclude")
        await shows(pilot, "excluded left out)")
        await asked_about(pilot)
        text = screen_text(pilot)
        assert "goes from SHOP to" in text
        assert "people for about" in " ".join(text.replace("│", " ").split())
        assert gateway.world.created == []
        await confirm(pilot)
        await until(pilot, "one new activity", lambda: len(gateway.world.created) == 1)
        await until(pilot, "its report", lambda: isinstance(app.screen, ReportScreen))
        await shows(pilot, "Again")
    assert len(gateway.world.created) == 1


async def test_the_same_again_is_forbidden_and_the_list_says_why(gateway: Running) -> None:
    words = ("--name", "Again", "--sender", "SHOP", "--body", BODY, "--include", "Everybody")
    child = await asyncio.create_subprocess_exec(*own_command("remind", *words, "--yes"))
    assert await child.wait() == 0
    async with app_of(replace(session(Surroundings()), worker_command=None)).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await pilot.press("ctrl+s")
        await shows(pilot, "Nothing was sent: see what stands against it above.")
        assert "Stop      The same reminder was sent at" in screen_text(pilot)
        assert len(gateway.world.created) == 1
        screen.query_one("#name", Input).value = "Another"
        await hides(pilot, "The same reminder was sent at")


async def test_who_has_left_the_screen_is_told_when_the_report_is_there(gateway: Running) -> None:
    app = app_of(replace(session(Surroundings()), worker_command=None))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await asked_about(pilot)
        await confirm(pilot)
        await shows(pilot, "Its report opens here as soon as it has arrived.")
        await pilot.press("ctrl+s")
        await shows(pilot, "It is sent: leave with Esc")
        await pilot.press("escape")
        await until(pilot, "the activities", lambda: not isinstance(app.screen, ReminderScreen))
        child = await asyncio.create_subprocess_exec(*own_command("sync"))
        assert await child.wait() == 0
        await shows(pilot, "The report of “Again” is there")
        assert len(gateway.world.created) == 1


async def test_text_and_people_are_told_while_one_writes() -> None:
    given, asked = fake_with()
    async with app_of(given).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        assert await shows(pilot, "Choose at least one segment to include")
        await write(pilot, screen, "x" * 161)
        await shows(pilot, "161 characters · GSM 03.38, 2 parts")
        await shows(pilot, "37 people (3 opted out left out)")
        screen.query_one("#body", TextArea).text = "Hej 👋"
        await shows(pilot, "UCS-2 because of “👋”")
        await pilot.press("i")
        await shows(pilot, "Choose at least one segment to include")
        await pilot.press("ctrl+s")
        assert asked == []


async def test_what_is_wrong_is_told_before_anything_starts() -> None:
    given, asked = fake_with()
    async with app_of(given).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen, " ")
        await pilot.press("ctrl+s")
        await shows(pilot, "A reminder's text has 1 to 10000 characters")
        assert asked == []


async def test_while_it_is_checked_no_key_starts_it_again_and_esc_cancels() -> None:
    given, asked = fake_with(HANGS)
    async with app_of(given).run_test(size=(120, 40), notifications=True) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await pilot.press("ctrl+s")
        await shows(pilot, "10 of 9\u202f120 people of a segment at the gateway")
        assert screen.query_one("#name", Input).disabled
        await pilot.press("ctrl+s")
        await shows(pilot, "It is being worked on")
        await pilot.press("escape")
        await shows(pilot, "The check was cancelled; nothing was sent.")
        assert len(asked) == 1
        assert not screen.query_one("#name", Input).disabled


async def test_a_no_sends_nothing_and_a_yes_sends_what_was_checked() -> None:
    given, asked = fake_with(CHECKED, CHECKED, FAILS)
    async with app_of(given).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await asked_about(pilot)
        assert "to 12 people for about 12 credits" in screen_text(pilot)
        # The first focus means no.
        await pilot.press("enter")
        await shows(pilot, "Nothing was sent.")
        await asked_about(pilot)
        await confirm(pilot)
        await shows(pilot, "The gateway has no credits for it, and nothing was sent: 402")
        assert [wish.sends for wish in asked] == [False, False, True]
        assert len({wish.draft for wish in asked}) == 1
        assert not screen.query_one("#name", Input).disabled


async def test_while_it_is_sent_the_screen_can_not_be_left() -> None:
    given, asked = fake_with(CHECKED, HANGS)
    async with app_of(given).run_test(size=(120, 40), notifications=True) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await asked_about(pilot)
        await confirm(pilot)
        await shows(pilot, "Sending …")
        await pilot.press("escape")
        await shows(pilot, "It is being sent: wait for the answer.")
        await pilot.press("ctrl+s")
        await shows(pilot, "It is being worked on: wait for the answer.")
        assert pilot.app.screen is screen
        assert len(asked) == 2


async def test_an_answer_that_can_not_be_read_is_no_yes() -> None:
    given, _ = fake_with("print('[]')")
    async with app_of(given).run_test(size=(80, 24)) as pilot:
        await write(pilot, await opened(pilot))
        await pilot.press("ctrl+s")
        assert await shows(pilot, "can not be read; nothing was sent")


async def test_a_draft_is_not_lost_by_one_key() -> None:
    given, _ = fake_with()
    async with app_of(given).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await pilot.press("escape")
        await shows(pilot, "Leave this reminder?")
        await pilot.press("enter")
        await until(pilot, "the draft", lambda: pilot.app.screen is screen)
        assert screen.query_one("#body", TextArea).text == BODY
        await pilot.press("ctrl+q")
        await shows(pilot, "A reminder that is being written is not sent")
        await pilot.press("enter")
        await until(pilot, "the draft again", lambda: pilot.app.screen is screen)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [({"gateway": None}, "No gateway is set up"), ({"remind_command": None}, "the store is only read")],
)
async def test_where_nothing_can_be_sent_it_says_why(how: dict[str, None], sentence: str) -> None:
    given, asked = fake_with()
    async with app_of(replace(given, **how)).run_test(size=(80, 24)) as pilot:  # type: ignore[arg-type]
        await shows(pilot, "activities")
        await pilot.press("M")
        await shows(pilot, sentence)
        await pilot.press("ctrl+s")
        assert asked == []
        await pilot.press("escape")
        await hides(pilot, "No reminder can be sent from here")


async def test_other_screens_propose_segments() -> None:
    given, _ = fake_with()
    async with app_of(given).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "activities")
        pilot.app.screen.post_message(ReminderAsked(include=("everybody", "Gone")))
        await shows(pilot, "+ include")
        assert await shows(pilot, "37 people")


async def test_one_reminder_is_begun_at_a_time_and_its_key_leads_back_to_it() -> None:
    given, _ = fake_with()
    async with app_of(given).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await pilot.press("R")
        await until(pilot, "the retries", lambda: isinstance(pilot.app.screen, RetriesScreen))
        await pilot.press("M")
        await until(pilot, "the draft", lambda: pilot.app.screen is screen)
        assert screen.query_one("#body", TextArea).text == BODY


async def wrote_on(pilot: Pilot[None], screen: ReminderScreen) -> None:
    """The reminder that was begun is in sight again, with what was written."""
    await until(pilot, "the draft", lambda: pilot.app.screen is screen)
    assert screen.query_one("#body", TextArea).text == BODY


@pytest.mark.parametrize("size", SIZES)
async def test_it_begins_where_the_people_are_and_takes_in_more_of_them(size: tuple[int, int]) -> None:
    given, asked = fake_with(CHECKED)
    source = given.open_source()
    source.segments.create(SegmentFile("Important", HasTag("vip")))
    async with app_of(given).run_test(size=size) as pilot:
        await shows(pilot, "activities")
        await pilot.press("S")
        await shows(pilot, "Important")
        await pilot.press("M")
        await shows(pilot, "+ include")
        screen = pilot.app.screen
        assert isinstance(screen, ReminderScreen)
        await pilot.press(*"Again", "enter", *"SHOP", "enter")
        screen.query_one("#body", TextArea).insert(BODY)
        # The segments open above what was begun, though their list is below it, too.
        await pilot.press("tab", "tab", "tab", "S")
        await until(pilot, "the segments", lambda: isinstance(pilot.app.screen, SegmentsScreen))
        await shows(pilot, "Important")
        await pilot.press("j", "p")
        await until(pilot, "the people", lambda: isinstance(pilot.app.screen, SegmentPeopleScreen))
        await shows(pilot, "8 people")
        await pilot.press("M")
        await wrote_on(pilot, screen)
        await until(pilot, "both", lambda: screen_text(pilot).count("+ include") == 2)
        await pilot.press("ctrl+s")
        await until(pilot, "the question", lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert [wish.draft.include for wish in asked] == [("Everybody", "Important")]
        await pilot.press("escape", "escape", "shift+tab", "enter")
        await until(pilot, "the list it came from", lambda: isinstance(pilot.app.screen, SegmentsScreen))


@pytest.mark.parametrize("screen_keys", [("S",), ("S", "p")])
async def test_its_key_stands_in_the_bar_and_can_be_clicked(screen_keys: tuple[str, ...]) -> None:
    given, _ = fake_with()
    async with app_of(given).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "activities")
        for key in screen_keys:
            await pilot.press(key)
            await shows(pilot, "Everybody")
        await shows(pilot, "M Reminder")
        await pilot.click("#actions", offset=(screen_text(pilot).split("\n")[-1].index("M Reminder"), 0))
        await shows(pilot, "+ include")


async def test_in_the_builder_it_goes_to_what_is_saved() -> None:
    given, _ = fake_with()
    async with app_of(given).run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "activities")
        await pilot.press("S")
        await shows(pilot, "Everybody")
        await pilot.press("enter")
        await shows(pilot, "saved")
        await pilot.press("exclamation_mark", "M")
        assert await says(pilot, "w saves it first")
        await pilot.press("u", "M")
        await until(pilot, "the reminder", lambda: isinstance(pilot.app.screen, ReminderScreen))
        assert await shows(pilot, "+ include")


async def test_a_segment_that_has_no_name_yet_is_saved_first() -> None:
    given, _ = fake_with()
    async with app_of(given).run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "activities")
        await pilot.press("S")
        await shows(pilot, "Everybody")
        await pilot.press("n")
        await shows(pilot, "New segment")
        await pilot.press("M")
        assert await says(pilot, "w saves it first")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [({"gateway": None}, "No gateway is set up"), ({"remind_command": None}, "the store is only read")],
)
async def test_no_list_of_people_leads_where_nothing_can_be_sent(how: dict[str, None], sentence: str) -> None:
    given, _ = fake_with()
    async with app_of(replace(given, **how)).run_test(size=(80, 24), notifications=True) as pilot:  # type: ignore[arg-type]
        await shows(pilot, "activities")
        for key in ("S", "p"):
            await pilot.press(key)
            await shows(pilot, "Everybody")
            pilot.app.clear_notifications()
            await pilot.press("M")
            await says(pilot, sentence)
        assert isinstance(pilot.app.screen, SegmentPeopleScreen)


async def test_what_is_being_checked_takes_in_nobody_else() -> None:
    given, asked = fake_with(HANGS)
    given.open_source().segments.create(SegmentFile("Important", HasTag("vip")))
    async with app_of(given).run_test(size=(120, 40), notifications=True) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await pilot.press("ctrl+s")
        await shows(pilot, "10 of 9")
        await pilot.press("S")
        await until(pilot, "the segments", lambda: isinstance(pilot.app.screen, SegmentsScreen))
        await shows(pilot, "Important")
        await pilot.press("j", "M")
        await wrote_on(pilot, screen)
        await says(pilot, "It is being worked on")
        assert screen_text(pilot).count("+ include") == 1
        assert len(asked) == 1
        await pilot.press("escape")
        await shows(pilot, "The check was cancelled")


async def choose_when(pilot: Pilot[None], screen: ReminderScreen, when: str, *, any_hour: bool = False) -> None:
    screen.query_one("#when", Input).value = when
    screen.query_one("#hours").focus()
    if any_hour:
        await pilot.press("right")


@pytest.mark.parametrize("size", SIZES)
async def test_it_may_be_sent_later_and_at_any_hour(size: tuple[int, int]) -> None:
    given, asked = fake_with(CHECKED, FAILS)
    async with app_of(replace(given, time_zone="Europe/Stockholm")).run_test(size=size) as pilot:
        screen = await opened(pilot)
        assert "now, or such as 2026-03-04 09:00" in screen_text(pilot)
        await write(pilot, screen)
        await choose_when(pilot, screen, "2026-03-29 09:00", any_hour=True)
        await shows(pilot, "it is sent also to people for whom it is no allowed hour")
        await asked_about(pilot)
        assert "09:00:00 Europe/Stockholm." in screen_text(pilot)
        await pilot.press("escape")
        await shows(pilot, "Again from SHOP, at 2026-03-29 09:00:00 Europe/Stockholm")
        assert "Hours     any, and no allowed hours are set" in screen_text(pilot)
        (wish,) = asked
        assert (wish.draft.send_at, wish.any_hour) == (parse_time("2026-03-29T07:00:00Z"), True)
        # Another moment is another reminder.
        await choose_when(pilot, screen, "")
        await hides(pilot, "Again from SHOP")


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("tomorrow", "The time can not be read"),
        ("2026-03-29 02:30", "never comes in Europe/Stockholm"),
        ("2026-10-25 02:30", "comes twice in Europe/Stockholm"),
    ],
)
async def test_a_time_that_is_none_is_told_before_anything_starts(when: str, sentence: str) -> None:
    given, asked = fake_with()
    async with app_of(replace(given, time_zone="Europe/Stockholm")).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await choose_when(pilot, screen, when)
        await pilot.press("ctrl+s")
        await shows(pilot, sentence)
        assert asked == []


async def test_what_was_chosen_reaches_the_gateway(gateway: Running, home: Path) -> None:
    config = home / "config" / "smsreport" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    # At no moment it is this minute everywhere.
    config.write_text('time_zone = "Europe/Stockholm"\n[allowed_hours]\nall = "mon 00:07-00:08"\n')
    app = app_of(replace(session(Surroundings()), worker_command=None))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await write(pilot, screen)
        await choose_when(pilot, screen, "2020-03-02 09:00")
        await pilot.press("ctrl+s")
        await shows(pilot, "Nothing was sent: see what stands against it above.")
        await shows(pilot, "The time of the sending has passed")
        await shows(pilot, "outside the allowed hours: choose another time")
        await choose_when(pilot, screen, "2090-03-02 09:00", any_hour=True)
        await asked_about(pilot)
        await shows(pilot, "outside the allowed hours, because it is sent at any hour")
        await shows(pilot, "Sending has not been confirmed for this store, so the app's worker will not send")
        assert gateway.world.created == []
        await confirm(pilot)
        await shows(pilot, "people at 2090-03-02 09:00:00 Europe/Stockholm as activity")
    assert len(gateway.world.created) == 1
    kept = open_store(str(home / "data" / "smsreport" / "smsreport.db"), SystemClock(), writable=False)
    with kept as store, store.reading() as connection:
        moments = [row.send_at for row in connection.exec_driver_sql("SELECT send_at FROM reminder")]
        # The yes was a word for this reminder, and none for retries.
        confirmed = [confirmed_at(connection, source) for source, _ in read_sources(store).values()]
    assert (moments, confirmed) == ([parse_time("2090-03-02T08:00:00Z")], [None])
