"""What several stories begin with: home, a report, a profile."""

import re
from functools import partial

from tests.e2e.terminal import Terminal

ESC, ENTER, TAB, SHIFT_TAB, UP, DOWN, RIGHT = "\x1b", "\r", "\t", "\x1b[Z", "\x1b[A", "\x1b[B", "\x1b[C"
F1, CTRL_P, CTRL_Q = "\x1bOP", "\x10", "\x11"
EVERYWHERE = "Price drop"
"""The demo's largest activity: every tab of it has rows."""
_MOST_ESCAPES = 12
# The palette while it looks has no words of its own, and a rule that begins amid what it covers.
_PALETTE_RULE = re.compile("[^─\n]─{20}")
_LEAVE = ("Leave without saving?", "Leave this reminder?")
_MARKS = (
    *("o Order", "1 Sent", "1 Details", "Sending to ▾", "found", "End find"),
    *(
        "╭─ Keys",
        "  Export ",
        "can not be undone",
        "Test and connect",
        "▔▔▔▔",
        "Search for commands",
        "No matches found",
        "Esc none",
        "w Save",
        *_LEAVE,
        "Include  x Exclude",
        "p People",
        "p People",
        "may be sent to",
        "to the gateway",
    ),
)


def is_home(text: str) -> bool:
    """Whether the list of all activities stands there, and nothing in front of it."""
    # The palette leaves the words around it in sight, but has rules across the list.
    return "demo · 12 activities" in text and "o Order" in text and " / part of" not in text and "─" * 10 not in text


def standing(text: str) -> tuple[bool, ...]:
    """Which of the screens, dialogs and lines stand there, whatever a sync changes in them."""
    return (*(mark in text for mark in _MARKS), _PALETTE_RULE.search(text) is not None)


def go_home(screen: Terminal) -> None:
    """From anywhere to the list of all activities, by Esc alone."""
    # Half a paint looks like another screen.
    screen.rest()
    for _ in range(_MOST_ESCAPES):
        if is_home(screen.text()):
            return
        before = standing(screen.text())
        # Of a question whether to leave what is not saved, Esc is the no.
        screen.press(TAB + ENTER if any(question in screen.text() for question in _LEAVE) else ESC)
        screen.wait("Esc to lead back", partial(_differs, before))
        # A key that follows an Esc at once would be taken for one with Alt.
        screen.rest()
    raise AssertionError(f"Esc does not lead home:\n{screen.text()}")


def _differs(before: tuple[bool, ...], text: str) -> bool:
    return standing(text) != before


def find(screen: Terminal, words: str) -> None:
    """Open the line to search in and type."""
    screen.press("/")
    screen.wait_for("End find")
    screen.press(words)
    screen.wait_for(f"/ {words}")


def open_report(screen: Terminal, name: str = EVERYWHERE) -> None:
    """From home to the report of an activity."""
    find(screen, name)
    screen.wait_for("1 of 12 activities found")
    screen.press(ENTER)
    screen.wait_for("⏎ Open")
    screen.press(ENTER)
    screen.wait_for("1 Sent", "exports all", "⏎ Open")


def open_tab(screen: Terminal, key: str) -> None:
    """Another tab of a report or a profile by its key."""
    screen.press(key)
    screen.wait_for(f"▌{key} ")


def open_profile(screen: Terminal) -> None:
    """From home to the first person who got the largest activity."""
    open_report(screen)
    screen.press(ENTER)
    screen.wait_for("1 Details", "SMS consent")


def explanation(text: str) -> str:
    """The line of a report that explains a figure: the one above the first rule."""
    return text.partition("\n──")[0].splitlines()[-1]


def explains_another(before: str, text: str) -> bool:
    """Whether another explanation stands there than before."""
    return explanation(text) != before
