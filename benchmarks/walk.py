"""A walk through list, report and tabs by keys, and how each key's own answer is known on the screen."""

import random
import time

from benchmarks.terminal import Holds, Lines, Terminal

Times = dict[str, list[float]]
"""Milliseconds of each press, by the kind of key."""

EVERY_KEY = "every key, first answer"
WITH_ROWS = "a tab by its number, with its rows"
LARGEST = "All markets"
"""What the name of the largest activity of a world ends with."""
# As a terminal sends it that speaks the keyboard protocol which the program asks for: a bare ESC may be the beginning
# of another key's code, and Textual waits a tenth of a second for the rest of it.
_ESCAPE = "\x1b[27u"
_TABS = "123456"
_TAB_WIDTH = 24
_PAUSE = (0.05, 0.15)


def to_the_largest(app: Terminal) -> None:
    """From the start of the program to the cursor on the largest activity."""
    app.wait(lambda lines: _cursor(lines) is not None)
    while LARGEST not in app.lines[_cursor(app.lines) or 0]:
        app.press("j", _moved(app.lines))


def walk(app: Terminal, chance: random.Random) -> Times:
    """From the list of activities with the cursor on a large one through its report and back."""
    times: Times = {EVERY_KEY: []}

    def press(kind: str, key: str, first: Holds, whole: Holds | None = None) -> None:
        # At no fixed distance, so that no key keeps step with the program's own ticks.
        time.sleep(chance.uniform(*_PAUSE))
        # The rows before the key's own first answer are those of another tab.
        wanted = (first,) if whole is None else (first, lambda lines: first(lines) and whole(lines))
        answers = app.press(key, *wanted)
        times[EVERY_KEY].append(answers[0])
        times.setdefault(kind, []).append(answers[0])
        if whole is not None:
            times.setdefault(f"{kind}, with its rows", []).append(answers[1])

    for key in "kkkkjjjj" * 2:
        press("j and k in the list of activities", key, _moved(app.lines))
    for _ in range(2):
        press("opening a report", "\r", _is_report, _has_rows)
        press("leaving a report", _ESCAPE, _is_list)
    app.press("\r", _is_report, _has_rows)
    for tab in _TABS[2:] + _TABS[:2] + _TABS[2:] + _TABS[:2]:
        press("a tab by its number", tab, _shows_tab(tab), _has_rows)
    for key in "jjjjjkkkkk" * 2:
        press("j and k in a report's list", key, _moved(app.lines, _TAB_WIDTH))
    for _ in range(4):
        press("m for the mask", "m", _mask_is(not _is_masked(app.lines)))
    app.press(_ESCAPE, _is_list)
    return times


def _cursor(lines: Lines, left: int = 0) -> int | None:
    """The line on which the cursor of the list stands whose left edge is there."""
    return next((number for number, line in enumerate(lines) if "▌" in line[left : left + 2]), None)


def _moved(before: Lines, left: int = 0) -> Holds:
    was = _cursor(before, left)
    return lambda lines: _cursor(lines, left) not in (was, None)


def _is_report(lines: Lines) -> bool:
    return any(line[1:].startswith("6 Unsubscribe") for line in lines)


def _is_list(lines: Lines) -> bool:
    return "activities" in lines[0] and _cursor(lines) is not None


def _shows_tab(tab: str) -> Holds:
    return lambda lines: any(line.startswith(f"▌{tab} ") for line in lines)


def _has_rows(lines: Lines) -> bool:
    """Whether the chosen tab's count stands in the foot too, so that the rows are those of this tab."""
    chosen = next((line[:_TAB_WIDTH] for line in lines if line[:1] == "▌" and line[1:2] in _TABS), "")
    count = _digits(chosen[2:])
    foot = next((line for line in reversed(lines) if " shown · " in line), "")
    return bool(count) and _digits(foot.partition(" of ")[2]) == count and _cursor(lines, _TAB_WIDTH) is not None


def _digits(text: str) -> str:
    return "".join(letter for letter in text.partition("shown")[0] if letter.isdigit())


def _is_masked(lines: Lines) -> bool:
    return any("+" in line and "…" in line.partition("+")[2][:5] for line in lines)


def _mask_is(masked: bool) -> Holds:
    return lambda lines: _is_masked(lines) is masked
