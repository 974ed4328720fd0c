"""The report screen by keyboard and mouse: figures, tabs, people, and following the store."""

from dataclasses import replace

import pytest

from screens.profile import ProfileScreen
from screens.report import ReportScreen
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.figures import Counts, rates
from tests.screens.fake_source import COUNTS, activity, filled, report
from tests.screens.steps import SIZES, app_of, hides, open_report, screen_lines, screen_text, session_of, shows, until
from widgets.breakdown import Breakdown
from widgets.row_table import RowTable


@pytest.mark.parametrize("size", SIZES)
async def test_holds_what_the_drawing_holds(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await open_report(pilot)
        text = screen_text(pilot)
        for part in (
            "Spring sale · SE",
            "synced 12 s ago · final",
            "From MYSHOP",
            "2026-03-02 09:00:00 Europe/Stockholm",
            "2 parts",
            "Sending to ▸ 2 segments",
            "310 excluded",
            "Total credits 104\u202f500",
            "Sent 9\u202f716",
            "Delivered 9\u202f120",
            "Bounces 596",
            "310 soft",
            "190 hard",
            "96 rejected",
            "Clicks 1\u202f204",
            "Unique 981",
            "Unsubscribe 17",
            "96 machine clicks",
            "Anna Berg",
            "+46…0000",
            "25 of 9\u202f120 shown · e exports all",
            "e Export",
            "r Sync",
            "? Help",
            "esc Back",
        ):
            assert part in text, part
        assert "Segment" not in text.splitlines()[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_six_tabs_by_their_keys(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await open_report(pilot)
        for key, foot in (
            ("1", "25 of 9\u202f716 shown"),
            ("2", "25 of 9\u202f120 shown"),
            ("3", "25 of 981 shown"),
            ("4", "4 of 4 links shown"),
            ("5", "25 of 596 shown"),
            ("6", "17 of 17 shown"),
        ):
            await pilot.press(key)
            await shows(pilot, foot)
            marked = [line for line in screen_lines(pilot.app.screen) if line.startswith(f"▌{key} ")]
            assert len(marked) == 1


async def test_bounces_stand_with_kind_and_code_in_words() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("5")
        await shows(pilot, "25 of 596 shown")
        text = screen_text(pilot)
        assert "soft" in text
        assert "27 EC_ABSENT_SUBSCRIBER" in text
        assert "erased" in text


async def test_links_show_the_people_of_the_highlighted_link() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("4")
        await shows(pilot, "Who clicked L1 · 25 of 610")
        await pilot.press("j")
        await shows(pilot, "Who clicked L2 · 25 of 290")
        assert "tab clicks of L2" in source.asked
        await pilot.press("enter")
        await until(pilot, "focus on the people", lambda: getattr(pilot.app.focused, "id", "") == "people")
        await pilot.press("enter")
        await until(pilot, "a profile", lambda: isinstance(pilot.app.screen, ProfileScreen))


async def test_enter_and_double_click_open_the_profile() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("j", "enter")
        await until(pilot, "a profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        assert isinstance(pilot.app.screen, ProfileScreen)
        assert pilot.app.screen.profile_id == "P1"
        await pilot.press("escape")
        await until(pilot, "the report", lambda: isinstance(pilot.app.screen, ReportScreen))
        await pilot.click("#rows", offset=(5, 3), times=2)
        await until(pilot, "a profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        assert isinstance(pilot.app.screen, ProfileScreen)
        assert pilot.app.screen.profile_id == "P2"


async def test_each_figure_explains_itself() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await shows(pilot, "Sent = 9\u202f120 delivered + 310 soft + 190 hard + 96 rejected + 0 pending")
        pilot.app.screen.query_one(Breakdown).focus()
        await shows(pilot, "people with any receipt")
        await pilot.press("right")
        await shows(pilot, "Delivered 9\u202f120 of 9\u202f716 sent = 93.9")
        await pilot.press("down")
        await shows(pilot, "981 people with a click ÷ 9\u202f120 delivered = 10.8")
        await pilot.press("tab", "tab")
        await hides(pilot, "÷ 9\u202f120 delivered")
        await pilot.hover("#breakdown", offset=(4, 0))
        assert await shows(pilot, "people with any receipt")


async def test_sending_to_opens_to_all_settings() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("o")
        await shows(pilot, "segment Bought last year (include)")
        await shows(pilot, "Sending to ▾")
        await pilot.press("escape")
        await hides(pilot, "Bought last year")
        assert isinstance(pilot.app.screen, ReportScreen)
        pilot.app.screen.query_one("#overview").focus()
        await pilot.press("enter")
        await shows(pilot, "segment Customers SE (include)")


async def test_a_warning_stands_when_the_books_do_not_balance() -> None:
    source = filled()
    odd = replace(COUNTS, sent=9_717)
    source.reports["A1"] = replace(report(activity(), odd), quarantined=3, fresh=True, open=5)
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        text = screen_text(pilot)
        assert "! The books do not balance: sent 9\u202f717 is not" in text
        assert "3 bad items" in text
        assert "5 open" in text.splitlines()[0]
        assert "final" not in text.splitlines()[0]


async def test_fresh_data_is_marked_as_still_arriving() -> None:
    source = filled()
    source.reports["A1"] = replace(report(activity()), fresh=True)
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        assert "! Still arriving" in screen_text(pilot)


async def test_nothing_sent_stands_as_dashes_and_words() -> None:
    source = filled()
    nothing = Counts()
    source.reports["A1"] = replace(report(activity(body=None), nothing), rates=rates(nothing), links=())
    source.totals = {}
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("enter")
        await shows(pilot, "Nothing is known to be delivered yet")
        assert "Delivered 0 –" in screen_text(pilot)
        for key, words in (("1", "No receipt"), ("3", "Nobody has clicked"), ("4", "no links"), ("5", "Nothing has")):
            await pilot.press(key)
            await shows(pilot, words)


async def test_numbers_are_masked_until_revealed() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        assert "+46700000001" not in screen_text(pilot)
        await pilot.press("m")
        await shows(pilot, "+46700000001")
        await pilot.press("m")
        await hides(pilot, "+46700000001")


async def test_follows_the_store_and_keeps_the_cursor_on_its_person() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("j", "j")
        table = pilot.app.screen.query_one("#rows", RowTable)
        assert table.key == "P2"
        source.newest = 1
        source.totals[Tab.DELIVERED] += 1
        source.reports["A1"] = replace(report(activity(), replace(COUNTS, sent=9_717, delivered=9_121)), open=1)
        source.touch()
        await shows(pilot, "25 of 9\u202f121 shown")
        await shows(pilot, "1 open")
        assert table.key == "P2"
        assert table.cursor == 3


async def test_an_unknown_activity_says_what_to_do() -> None:
    source = filled()
    source.reports.clear()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("enter")
        assert await shows(pilot, "There is no activity A1")


async def test_walks_from_list_to_tabs_and_back() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("h")
        await until(pilot, "focus on the tabs", lambda: getattr(pilot.app.focused, "id", "") == "tabs")
        await pilot.press("j")
        await shows(pilot, "25 of 981 shown")
        await pilot.press("enter")
        await until(pilot, "focus on the list", lambda: getattr(pilot.app.focused, "id", "") == "rows")
        await pilot.click("#tabs", offset=(3, 4))
        assert await shows(pilot, "25 of 596 shown")


async def test_the_bottom_bar_acts_on_a_click() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        bar = screen_lines(pilot.app.screen)[-1]
        await pilot.click("#actions", offset=(bar.index("Back"), 0))
        assert await shows(pilot, "40 activities")
