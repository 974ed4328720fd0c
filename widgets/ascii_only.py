"""For terminals that speak ASCII alone (LC_ALL=C): every other character leaves as one that looks like it.

The width of a line never changes: a wide character becomes two marks, one without width none.
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

UNKNOWN = "?"
_LIKE: Mapping[str, str] = {
    **dict.fromkeys("─━╌╍╾╼╺╸╴╶▔‾–—‐‑−", "-"),
    **dict.fromkeys("│┃╎╏▎▏▍▊▋▕▐▉║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰┏┓┗┛╔╗╚╝", "+"),
    **dict.fromkeys("▁▂", "_"),
    **dict.fromkeys("▃▄▅", "="),
    **dict.fromkeys("▆▇█■▓▒░", "#"),
    **dict.fromkeys("●•⬤", "*"),
    **dict.fromkeys("○◯", "o"),
    **dict.fromkeys("▲△▴↑", "^"),
    **dict.fromkeys("▼▽▾↓", "v"),
    **dict.fromkeys("▶▸▹›→▌", ">"),
    **dict.fromkeys("◀◂‹←", "<"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’", "'"),
    "·": "-",
    "…": "~",
    "÷": "/",
    "×": "x",
    "✓": "v",
    "✔": "v",
    "✗": "x",
    "⊘": "X",
    "␡": "?",
    "⏎": "<",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "€": "E",
    "£": "L",
}


class AsciiOnly(LineFilter):
    """Takes what is not ASCII out of every segment without changing the width of its line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same segments in ASCII."""
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [Segment(in_ascii(segment.text), segment.style, segment.control) for segment in segments]


def in_ascii(text: str) -> str:
    """The text in ASCII, as many cells wide as before."""
    return text if text.isascii() else "".join(map(_like, text))


@lru_cache(maxsize=4096)
def _like(character: str) -> str:
    width = cell_len(character)
    if character.isascii():
        return character
    if character in _LIKE:
        return _LIKE[character] * width
    # A letter with an accent is known by its base letter.
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if width == 1 and base.isascii() and base.isprintable() else UNKNOWN * width
