"""The segments on their screen: people and what changed, and everything that can be done with one."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from screens.profile import ProfileScreen
from screens.segment_builder import BuilderScreen
from screens.segment_people import SegmentPeopleScreen
from screens.segments import SegmentsScreen
from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, Happened, Happening, HasTag, InSegment, Node
from smsreport_tui.services.reports import Reports
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import SIZES, app_of, hides, open_report, says, screen_text, session_of, shows, until

VIP = HasTag("vip")
DELIVERED = Happened(Happening.DELIVERED, activity="A1")


def made() -> FakeSource:
    """Base (8 people) is used by Wide (12 people); Apart has 30."""
    source = filled()
    for name, where in (("Base", VIP), ("Wide", AllOf((InSegment("base"), DELIVERED))), ("Apart", DELIVERED)):
        source.segments.create(SegmentFile(name, where))
    return source


def row(pilot: Pilot[None], name: str) -> str:
    """The line of a segment, its blanks made single."""
    lines = [" ".join(line.strip("▌ ").split()) for line in screen_text(pilot).split("\n")]
    return next((line for line in lines if line.startswith(f"{name} ")), "")


async def open_segments(pilot: Pilot[None]) -> None:
    await shows(pilot, "40 activities")
    await pilot.press("S")
    await until(pilot, "the segments", lambda: isinstance(pilot.app.screen, SegmentsScreen))
    await until(pilot, "all counts", lambda: "…" not in screen_text(pilot))


def names(source: FakeSource) -> list[str]:
    return [one.name for one in source.segments.all()]


@pytest.mark.parametrize("size", SIZES)
async def test_lists_people_kind_and_where_each_is_used(size: tuple[int, int]) -> None:
    source = made()
    source.segments.freeze("Apart", "Kept")
    async with app_of(session_of(source)).run_test(size=size) as pilot:
        await open_segments(pilot)
        assert row(pilot, "Apart").startswith("Apart 30 new dynamic")
        assert row(pilot, "Base").startswith("Base 8 new dynamic")
        assert "Wide" in row(pilot, "Base")[10:]
        assert row(pilot, "Wide").startswith("Wide 6 new dynamic")
        assert row(pilot, "Kept").startswith("Kept 30 new frozen")
        await pilot.press("j")
        await shows(pilot, "People of whom this holds: has the tag “vip”. Used by Wide.")


async def test_says_what_changed_since_the_last_look_and_how_it_grew() -> None:
    source = made()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_segments(pilot)
        await pilot.press("escape")
        await shows(pilot, "40 activities")
        source.world.clock.advance(2 * HOUR)
        people = [{"id": f"N{number}", "updated_at": "2026-03-04T00:00:00Z", "tags": ["vip"]} for number in range(3)]
        source.world.put("profiles", [one | {"msisdn": f"+4671000000{one['id'][-1]}"} for one in people])
        await open_segments(pilot)
        assert "+3 since" in row(pilot, "Base")
        assert "none since" in row(pilot, "Apart")
        await until(pilot, "the sizes", lambda: "▁█" in row(pilot, "Base"))
        assert [size for _, size in source.segments.get("Base").sizes] == [8, 11]
        assert source.segments.get("Base").seen_people == 11
        await pilot.press("escape")
        await open_segments(pilot)
        assert "none since" in row(pilot, "Base")


async def test_counting_writes_and_yet_comes_to_rest() -> None:
    source = made()
    world = source.world
    reports = Reports(world.store, world.clock)
    counted: list[str] = []
    count = world.desk.count
    reports.segments = world.desk

    def noted(name: str, *, seen: bool = False) -> int:
        counted.append(name)
        return count(name, seen=seen)

    world.desk.count = noted  # type: ignore[method-assign]
    session = replace(session_of(source), open_source=lambda: reports)
    async with app_of(session).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "2 activities")
        await pilot.press("S")
        await until(pilot, "all counts", lambda: row(pilot, "Wide").startswith("Wide 6"))
        await until(pilot, "the sizes", lambda: "▄" in row(pilot, "Wide"))
        for _ in range(20):
            await pilot.app.workers.wait_for_complete()
            await pilot.pause(0.03)
        assert counted == ["Apart", "Base", "Wide"]


async def test_a_segment_that_can_not_be_counted_says_why_and_the_others_are() -> None:
    source = made()
    count = source.world.desk.count

    def broken(name: str, *, seen: bool = False) -> int:
        if name == "Base":
            raise StoreError("The disk fails: check it.")
        return count(name, seen=seen)

    source.world.desk.count = broken  # type: ignore[method-assign]
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_segments(pilot)
        assert row(pilot, "Wide").startswith("Wide 6")
        assert row(pilot, "Base").startswith("Base !")
        await pilot.press("j")
        assert await shows(pilot, "! The disk fails: check it.")


async def test_an_empty_list_says_how_one_comes_about() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("S")
        await shows(pilot, "No segments yet")
        await pilot.press("D")
        await says(pilot, "There is no segment here: n builds one.")
        await pilot.press("n")
        await until(pilot, "the builder", lambda: isinstance(pilot.app.screen, BuilderScreen))
        assert await shows(pilot, "▌everybody")


async def test_conditions_are_changed_and_the_list_follows() -> None:
    source = made()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await open_segments(pilot)
        await pilot.press("j", "enter")
        await shows(pilot, "Segment · Base")
        await pilot.press("exclamation_mark", "w")
        await shows(pilot, "· saved")
        await pilot.press("escape")
        await until(pilot, "the new count", lambda: row(pilot, "Base").startswith("Base 32"))
        await until(pilot, "that of its user", lambda: row(pilot, "Wide").startswith("Wide 24"))


async def name_it(pilot: Pilot[None], title: str, name: str) -> None:
    """Answers the question for a name."""
    await shows(pilot, title)
    await pilot.press("end", "ctrl+u", *name, "enter")


async def test_renamed_duplicated_and_frozen() -> None:
    source = made()
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("j", "N")
        await name_it(pilot, "Another name for “Base”", "Basis")
        await says(pilot, "“Base” is called “Basis” now.")
        await until(pilot, "the new name", lambda: row(pilot, "Basis").startswith("Basis 8"))
        assert source.segments.get("Wide").where == AllOf((InSegment("Basis"), DELIVERED))
        await pilot.press("d")
        await name_it(pilot, "Another segment like “Basis”", "wide")
        await shows(pilot, "There is a segment 'Wide' already")
        await pilot.press("2", "enter")
        await until(pilot, "the copy", lambda: "wide2" in names(source))
        assert source.segments.get("wide2").where == VIP
        await until(pilot, "its row", lambda: row(pilot, "wide2").startswith("wide2 8"))
        await pilot.press("f")
        await name_it(pilot, "Freeze “Basis”", "Basis in March")
        await says(pilot, "“Basis in March” is a list of 8 people now.")
        assert source.segments.get("Basis").frozen_at is None
        assert source.segments.get("Basis in March").frozen_at is not None
        await pilot.press("f")
        await shows(pilot, "Freeze “Basis”")
        await pilot.press("enter")
        await until(pilot, "frozen", lambda: source.segments.get("Basis").frozen_at is not None)
        await until(pilot, "its kind", lambda: "frozen" in row(pilot, "Basis"))
        await pilot.press("f")
        await says(pilot, "It is frozen already")


async def test_a_deletion_is_asked_about_and_refused_while_another_uses_it() -> None:
    source = made()
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("j", "D")
        await says(pilot, "It is used by Wide: change or delete that first.")
        await pilot.press("j", "D")
        await shows(pilot, "Delete “Wide”?")
        await pilot.press("enter")
        await hides(pilot, "Delete “Wide”?")
        await pilot.press("D")
        await shows(pilot, "Delete “Wide”?")
        # Meanwhile another one uses it.
        source.segments.create(SegmentFile("Newer", InSegment("Wide")))
        await pilot.press("shift+tab", "enter")
        await says(pilot, "'Wide' is used by Newer")
        source.segments.delete("Newer")
        await until(pilot, "it is free", lambda: "Newer" not in screen_text(pilot))
        await pilot.press("D", "shift+tab", "enter")
        await until(pilot, "it is gone", lambda: names(source) == ["Apart", "Base"])
        await until(pilot, "its row is", lambda: not row(pilot, "Wide") and "Used by Wide" not in screen_text(pilot))
        await pilot.press("D", "shift+tab", "enter")
        await until(pilot, "Base is free now", lambda: names(source) == ["Apart"])


async def test_two_are_compared() -> None:
    async with app_of(session_of(made())).run_test(size=(80, 24), notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("equals_sign")
        await shows(pilot, "Compare “Apart” with")
        await pilot.press("enter")
        await shows(pilot, "“Apart” and “Base”")
        await shows(pilot, "in both")
        inside = [line.split("│")[1].split("▇") for line in screen_text(pilot).split("\n") if "▇" in line]
        figures = [" ".join(before.split()) for before, *_ in inside]
        assert figures == ["only in Apart 24", "in both 6", "only in Base 2"]
        await pilot.press("escape")
        await hides(pilot, "in both")


async def test_people_of_a_frozen_one_stand_in_a_list_and_who_may_be_sent_to() -> None:
    source = made()
    source.segments.freeze("Apart")
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("enter")
        await until(pilot, "the people", lambda: isinstance(pilot.app.screen, SegmentPeopleScreen))
        await shows(pilot, "30 people · frozen 2026-03-03")
        await shows(pilot, "SMS may be sent to 27 people (30 less 3 opted out)")
        await shows(pilot, "25 of 30 shown")
        await pilot.press("enter")
        await until(pilot, "a profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        await pilot.press("escape", "escape", "j", "p")
        await until(pilot, "the people", lambda: isinstance(pilot.app.screen, SegmentPeopleScreen))
        assert await shows(pilot, "8 people · dynamic")


async def test_s_leads_back_to_the_list_and_never_over_changes_that_are_not_saved() -> None:
    async with app_of(session_of(made())).run_test(size=(120, 40), notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("enter")
        await shows(pilot, "Segment · Apart")
        await pilot.press("S")
        await until(pilot, "the list", lambda: isinstance(pilot.app.screen, SegmentsScreen))
        await pilot.press("enter")
        await shows(pilot, "Segment · Apart")
        await pilot.press("exclamation_mark", "S")
        await says(pilot, "This segment is not saved: w saves it")
        assert isinstance(pilot.app.screen, BuilderScreen)
        await pilot.press("q")
        await shows(pilot, "Quit all the same?")
        await pilot.press("escape", "u", "S")
        await until(pilot, "the list again", lambda: isinstance(pilot.app.screen, SegmentsScreen))


async def test_is_found_in_the_palette() -> None:
    async with app_of(session_of(made())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("ctrl+p", *"segments and")
        await shows(pilot, "The segments, and their people")
        await pilot.press("enter")
        await until(pilot, "the segments", lambda: isinstance(pilot.app.screen, SegmentsScreen))


def test_the_figures_of_a_tree_are_all_there() -> None:
    """Base is used by Wide, as the list says."""
    source = made()
    where: Node = source.segments.get("Wide").where
    assert source.segments.preview(where).counts == (6, 8, 30)


@pytest.mark.parametrize("size", SIZES)
async def test_find_narrows_by_name_and_esc_shows_all_again(size: tuple[int, int]) -> None:
    async with app_of(session_of(made())).run_test(size=size, notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("slash", *"A")
        await shows(pilot, "2 of 3 segments found")
        assert (row(pilot, "Wide"), bool(row(pilot, "Apart"))) == ("", True)
        await pilot.press(*"Se")
        await shows(pilot, "1 of 3 segments found")
        # What acts on a segment acts on one of those that are found.
        await pilot.press("enter", "p")
        await until(pilot, "its people", lambda: isinstance(pilot.app.screen, SegmentPeopleScreen))
        await shows(pilot, "Segment · Base")
        await pilot.press("escape")
        await shows(pilot, "1 of 3 segments found")
        await pilot.press("escape")
        await hides(pilot, "found")
        assert row(pilot, "Wide")
        assert isinstance(pilot.app.screen, SegmentsScreen)
        await pilot.press("slash", *"q=")
        await shows(pilot, "No segment found for “q=”")
        await pilot.press("down", "f")
        await says(pilot, "No segment is found")
        await pilot.press("slash", "escape")
        await hides(pilot, "found for")
        await pilot.press("escape")
        assert await shows(pilot, "40 activities")


async def test_without_segments_there_is_nothing_to_find() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "40 activities")
        await pilot.press("S")
        await shows(pilot, "No segments yet")
        await pilot.press("slash")
        assert await says(pilot, "There is no segment yet: n builds one.")
