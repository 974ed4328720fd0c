"""The help that the bindings write themselves, and the rules that every binding keeps."""

import pytest
from textual.dom import DOMNode

from screens.activities import ActivitiesScreen
from screens.dialog import Dialog
from screens.export import ExportScreen
from screens.help import HelpScreen, help_rows
from screens.profile import ProfileScreen
from screens.report import ReportScreen
from screens.segment_builder import BuilderScreen
from screens.source_screen import SourceScreen
from smsreport_tui.app import SmsReportApp
from tests.screens.fake_source import filled
from tests.screens.steps import SIZES, app_of, hides, open_report, screen_text, session_of, shows, until
from widgets.breakdown import Breakdown
from widgets.details import Details
from widgets.overview import Overview
from widgets.row_table import RowTable
from widgets.side_tabs import SideTabs

BOUND: tuple[type[DOMNode], ...] = (
    SmsReportApp,
    SourceScreen,
    ActivitiesScreen,
    ReportScreen,
    ProfileScreen,
    BuilderScreen,
    ExportScreen,
    HelpScreen,
    RowTable,
    SideTabs,
    Breakdown,
    Overview,
    Details,
)


@pytest.mark.parametrize("size", SIZES)
async def test_help_lists_the_keys_of_the_screen(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await open_report(pilot)
        await pilot.press("question_mark")
        await shows(pilot, "Esc closes")
        assert "The row above" in screen_text(pilot)
        await pilot.press("escape")
        await hides(pilot, "Esc closes")
        await pilot.press("f1")
        await shows(pilot, "Esc closes")
        await pilot.press("q")
        await hides(pilot, "Esc closes")


async def test_help_follows_the_focus() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        in_list = {row.keys: row.words for row in help_rows(pilot.app.screen)}
        assert in_list["e"] == "Export all rows of this tab to a file"
        assert in_list["↑  k"] == "The row above"
        assert in_list["?  f1"] == "The keys of this screen"
        assert in_list["q  ^q"] == "End the app and its worker"
        pilot.app.screen.query_one(Breakdown).focus()
        await pilot.pause()
        in_figures = {row.keys: row.words for row in help_rows(pilot.app.screen)}
        assert in_figures["←  h"] == "Explain the figure before"


@pytest.mark.parametrize("owner", BOUND, ids=lambda owner: owner.__name__)
def test_every_binding_has_an_id_and_a_tooltip(owner: type[DOMNode]) -> None:
    bindings = [binding for _, binding in owner._merge_bindings() if not binding.system]
    assert [binding.key for binding in bindings if not (binding.id and binding.tooltip)] == []


def test_ids_name_one_action_each() -> None:
    actions: dict[str, set[str]] = {}
    for owner in BOUND:
        for _, binding in owner._merge_bindings():
            actions.setdefault(str(binding.id), set()).add(binding.action)
    assert [name for name, known in actions.items() if len(known) > 1] == []


async def test_a_click_beside_the_help_closes_it_and_one_on_it_does_not() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("question_mark")
        await shows(pilot, "Esc closes")
        await pilot.click(offset=(40, 10))
        assert "Esc closes" in screen_text(pilot)
        await pilot.click(offset=(1, 23))
        assert await hides(pilot, "Esc closes")


@pytest.mark.parametrize("key", ["question_mark", "e"])
async def test_a_dialog_says_which_size_it_needs(key: str) -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press(key)
        await until(pilot, "the dialog", lambda: isinstance(pilot.app.screen, Dialog))
        await pilot.resize_terminal(59, 15)
        await shows(pilot, "Too small: 59 × 15")
        await shows(pilot, "smsreport needs 60 × 16")
        await pilot.resize_terminal(80, 24)
        assert await hides(pilot, "Too small")
