"""Finds where the values of a JSON document begin and end, at any depth, without building them.

A fast decoder gives up a whole page over one item that is nested too deeply or holds half a surrogate pair;
with the spans of its items the page can be read item by item (rules.md 1, "Quarantine").
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    rb"""[ \t\r\n]*(?:
        (?P<open>[\[{])
      | (?P<close>[\]}])
      | (?P<comma>,)
      | (?P<colon>:)
      | (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
      | (?P<scalar>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![0-9.eE+-])|true|false|null)
    )""",
    re.VERBOSE,
)
_BLANK = re.compile(rb"[ \t\r\n]*")
_CLOSING = {b"[": b"]", b"{": b"}"}


class NoJsonError(ValueError):
    """The bytes are no JSON document."""


def members(raw: bytes) -> dict[str, bytes]:
    """The members of a JSON object, each value as its own bytes. Raises NoJsonError; other values have none."""
    found: dict[str, bytes] = {}
    for key, value in _children(raw, b"{"):
        if key is not None:
            found[key.decode("utf-8", "replace")] = value
    return found


def elements(raw: bytes) -> list[bytes]:
    """The elements of a JSON array, each as its own bytes. Raises NoJsonError."""
    return [value for _, value in _children(raw, b"[")]


def _children(raw: bytes, kind: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    if _BLANK.sub(b"", raw[:64], count=1)[:1] != kind:
        raise NoJsonError(f"not a JSON {'object' if kind == b'{' else 'array'}")
    stack: list[bytes] = []
    key: bytes | None = None
    start = position = 0
    expected = "value"
    while True:
        match = _TOKEN.match(raw, position)
        if match is None:
            raise NoJsonError(f"no JSON at byte {position}")
        mark = str(match.lastgroup)
        begin, position = match.start(mark), match.end()
        if len(stack) == 1 and expected in ("value", "value or close") and mark != "close":
            start = begin
        text = match.group(mark) if mark != "string" else b""
        expected = _step(stack, mark, text, expected)
        if len(stack) == 1 and expected == "colon":
            key = raw[begin + 1 : position - 1]
        elif len(stack) == 1 and expected == "comma or close":
            yield key, raw[start:position]
        elif not stack:
            break
    if _BLANK.fullmatch(raw, position) is None:
        raise NoJsonError(f"more than one JSON document, at byte {position}")


def _step(stack: list[bytes], mark: str, text: bytes, expected: str) -> str:
    """What may follow the mark, or NoJsonError where it may not stand."""
    if mark == "open" and expected.startswith("value"):
        stack.append(text)
        return "value or close" if text == b"[" else "key or close"
    if mark == "close" and expected.endswith("close") and _CLOSING[stack[-1]] == text:
        stack.pop()
        return "comma or close"
    if mark == "comma" and expected == "comma or close":
        return "key" if stack[-1] == b"{" else "value"
    if mark == "colon" and expected == "colon":
        return "value"
    if mark == "string" and expected.startswith("key"):
        return "colon"
    if mark in ("string", "scalar") and expected.startswith("value"):
        return "comma or close"
    raise NoJsonError(f"{mark} where {expected} should stand")
