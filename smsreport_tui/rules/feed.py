"""Feed items as the store takes them: checked, times as microseconds UTC, credits as ten-thousandths."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import Struct

Scalar = str | int | float | bool


class Link(Struct, frozen=True):
    """One link of an activity."""

    id: str
    url: str
    short_url: str | None
    title: str | None


class Setting(Struct, frozen=True):
    """One segmentation setting of a sending."""

    kind: str
    label: str
    match: str | None


class Activity(Struct, frozen=True):
    """One version of an activity; `canonical` decides between versions of the same instant (rules.md 1)."""

    id: str
    updated_at: int
    canonical: bytes
    name: str
    sender: str
    body: str
    sent_at: int
    status: str
    timezone: str | None
    sending_to: tuple[Setting, ...]
    recipients: int | None
    excluded: int | None
    total_credits: int | None
    links: tuple[Link, ...]


class Profile(Struct, frozen=True):
    """One version of a profile."""

    id: str
    updated_at: int
    canonical: bytes
    msisdn: str | None
    name: str | None
    email: str | None
    timezone: str | None
    attributes: dict[str, Scalar]
    tags: tuple[str, ...]
    sms_consent: bool
    deleted: bool


class Event(Struct, frozen=True, gc=False):
    """One event."""

    id: str
    kind: str
    at: int
    profile_id: str
    activity_id: str | None
    msisdn: str | None
    message_id: str | None
    attempt: int | None
    part: int | None
    parts: int | None
    credits: int | None
    vendor: str | None
    scheme: str | None
    code: str | None
    reason: str | None
    bounce: str | None
    link_id: str | None
    url: str | None
    title: str | None
    user_agent: str | None
    ip: str | None
    country: str | None
    device: str | None
    text: str | None
    body: str | None


Item = TypeVar("Item", Activity, Profile, Event)


@dataclass(frozen=True, slots=True)
class BadItem:
    """An item that breaks the protocol: raw, why, what it is known by, and whom it names where that is readable.

    The fingerprint is the same however often the item comes (rules.md 1).
    """

    raw: bytes
    reason: str
    fingerprint: bytes
    activity_id: str | None = None
    profile_id: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a stream; `next_cursor` belongs to its items: store both or neither."""

    items: list[Item]
    bad: list[BadItem]
    next_cursor: str
    has_more: bool
