"""One cell of a list as plain values: text, an importance or meaning that a colour stands beside, a shorter form."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a cell's colour says; the words beside it say the same."""

    PLAIN = "plain"
    STRONG = "strong"
    DIM = "dim"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Cell:
    """Literal text fit for the terminal; `short` stands in where the column is too narrow for its widest text."""

    text: str
    tone: Tone = Tone.PLAIN
    short: str | None = None
