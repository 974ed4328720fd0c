"""The home screen: what it lists, how it moves through thousands, what it says when there is nothing to list."""

from dataclasses import replace

import pytest
from textual.widgets import Static

from screens.activities import ActivitiesScreen
from screens.activity_order import COLUMNS, Order, arranged
from screens.report import ReportScreen
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.source import ReportSource, SyncState
from tests.screens.fake_source import NOW, FakeSource, filled, summary
from tests.screens.steps import SIZES, app_of, screen_lines, screen_text, session_of, shows, until
from widgets.row_table import RowTable


@pytest.mark.parametrize("size", SIZES)
async def test_lists_newest_first_with_figures(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await shows(pilot, "40 activities")
        lines = screen_lines(pilot.app.screen)
        assert "Spring sale · SE" in lines[2]
        assert "03-02 09:00" in lines[2]
        assert "Stockholm" in lines[2]
        assert "9\u202f716" in lines[2]
        assert "81.3" in lines[2]
        assert "03-01 19:00" in lines[3]
        assert "synced 12" in lines[0]
        assert "? Help" in lines[-1]


async def test_enter_opens_the_report_and_escape_comes_back() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("enter")
        await until(pilot, "the report", lambda: isinstance(pilot.app.screen, ReportScreen))
        await pilot.press("escape")
        await until(pilot, "the activities", lambda: isinstance(pilot.app.screen, ActivitiesScreen))
        assert "40 activities" in screen_text(pilot)


async def test_thousands_of_activities_ask_only_for_lines_in_sight() -> None:
    async with app_of(session_of(filled(5_000))).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "5\u202f000 activities")
        await pilot.press("G")
        await shows(pilot, "US 4999")
        table = pilot.app.screen.query_one(RowTable)
        assert table.cursor == 4_999
        await pilot.press("g")
        await shows(pilot, "Spring sale · SE ")
        assert table.cursor == 0


async def test_vi_keys_move_and_right_shows_more_columns() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("j", "j", "k")
        assert pilot.app.screen.query_one(RowTable).key == "A2"
        assert "Sender" not in screen_text(pilot)
        await pilot.press("l")
        await shows(pilot, "Sender")
        await pilot.press("h")
        await shows(pilot, "Sent at")


async def test_no_gateway_says_what_to_set() -> None:
    session = replace(session_of(FakeSource()), gateway=None)
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "No gateway is set up")
        assert "SMSREPORT_GATEWAY and SMSREPORT_TOKEN" in screen_text(pilot)


async def test_empty_store_says_whether_news_will_come() -> None:
    source = FakeSource(state=SyncState(None, None, True))
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "No activities yet")
        await shows(pilot, "The first sync is under way")
        source.state = SyncState(NOW, None, False)
        source.touch()
        assert await shows(pilot, "press r to start it")


async def test_a_store_that_does_not_open_says_why_and_r_tries_again() -> None:
    tries: list[str] = []
    source = filled()

    def open_source() -> ReportSource:
        tries.append("open")
        if len(tries) == 1:
            raise StoreError("The store is newer than this program: update it.")
        return source

    session = replace(session_of(source), open_source=open_source)
    async with app_of(session).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "The store is newer than this program: update it.")
        await pilot.press("r")
        await shows(pilot, "40 activities")
        assert tries == ["open", "open"]


async def test_the_sync_problem_stands_in_the_status_line() -> None:
    source = filled()
    source.state = SyncState(NOW, "The gateway refused the token: set SMSREPORT_TOKEN anew.", True)
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "! The gateway refused the token")
        assert "Sync ! problem" in screen_text(pilot)
        source.state = SyncState(NOW, None, True)
        source.touch()
        await shows(pilot, "Sync ● on")
        assert not pilot.app.screen.query_one("#hindrance", Static).display


async def test_new_activities_come_without_moving_the_cursor() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("j", "j", "j")
        table = pilot.app.screen.query_one(RowTable)
        assert table.key == "A4"
        source.summaries = [source.summaries[0]._replace(id="A99", name="Brand new"), *source.summaries]
        source.touch()
        await shows(pilot, "Brand new")
        assert table.key == "A4"
        assert table.cursor == 4


async def test_search_narrows_as_one_types_and_escape_shows_all() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("slash", *"us 1")
        await shows(pilot, "3 of 40 activities found")
        assert "Members' night · US 1" in screen_text(pilot)
        await pilot.press("enter", "j", "enter")
        await until(pilot, "a report", lambda: isinstance(pilot.app.screen, ReportScreen))
        await pilot.press("escape")
        await shows(pilot, "3 of 40 activities found")
        await pilot.press("escape")
        await shows(pilot, "40 activities")
        await pilot.press("slash", *"nothing like it")
        await shows(pilot, "No activity found for “nothing like it”")
        await pilot.press("escape")
        assert await shows(pilot, "Spring sale")


async def test_orders_by_any_column_by_key_and_by_mouse() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "Sent at ▼")
        await pilot.press("o")
        await shows(pilot, "Sent ▼")
        await pilot.press("O")
        await shows(pilot, "Sent ▲")
        assert pilot.app.screen.query_one(RowTable).key == "A40"
        await pilot.click(RowTable, offset=(3, 0))
        await shows(pilot, "Activity ▲")
        assert "Delivery notice" in screen_lines(pilot.app.screen)[2]


@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_every_order_keeps_every_activity_and_is_turned_round(column: int) -> None:
    activities = [*(summary(number) for number in range(30)), summary(31)._replace(sent_at=None, sent=0, delivered=0)]
    one, other = (arranged(activities, "", Order(column, turned)) for turned in (False, True))
    assert {item.id for item in one} == {item.id for item in other} == {item.id for item in activities}
    values = [COLUMNS[column].key(item) for item in one]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known
    assert known == sorted(known, reverse=not COLUMNS[column].is_text)
    assert [COLUMNS[column].key(item) for item in other][: len(known)] == known[::-1]


async def test_the_list_has_the_keys_again_after_a_search_for_nothing() -> None:
    app = app_of(session_of(filled()))
    # No look at the store gives a focus back that was lost.
    app.poll_seconds = 60
    async with app.run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("slash", "escape", "j")
        table = pilot.app.screen.query_one(RowTable)
        assert pilot.app.focused is table
        assert table.cursor == 1
