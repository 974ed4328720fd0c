"""Why a person is in a segment: each condition with its verdict, on the profile."""

import re

import pytest
from textual.pilot import Pilot

from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, Happened, Happening, HasTag, InSegment, NoneOf
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import SIZES, app_of, hides, open_report, screen_text, session_of, shows

_LINE = re.compile(r"(?:[├└] )?[✓✗] .*\b(?:yes|no)\b")
DELIVERED = Happened(Happening.DELIVERED, activity="A1")


def made() -> FakeSource:
    source = filled()
    where = AllOf((DELIVERED, NoneOf((HasTag("newsletter"), HasTag("vip")))))
    source.segments.create(SegmentFile("Plain", where))
    return source


async def open_person(pilot: Pilot[None], *keys: str) -> None:
    await open_report(pilot)
    await pilot.press(*keys, "enter")
    await shows(pilot, "SMS consent")


def lines(pilot: Pilot[None]) -> list[str]:
    """The tree's lines with their blanks made single."""
    found = (_LINE.search(line) for line in screen_text(pilot).split("\n"))
    return [" ".join(one[0].split()) for one in found if one]


@pytest.mark.parametrize("size", SIZES)
async def test_each_condition_says_whether_it_holds(size: tuple[int, int]) -> None:
    async with app_of(session_of(made())).run_test(size=size) as pilot:
        # P1 has the tag newsletter, and received it.
        await open_person(pilot, "j")
        await pilot.press("w")
        await shows(pilot, "In which segment, and why?")
        await pilot.press("enter")
        await shows(pilot, "Anna Berg is not in “Plain”")
        assert lines(pilot) == [
            "✗ all of these no",
            "├ ✓ received “Spring sale · SE” yes",
            "└ ✗ none of these no",
            "├ ✓ has the tag “newsletter” yes",
            "└ ✗ has the tag “vip” no",
        ]
        await pilot.press("escape")
        assert await hides(pilot, "is not in “Plain”")


async def test_what_it_uses_is_unfolded_and_a_list_says_since_when() -> None:
    source = made()
    source.segments.create(SegmentFile("Kept", HasTag("newsletter")))
    source.segments.freeze("Kept")
    source.segments.create(SegmentFile("Joined", AllOf((InSegment("Plain"), NoneOf((InSegment("kept"),))))))
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_person(pilot, "j")
        await pilot.press("w")
        await shows(pilot, "In which segment, and why?")
        await pilot.press("enter")
        await shows(pilot, "Anna Berg is not in “Joined”")
        assert lines(pilot) == [
            "✗ all of these no",
            "├ ✗ is in the segment “Plain” no",
            "└ ✗ all of these no",
            "├ ✓ received “Spring sale · SE” yes",
            "└ ✗ none of these no",
            "├ ✓ has the tag “newsletter” yes",
            "└ ✗ has the tag “vip” no",
            "└ ✗ none of these no",
            "└ ✓ is in the segment “kept”: a list since 2026-03-03 14:00:00 UTC yes",
        ]


async def test_who_is_in_it_meets_the_conditions() -> None:
    async with app_of(session_of(made())).run_test(size=(120, 40)) as pilot:
        await open_person(pilot, "j", "j")
        await pilot.press("w")
        await shows(pilot, "In which segment, and why?")
        await pilot.press("enter")
        await shows(pilot, "Anna Berg is in “Plain”")
        assert lines(pilot)[0] == "✓ all of these yes"


async def test_a_person_that_the_store_does_not_know_is_said() -> None:
    async with app_of(session_of(made())).run_test(size=(120, 40)) as pilot:
        await open_person(pilot)
        pilot.app.screen.profile_id = "nobody"  # type: ignore[attr-defined]
        await pilot.press("w")
        await shows(pilot, "In which segment, and why?")
        await pilot.press("enter")
        assert await shows(pilot, "! There is no profile 'nobody'")


async def test_without_segments_it_says_where_one_is_made() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_person(pilot)
        await pilot.press("w")
        assert await shows(pilot, "! There is no segment yet: S leads to where one is built.")
