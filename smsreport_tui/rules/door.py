"""The door of the store: a page of the feed as the gateway's bytes becomes checked items and bad ones.

A page is decoded whole; only when that fails is it read item by item, so that a bad item never loses a good one
beside it (rules.md 1, "Quarantine").
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from smsreport_tui.rules.canonical import fingerprint
from smsreport_tui.rules.checks import BadContentError, checked_activity, checked_event, checked_profile
from smsreport_tui.rules.feed import Activity, BadItem, Event, Item, Page, Profile
from smsreport_tui.rules.json_scan import NoJsonError, elements, members
from smsreport_tui.rules.messages import ActivityMessage, EventMessage, ProfileMessage

M = TypeVar("M", ActivityMessage, ProfileMessage, EventMessage)

_LONGEST_CURSOR = 4096
_QUICKLY_READ = 4 * 2**20
_ESCAPED_NUL = b"\\u0000"


class BadPageError(ValueError):
    """The page is no JSON, or has no list `items` or no `next_cursor`: ask for it again."""


class _RawPage(msgspec.Struct, Generic[M]):
    items: list[M]
    next_cursor: str
    has_more: bool | None = None


class _Ends(msgspec.Struct):
    next_cursor: str
    has_more: bool = False


class Door(Generic[M, Item]):
    """Decodes the pages of one stream."""

    def __init__(self, message: type[M], check: Callable[[M], Item]) -> None:
        self._message: type[M] = message
        self._fields = frozenset(message.__struct_fields__)
        self._check: Callable[[M], Item] = check
        self._pages: msgspec.json.Decoder[_RawPage[M]] = msgspec.json.Decoder(_RawPage[message])  # type: ignore[valid-type]
        self._items: msgspec.json.Decoder[M] = msgspec.json.Decoder(message)

    def read(self, body: bytes) -> Page[Item]:
        """One page. Raises BadPageError."""
        try:
            page: _RawPage[M] = self._pages.decode(body)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return self._read_by_item(body)
        clean: Callable[[M], M] = _without_nul if _ESCAPED_NUL in body else _as_it_is
        try:
            items: list[Item] = [self._check(clean(message)) for message in page.items]
        except BadContentError:
            return self._read_by_item(body)
        return Page(items, [], _cursor(page.next_cursor), _more(page.has_more, len(items)))

    def following(self, body: bytes) -> str | None:
        """The cursor of the page after this one, found without its items; None where `read` may say otherwise."""
        if len(body) > _QUICKLY_READ:
            return None
        try:
            ends = _ENDS.decode(body)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return None
        return ends.next_cursor if ends.has_more and 0 < len(ends.next_cursor) <= _LONGEST_CURSOR else None

    def _read_by_item(self, body: bytes) -> Page[Item]:
        try:
            page = members(body)
            raw_items = elements(page["items"])
            cursor = msgspec.json.decode(page["next_cursor"], type=str)
        except (NoJsonError, KeyError, msgspec.MsgspecError) as error:
            raise BadPageError("a page that is no JSON, or without items or next_cursor") from error
        items: list[Item] = []
        bad: list[BadItem] = []
        for raw in raw_items:
            try:
                items.append(self._check(_without_nul(self._decode(raw))))
            except BadContentError as error:
                bad.append(self._bad(raw, str(error)))
        has_more = {b"true": True, b"false": False}.get(page.get("has_more", b""))
        return Page(items, bad, _cursor(cursor), _more(has_more, len(raw_items)))

    def _decode(self, raw: bytes) -> M:
        try:
            return self._items.decode(raw)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass
        # Unknown fields are ignored even where they are what the decoder gave up on, and 1.0 is the integer 1.
        try:
            known = {key: value for key, value in members(raw).items() if key in self._fields}
            content: dict[str, Any] = {key: msgspec.json.decode(value) for key, value in known.items()}
            whole = {key: _integer(value) for key, value in content.items()}
            return msgspec.convert(whole, self._message)
        except RecursionError as error:
            raise BadContentError("nested too deeply") from error
        except (msgspec.MsgspecError, NoJsonError, ValueError) as error:
            raise BadContentError(str(error)) from error

    def _bad(self, raw: bytes, reason: str) -> BadItem:
        named = _named(raw)
        is_event = self._message is EventMessage
        activity = named.get("activity_id") if is_event else named.get("id")
        profile = named.get("profile_id") if is_event else named.get("id")
        return BadItem(
            raw=raw,
            reason=reason,
            fingerprint=fingerprint(raw, self._message),
            activity_id=None if self._message is ProfileMessage else activity,
            profile_id=None if self._message is ActivityMessage else profile,
        )


_ENDS = msgspec.json.Decoder(_Ends)


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _named(raw: bytes) -> dict[str, str]:
    """The ids that a bad item still tells."""
    try:
        found = members(raw)
    except NoJsonError:
        return {}
    named: dict[str, str] = {}
    for key in ("id", "activity_id", "profile_id"):
        try:
            named[key] = msgspec.json.decode(found.get(key, b"null"), type=str)
        except msgspec.MsgspecError:
            continue
    return named


def _as_it_is(message: M) -> M:
    return message


def _without_nul(message: M) -> M:
    """U+0000 becomes U+FFFD at the door, in every text however deep."""
    if b"\\u0000" not in msgspec.json.encode(message):
        return message
    cleaned = _replaced(msgspec.to_builtins(message))
    return msgspec.convert(cleaned, type(message))


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if isinstance(value, dict):
        return {_replaced(key): _replaced(item) for key, item in value.items()}
    return value


def _cursor(text: str) -> str:
    if not 0 < len(text) <= _LONGEST_CURSOR:
        raise BadPageError("a page with an empty or endless next_cursor")
    return text


def _more(has_more: bool | None, items: int) -> bool:
    return items > 0 if has_more is None else has_more


def activity_door() -> Door[ActivityMessage, Activity]:
    """The door for /v1/activities."""
    return Door(ActivityMessage, checked_activity)


def profile_door() -> Door[ProfileMessage, Profile]:
    """The door for /v1/profiles."""
    return Door(ProfileMessage, checked_profile)


def event_door() -> Door[EventMessage, Event]:
    """The door for /v1/events."""
    return Door(EventMessage, checked_event)
