"""Values of an attribute as one types them in a line, and back: a text, a number and a truth are told apart."""

import json
import math
from enum import StrEnum

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_tree import Op, Scalar

Value = Scalar | tuple[Scalar, ...] | None


class ValueKind(StrEnum):
    """What a typed value is compared as."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"


KINDS: dict[Op, ValueKind] = {
    Op.CONTAINS: ValueKind.TEXT,
    Op.STARTS: ValueKind.TEXT,
    Op.GT: ValueKind.NUMBER,
    Op.LT: ValueKind.NUMBER,
}
"""Operators that know what they compare with."""


def kind_of(text: str) -> ValueKind:
    """What a value looks like as it is typed; each of several, where commas part them, looks so."""
    parts = [part.strip() for part in text.split(",")]
    if all(part.casefold() in ("true", "false") for part in parts):
        return ValueKind.TRUTH
    return ValueKind.NUMBER if all(_number(part) is not None for part in parts) else ValueKind.TEXT


def typed(op: Op, text: str, kind: ValueKind) -> Value:
    """The value that was typed; for `in` several with commas between, or a JSON list. Raises SegmentError."""
    if op is Op.ANY:
        return None
    kind = KINDS.get(op, kind)
    if op is not Op.IN:
        return _typed(text, kind)
    if text.lstrip().startswith("["):
        return _listed(text)
    parts = [part.strip() for part in text.split(",")]
    return tuple(_typed(part, kind) for part in parts if part)


def told(value: Value) -> tuple[str, ValueKind]:
    """The line that gives the value when it is typed as that kind."""
    if not isinstance(value, tuple):
        return _told(value), _kind(value)
    kinds = {_kind(one) for one in value}
    texts = [_told(one) for one in value]
    plain = len(kinds) == 1 and all(text and text == text.strip() and "," not in text for text in texts)
    if plain and not texts[0].startswith("["):
        return ", ".join(texts), kinds.pop()
    return json.dumps(value, ensure_ascii=False) if value else "", ValueKind.TEXT


def _kind(value: Value) -> ValueKind:
    if isinstance(value, bool):
        return ValueKind.TRUTH
    return ValueKind.NUMBER if isinstance(value, int | float) else ValueKind.TEXT


def _told(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _typed(text: str, kind: ValueKind) -> Scalar:
    if kind is ValueKind.TEXT:
        return text
    if kind is ValueKind.NUMBER:
        number = _number(text)
        if number is None:
            raise SegmentError("A number is written as 7, -7 or 7.5.")
        return number
    word = text.strip().casefold()
    if word not in ("true", "false"):
        raise SegmentError("It is either true or false.")
    return word == "true"


def _number(text: str) -> int | float | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    fits = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
    return found if fits else None


def _listed(text: str) -> tuple[Scalar, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str | int | float | bool) for one in found):
        raise SegmentError('A list is written as ["Lund", 7, true], or with commas between plain values.')
    return tuple(found)
