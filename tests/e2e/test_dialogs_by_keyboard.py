"""An operator's stories by keyboard alone through what stands in front of a screen: dialogs, help and palette."""

import operator
from functools import partial

import pytest

from tests.e2e.stories import (
    CTRL_P,
    ENTER,
    ESC,
    EVERYWHERE,
    F1,
    RIGHT,
    SHIFT_TAB,
    TAB,
    find,
    go_home,
    open_profile,
    open_report,
)
from tests.e2e.terminal import Terminal


def test_opens_the_dialog_that_erases_and_leaves_it(screen: Terminal) -> None:
    open_profile(screen)
    screen.press("D")
    screen.wait_for("type erase to go on", "This can not be undone.")
    screen.press("erasure" + ENTER)
    screen.wait_for("Type the word erase to go on.")
    screen.press(ESC)
    screen.wait_gone("This can not be undone.")
    screen.wait_for("▌1 Details", "SMS consent")


def test_erases_a_person_for_good(screen: Terminal) -> None:
    open_profile(screen)
    screen.press("D")
    screen.wait_for("type erase to go on")
    screen.press("erase" + ENTER)
    screen.wait_for("The person is erased; the counts")
    screen.wait("an erased person", lambda text: "erased" in text.splitlines()[0])
    screen.press("D")
    screen.wait_for("This person is erased already.")


def test_exports_what_was_found_as_csv(screen: Terminal) -> None:
    open_report(screen)
    find(screen, "anna")
    screen.wait_for("found for “anna”")
    screen.press(ENTER)
    screen.wait_for("⏎ Open")
    screen.press("e")
    screen.wait_for("Export Delivered", "● ", "found for “anna”", "○ all ", "Columns")
    screen.press(TAB + TAB + RIGHT)
    screen.wait_for("● CSV", "-found.csv")
    screen.press(TAB + RIGHT)
    screen.wait_for("● masked")
    screen.press(TAB + " ")
    screen.wait_for("[ ] Profile")
    screen.press(" ")
    screen.wait_for("[x] Profile")
    screen.press(ENTER)
    _overwrite_and_copy(screen)


def _overwrite_and_copy(screen: Terminal) -> None:
    text = screen.wait("the end or a question", lambda text: "written to" in text or "exists already" in text)
    if "exists already" in text:
        screen.press(ENTER)
    screen.wait_for("written to", "Close")
    screen.press("y")
    screen.wait_for("Copied")
    screen.press(ENTER)
    screen.wait_gone("Export Delivered", "Close")


def test_chooses_all_rows_although_some_were_found_and_leaves_the_export(screen: Terminal) -> None:
    open_report(screen)
    find(screen, "anna")
    screen.wait_for("found for “anna”")
    screen.press(ENTER)
    screen.wait_for("⏎ Open")
    screen.press("e")
    screen.wait_for("Export Delivered", "○ all ")
    screen.press(SHIFT_TAB + RIGHT)
    screen.wait_for("● all ")
    screen.press(ESC)
    screen.wait_gone("Export Delivered")
    screen.wait_for("found for “anna”")


@pytest.mark.parametrize("key", ["?", F1], ids=["question mark", "f1"])
def test_reads_the_keys_of_every_screen(screen: Terminal, key: str) -> None:
    for leads_on, words in (
        (lambda _: None, "Find by name, id or sender"),
        (open_report, "Find by name, number or code"),
        (lambda at: (at.press(ENTER), at.wait_for("SMS consent")), "The person's timeline"),
    ):
        leads_on(screen)
        screen.press(key)
        _read_to_the_end(screen, words)
        screen.press(ESC)
        screen.wait_gone("╭─ Keys", "Esc closes")


def _read_to_the_end(screen: Terminal, words: str) -> None:
    screen.wait_for("╭─ Keys", "Esc closes")
    while words not in screen.text():
        before = screen.text()
        screen.press("j")
        screen.wait("the help to scroll", partial(operator.ne, before))


def test_reads_the_keys_while_searching(screen: Terminal) -> None:
    find(screen, "ni")
    screen.press(F1)
    _read_to_the_end(screen, "End the search and show all rows")
    screen.press(ESC)
    screen.wait_gone("╭─ Keys")
    screen.wait_for("/ ni")


def _palette(screen: Terminal, words: str, hit: str) -> None:
    screen.press(CTRL_P)
    screen.wait_for("Search for commands")
    screen.press(words)
    screen.wait_for(words, hit)
    screen.press(ENTER)
    screen.wait_gone(f"🔎 {words}", "Search for commands")


def test_runs_a_command_of_the_palette(screen: Terminal) -> None:
    _palette(screen, "numbers", "Show numbers in full")
    screen.wait_for("Numbers are shown in full")
    _palette(screen, "numbers", "Show numbers in full")
    screen.wait_for("Numbers are masked.")


def test_opens_an_activity_from_the_palette(screen: Terminal) -> None:
    _palette(screen, EVERYWHERE, f"Report: {EVERYWHERE}")
    screen.wait_for("1 Sent", "exports all")


def test_takes_another_theme_from_the_palette_and_the_own_again(screen: Terminal) -> None:
    colours = _background(screen)
    _palette(screen, "dracula", "Theme: dracula")
    screen.wait("other colours", lambda _: _background(screen) != colours)
    own = "smsreport-dark"
    _palette(screen, own, f"Theme: {own}")
    screen.wait("the own colours", lambda _: _background(screen) == colours)


def _background(screen: Terminal) -> str:
    background: str = screen.screen.buffer[screen.screen.lines // 2][1].bg
    return background


def test_leaves_the_palette(screen: Terminal) -> None:
    screen.press(CTRL_P)
    screen.wait_for("Search for commands")
    screen.press(ESC)
    screen.wait_gone("Search for commands")
    go_home(screen)
