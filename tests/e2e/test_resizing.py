"""A terminal whose size changes all the time, while keys go through every screen and a sync runs."""

import random
from pathlib import Path

from tests.e2e.stories import CTRL_P, DOWN, ENTER, ESC, RIGHT, TAB, go_home, open_report, open_tab
from tests.e2e.terminal import Terminal, terminal

KEYS = (*"jkgGhl123456cbomr/sSMp", ENTER, ESC, TAB, DOWN, RIGHT, "e", "?", CTRL_P, "an", "y")
ROUNDS = 100
SEED = 20260302


def test_any_sizes_while_keys_are_pressed_and_a_sync_runs(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with terminal("demo", "--profiles", "400", folder=tmp_path) as screen:
        screen.wait_for("12 activities", "o Order")
        for _ in range(ROUNDS):
            screen.resize(chance.randint(20, 220), chance.randint(5, 70))
            screen.press(chance.choice(KEYS))
            screen.read_waiting()
        screen.resize(120, 40)
        screen.wait_gone("Too small")
        go_home(screen)
        screen.resize(59, 16)
        screen.wait_for("Too small: 59 × 16", "smsreport needs 60 × 16")
        screen.resize(60, 15)
        screen.wait_for("Too small: 60 × 15", "smsreport needs 60 × 16")
        screen.resize(120, 40)
        screen.wait_gone("Too small")
        assert_right(screen)
        screen.press("e")
        screen.wait_for("Export Delivered")
        screen.resize(40, 10)
        screen.wait_for("Too small: 40 × 10", "smsreport needs 60 × 16")
        screen.resize(120, 40)
        screen.wait_for("Export Delivered", "Enter writes the file")
        go_home(screen)
        screen.press("q")
        assert screen.wait_end() == 0


def assert_right(screen: Terminal) -> None:
    """Home and a report at 120x40, as if the size had never been another."""
    text = screen.wait_for("12 activities", "Price drop", "Unsub", "Sync ● on")
    lines = text.splitlines()
    assert len(lines) == 40
    assert lines[0].startswith(" SMS Report")
    assert lines[0].rstrip().endswith("ago")
    assert len(lines[0]) in (119, 120)
    open_report(screen)
    open_tab(screen, "2")
    screen.wait_for("1 Sent", "6 Unsubscribe", "25 of", "exports all", "esc Back")
    if "Delivered by hour" not in screen.rest():
        # One of the keys has hidden the curves, and what an operator wants stays.
        screen.press("c")
    screen.wait_for("Delivered by hour")
    text = screen.rest()
    rows = [line for line in text.splitlines() if "+" in line and "│" in line]
    assert len({line.index("│") for line in rows}) == 1
