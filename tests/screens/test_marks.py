"""A number at two of three strikes, and a suppressed one, are marked where they are shown."""

from dataclasses import replace

import pytest

from screens import profile_text
from smsreport_tui.rules.columns import ListRow, Tab
from smsreport_tui.rules.marks import Mark
from tests.screens.fake_source import filled, profile, row
from tests.screens.steps import SIZES, app_of, open_report, screen_lines, session_of, shows

_MARKS = {0: Mark.NEARLY, 1: Mark.SUPPRESSED}


def _marked(tab: Tab, number: int) -> ListRow:
    return row(tab, number)._replace(mark=_MARKS.get(number, Mark.NONE))


@pytest.mark.parametrize("size", [*SIZES, (60, 16)])
@pytest.mark.parametrize(("key", "following"), [("2", "Delivered  "), ("5", "Bounce  ")])
async def test_every_list_marks_numbers_and_keeps_its_columns(size: tuple[int, int], key: str, following: str) -> None:
    source = filled()
    source.row_of = _marked
    async with app_of(session_of(source)).run_test(size=size) as pilot:
        await open_report(pilot)
        await pilot.press(key)
        await shows(pilot, "2/3 strikes")
        for shown_first in ("+46…0002", "+467"):
            await shows(pilot, shown_first)
            lines = screen_lines(pilot.app.screen)
            nearly, suppressed, plain = (
                next(line for line in lines if name in line) for name in ("▌Anna Berg", "Björn Dahl", "Cecilia Ek")
            )
            assert "2/3" in nearly
            assert "⊘" in suppressed
            header = next(line for line in lines if "Number" in line)
            # Where there is room for a next column it begins below its heading in every row.
            if size[0] > 60 or shown_first == "+46…0002":
                place = header.rindex(following)
                assert [line[place - 1] + line[place] for line in (nearly, suppressed, plain)] == [
                    f" {line[place].strip() or '?'}" for line in (nearly, suppressed, plain)
                ]
            await pilot.press("m")


def test_the_profile_marks_its_number() -> None:
    plain = profile()
    for strikes, suppressed, number in (
        (plain.strikes, False, "+46…0012"),
        (plain.strikes * 2, False, "+46…0012 2/3"),
        ((), True, "+46…0012 ⊘"),
    ):
        person = replace(plain, strikes=strikes, suppressed=suppressed)
        details = profile_text.details(person, None, masked=True, words=lambda *_: None)
        assert dict(details[0].rows)["Number"] == number
