"""The pictures of the tour and the README: each one named is kept, made by the script, and fetches nothing."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.simulator.world import WorldConfig

ROOT = Path(__file__).resolve().parent.parent
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "screenshot.py"))
IMAGE = re.compile(r"!\[[^\]]+\]\(([^)]+\.svg)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#:]+)")


def named(page: str) -> set[Path]:
    """The pictures that a page shows."""
    path = ROOT / page
    return {(path.parent / name).resolve() for name in IMAGE.findall(path.read_text("utf-8"))}


def test_each_picture_is_kept_and_each_kept_one_is_shown() -> None:
    made = {(ROOT / "docs" / name).resolve() for name in SCRIPT["KEPT"]}
    assert named("docs/tour.md") | named("README.md") == made == set((ROOT / "docs").rglob("*.svg"))


@pytest.mark.parametrize("page", ["docs/tour.md", "README.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    assert [name for name in LINK.findall(path.read_text("utf-8")) if not (path.parent / name).exists()] == []


@pytest.mark.parametrize("picture", sorted(SCRIPT["KEPT"]))
def test_a_picture_fetches_nothing(picture: str) -> None:
    text = (ROOT / "docs" / picture).read_text("utf-8")
    assert "@font-face" not in text
    assert re.findall(r'(?:href|src)="(?!#)[^"]*"|url\((?!#)[^)]*\)', text) == []


async def test_the_script_makes_every_picture(tmp_path: Path) -> None:
    world = WorldConfig(profiles=600, start=SCRIPT["START"])
    studio = await SCRIPT["asyncio"].to_thread(SCRIPT["Studio"].on, tmp_path, world)
    for scene in dict.fromkeys(SCRIPT["KEPT"].values()):
        wanted = SCRIPT["SCENES"][scene]
        assert wanted.sign in SCRIPT["words_of"](await studio.take(wanted, SCRIPT["SIZE"])), scene
