"""The profile screen: four sections, masked numbers, raw codes, erased and unknown people."""

from dataclasses import replace

import pytest

from screens import profile_text
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.figures import Profile
from tests.screens.fake_source import FakeSource, filled, profile
from tests.screens.steps import SIZES, app_of, hides, open_report, screen_lines, screen_text, session_of, shows


@pytest.mark.parametrize("size", SIZES)
async def test_walks_the_four_sections(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await open_report(pilot)
        await pilot.press("enter")
        await shows(pilot, "SMS consent")
        text = screen_text(pilot)
        for part in ("Anna Berg", "+46…0012", "anna@example.org", "vip · newsletter", "city", "Lund", "1 of 3"):
            assert part in text, part
        await pilot.press("2")
        await shows(pilot, "Winter sale · SE")
        assert "hard" in screen_text(pilot)
        await pilot.press("3")
        await shows(pilot, "page view")
        assert "clicked" in screen_text(pilot)
        await pilot.press("4")
        await shows(pilot, "event E0 · message M0 · to +46…0012")
        assert "1 EC_UNKNOWN" in screen_text(pilot)
        await pilot.press("l", "j")
        await shows(pilot, "event E1")
        await pilot.press("escape")
        await shows(pilot, "25 of 9\u202f120 shown")


async def test_numbers_are_masked_until_revealed() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("enter")
        await shows(pilot, "+46…0012")
        await pilot.press("m")
        await shows(pilot, "+46700000012")
        await pilot.press("m")
        assert await hides(pilot, "+46700000012")


async def test_an_unknown_profile_says_so() -> None:
    source = filled()

    def missing(profile_id: str) -> Profile:
        raise NotFoundError(f"There is no profile {profile_id}.")

    source.profiles = missing
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("enter")
        await shows(pilot, "There is no profile P0.")
        await pilot.press("escape")
        assert await shows(pilot, "9\u202f120 shown")


async def test_enter_on_an_activity_opens_its_report() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("enter")
        await shows(pilot, "SMS consent")
        await pilot.press("4", "l")
        await shows(pilot, "event E0")
        assert "Open" not in screen_text(pilot).splitlines()[-1]
        await pilot.press("2")
        await shows(pilot, "Winter sale")
        assert "Open" in screen_text(pilot).splitlines()[-1]
        await pilot.press("enter")
        await shows(pilot, "25 of 9\u202f120 shown")


async def test_follows_the_store() -> None:
    source: FakeSource = filled()
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("enter")
        await shows(pilot, "Opted out    no")
        source.profiles = lambda profile_id: replace(profile(profile_id), opted_out=True, suppressed=True)
        source.touch()
        assert await shows(pilot, "opted out · suppressed")


def test_an_erased_person_has_no_name() -> None:
    person = replace(profile(), erased=True, name=None, msisdn=None, email=None, attributes={}, tags=())
    sections = profile_text.details(person, None, masked=True, words=lambda *_: None)
    details = {name: value for section in sections for name, value in section.rows}
    assert profile_text.title(person) == "erased person P1"
    assert profile_text.state(person) == "erased"
    assert (details["Name"], details["Number"], details["E-mail"]) == ("erased", "erased", "erased")


def test_a_machine_click_is_marked() -> None:
    clicked = replace(profile().timeline[2], machine=True)
    assert profile_text.website_cells(clicked, None)[1].text == "clicked machine"


def test_website_holds_clicks_and_page_views_newest_first() -> None:
    assert [event.id for event in profile_text.website(profile())] == ["E3", "E2"]


def test_the_timeline_gives_raw_code_and_its_words() -> None:
    cells = profile_text.timeline_cells(
        profile().timeline[0], "Europe/Stockholm", masked=True, words=lambda *_: "Unknown subscriber"
    )
    assert (cells[0].text, cells[0].short) == ("2026-02-28 17:00:00", "2026-02-28 17:00")
    assert cells[2].text == "hard"
    assert cells[3].text == "1 Unknown subscriber · infobip error.id"
    assert "+46…0012" in cells[4].text


async def test_the_bar_names_mask_and_erase_and_both_act_on_a_click() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24), notifications=True) as pilot:
        await open_report(pilot)
        await pilot.press("enter")
        await shows(pilot, "+46…0012")
        bar = screen_lines(pilot.app.screen)[-1]
        await pilot.click("#actions", offset=(bar.index("Mask"), 0))
        await shows(pilot, "+46700000012")
        await pilot.click("#actions", offset=(bar.index("Erase"), 0))
        assert await shows(pilot, "Nothing can be erased here")
