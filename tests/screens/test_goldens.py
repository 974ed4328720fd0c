"""The main screens as text, compared with what stands in goldens/; UPDATE_GOLDENS=1 writes them anew."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.screens.fake_source import filled
from tests.screens.steps import SIZES, app_of, screen_text, session_of, shows

FOLDER = Path(__file__).parent / "goldens"
SCREENS: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "activities": ((), "40 activities"),
    "report": ((("enter", "9\u202f120 shown"),), "Anna Berg"),
    "links": ((("enter", "9\u202f120 shown"), ("4", "4 of 4 links"), ("j", "Who clicked L2 · 25")), "https://myshop"),
    "bounces": ((("enter", "9\u202f120 shown"), ("5", "25 of 596")), "rejected"),
    "settings": ((("enter", "9\u202f120 shown"), ("o", "Customers SE")), "Sending to ▾"),
    "profile": ((("enter", "9\u202f120 shown"), ("enter", "SMS consent")), "vip"),
    "timeline": ((("enter", "9\u202f120 shown"), ("enter", "SMS consent"), ("4", "event E0")), "1 EC_UNK"),
}


async def _walk(size: tuple[int, int], steps: Sequence[tuple[str, str]], sign: str) -> str:
    async with app_of(session_of(filled())).run_test(size=size) as pilot:
        await shows(pilot, "40 activities")
        await shows(pilot, "Sync ● on")
        for key, wanted in steps:
            await pilot.press(key)
            await shows(pilot, wanted)
        await shows(pilot, sign)
        return screen_text(pilot) + "\n"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_screen_is_painted_as_kept(name: str, size: tuple[int, int]) -> None:
    steps, sign = SCREENS[name]
    painted = await _walk(size, steps, sign)
    golden = FOLDER / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        FOLDER.mkdir(exist_ok=True)
        golden.write_text(painted, encoding="utf-8")
    assert painted == golden.read_text(encoding="utf-8")
