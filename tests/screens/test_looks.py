"""Every theme, few colours, none at all, and ASCII: what is written can be read."""

from collections.abc import Iterator

import pytest
from rich.color import Color as RichColor
from textual.app import ComposeResult
from textual.color import Color
from textual.pilot import Pilot
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Button
from textual.widgets.button import ButtonVariant

from tests.screens.fake_source import filled
from tests.screens.steps import app_of, open_report, screen_text, session_of, shows
from widgets.themes import DARK, LIGHT, alike_in_16, contrast

LEAST_CONTRAST = 2.4
"""Of what is dimmed on purpose, a key that can not act; anything else stands out more."""
LEAST_OF_LABELS = 4.5
"""Of what a button says (WCAG 2.2, AA)."""
KINDS: tuple[ButtonVariant, ...] = ("default", "primary", "warning", "error")
LINES = set("─│━╾╺╸▁▔▎▊▕▏┃╭╮╰╯┌┐└┘▂▃▄▅▆")


def written(pilot: Pilot[None]) -> Iterator[tuple[str, RichColor, RichColor]]:
    """Every text on the screen with its colour and the one behind it, where both are known; lines are no text."""
    screen = pilot.app.screen
    # What lies under a dialog is dimmed, and is not to be read.
    place = screen.children[0].region if screen.is_modal else screen.region
    for strip in screen._compositor.render_strips()[place.y : place.bottom]:
        for segment in strip.crop(place.x, place.right):
            text, style = segment.text.strip(), segment.style
            if text and not set(text) <= LINES and style and style.color and style.bgcolor:
                yield (text, style.bgcolor, style.color) if style.reverse else (text, style.color, style.bgcolor)


@pytest.mark.parametrize("theme", [*BUILTIN_THEMES, DARK.name, LIGHT.name])
async def test_every_theme_can_be_read(theme: str) -> None:
    bad: set[str] = set()
    async with app_of(session_of(filled())).run_test(size=(120, 40)) as pilot:
        pilot.app.theme = theme
        await shows(pilot, "40 activities")
        look(pilot, bad)
        await open_report(pilot)
        look(pilot, bad)
        for key, wanted in (("e", "Export Delivered"), ("escape", "e exports"), ("enter", "SMS consent")):
            await pilot.press(key)
            await shows(pilot, wanted)
            look(pilot, bad)
        await pilot.press("question_mark")
        await shows(pilot, "The keys of this screen")
        look(pilot, bad)
        await pilot.press("escape", "escape", "s")
        for key, wanted in (("enter", "not saved"), ("a", "What it asks"), ("enter", "Whether")):
            await pilot.press(key)
            await shows(pilot, wanted)
            look(pilot, bad)
    assert bad == set()


class Buttons(Screen[None]):
    """One of each kind that our dialogs have."""

    def compose(self) -> ComposeResult:
        for number, kind in enumerate(KINDS):
            yield Button(f"Label {number}", id=f"b{number}", variant=kind, compact=True)


@pytest.mark.parametrize("theme", [*BUILTIN_THEMES, DARK.name, LIGHT.name])
async def test_the_label_of_every_button_can_be_read(theme: str) -> None:
    bad: set[str] = set()
    async with app_of(session_of(filled(1))).run_test(size=(80, 24)) as pilot:
        pilot.app.theme = theme
        await pilot.app.push_screen(Buttons())
        for number in range(len(KINDS)):
            # Each has the keys in turn, and the mouse is on it, or is not.
            pilot.app.screen.query_one(f"#b{number}").focus()
            await pilot.hover(offset=(79, 23))
            look(pilot, bad, LEAST_OF_LABELS)
            await pilot.hover(f"#b{number}")
            look(pilot, bad, LEAST_OF_LABELS)
        assert "Label 3" in screen_text(pilot)
    assert bad == set()


def look(pilot: Pilot[None], bad: set[str], least: float = LEAST_CONTRAST) -> None:
    """Collects what can not be read."""
    for text, color, behind in written(pilot):
        if color.triplet is None or behind.triplet is None:
            continue
        one, other = Color.from_rich_color(color), Color.from_rich_color(behind)
        stands_out = contrast(one, other)
        if stands_out < least:
            bad.add(f"{text[:30]}: {color.name} on {behind.name} ({stands_out:.1f})")
        if alike_in_16(one, other):
            bad.add(f"{text[:30]}: {color.name} on {behind.name} are one of 16 colours")
