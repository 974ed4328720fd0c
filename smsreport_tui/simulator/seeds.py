"""Chance from the seed: the same words give the same numbers in any order of asking and on any version of Python."""

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream_of(*words: object) -> Random:
    """A generator of its own for what the words name; only `random()` of it keeps its numbers between versions."""
    return Random(":".join(map(str, words)))


def draw(*words: object) -> float:
    """One number from 0 up to 1 for what the words name."""
    digest = hashlib.blake2b(":".join(map(str, words)).encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


def pick(choices: Sequence[T], chance: float) -> T:
    """The choice that a number from 0 up to 1 falls on."""
    return choices[int(chance * len(choices))]


def tag_of(*words: object, length: int = 4) -> str:
    """A short name of hexadecimal digits for what the words name."""
    return hashlib.blake2b(":".join(map(str, words)).encode(), digest_size=16).hexdigest()[:length]
