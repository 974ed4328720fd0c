"""Twilio's Message resource as its API gives it, and one page of a list of them."""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import msgspec

from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.json_scan import NoJsonError, elements, members

SID = re.compile(r"\A(?:SM|MM)[0-9a-fA-F]{32}\Z")
_MSISDN = re.compile(r"\A\+[1-9][0-9]{5,14}\Z")


class _Resource(msgspec.Struct, frozen=True):
    sid: str
    status: str
    direction: str
    date_created: str
    date_sent: str | None = None
    date_updated: str | None = None
    to: str | None = None
    sender: str | None = msgspec.field(name="from", default=None)
    body: str | None = None
    messaging_service_sid: str | None = None
    price: str | None = None
    error_code: int | None = None
    error_message: str | None = None


class TwilioMessage(msgspec.Struct, frozen=True):
    """One message as it stood when it was asked for; times in microseconds UTC, on whole seconds.

    `price` is negative, in the account's currency, and None until it is known.
    """

    sid: str
    status: str
    direction: str
    created: int
    sent: int | None
    updated: int
    to: str
    sender: str
    body: str
    service: str | None
    price: str | None
    error_code: int | None
    error_message: str | None

    @property
    def is_outbound(self) -> bool:
        """Whether it was sent by a request to a phone number; what answers a call or a reply is no campaign."""
        return self.direction == "outbound-api" and is_msisdn(self.to)

    @property
    def is_inbound(self) -> bool:
        """Whether a person has sent it, by SMS."""
        return self.direction == "inbound" and is_msisdn(self.sender)


class BadListError(ValueError):
    """The answer is no page of a list."""


class _Page(msgspec.Struct, frozen=True):
    messages: list[msgspec.Raw]
    next_page_uri: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of a list, each message as its own bytes; `next_page_uri` is relative to the API's address."""

    messages: list[bytes]
    next_page_uri: str | None = None


def read_page(body: bytes) -> MessagePage:
    """The page, whatever its messages are like. Raises BadListError."""
    try:
        page = msgspec.json.decode(body, type=_Page)
        return MessagePage([bytes(raw) for raw in page.messages], page.next_page_uri)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        # The decoder gives up a whole page over half a surrogate pair in one message.
        return _page_by_message(body)


def _page_by_message(body: bytes) -> MessagePage:
    try:
        found = members(body)
        following = msgspec.json.decode(found.get("next_page_uri", b"null"), type=str | None)
        return MessagePage(elements(found["messages"]), following)
    except (KeyError, NoJsonError, msgspec.MsgspecError, UnicodeError) as error:
        raise BadListError from error


def is_msisdn(text: str) -> bool:
    """Whether it is a number in E.164, and no channel's address or short code."""
    return _MSISDN.match(text) is not None


def read_message(raw: bytes) -> TwilioMessage | None:
    """The message, or None for what can not be read as one."""
    try:
        found = msgspec.json.decode(raw, type=_Resource)
        created = _micros(found.date_created)
        sent = None if found.date_sent is None else _micros(found.date_sent)
        updated = created if found.date_updated is None else _micros(found.date_updated)
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    if SID.match(found.sid) is None:
        return None
    return TwilioMessage(
        found.sid,
        found.status,
        found.direction,
        created,
        sent,
        updated,
        found.to or "",
        found.sender or "",
        found.body or "",
        found.messaging_service_sid,
        found.price,
        found.error_code,
        found.error_message,
    )


def _micros(text: str) -> int:
    moment = parsedate_to_datetime(text)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return round(moment.timestamp()) * SECOND
