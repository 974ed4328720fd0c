"""A report opened after another one has been left: as a new screen would show it, and nothing of the one before."""

import threading
from dataclasses import dataclass, field, replace

import pytest
from textual.pilot import Pilot

from screens.report import ReportScreen
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.figures import Counts, Report
from tests.screens.fake_source import COUNTS, LINKS, FakeSource, activity, filled, report
from tests.screens.steps import SIZES, app_of, hides, open_report, screen_lines, screen_text, session_of, shows, until
from widgets.side_tabs import SideTabs

OTHER = "Autumn mail · FI"


@dataclass
class HeldSource(FakeSource):
    """Its reports wait until they are let go."""

    let_go: threading.Event = field(default_factory=threading.Event)

    def report(self, activity_id: str, *, machine_clicks: bool = False) -> Report:
        assert self.let_go.wait(20)
        return super().report(activity_id, machine_clicks=machine_clicks)


def two() -> HeldSource:
    """A source with the drawing's activity and another one, whose id is B1."""
    source = filled()
    about = replace(activity(name=OTHER), id="B1")
    second = source.summaries[0]._replace(id="B1", name=OTHER)
    counts = Counts(sent=77, delivered=77)
    held = HeldSource(
        summaries=[source.summaries[0], second],
        reports={"A1": report(activity()), "B1": report(about, counts)},
        totals={Tab.SENT: COUNTS.sent, Tab.DELIVERED: COUNTS.delivered, Tab.BOUNCES: 596, Tab.LINKS: len(LINKS)},
    )
    held.let_go.set()
    return held


async def leave(pilot: Pilot[None]) -> None:
    while isinstance(pilot.app.screen, ReportScreen):
        await pilot.press("escape")
        await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_it_stands_as_it_stood_the_first_time(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await open_report(pilot)
        await until(pilot, "the rows' focus", lambda: getattr(pilot.app.focused, "id", "") == "rows")
        first = screen_lines(pilot.app.screen)
        for key in ("j", "4", "o", "5", "slash", "x", "b"):
            await pilot.press(key)
        await leave(pilot)
        await pilot.press("enter")
        await until(pilot, "the same lines", lambda: screen_lines(pilot.app.screen) == first)
        await pilot.press("shift+tab", "shift+tab", "l")
        await leave(pilot)
        await pilot.press("enter")
        await until(pilot, "the same lines", lambda: screen_lines(pilot.app.screen) == first)


async def test_until_its_figures_are_known_nothing_of_the_other_stands() -> None:
    source = two()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await leave(pilot)
        source.let_go.clear()
        await pilot.press("j", "enter")
        await shows(pilot, "Loading …")
        text = screen_text(pilot)
        source.let_go.set()
        await shows(pilot, OTHER)
    for words in ("Spring sale", "9\u202f120", "9\u202f716", "MYSHOP"):
        assert words not in text


async def test_a_late_answer_for_the_other_is_not_painted() -> None:
    source = two()
    source.let_go.clear()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "Spring sale")
        await pilot.press("enter")
        await shows(pilot, "Loading …")
        await leave(pilot)
        await pilot.press("j", "enter")
        source.let_go.set()
        await shows(pilot, OTHER)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert OTHER in screen_lines(pilot.app.screen)[0]


async def test_it_has_the_size_that_the_terminal_got_meanwhile() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        narrow = screen_lines(pilot.app.screen)
    async with app_of(session_of(filled())).run_test(size=(200, 60)) as pilot:
        await open_report(pilot)
        await leave(pilot)
        await pilot.resize_terminal(80, 24)
        await shows(pilot, "40 activities")
        await pilot.press("enter")
        await until(pilot, "the lines of the small terminal", lambda: screen_lines(pilot.app.screen) == narrow)


async def test_keys_that_follow_at_once_act_in_it() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await leave(pilot)
        await pilot.press("enter", "5")
        assert await shows(pilot, "25 of 596 shown")
        assert pilot.app.screen.query_one(SideTabs).active == Tab.BOUNCES.value


async def test_a_report_behind_a_profile_stays_as_it_was_left() -> None:
    source = two()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("5")
        await shows(pilot, "25 of 596 shown")
        await pilot.press("enter")
        await shows(pilot, "Timeline")
        await pilot.press("2")
        await until(pilot, "the activities", lambda: "A1" in screen_text(pilot) or "Spring" in screen_text(pilot))
        await pilot.press("enter", "enter")
        await until(pilot, "a second report", lambda: isinstance(pilot.app.screen, ReportScreen))
        await pilot.press("escape", "escape")
        await shows(pilot, "25 of 596 shown")
        assert pilot.app.screen.query_one(SideTabs).active == Tab.BOUNCES.value
        await hides(pilot, "Loading …")
