"""One cell of a list as plain values: text, an importance or meaning that a colour stands beside, a shorter form."""

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What a cell's colour says; the words beside it say the same."""

    PLAIN = "plain"
    STRONG = "strong"
    DIM = "dim"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"


class Cell(NamedTuple):
    """Literal text fit for the terminal.

    Where the column is too narrow for its widest text, `short` stands in for the text and `tail`, an ornament of its
    own tone behind the text, is left out.
    """

    text: str
    tone: Tone = Tone.PLAIN
    short: str | None = None
    tail: str = ""
    tail_tone: Tone = Tone.INFO
