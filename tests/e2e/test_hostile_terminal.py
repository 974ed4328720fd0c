"""Hostile text from a gateway in a real terminal: it stays text, and the screen keeps its frame."""

import re
from pathlib import Path

import pytest

from tests.e2e.hostile_feed import served
from tests.e2e.stories import CTRL_P, DOWN, ENTER, ESC, find
from tests.e2e.terminal import Terminal, terminal

SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[78=>]|\x1b]22;[a-z]+\x07")
"""What a program says to its terminal, the shape of the mouse pointer last: none of it takes or gives text."""
UNFIT = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]"
)
COLOUR = b"38;2;1;2;3m"


def look(screen: Terminal, *words: str) -> None:
    """Waits for the words and looks at the frame around whatever the text is."""
    screen.wait_for(*words)
    lines, columns = screen.screen.lines, screen.screen.columns
    bars = [x for y in range(lines // 2, lines - 4) for x in range(columns) if screen.screen.buffer[y][x].data == "│"]
    assert len(set(bars)) == 1, screen.text()


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (200, 60)])
def test_no_text_of_a_gateway_reaches_the_terminal_as_more_than_text(columns: int, lines: int, tmp_path: Path) -> None:
    with served() as server:
        gateway = ("--gateway", server.url)
        token = {"SMSREPORT_TOKEN": "token-of-the-test"}
        with terminal(*gateway, folder=tmp_path, columns=columns, lines=lines, extra=token) as screen:
            walk(screen)
            assert screen.wait_end() == 0
            raw = bytes(screen.raw)
    assert b"\x1b[" + COLOUR not in raw
    left = SEQUENCE.sub("", raw.decode("utf-8"))
    assert COLOUR.decode() in left, "the text came to the screen, as text"
    assert {f"{char!r} in {left[max(0, at - 40) : at + 40]!r}" for char, at in _unfit(left)} == set()


def _unfit(text: str) -> list[tuple[str, int]]:
    return [(match.group(), match.start()) for match in UNFIT.finditer(text)]


def walk(screen: Terminal) -> None:
    """Every screen, every tab, every dialog, the palette."""
    screen.wait_for("29 activities", "1 [red]")
    find(screen, "evil")
    screen.wait_for("29 of 29 activities found")
    screen.press(ESC)
    screen.wait_gone("found")
    screen.press("G")
    screen.wait_for("▌1 [red]")
    screen.press(ENTER)
    look(screen, "1 Sent", "exports all")
    for key in "123456":
        screen.press(key)
        look(screen, f"▌{key} ", "exports all")
    screen.press("4")
    look(screen, "Who clicked ")
    screen.press("o")
    screen.wait_for("Sending to ▾")
    screen.press(ESC)
    screen.wait_for("Sending to ▸")
    screen.press("2")
    look(screen, "▌2 ", "exports all")
    for key in "cbm":
        screen.press(key)
        look(screen, "1 Sent")
    screen.press("e")
    screen.wait_for("Export Delivered", "Enter writes the file")
    screen.press(ENTER)
    screen.wait_for("written to")
    screen.press(ENTER)
    screen.wait_gone("Export Delivered")
    find(screen, "evil")
    look(screen, "found for “evil”")
    screen.press(ESC)
    look(screen, "exports all")
    walk_a_segment(screen)
    walk_a_person(screen)
    screen.press(CTRL_P)
    screen.wait_for("Search for commands")
    screen.press("Report: 2")
    screen.wait_for("Report: 2")
    screen.press(DOWN + ENTER)
    screen.wait_gone("Report: 2")
    look(screen, "1 Sent")
    screen.press("q")


def walk_a_segment(screen: Terminal) -> None:
    """From a report to the forms, the builder, the list, the people, a reminder, and why somebody is in it."""
    screen.press("s")
    screen.wait_for("A segment of whom?", "These people")
    screen.press(ENTER)
    screen.wait_for("New segment", "not saved", "20 people")
    screen.press("w")
    screen.wait_for("Keep this segment")
    screen.press(ENTER)
    # The message that says so may be gone before a busy machine looks.
    screen.wait("the segment to be kept", lambda text: "not saved" not in text and "Keep this segment" not in text)
    screen.press("S")
    screen.wait_for("1 segment", "M Reminder")
    screen.press("p")
    screen.wait_for("Segment · ", "SMS may be sent to")
    screen.press("e")
    screen.wait_for("● reading")
    screen.press(ESC)
    screen.wait_gone("● reading")
    screen.press(ENTER)
    look(screen, "SMS consent")
    screen.press("w")
    screen.wait_for("Segment", "under the cursor")
    screen.press(ENTER)
    screen.wait_for("is in", "✓ received", "Esc closes")
    screen.press(ESC)
    screen.wait_gone("Esc closes")
    screen.press(ESC)
    screen.wait_for("SMS may be sent to")
    screen.press("M")
    screen.wait_for("Reminder", "+ include", "people (")
    screen.press(ESC)
    screen.wait_for("SMS may be sent to")
    screen.press(ESC)
    screen.wait_for("M Reminder", "1 segment")
    screen.press(ESC)
    screen.wait_for("New segment" if "New segment" in screen.text() else "w Save")
    screen.press(ESC)
    look(screen, "1 Sent", "exports all")


def walk_a_person(screen: Terminal) -> None:
    """A person's four tabs, the facts of each event, and the dialog that erases."""
    screen.press(ENTER)
    look(screen, "SMS consent")
    for key in "1234":
        screen.press(key)
        look(screen, f"▌{key} ")
    screen.press(ENTER + DOWN * 5)
    look(screen, "event ")
    screen.press("D")
    screen.wait_for("type erase to go on")
    screen.press("erase" + ENTER)
    screen.wait_for("The person is erased")
    screen.press(ESC)
    look(screen, "exports all")
