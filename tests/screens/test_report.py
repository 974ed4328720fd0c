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
from widgets.find_bar import FindBar
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
            "2026-03-02 09:00 Europe/Stockholm",
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
        assert "s Segment" in text.splitlines()[-1]


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


async def test_find_narrows_all_rows_of_the_tab_and_escape_shows_them_again() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("slash", *"ann")
        await shows(pilot, "12 of 12 found for “ann”")
        assert "find ann" in source.asked
        bar = screen_text(pilot).splitlines()[-1]
        assert ("f1 Help" in bar, "/ Find" in bar) == (True, False)
        await pilot.press("a")
        await shows(pilot, "12 of 12 found for “anna”")
        await pilot.press("enter")
        await until(pilot, "the focus on the list", lambda: pilot.app.focused is pilot.app.screen.query_one("#rows"))
        await pilot.press("escape")
        await shows(pilot, "25 of 9\u202f120 shown")
        await pilot.press("slash", *"nobody")
        await shows(pilot, "Nobody found for “nobody”")
        assert "exports" not in screen_text(pilot)
        await pilot.press("escape")
        await shows(pilot, "25 of 9\u202f120 shown")
        assert isinstance(pilot.app.screen, ReportScreen)


async def test_a_search_that_finds_everybody_says_so() -> None:
    source = filled()
    source.totals[Tab.DELIVERED] = 12
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Spring sale · SE")
        await pilot.press("enter")
        await shows(pilot, "12 of 12 shown")
        await pilot.press("slash", *"ann")
        await shows(pilot, "12 of 12 found for “ann”")
        await pilot.press("escape")
        await shows(pilot, "12 of 12 shown")


async def test_while_searching_no_bar_and_no_help_offers_a_key_that_is_typed() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await shows(pilot, "/ Find")
        await pilot.press("slash")
        await hides(pilot, "/ Find")
        assert screen_lines(pilot.app.screen)[-1].startswith(" ↓ To the list  esc End find  f1 Help")
        await pilot.press("a", "slash", "question_mark")
        assert await shows(pilot, "/ a/?")


async def test_keys_that_follow_the_one_of_find_at_once_are_typed() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        for key in ("slash", "e", "o"):
            pilot.app.simulate_key(key)
        await shows(pilot, "/ eo")
        assert isinstance(pilot.app.screen, ReportScreen)


@pytest.mark.parametrize("tab", [Tab.SENT, Tab.LINKS])
async def test_a_number_shown_in_full_is_never_cut(tab: Tab) -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press(str(list(Tab).index(tab) + 1))
        await shows(pilot, "+46…0000")
        await pilot.press("m")
        assert await shows(pilot, " +46700000000 ")


async def test_another_tab_ends_the_search() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("slash", *"ann")
        await shows(pilot, "12 of 12 found")
        await pilot.press("enter", "5")
        await shows(pilot, "25 of 596 shown")
        assert not pilot.app.screen.query_one(FindBar).is_open


async def test_curves_stand_where_there_is_room_and_by_their_key() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await shows(pilot, "most 8\u202f210 in hour 1")
        await pilot.press("c")
        await hides(pilot, "Delivered by hour")
        await pilot.resize_terminal(80, 24)
        await pilot.press("c")
        assert await shows(pilot, "First clicks by hour")


async def test_the_switch_counts_machines_and_says_so() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("b")
        await shows(pilot, "96 machine clicks counted")
        assert "report A1 with machines" in source.asked
        await pilot.press("b")
        await hides(pilot, "machine clicks counted")


async def test_copies_the_number_as_shown_and_the_whole_row() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("y")
        await until(pilot, "the masked number", lambda: pilot.app.clipboard == "+46…0000")
        await pilot.press("Y")
        await until(
            pilot, "the row", lambda: pilot.app.clipboard.startswith("Anna Berg\t+46…0000\t2026-03-02 10:00:00")
        )
        await pilot.press("4")
        await shows(pilot, "4 of 4 links")
        await pilot.press("y")
        await until(pilot, "the link's id", lambda: pilot.app.clipboard == "L1")
        pilot.app.screen.query_one(Breakdown).focus()
        await pilot.press("right", "y")
        await until(pilot, "the figure", lambda: pilot.app.clipboard == "9120")


async def test_a_key_that_can_not_act_says_why() -> None:
    source = filled()
    source.totals[Tab.UNSUBSCRIBE] = 0
    async with app_of(session_of(source)).run_test(size=(80, 24), notifications=True) as pilot:
        await open_report(pilot)
        await pilot.press("6")
        await shows(pilot, "Nobody has unsubscribed")
        await pilot.press("s")
        await shows(pilot, "Nobody is listed here: there is")
        await pilot.press("e")
        await shows(pilot, "no rows to export")
        assert isinstance(pilot.app.screen, ReportScreen)


async def test_notices_take_each_others_place() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("y", "Y", "y", "b", "b", "y")
        await until(pilot, "one notice", lambda: len(pilot.app._notifications) == 1)
