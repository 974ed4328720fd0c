"""How a text is cut into the parts that a phone puts together again, and what they cost (rules.md 8)."""

import re
from dataclasses import dataclass
from typing import Literal

from smsreport_tui.rules.gsm import SEPTETS

Encoding = Literal["gsm", "ucs2"]

SINGLE: dict[Encoding, int] = {"gsm": 160, "ucs2": 70}
"""Units of a text that fits one part: septets, or 16 bits of UCS-2."""

JOINED: dict[Encoding, int] = {"gsm": 153, "ucs2": 67}
"""Units of each part of a longer text; the rest is the header that joins them."""

_NOT_GSM = re.compile(f"[^{re.escape(''.join(SEPTETS))}]")
# Two surrogates that came apart are one pair in UTF-16 all the same.
_WHOLE = re.compile("[\ud800-\udbff][\udc00-\udfff]|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parts:
    """A text part by part; together the parts are the text.

    `units` are those of each part (septets or 16 bits), `left` those that the last part still has room for.
    `forced_by` is the first character that made the text UCS-2 and `forced_at` its index; None where it is GSM.
    """

    encoding: Encoding
    parts: tuple[str, ...]
    units: tuple[int, ...]
    left: int
    forced_by: str | None = None
    forced_at: int | None = None


def count_parts(text: str) -> Parts:
    """The fewest parts that hold the text, each as full as can be; an empty text is one empty part, as it is sent."""
    forced = _NOT_GSM.search(text)
    encoding: Encoding = "ucs2" if forced else "gsm"
    pieces = _ucs2(text) if forced else [(char, SEPTETS[char]) for char in text]
    room = SINGLE[encoding]
    if sum(size for _, size in pieces) > room:
        room = JOINED[encoding]
    parts, units = _filled(pieces, room)
    left = room - units[-1]
    if forced is None:
        return Parts(encoding, parts, units, left)
    return Parts(encoding, parts, units, left, forced[0], forced.start())


def cost(parts: Parts, credits_per_part: int) -> int:
    """What one message costs, in the unit of the price (ten-thousandths of a credit)."""
    return len(parts.parts) * credits_per_part


def _ucs2(text: str) -> list[tuple[str, int]]:
    return [(whole, len(whole.encode("utf-16-le", "surrogatepass")) // 2) for whole in _WHOLE.findall(text)]


def _filled(pieces: list[tuple[str, int]], room: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Put what may not be split into parts, the next begun only when one is full."""
    parts: list[list[str]] = [[]]
    units = [0]
    for piece, size in pieces:
        if units[-1] + size > room:
            parts.append([])
            units.append(0)
        parts[-1].append(piece)
        units[-1] += size
    return tuple("".join(part) for part in parts), tuple(units)
