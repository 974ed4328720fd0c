"""Which replies are an opt-out: the whole message is one of the words; what only comes near is the operator's to judge.

The words stand in `data/opt_out_words.txt`.
"""

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from importlib import resources

_WORD = re.compile(r"[\w-]+")
_SHORTEST_TO_MISSPELL = 4


class Reply(Enum):
    """What a reply means for the consent to be sent to."""

    OPT_OUT = "opt_out"
    NEAR_MISS = "near_miss"
    OTHER = "other"


def reply_meaning(text: str) -> Reply:
    """An opt-out where the trimmed message is one of the words, in any case; a near miss where one stands in it.

    A word with one letter wrong, missing, too many or swapped counts as standing in it.
    """
    words = _words()
    message = _folded(text)
    if message in words:
        return Reply.OPT_OUT
    parts = _WORD.findall(message)
    joined = "".join(parts)
    if joined in words or any(part in words or _is_misspelled(part) for part in parts):
        return Reply.NEAR_MISS
    return Reply.OTHER


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    data = resources.files("smsreport_tui.rules").joinpath("data", "opt_out_words.txt").read_text("utf-8")
    return frozenset(_folded(line) for line in data.splitlines() if line.strip() and not line.startswith("#"))


@lru_cache(maxsize=4_096)
def _is_misspelled(part: str) -> bool:
    return any(len(word) >= _SHORTEST_TO_MISSPELL and _is_one_edit(part, word) for word in _words())


def _is_one_edit(one: str, other: str) -> bool:
    """Whether one letter is replaced, missing, added, or swapped with the next."""
    if abs(len(one) - len(other)) > 1:
        return False
    begin = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, rest_other = one[begin:], other[begin:]
    return (
        rest[1:] == rest_other[1:]
        or rest[1:] == rest_other
        or rest == rest_other[1:]
        or (rest[:2] == rest_other[1::-1] and rest[2:] == rest_other[2:])
    )
