"""What is done with a segment in the app: its people as a file, for reading or for sending, and at the gateway."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from screens import export_path
from screens.segment_export import PeopleExportScreen
from screens.segment_people import SegmentPeopleScreen
from screens.segment_push import PushScreen
from screens.segments import SegmentsScreen
from smsreport_tui.cli.children import people_command
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.segment_figures import Channel, Purpose
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, AnyOf
from smsreport_tui.services.segment_export import manifest_path
from smsreport_tui.services.session import PeopleWish, PushWish, Session
from storage.segment_pushes import begin_push, finish_push
from tests.screens.fake_source import NOW, FakeSource, filled
from tests.screens.steps import SIZES, app_of, hides, says, screen_text, session_of, shows, until

WRITES = """
import pathlib, sys
print("progress 20 40", file=sys.stderr, flush=True)
print("progress 40 40", file=sys.stderr, flush=True)
pathlib.Path(sys.argv[1]).write_text("people")
"""
HANGS = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
print("progress 10 40", file=sys.stderr, flush=True)
while True:
    signal.pause()
"""
FAILS = "import sys; print('The gateway at X does not answer: try again.', file=sys.stderr); sys.exit(1)"
PUSHES = "print('37 people of Everybody at the gateway as sr-1, to include: only who may be sent to.')"
W = TypeVar("W")


class Commands:
    """Remembers what was asked for, and gives children that run the programs in turn, the last for ever."""

    def __init__(self, *programs: str) -> None:
        self.programs = programs
        self.exports: list[PeopleWish] = []
        self.pushes: list[PushWish] = []

    def export(self, wish: PeopleWish) -> list[str]:
        return self._next(self.exports, wish, str(wish.file))

    def push(self, wish: PushWish) -> list[str]:
        return self._next(self.pushes, wish)

    def _next(self, asked: list[W], wish: W, *words: str) -> list[str]:
        asked.append(wish)
        return [sys.executable, "-c", self.programs[min(len(asked), len(self.programs)) - 1], *words]


def everybody() -> FakeSource:
    """A segment of all forty people, of whom three have opted out, and one of nobody."""
    source = filled()
    source.segments.create(SegmentFile("Everybody", AllOf(())))
    source.segments.create(SegmentFile("Nobody", AnyOf(())))
    return source


def session_with(commands: Commands, folder: Path, source: FakeSource | None = None) -> Session:
    given = session_of(source or everybody(), folder)
    return replace(given, people_command=commands.export, push_command=commands.push)


async def open_segments(pilot: Pilot[None]) -> None:
    await shows(pilot, "40 activities")
    await pilot.press("S")
    await shows(pilot, "▌Everybody")
    await until(pilot, "all counts", lambda: not any(word in screen_text(pilot) for word in ("counting", " … ")))


async def is_on(pilot: Pilot[None], kind: type[Screen[None]]) -> None:
    await until(pilot, kind.__name__, lambda: isinstance(pilot.app.screen, kind))


async def click(pilot: Pilot[None], words: str) -> None:
    await shows(pilot, words)
    lines = screen_text(pilot).split("\n")
    y = max(index for index, line in enumerate(lines) if words in line)
    await pilot.click(offset=(lines[y].index(words) + 1, y))


def steps(pilot: Pilot[None]) -> list[str]:
    """The waterfall as it stands in the dialog."""
    inside = [line.split("│")[1].split() for line in screen_text(pilot).split("\n") if line.count("│") == 2]
    return [" ".join(words).removeprefix("People ") for words in inside if {"in", "−", "="} & set(words[:3])]


@pytest.mark.parametrize("size", SIZES)
async def test_all_of_its_people_are_written_for_reading(tmp_path: Path, size: tuple[int, int]) -> None:
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=size) as pilot:
        await open_segments(pilot)
        await pilot.press("e")
        await shows(pilot, "all 40 people, their numbers in full")
        path = tmp_path / "Everybody.xlsx"
        assert pilot.app.screen.query_one("#name", Input).value == path.name
        await pilot.press("enter")
        await until(pilot, "the end", lambda: "40 people written to" in screen_text(pilot))
        assert "manifest" not in screen_text(pilot)
        assert commands.exports == [PeopleWish("Everybody", path)]
        await pilot.press("y")
        await until(pilot, "the path on the clipboard", lambda: pilot.app.clipboard == str(path))
        await pilot.press("enter")
        await is_on(pilot, SegmentsScreen)


async def test_for_sending_the_steps_stand_before_and_the_manifest_after_and_the_choice_is_kept(
    tmp_path: Path,
) -> None:
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("e")
        await shows(pilot, "all 40 people")
        await pilot.press("shift+tab", "right")
        await shows(pilot, "may be sent to")
        assert steps(pilot) == ["40 in the segment", "− 3 opted out", "− 0 suppressed", "− 0 erased",
                                "= 37 may be sent to"]  # fmt: skip
        await pilot.press("right")
        await shows(pilot, "without an address")
        assert steps(pilot) == ["40 in the segment", "− 3 opted out", "− 0 erased", "− 0 without an address",
                                "= 37 may be sent to"]  # fmt: skip
        path = tmp_path / "Everybody-email.xlsx"
        await pilot.press("enter")
        await shows(pilot, "closes.")
        assert commands.exports == [PeopleWish("Everybody", path, Channel.EMAIL)]
        said = "".join(screen_text(pilot).replace("│", "").split())
        assert f"thefile'shashin{manifest_path(path)}" in said
        await pilot.press("enter", "p")
        await is_on(pilot, SegmentPeopleScreen)
        await shows(pilot, "e exports all")
        await pilot.press("e")
        await shows(pilot, "● sending by e-mail")
        assert await shows(pilot, "Everybody-email.xlsx")


async def test_a_name_that_was_typed_stays_whatever_it_is_for(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(WRITES), tmp_path)).run_test(size=(120, 40)) as pilot:
        await open_segments(pilot)
        await pilot.press("e")
        await shows(pilot, "all 40 people")
        name = pilot.app.screen.query_one("#name", Input)
        name.value = "mine.csv"
        await pilot.press("shift+tab", "right")
        await shows(pilot, "may be sent to")
        assert name.value == "mine.csv"


async def test_the_real_command_writes_what_the_steps_said(tmp_path: Path) -> None:
    source = everybody()
    store = source.world.folder / "store.db"
    given = replace(
        session_of(source, tmp_path), people_command=people_command(Surroundings({"store": str(store)}))
    )  # fmt: skip
    async with app_of(given).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("e")
        await shows(pilot, "all 40 people")
        await pilot.press("shift+tab", "right")
        await shows(pilot, "= 37 may be sent to")
        pilot.app.screen.query_one("#name", Input).value = "people.csv"
        await pilot.press("enter")
        await shows(pilot, "37 people written to")
    with (tmp_path / "people.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 37
    told = json.loads(manifest_path(tmp_path / "people.csv").read_text())
    assert (told["for"], told["waterfall"]["opted_out"], told["rows"]) == ("sms", 3, 37)


async def test_asks_before_it_overwrites_also_a_manifest(tmp_path: Path) -> None:
    manifest_path(tmp_path / "Everybody-sms.xlsx").write_text("older")
    commands = Commands(WRITES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("e")
        await shows(pilot, "all 40 people")
        await pilot.press("shift+tab", "right", "enter")
        await shows(pilot, "Everybody-sms.xlsx.manifest.json exists already.")
        assert commands.exports == []
        await pilot.press("enter")
        await shows(pilot, "40 people written to")
        assert [wish.overwrite for wish in commands.exports] == [True]


async def test_cancelled_it_says_so(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(HANGS), tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("e")
        await shows(pilot, "all 40 people")
        await pilot.press("enter")
        await shows(pilot, "10 of 40 people written")
        await pilot.press("escape")
        await says(pilot, "Export cancelled; no file was left.")
        await is_on(pilot, SegmentsScreen)


async def test_by_the_bottom_bar_and_the_mouse_alone(tmp_path: Path) -> None:
    commands = Commands(PUSHES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(120, 40)) as pilot:
        await open_segments(pilot)
        await click(pilot, "e Export")
        await click(pilot, "sending by SMS")
        await shows(pilot, "= 37 may be sent to")
        await click(pilot, "○ CSV")
        await shows(pilot, "Everybody-sms.csv")
        await pilot.click("#form-go")
        await shows(pilot, "Close")
        await pilot.click("#form-cancel")
        await is_on(pilot, SegmentsScreen)
        assert [wish.file.name for wish in commands.exports] == ["Everybody-sms.csv"]
        await click(pilot, "> Push")
        await click(pilot, "○ to exclude")
        await shows(pilot, "● to exclude")
        await pilot.click("#form-go")
        await shows(pilot, "Close")
        assert commands.pushes == [PushWish("Everybody", Purpose.EXCLUDE)]


async def test_nobody_is_not_exported(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(WRITES), tmp_path)).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("j", "p")
        await shows(pilot, "Nobody is in it")
        await pilot.press("e")
        await says(pilot, "Nobody is in it: there is nobody to export.")
        assert isinstance(pilot.app.screen, SegmentPeopleScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_pushed_from_both_screens_it_ends_with_what_the_command_says(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    source = everybody()
    with source.world.store.writing() as connection:
        done = begin_push(connection, "Everybody", 1, Purpose.INCLUDE)
        finish_push(connection, done, 36, NOW)
        begin_push(connection, "Everybody", 1, Purpose.EXCLUDE)
    commands = Commands(PUSHES)
    async with app_of(session_with(commands, tmp_path, source)).run_test(size=size) as pilot:
        await open_segments(pilot)
        await pilot.press("greater_than_sign")
        await shows(pilot, "Push “Everybody” to the gateway")
        await shows(pilot, "Only who may be sent to")
        await shows(pilot, "so that nobody slips")
        await shows(pilot, "Pushed 2026-03-03 14:00:00 UTC, 36 people.")
        await shows(pilot, "Begun and not finished: push it again.")
        await pilot.press("enter")
        await shows(pilot, "37 people of Everybody at the gateway as sr-1, to include")
        await pilot.press("enter")
        await is_on(pilot, SegmentsScreen)
        await pilot.press("p")
        await is_on(pilot, SegmentPeopleScreen)
        await shows(pilot, "> Push")
        await pilot.press("greater_than_sign")
        await shows(pilot, "● to include")
        await pilot.press("right", "enter")
        await shows(pilot, "Close")
        assert [wish.purpose for wish in commands.pushes] == [Purpose.INCLUDE, Purpose.EXCLUDE]


async def test_a_push_that_failed_says_why_and_enter_tries_again(tmp_path: Path) -> None:
    commands = Commands(FAILS, PUSHES)
    async with app_of(session_with(commands, tmp_path)).run_test(size=(120, 40)) as pilot:
        await open_segments(pilot)
        await pilot.press("greater_than_sign")
        await shows(pilot, "Not pushed yet.")
        await pilot.press("right", "enter")
        await shows(pilot, "The gateway at X does not answer: try again. Enter tries again.")
        await pilot.press("enter")
        await shows(pilot, "37 people of Everybody at the gateway")
        assert [wish.purpose for wish in commands.pushes] == [Purpose.EXCLUDE] * 2


async def test_a_push_is_cancelled_by_esc_and_ends_with_the_app(tmp_path: Path) -> None:
    async with app_of(session_with(Commands(HANGS), tmp_path)).run_test(size=(120, 40), notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("greater_than_sign")
        await shows(pilot, "Not pushed yet.")
        await pilot.press("enter")
        await shows(pilot, "10 of 40 people at the gateway")
        await pilot.press("escape")
        await says(pilot, "The push was cancelled before it was in force: push it again")
        await pilot.press("greater_than_sign")
        await shows(pilot, "Not pushed yet.")
        await pilot.press("enter")
        await shows(pilot, "10 of 40 people at the gateway")
        screen = pilot.app.screen
        assert isinstance(screen, PushScreen)
        task = screen._child
    assert task is not None
    assert task._process is not None
    assert task._process.wait(20) is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda given: replace(given, gateway=None), "No gateway is set up: connect one on the first screen."),
        (lambda given: replace(given, push_command=None), "Here the store is only read: nothing can be pushed."),
    ],
)
async def test_where_nothing_can_be_pushed_the_key_says_why(
    tmp_path: Path, change: Callable[[Session], Session], sentence: str
) -> None:
    given = change(session_with(Commands(PUSHES), tmp_path))
    async with app_of(given).run_test(size=(80, 24), notifications=True) as pilot:
        await open_segments(pilot)
        await pilot.press("greater_than_sign")
        await says(pilot, sentence)
        await pilot.press("p")
        await is_on(pilot, SegmentPeopleScreen)
        pilot.app.clear_notifications()
        await pilot.press("greater_than_sign")
        await says(pilot, sentence)


async def test_a_segment_that_has_gone_meanwhile_is_told_in_the_dialog(tmp_path: Path) -> None:
    source = everybody()
    async with app_of(session_with(Commands(WRITES), tmp_path, source)).run_test(size=(80, 24)) as pilot:
        await open_segments(pilot)
        await pilot.press("p")
        await shows(pilot, "e exports all")
        source.segments.delete("Everybody")
        await pilot.press("e")
        await is_on(pilot, PeopleExportScreen)
        await shows(pilot, "! There is no segment 'Everybody'")
        await pilot.press("escape")
        await hides(pilot, "sending by SMS")


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ("Spring, no click", "Spring_no_click-sms.csv"),
        ("Skåne / Malmö", "Skane_Malmo-sms.csv"),
        ("../../etc/passwd", "etc_passwd-sms.csv"),
        ("漢字", "segment-sms.csv"),
        ("x" * 500, "x" * 80 + "-sms.csv"),
    ],
)
def test_the_proposed_name_is_safe(segment: str, name: str) -> None:
    assert export_path.proposed_people(segment, "sms", ".csv") == name
