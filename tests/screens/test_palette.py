"""The palette: commands of the screen below with their keys, activities, themes; names are taken as they are."""

import threading
from dataclasses import dataclass, replace

from textual.command import CommandPalette

from screens.report import ReportScreen
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.services.remembered import Remembered
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import app_of, open_report, screen_lines, session_of, shows, until
from widgets.control_guard import UNFIT


async def test_finds_and_runs_a_command_of_the_screen() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("ctrl+p")
        await shows(pilot, "Export all rows of this tab")
        await pilot.press(*"export all")
        await until(pilot, "one hit", lambda: "Find by name" not in "".join(screen_lines(pilot.app.screen)))
        await pilot.press("enter")
        assert await shows(pilot, "all 9\u202f120 rows")


async def test_finds_an_activity_among_thousands_and_opens_its_report() -> None:
    async with app_of(session_of(filled(5_000))).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "5\u202f000 activities")
        await pilot.press("ctrl+p", *"report spring sale se")
        await shows(pilot, "Report: Spring sale · SE")
        await pilot.press("enter")
        await until(pilot, "a report", lambda: isinstance(pilot.app.screen, ReportScreen))


async def test_it_opens_again_while_the_one_before_is_still_leaving() -> None:
    app = app_of(session_of(filled()))
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("ctrl+p")
        await shows(pilot, "Report: Members")
        first = app.screen
        first.dismiss(None)
        app.action_command_palette()
        await until(
            pilot, "another palette", lambda: isinstance(app.screen, CommandPalette) and app.screen is not first
        )
        await pilot.press(*"theme nord")
        assert await shows(pilot, "Theme: nord")


async def test_a_theme_is_taken_and_remembered() -> None:
    remembered = Remembered()
    session = replace(session_of(filled()), remembered=remembered)
    async with app_of(session).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("ctrl+p", *"theme nord")
        await shows(pilot, "Theme: nord")
        await pilot.press("enter")
        await until(pilot, "the theme", lambda: pilot.app.theme == "nord")
    assert remembered.text("theme") == "nord"
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        assert pilot.app.theme == "nord"


async def test_hostile_names_stand_as_they_are() -> None:
    source = filled(3)
    name = "[/] [bold]x\x1b]52;c;evil\x07\u202e[@click=app.quit]y"
    source.summaries[1] = source.summaries[1]._replace(name=name)
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "3 activities")
        await pilot.press("ctrl+p", *"report bold")
        await shows(pilot, "Report: [/] [bold]x")
        assert [line for line in screen_lines(pilot.app.screen) if UNFIT.search(line)] == []


async def test_words_typed_while_the_activities_are_still_read_find_them() -> None:
    gate = threading.Event()

    @dataclass
    class SlowSource(FakeSource):
        def activities(self) -> list[ActivitySummary]:
            found = super().activities()
            if len(self.asked) > 1:
                assert gate.wait(30)
            return found

    source = SlowSource(summaries=filled().summaries)
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        asked = len(source.asked)
        await pilot.press("ctrl+p")
        await until(pilot, "the question", lambda: len(source.asked) > asked)
        for key in "spring":
            await pilot.press(key)
        gate.set()
        assert await shows(pilot, "Report: Spring sale · SE")
