"""The builder by keyboard: from a report to a kept segment, every kind of condition, counts that follow, and undo."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from screens.profile import ProfileScreen
from screens.report import ReportScreen
from screens.segment_builder import BuilderScreen
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.rules.segment_figures import Preview
from smsreport_tui.rules.segment_file import SegmentFile, read_file
from smsreport_tui.rules.segment_forms import Form, Listed, conditions
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    BounceBucket,
    Found,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    Op,
    State,
)
from tests.screens.fake_source import FakeSource, filled
from tests.screens.steps import SIZES, app_of, hides, open_report, says, screen_text, session_of, shows, until

DELIVERED = Happened(Happening.DELIVERED, activity="A1")
LATER = "2026-03-03T00:00:00Z"


def builder(pilot: Pilot[None]) -> BuilderScreen:
    """The builder, also where a dialog stands before it."""
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, BuilderScreen)]
    assert found, screen_text(pilot)
    return found[-1]


def tree(pilot: Pilot[None]) -> Node:
    return builder(pilot).spot.tree


async def counted(pilot: Pilot[None], people: int) -> None:
    """Waits for the number of people at the top."""
    words = f"{people} {'person' if people == 1 else 'people'} ·"
    await until(pilot, words, lambda: f"  {words}" in screen_text(pilot).split("\n")[0])


async def open_builder(pilot: Pilot[None], tab: str = "2", form: int = 0) -> None:
    """From the start over a tab of the report and one of the forms offered there."""
    await open_report(pilot)
    await pilot.press(tab)
    await until(pilot, "the tab's rows", lambda: "shown" in screen_text(pilot))
    await pilot.press("s")
    await shows(pilot, "A segment of whom?")
    await pilot.press(*"j" * form, "enter")
    await until(pilot, "the builder", lambda: isinstance(pilot.app.screen, BuilderScreen))


async def add(pilot: Pilot[None], kind: int, title: str) -> None:
    """Opens the form of the kind at that place of the list."""
    await pilot.press("a")
    await shows(pilot, "What it asks")
    await pilot.press(*"j" * kind, "enter")
    await shows(pilot, title)


async def start_with(pilot: Pilot[None], *conditions: Node) -> None:
    """A builder with these conditions."""
    await shows(pilot, "40 activities")
    where = conditions[0] if len(conditions) == 1 else AllOf(conditions)
    await pilot.app.push_screen(BuilderScreen(pilot.app.desk, where))  # type: ignore[attr-defined]
    await until(pilot, "the builder", lambda: isinstance(pilot.app.screen, BuilderScreen))
    await until(pilot, "its count", lambda: "counting" not in screen_text(pilot))


@pytest.mark.parametrize(
    ("key", "tab", "people", "name"),
    [
        ("1", Tab.SENT, 40, "Sent"),
        ("2", Tab.DELIVERED, 30, "Delivered"),
        ("3", Tab.CLICKS, 18, "Clicks"),
        ("5", Tab.BOUNCES, 10, "Bounces"),
        ("6", Tab.UNSUBSCRIBE, 3, "Unsubscribe"),
    ],
)
async def test_a_tabs_people_become_a_segment(key: str, tab: Tab, people: int, name: str) -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_builder(pilot, key)
        await counted(pilot, people)
        assert "not saved" in screen_text(pilot)
        await pilot.press("w")
        await shows(pilot, "Keep this segment")
        await pilot.press("enter")
        await until(pilot, "it is kept", lambda: [one.name for one in source.segments.all()] != [])
        await shows(pilot, "· saved")
        kept = source.segments.get(f"{name} · Spring sale · SE")
        assert kept.where == conditions(Listed("A1", tab))
        await until(pilot, "what was seen", lambda: source.segments.get(kept.name).seen_people == people)
        await pilot.press("escape")
        await until(pilot, "the report", lambda: isinstance(pilot.app.screen, ReportScreen))


async def test_a_link_gives_its_id() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("4")
        await shows(pilot, "Who clicked L1")
        await pilot.press("j")
        await shows(pilot, "Who clicked L2")
        await pilot.press("s")
        await shows(pilot, "clicked the link “L2” of “Spring sale · SE”")
        await pilot.press("enter")
        await counted(pilot, 12)
        assert tree(pilot) == Happened(Happening.CLICKED, activity="A1", link="L2")


async def test_a_hand_that_does_not_wait_for_what_is_offered_opens_the_builder() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("s", "j", "enter")
        await counted(pilot, 12)


async def test_by_the_bottom_bar_and_the_mouse_alone() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:

        async def click(words: str, times: int = 1) -> None:
            await shows(pilot, words)
            lines = screen_text(pilot).split("\n")
            y = max(index for index, line in enumerate(lines) if words in line)
            await pilot.click(offset=(lines[y].index(words) + 1, y), times=times)

        await open_report(pilot)
        await click("s Segment")
        await click("Delivered and clicked", times=2)
        await counted(pilot, 18)
        await click("clicked a link of “Spring sale · SE”        18")
        await until(pilot, "its line", lambda: builder(pilot).spot.path == (1,))
        await click("! Not")
        await counted(pilot, 12)
        await click("all of these", times=2)
        await click("None of these", times=2)
        await counted(pilot, 0)
        await click("u Undo")
        await counted(pilot, 12)
        await click("w Save")
        await click("Keep   ")
        await shows(pilot, "· saved")


async def test_what_can_not_be_offered_is_said() -> None:
    source = filled()

    def fails(listed: Listed) -> tuple[Form, ...]:
        raise StoreError("The disk fails: check it.")

    source.world.desk.offered = fails  # type: ignore[method-assign]
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await open_report(pilot)
        await pilot.press("s", "enter")
        await shows(pilot, "! The disk fails: check it.")
        await pilot.press("escape")
        assert await hides(pilot, "A segment of whom?")


async def test_a_search_and_the_machines_come_with_the_tab() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_report(pilot)
        await pilot.press("b", "3", "slash", *"ann", "enter")
        await shows(pilot, "found for “ann”")
        await pilot.press("s")
        await shows(pilot, "machines counted and name or number contains")
        await pilot.press("enter")
        await shows(pilot, "New segment · Clicks “ann” · Spring sale · SE")
        clicked = Happened(Happening.CLICKED, activity="A1", machines=True)
        assert tree(pilot) == AllOf((clicked, Found("ann")))


@pytest.mark.parametrize(
    ("form", "where", "people"),
    [
        (1, AllOf((DELIVERED, Happened(Happening.CLICKED, activity="A1", did=False))), 12),
        (
            3,
            AllOf(
                (
                    Happened(Happening.BOUNCED, activity="A1", bounce=BounceBucket.SOFT),
                    NoneOf((Happened(Happening.DELIVERED),)),
                )
            ),
            1,
        ),
    ],
)
async def test_the_forms_that_people_want_are_offered(form: int, where: Node, people: int) -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_builder(pilot, "2", form)
        await counted(pilot, people)
        assert tree(pilot) == where


@pytest.mark.parametrize("size", SIZES)
async def test_each_condition_has_its_own_count_and_the_whole_stands_in_words(size: tuple[int, int]) -> None:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await open_builder(pilot, "2", 1)
        await counted(pilot, 12)
        rows = [" ".join(line.split()) for line in screen_text(pilot).split("\n")]
        assert "▌all of these 12" in rows
        assert "├ received “Spring sale · SE” 30" in rows
        assert "└ did not click a link of “Spring sale · SE” 22" in rows
        assert "12 of 12 people" in rows
        words = " ".join(rows)
        assert "received “Spring sale · SE” and did not click a link of “Spring sale · SE”." in words
        assert "cecilia18@example.org" in words
        assert "+46…0018" in words


EVENT, ATTRIBUTE, TAG, STATE, SEGMENT, SEARCH, GROUP = range(7)


@pytest.mark.parametrize(
    ("kind", "title", "keys", "node"),
    [
        (EVENT, "Add a condition", ("enter",), DELIVERED),
        (EVENT, "Add a condition",
         ("right", "tab", "right", "tab", "tab", "right", "tab", *"27", "tab", "tab", "tab", "backspace", "2", "tab",
          *"7d", "enter"),
         Happened(Happening.BOUNCED, "A1", did=False, at_least=2, within="7d", bounce=BounceBucket.SOFT, code="27")),
        (EVENT, "Add a condition", ("l", "l", "tab", "tab", *"\x15", "tab", *"L1", "tab", "right", "enter"),
         Happened(Happening.CLICKED, link="L1", machines=True)),
        (ATTRIBUTE, "Attribute", (*"city", "tab", "tab", *"Lund", "enter"), HasAttribute("city", Op.EQ, "Lund")),
        (ATTRIBUTE, "Attribute", (*"city", "tab", "right", "right", "tab", *"Lund, Kalmar", "enter"),
         HasAttribute("city", Op.IN, ("Lund", "Kalmar"))),
        (ATTRIBUTE, "Attribute", (*"orders", "tab", *["right"] * 5, "tab", *"3", "enter"),
         HasAttribute("orders", Op.GT, 3)),
        (ATTRIBUTE, "Attribute", (*"club", "tab", *["right"] * 7, "enter"), HasAttribute("club", Op.ANY)),
        (TAG, "Tag", (*"vip", "enter"), HasTag("vip")),
        (STATE, "In which state?", ("j", "enter"), IsIn(State.OPTED_OUT)),
        (SEGMENT, "Segment", (*"Buyers", "enter"), InSegment("Buyers")),
        (SEARCH, "Contains", (*"ann", "enter"), Found("ann")),
    ],
)  # fmt: skip
async def test_every_kind_of_condition_by_keyboard_alone(
    kind: int, title: str, keys: tuple[str, ...], node: Node
) -> None:
    source = filled()
    source.segments.create(SegmentFile("Buyers", HasTag("vip")))
    async with app_of(session_of(source)).run_test(size=(80, 24)) as pilot:
        await start_with(pilot, DELIVERED)
        await add(pilot, kind, title)
        await pilot.press(*("ctrl+u" if key == "\x15" else key for key in keys))
        await until(pilot, "the condition", lambda: tree(pilot) == AllOf((DELIVERED, node)))
        # What is there already stands in its form as it was typed.
        await pilot.press("enter")
        await until(pilot, "the form", lambda: not isinstance(pilot.app.screen, BuilderScreen))
        await pilot.press("enter")
        await until(pilot, "the builder", lambda: isinstance(pilot.app.screen, BuilderScreen))
        assert repr(tree(pilot)) == repr(AllOf((DELIVERED, node)))


async def test_groups_are_made_turned_moved_into_and_taken_away() -> None:
    a, b, c = HasTag("vip"), HasTag("newsletter"), HasAttribute("city", Op.EQ, "Lund")
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, a, b, c)
        steps: list[tuple[str, Node]] = [
            ("j", AllOf((a, b, c))),
            ("A", AllOf((AnyOf((a,)), b, c))),
            ("j", AllOf((AnyOf((a,)), b, c))),
            ("j", AllOf((AnyOf((a,)), b, c))),
            ("K", AllOf((AnyOf((a, b)), c))),
            ("h", AllOf((AnyOf((a, b)), c))),
            ("t", AllOf((NoneOf((a, b)), c))),
            ("space", AllOf((AllOf((a, b)), c))),
            ("J", AllOf((c, AllOf((a, b))))),
            ("exclamation_mark", AllOf((c, NoneOf((AllOf((a, b)),))))),
            ("u", AllOf((c, AllOf((a, b))))),
            ("X", AllOf((c, a, b))),
            ("g", AllOf((c, a, b))),
            ("t", AnyOf((c, a, b))),
            ("G", AnyOf((c, a, b))),
            ("x", AnyOf((c, a))),
        ]
        for key, expected in steps:
            await pilot.press(key)
            await until(pilot, f"{key} gives {expected}", lambda wanted=expected: tree(pilot) == wanted)  # type: ignore[misc]


async def test_every_step_is_undone_and_made_again() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED, HasTag("vip"))
        first = tree(pilot)
        await pilot.press("j", "exclamation_mark", "A", "x", "g", "t")
        await until(pilot, "the last", lambda: tree(pilot) == AnyOf((HasTag("vip"),)))
        last = tree(pilot)
        await pilot.press("u", "u", "u", "u")
        await until(pilot, "the first", lambda: tree(pilot) == first)
        await pilot.press("ctrl+r", "ctrl+r", "ctrl+r", "ctrl+r")
        await until(pilot, "the last again", lambda: tree(pilot) == last)


async def test_counts_follow_the_tree_and_the_store() -> None:
    source = filled()
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED, HasTag("vip"))
        await counted(pilot, 6)
        await pilot.press("t")
        await counted(pilot, 32)
        await pilot.press("j", "exclamation_mark")
        await counted(pilot, 16)
        source.world.put("profiles", [{"id": "P36", "updated_at": LATER, "msisdn": "+46700000036", "tags": ["vip"]}])
        await until(pilot, "nine of the tag", lambda: "└ has the tag “vip”" in screen_text(pilot))
        await until(pilot, "one more", lambda: screen_text(pilot).split("\n")[4].split()[-1] == "9")


class SlowSegments:
    """The store's own answers, each held back until the gate opens."""

    def __init__(self, source: FakeSource) -> None:
        self.gate = threading.Event()
        self.asked: list[Node] = []
        self._preview: Callable[[Node], Preview] = source.segments.preview

    def preview(self, where: Node) -> Preview:
        self.asked.append(where)
        assert self.gate.wait(30)
        return self._preview(where)


async def test_keys_are_answered_while_the_store_counts_and_only_the_newest_tree_is_asked_for_next() -> None:
    source = filled()
    slow = SlowSegments(source)
    source.world.desk.preview = slow.preview  # type: ignore[method-assign]
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "40 activities")
        where = AllOf((DELIVERED, HasTag("vip")))
        await pilot.app.push_screen(BuilderScreen(pilot.app.desk, where))  # type: ignore[attr-defined]
        await shows(pilot, "counting …")
        await until(pilot, "the question", lambda: len(slow.asked) == 1)
        await pilot.press("t", "t", "t", "t")
        await until(pilot, "the last kind", lambda: tree(pilot) == AnyOf(where.children))
        assert "counting …" in screen_text(pilot)
        slow.gate.set()
        await counted(pilot, 32)
        assert slow.asked == [where, AnyOf(where.children)]


async def test_what_can_not_be_found_is_said_and_counted_again_once_it_is_gone() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED, InSegment("nobody knows"))
        await shows(pilot, "! There is no segment 'nobody knows'")
        await pilot.press("G", "x")
        await counted(pilot, 30)
        assert "There is no segment" not in screen_text(pilot)


async def test_a_segment_that_would_use_itself_is_refused() -> None:
    source = filled()
    source.segments.create(SegmentFile("Base", HasTag("vip")))
    source.segments.create(SegmentFile("Wide", InSegment("base")))
    async with app_of(session_of(source)).run_test(size=(120, 40), notifications=True) as pilot:
        await shows(pilot, "40 activities")
        await pilot.app.push_screen(BuilderScreen(pilot.app.desk, HasTag("vip"), "Base"))  # type: ignore[attr-defined]
        await counted(pilot, 8)
        await add(pilot, SEGMENT, "there is no other segment yet")
        await pilot.press(*"wide", "enter")
        await until(pilot, "the builder", lambda: tree(pilot) == AllOf((HasTag("vip"), InSegment("wide"))))
        await pilot.press("w")
        await shows(pilot, "uses itself")
        assert source.segments.get("Base").where == HasTag("vip")


async def test_what_the_store_holds_is_offered_while_typing() -> None:
    source = filled()
    source.segments.create(SegmentFile("Buyers of March", HasTag("vip")))
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED)
        await add(pilot, EVENT, "Add a condition")
        await pilot.press("right", "right", "tab", "tab", "ctrl+u", *"night")
        await shows(pilot, "Members' night · US 3  2026-03-01 11:00 · A3")
        await pilot.press("ctrl+u", *"spring sale")
        await shows(pilot, "2026-03-02 08:00 · A1")
        await pilot.press("down", "enter", "tab", *"shoes")
        await shows(pilot, "L2  Shoes")
        await pilot.press("down", "enter", "enter")
        clicked = Happened(Happening.CLICKED, activity="A1", link="L2")
        await until(pilot, "the click", lambda: tree(pilot) == AllOf((DELIVERED, clicked)))
        await add(pilot, ATTRIBUTE, "1 to 5 of 6")
        await pilot.press("down", "down", "down", "down", "enter", "tab", "tab", *"l")
        await shows(pilot, "Lomma")
        await pilot.press("down", "down", "enter")
        await shows(pilot, "city is “Lund” · 10 people")
        await pilot.press("enter")
        await until(pilot, "Lund", lambda: repr(tree(pilot)).endswith("value='Lund')))"))
        await add(pilot, TAG, "newsletter")
        await pilot.press("escape")
        await add(pilot, SEGMENT, "Buyers of March")


async def test_a_hand_faster_than_the_store_takes_what_is_then_offered() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED)
        await add(pilot, TAG, "newsletter")
        await pilot.press(*"v", "down", "enter")
        await shows(pilot, "has the tag “vip” · 8 people")
        await pilot.press("enter")
        await until(pilot, "the tag", lambda: tree(pilot) == AllOf((DELIVERED, HasTag("vip"))))


async def test_more_is_offered_than_stands_there_at_once() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED)
        await add(pilot, ATTRIBUTE, "1 to 5 of 6")
        await pilot.press(*["down"] * 6)
        await shows(pilot, "2 to 6 of 6")
        await pilot.press("enter")
        await shows(pilot, "orders is “” · 0 people")


async def test_a_number_is_a_number_and_a_text_that_looks_like_one_is_a_text_where_people_have_it() -> None:
    source = filled()
    someone = {"id": "Z", "updated_at": LATER, "msisdn": "+46700000099", "attributes": {"zip": "22100"}}
    source.world.put("profiles", [someone])
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED)
        await add(pilot, ATTRIBUTE, "Attribute")
        await pilot.press(*"orders", "tab", "tab", *"3")
        await shows(pilot, "orders is 3 · 5 people")
        await pilot.press("enter")
        await add(pilot, ATTRIBUTE, "Attribute")
        await pilot.press(*"zip", "tab", "tab", *"22100")
        assert await shows(pilot, "zip is “22100” · 1 person")


async def test_a_mistake_is_said_in_the_form_and_stays_there() -> None:
    async with app_of(session_of(filled())).run_test(size=(80, 24)) as pilot:
        await start_with(pilot, DELIVERED)
        await add(pilot, EVENT, "Add a condition")
        await pilot.press("tab", "tab", "tab", "tab", *"soon", "enter")
        await shows(pilot, "a time is a number with m, h or d")
        await pilot.press("ctrl+u", "shift+tab", "shift+tab", "ctrl+u", *"no such", "enter")
        await shows(pilot, "No activity is called so")
        await pilot.press("escape")
        await until(pilot, "the builder", lambda: isinstance(pilot.app.screen, BuilderScreen))
        assert tree(pilot) == DELIVERED


async def test_a_refused_name_is_said_and_asked_for_again() -> None:
    source = filled()
    source.segments.create(SegmentFile("Buyers", HasTag("vip")))
    async with app_of(session_of(source)).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED)
        await pilot.press("w")
        await shows(pilot, "Keep this segment")
        await pilot.press("enter")
        await shows(pilot, "Type a name first.")
        await pilot.press(*"buyers", "enter")
        await shows(pilot, "There is a segment 'Buyers' already")
        await pilot.press("backspace", "enter")
        await until(pilot, "it is kept", lambda: builder(pilot).segment == "buyer")
        await pilot.press("exclamation_mark")
        await shows(pilot, "not saved")
        await pilot.press("ctrl+s")
        await shows(pilot, "· saved")
        assert source.segments.get("buyer").where == Happened(Happening.DELIVERED, activity="A1", did=False)


async def test_changes_that_are_not_saved_are_asked_about() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await start_with(pilot, DELIVERED)
        await pilot.press("exclamation_mark", "escape")
        await shows(pilot, "Leave without saving?")
        await pilot.press("enter")
        await hides(pilot, "Leave without saving?")
        assert isinstance(pilot.app.screen, BuilderScreen)
        await pilot.press("escape", "shift+tab", "enter")
        await shows(pilot, "40 activities")


async def test_a_key_that_can_not_act_says_why() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40), notifications=True) as pilot:
        await start_with(pilot, DELIVERED, HasTag("vip"))
        for key, words in (
            ("u", "There is no change to take back."),
            ("ctrl+r", "No change was taken back."),
            ("X", "This group holds all conditions: without it"),
            ("J", "This holds all conditions: it can not be moved."),
            ("j", ""),
            ("t", "only a group asks for all, any or none"),
            ("K", "It stands first already."),
            ("x", ""),
            ("x", ""),
            ("x", ""),
            ("x", "There is no condition to delete."),
        ):
            await pilot.press(key)
            await says(pilot, words)
        await counted(pilot, 40)


async def test_a_file_is_written_and_opened_equal_and_that_can_be_undone(tmp_path: Path) -> None:
    where = AllOf((DELIVERED, HasAttribute("city", Op.IN, ("Lund", 7, True))))
    async with app_of(session_of(filled(), tmp_path)).run_test(size=(120, 40), notifications=True) as pilot:
        await start_with(pilot, *where.children)
        await pilot.press("o")
        await shows(pilot, "A file for this segment")
        await pilot.press("shift+tab", "right", "enter")
        await shows(pilot, "Written:")
        file = tmp_path / "segment.json"
        assert read_file(file.read_bytes()) == SegmentFile("segment", where)
        file.write_text('{"version": 1, "name": "From a file", "where": {"tag": "vip"}}')
        await pilot.press("o")
        await shows(pilot, "A file for this segment")
        await pilot.press("enter")
        await counted(pilot, 8)
        assert tree(pilot) == HasTag("vip")
        await pilot.press("u")
        await until(pilot, "what was before", lambda: tree(pilot) == where)
        file.write_text('{"version": 1, "name": "x", "where": {"tag": 5}}')
        await pilot.press("o", "enter")
        await shows(pilot, "where.tag: a text of 1 to 1000 characters")
        await pilot.press("shift+tab", "right", "enter")
        await shows(pilot, "The file exists already.")
        await pilot.press("enter")
        await until(pilot, "it is written", lambda: read_file(file.read_bytes()).where == where)


async def test_a_person_of_the_sample_is_opened() -> None:
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        await open_builder(pilot, "2")
        await counted(pilot, 30)
        await pilot.press("tab", "enter")
        await until(pilot, "a profile", lambda: isinstance(pilot.app.screen, ProfileScreen))
        await pilot.press("escape")
        await until(pilot, "the builder", lambda: isinstance(pilot.app.screen, BuilderScreen))
