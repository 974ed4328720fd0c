"""A segment as JSON (cli.md): read with a sentence for whatever is wrong, and written so that it reads back equal."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    BounceBucket,
    Found,
    Group,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    IsIn,
    Node,
    NoneOf,
    Op,
    Scalar,
    State,
    span,
)
from smsreport_tui.rules.text import shown

VERSION = 1
LONGEST_NAME = 200
"""What a gateway takes as the name of a segment."""
MOST_NODES, DEEPEST, MOST_VALUES = 500, 20, 1_000
LONGEST_TEXT = 1_000
MOST_TIMES = 1_000_000
LARGEST_FILE = 1_000_000

_GROUPS: Mapping[str, type[Group]] = {"all": AllOf, "any": AnyOf, "none": NoneOf}
_OF_CLICKS = ("link", "machines")
_OF_BOUNCES = ("bounce", "vendor", "scheme", "code")
_EVENT_KEYS = ("activity", "link", "did", "at_least", "within", *_OF_BOUNCES, "machines")


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """What a file holds."""

    name: str
    where: Node


def read_file(data: bytes) -> SegmentFile:
    """Raises SegmentError with the place and what is expected there."""
    if len(data) > LARGEST_FILE:
        raise SegmentError(f"The file is larger than {LARGEST_FILE} bytes, which no segment needs to be.")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once)
    except RecursionError:
        raise SegmentError(f"The file nests deeper than {DEEPEST} groups.") from None
    except ValueError as error:
        raise SegmentError(f"The file is no JSON as a segment file is: {shown(str(error), 200)}.") from None
    found = _object(document, "The file", {"version", "name", "where"})
    if found.get("version") != VERSION or isinstance(found.get("version"), bool):
        raise SegmentError(f"version: this program knows {VERSION}; export the segment anew or update this program.")
    return SegmentFile(read_name(found.get("name")), read_node(found.get("where")))


def read_name(value: object) -> str:
    """A segment's name: not blank, no longer than a gateway takes. Raises SegmentError."""
    name = _text(value, "name").strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise SegmentError(f"name: a segment's name has 1 to {LONGEST_NAME} characters, all of them visible.")
    return name


def read_node(value: object) -> Node:
    """The conditions of a file's `where`. Raises SegmentError."""
    return _Reader().node(value, "where", 1)


def write_file(file: SegmentFile) -> dict[str, Any]:
    """As `read_file` reads it; only what differs from the defaults stands in a leaf."""
    return {"version": VERSION, "name": file.name, "where": write_node(file.where)}


def write_node(node: Node) -> dict[str, Any]:
    """The JSON form of one node."""
    match node:
        case AllOf() | AnyOf() | NoneOf():
            key = next(key for key, kind in _GROUPS.items() if isinstance(node, kind))
            found: dict[str, Any] = {key: [write_node(child) for child in node.children]}
        case Happened():
            default = Happened(node.event)
            given = {key: getattr(node, key) for key in _EVENT_KEYS if getattr(node, key) != getattr(default, key)}
            found = {"event": str(node.event)} | {
                key: str(value) if isinstance(value, BounceBucket) else value for key, value in given.items()
            }
        case HasAttribute():
            value = list(node.value) if isinstance(node.value, tuple) else node.value
            found = {"attr": node.name, "op": str(node.op)} | ({} if value is None else {"value": value})
        case Found():
            found = {"find": node.text}
        case HasTag():
            found = {"tag": node.tag}
        case IsIn():
            found = {"state": str(node.state)}
        case InSegment():
            found = {"segment": node.segment}
    return found


class _Reader:
    def __init__(self) -> None:
        self._nodes = 0

    def node(self, value: object, place: str, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise SegmentError(f"{place}: a segment has at most {MOST_NODES} conditions.")
        if depth > DEEPEST:
            raise SegmentError(f"{place}: groups nest at most {DEEPEST} deep.")
        if not isinstance(value, dict):
            raise SegmentError(f'{place}: a condition is an object such as {{"tag": "vip"}}.')
        kinds = [key for key in _LEAVES.keys() | _GROUPS.keys() if key in value]
        if len(kinds) != 1:
            names = ", ".join([*_GROUPS, *_LEAVES])
            raise SegmentError(f"{place}: a condition has exactly one of {names}.")
        kind = kinds[0]
        if kind in _LEAVES:
            return _LEAVES[kind](value, place)
        _object(value, place, {kind})
        children = value[kind]
        if not isinstance(children, list):
            raise SegmentError(f"{place}.{kind}: a group holds a list of conditions.")
        read = (self.node(child, f"{place}.{kind}[{index}]", depth + 1) for index, child in enumerate(children))
        return _GROUPS[kind](tuple(read))


def _event(value: dict[str, Any], place: str) -> Happened:
    _object(value, place, {"event", *_EVENT_KEYS})
    event = _choice(value["event"], Happening, f"{place}.event")
    for keys, owner in ((_OF_CLICKS, Happening.CLICKED), (_OF_BOUNCES, Happening.BOUNCED)):
        strange = [key for key in keys if value.get(key) is not None and event is not owner]
        if strange:
            raise SegmentError(f"{place}.{strange[0]}: that belongs to {owner} alone.")
    within = _optional(value, "within", place, _text)
    if within is not None and span(within) is None:
        raise SegmentError(f"{place}.within: a time is a number with m, h or d, such as 30m, 12h or 7d.")
    times = value.get("at_least", 1)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MOST_TIMES:
        raise SegmentError(f"{place}.at_least: a whole number from 1 to {MOST_TIMES}.")
    bounce = value.get("bounce")
    return Happened(
        event,
        activity=_optional(value, "activity", place, _text),
        link=_optional(value, "link", place, _text),
        did=_flag(value, "did", place, default=True),
        at_least=times,
        within=within,
        bounce=None if bounce is None else _choice(bounce, BounceBucket, f"{place}.bounce"),
        vendor=_optional(value, "vendor", place, _text),
        scheme=_optional(value, "scheme", place, _text),
        code=_optional(value, "code", place, _text),
        machines=_flag(value, "machines", place, default=False),
    )


def _attribute(value: dict[str, Any], place: str) -> HasAttribute:
    _object(value, place, {"attr", "op", "value"})
    name, op = _text(value["attr"], f"{place}.attr"), _choice(value.get("op"), Op, f"{place}.op")
    given, where = value.get("value"), f"{place}.value"
    match op:
        case Op.ANY:
            if given is not None:
                raise SegmentError(f"{where}: any takes no value.")
            return HasAttribute(name, op)
        case Op.IN:
            if not isinstance(given, list) or len(given) > MOST_VALUES:
                raise SegmentError(f"{where}: in takes a list of at most {MOST_VALUES} values.")
            return HasAttribute(name, op, tuple(_scalar(one, where) for one in given))
        case Op.CONTAINS | Op.STARTS:
            return HasAttribute(name, op, _text(given, where))
        case Op.GT | Op.LT:
            number = _scalar(given, where)
            if isinstance(number, str | bool):
                raise SegmentError(f"{where}: {op} compares with a number.")
            return HasAttribute(name, op, number)
        case _:
            return HasAttribute(name, op, _scalar(given, where))


def _find(value: dict[str, Any], place: str) -> Found:
    text = _text(_object(value, place, {"find"})["find"], f"{place}.find").strip()
    if not text:
        raise SegmentError(f"{place}.find: a search needs a text.")
    return Found(text)


_LEAVES: Mapping[str, Callable[[dict[str, Any], str], Node]] = {
    "event": _event,
    "find": _find,
    "attr": _attribute,
    "tag": lambda value, place: HasTag(_text(_object(value, place, {"tag"})["tag"], f"{place}.tag")),
    "state": lambda value, place: IsIn(_choice(_object(value, place, {"state"})["state"], State, f"{place}.state")),
    "segment": lambda value, place: InSegment(_text(_object(value, place, {"segment"})["segment"], f"{place}.segment")),
}


def _object(value: object, place: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SegmentError(f"{place} holds no JSON object.")
    strange = sorted(set(value) - known)
    if strange:
        raise SegmentError(f"{place}: {shown(strange[0], 60)!r} is not known there; {', '.join(sorted(known))} are.")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        raise SegmentError(f"{place}: a text of 1 to {LONGEST_TEXT} characters.")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise SegmentError(f"{place}: the text holds a character that no profile can.")
    return value


def _optional(value: dict[str, Any], key: str, place: str, read: Callable[[object, str], str]) -> str | None:
    return None if value.get(key) is None else read(value[key], f"{place}.{key}")


def _flag(value: dict[str, Any], key: str, place: str, *, default: bool) -> bool:
    given = value.get(key, default)
    if not isinstance(given, bool):
        raise SegmentError(f"{place}.{key}: true or false.")
    return given


def _choice(value: object, kind: Any, place: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise SegmentError(f"{place}: one of {', '.join(kind)}.") from None


def _scalar(value: object, place: str) -> Scalar:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        # An empty text can be looked for.
        return _text(value, place) if value else value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) < 2**63:
        return value
    raise SegmentError(f"{place}: a text, a number, true or false.")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that stands twice nobody knows which was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
