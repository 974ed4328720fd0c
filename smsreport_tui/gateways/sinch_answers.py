"""What Sinch's SMS REST API says, as far as it is used here; the models of its official SDK say the same.

Lists are read item by item, so that one that can not be read takes nothing else with it.
"""

import re
from typing import Any, TypeVar

import msgspec

from smsreport_tui.rules.json_scan import NoJsonError, elements, members
from smsreport_tui.rules.times import parse_time

_NUMBER = re.compile(r"\+?([1-9][0-9]{5,14})")
_OFFSET = re.compile(r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})\Z")
Model = TypeVar("Model")


class UnreadableError(Exception):
    """It is not what Sinch answers."""


class Batch(msgspec.Struct, frozen=True):
    """One sending; `to` holds numbers and ids of groups, `body` an object in a message with media."""

    id: str
    created_at: str
    to: tuple[str, ...] = ()
    sender: str | None = msgspec.field(default=None, name="from")
    type: str = "mt_text"
    body: Any = ""
    modified_at: str | None = None
    send_at: str | None = None
    canceled: bool = False
    client_reference: str | None = None
    parameters: dict[str, dict[str, str]] | None = None


class Report(msgspec.Struct, frozen=True):
    """What became of a batch for one recipient; `at` is when the report was made."""

    batch_id: str
    recipient: str
    code: int
    status: str
    at: str
    client_reference: str | None = None
    number_of_message_parts: int | None = None


class StatusCount(msgspec.Struct, frozen=True):
    """Who of a batch has one code now."""

    status: str
    recipients: tuple[str, ...] = ()


class BatchReport(msgspec.Struct, frozen=True):
    """What became of a batch, in its full form."""

    batch_id: str
    statuses: tuple[StatusCount, ...] = ()


class Inbound(msgspec.Struct, frozen=True):
    """What somebody has sent to a number of the account's."""

    id: str
    sender: str = msgspec.field(name="from")
    received_at: str
    type: str = "mo_text"
    body: Any = ""


class Group(msgspec.Struct, frozen=True):
    """A set of numbers that a batch may go to."""

    id: str
    size: int = 0
    name: str | None = None


class _List(msgspec.Struct, frozen=True):
    count: int | None = None
    batches: tuple[msgspec.Raw, ...] = ()
    delivery_reports: tuple[msgspec.Raw, ...] = ()
    inbounds: tuple[msgspec.Raw, ...] = ()
    groups: tuple[msgspec.Raw, ...] = ()


def read(body: bytes | msgspec.Raw, model: type[Model]) -> Model:
    """One answer. Raises UnreadableError."""
    try:
        return msgspec.json.decode(body, type=model)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableError from error


def read_any(body: bytes) -> bytes:
    """Whatever it says, as long as it is a JSON object. Raises UnreadableError."""
    try:
        members(body)
    except NoJsonError as error:
        raise UnreadableError from error
    return body


def read_list(body: bytes, name: str) -> tuple[list[bytes], int | None]:
    """The items of one page as they came, and how many there are on all pages. Raises UnreadableError."""
    try:
        page = read(body, _List)
        return [bytes(one) for one in getattr(page, name)], page.count
    except UnreadableError:
        # The decoder gives up a whole page over half a surrogate pair in one item.
        return _list_by_item(body, name)


def _list_by_item(body: bytes, name: str) -> tuple[list[bytes], int | None]:
    try:
        found = members(body)
        count = msgspec.json.decode(found.get("count", b"null"), type=int | None)
        return elements(found.get(name, b"[]")), count
    except (NoJsonError, msgspec.MsgspecError, UnicodeError) as error:
        raise UnreadableError from error


def number(text: str) -> str | None:
    """E.164 with its plus sign, which Sinch leaves out in places; None for what is no number, such as a group's id."""
    match = _NUMBER.fullmatch(text)
    return None if match is None else f"+{match[1]}"


def instant(text: str) -> int:
    """Microseconds UTC; a time without an offset is UTC, as the official SDK reads it. Raises BadTimeError."""
    return parse_time(text if _OFFSET.search(text) else f"{text}Z")
