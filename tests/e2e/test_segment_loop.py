"""The whole loop by keyboard, in the demo: a number on a report, the people behind it, and a new SMS back to them."""

import re
from pathlib import Path

import pytest

from tests.e2e.stories import ENTER, ESC, TAB, is_home, open_report, open_tab
from tests.e2e.terminal import Terminal, terminal

CTRL_S = "\x13"
_OPTED_OUT_MEANWHILE = 5
NAME, BODY = "Last chance", "Only today: 30 % off. https://myshop.example/r/1 Reply STOP to leave."


@pytest.mark.parametrize(
    ("columns", "lines"), [(80, 24), pytest.param(200, 60, marks=pytest.mark.slow)], ids=["80x24", "200x60"]
)
def test_from_a_report_to_the_people_who_did_not_click_and_back(columns: int, lines: int, tmp_path: Path) -> None:
    with terminal("demo", "--profiles", "400", folder=tmp_path, columns=columns, lines=lines) as screen:
        screen.wait("the activities", is_home)
        open_report(screen)
        open_tab(screen, "2")
        _keep_segment(screen, "Delivered and did not click", downwards=1)
        open_tab(screen, "3")
        _keep_segment(screen, "These people", downwards=0)
        _freeze_the_second(screen)
        _write_reminder(screen)
        asked = _send(screen)
        screen.wait_for(NAME, "From SHOP", "1 Sent")
        # It fills as the news come; whoever opts out after the check is left out by the gateway.
        everybody = range(asked - _OPTED_OUT_MEANWHILE, asked + 1)
        screen.wait("all its messages", lambda text: _figure(text, "Sent") in everybody)
        screen.wait("its first receipts", lambda text: _figure(text, "Delivered") > 0)
        open_tab(screen, "1")
        screen.wait_for(f"25 of {_figure(screen.text(), 'Sent')} shown")
        screen.press("q")
        assert screen.wait_end() == 0


def _keep_segment(screen: Terminal, form: str, downwards: int) -> None:
    """From a tab of the report: the builder on that form, kept under the name that it proposes, and back."""
    screen.wait_for("shown · ")
    screen.press("s")
    screen.wait_for("A segment of whom?", form)
    screen.press("j" * downwards)
    screen.wait_for(f"▌{form}")
    screen.press(ENTER)
    screen.wait_for("New segment", "not saved")
    screen.press("w")
    screen.wait_for("Keep this segment")
    screen.press(ENTER)
    screen.wait_for("is saved")
    screen.rest()
    screen.press(ESC)
    screen.wait_for("▌2 Delivered" if downwards else "▌3 Clicks")
    screen.rest()


def _freeze_the_second(screen: Terminal) -> None:
    screen.press("S")
    screen.wait_for("2 segments", "▌Clicks")
    screen.press("j")
    screen.wait_for("▌Delivered")
    screen.press("f")
    screen.wait_for("Freeze “Delivered")
    screen.press(ENTER)
    screen.wait_for(" frozen ", "Frozen 2")


def _write_reminder(screen: Terminal) -> None:
    """To the frozen list, less those who clicked."""
    screen.rest()
    screen.press("M")
    screen.wait_for("Reminder", "+ include", "people (", "Sender")
    screen.press(NAME)
    screen.press(TAB)
    screen.press("SHOP")
    screen.press(TAB)
    screen.press(BODY)
    screen.wait_for("69 characters")
    # When it goes, and at which hours, stay as they are.
    screen.press(TAB * 3)
    screen.wait_for("▌Delivered")
    screen.press("k")
    screen.wait_for("▌Clicks")
    screen.press("x")
    screen.wait_for("− exclude")


def _figure(text: str, name: str) -> int:
    """The first number behind a name, which is that of the breakdown."""
    found = re.search(rf"▇ {name} (\d+) ", text)
    return int(found[1]) if found else 0


def _send(screen: Terminal) -> int:
    """Checks it and says yes; how many people the question has named."""
    screen.press(CTRL_S)
    text = screen.wait("the question with its number of people", lambda text: _asked(text) is not None)
    screen.press(TAB)
    screen.rest()
    screen.press(ENTER)
    return _asked(text) or 0


def _asked(text: str) -> int | None:
    """The people that the question names, once it is painted whole."""
    found = re.search(r"SHOP\s+to\s+(\d+)\s+people", re.sub(r"[│\s]+", " ", text))
    return int(found[1]) if found and "Send this reminder?" in text else None
