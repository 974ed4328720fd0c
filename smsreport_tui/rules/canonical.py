"""One form of bytes for one content (rules.md 1): to choose between versions, and to know a bad item again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from smsreport_tui.rules.amounts import format_credits, parse_credits
from smsreport_tui.rules.messages import ActivityMessage, EventMessage, ProfileMessage
from smsreport_tui.rules.times import BadTimeError, exact_time, parse_time

Message = ActivityMessage | ProfileMessage | EventMessage

_TIMES = frozenset({"at", "updated_at", "sent_at"})
_CREDITS = frozenset({"credits", "total_credits"})
_DEFAULTS: Mapping[str, object] = {"status": "sent", "sms_consent": True, "deleted": False}
_NESTED: Mapping[str, frozenset[str]] = {
    "sending_to": frozenset({"kind", "label", "match"}),
    "links": frozenset({"id", "url", "short_url", "title"}),
}


def canonical_message(message: Message) -> bytes:
    """The canonical JSON of a checked item: keys sorted, no blanks, UTF-8, defaults and nulls left out."""
    fields = {name: msgspec.to_builtins(getattr(message, name)) for name in message.__struct_fields__}
    return _dump(_normalised(fields, frozenset(fields)))


def fingerprint(raw: bytes, kind: type[Message]) -> bytes:
    """What a bad item is known by: a hash of its canonical bytes, or of its raw ones where it has none."""
    try:
        content = msgspec.json.decode(raw)
        if isinstance(content, dict):
            raw = _dump(_normalised(content, frozenset(kind.__struct_fields__)))
        else:
            raw = _dump(_number(content))
    except (msgspec.MsgspecError, RecursionError, ValueError, OverflowError):
        pass
    return hashlib.blake2b(raw, digest_size=16).digest()


def _dump(content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _normalised(content: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    result = {}
    for key, value in content.items():
        if key not in known:
            continue
        plain = _field(key, value)
        if plain is not None and plain != _DEFAULTS.get(key) and plain not in ([], {}):
            result[key] = plain
    return result


def _field(key: str, value: Any) -> Any:
    if isinstance(value, str):
        try:
            if key in _TIMES:
                return exact_time(parse_time(value))
            if key in _CREDITS:
                return format_credits(parse_credits(value))
        except (BadTimeError, ValueError):
            pass
        return value
    if key in _NESTED and isinstance(value, list):
        return [_normalised(item, _NESTED[key]) if isinstance(item, dict) else _number(item) for item in value]
    return _number(value)


def _number(value: Any) -> Any:
    """Numbers by value: 1.0 is 1, at any depth."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_number(item) for item in value]
    if isinstance(value, dict):
        return {key: _number(item) for key, item in value.items()}
    return value
