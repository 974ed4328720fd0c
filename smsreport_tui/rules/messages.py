"""The three kinds of feed items as the gateway sends them (feed/openapi.yaml: Activity, Profile, Event)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text32 = Annotated[str, Meta(max_length=32)]
Text64 = Annotated[str, Meta(max_length=64)]
Text500 = Annotated[str, Meta(max_length=500)]
Text1000 = Annotated[str, Meta(max_length=1000)]
Text2000 = Annotated[str, Meta(max_length=2000)]
Text4000 = Annotated[str, Meta(max_length=4000)]
Text10000 = Annotated[str, Meta(max_length=10_000)]
# `\Z`, not `$`, which would let a newline through.
Id = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"\A[A-Za-z0-9_.-]+\Z")]
Msisdn = Annotated[str, Meta(pattern=r"\A\+[1-9][0-9]{5,14}\Z")]
Decimal = Annotated[str, Meta(pattern=r"\A[0-9]{1,14}(\.[0-9]{1,4})?\Z")]
# An integer column of every database we speak to holds so much.
Amount = Annotated[int, Meta(ge=0, le=2**53)]
Part = Annotated[int, Meta(ge=1, le=255)]
Country = Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z")]

RECEIPTS = ("queued", "sent", "delivered", "bounced", "cancelled")


class SendingToMessage(Struct, frozen=True, omit_defaults=True):
    """One segmentation setting."""

    kind: Literal[
        "subscription", "include_segment", "exclude_segment", "include_tag", "exclude_tag", "frequency", "duplicates"
    ]
    label: str
    match: Literal["all", "any"] | None = None


class LinkMessage(Struct, frozen=True, omit_defaults=True):
    """One link of an activity."""

    id: Id
    url: Text4000
    short_url: str | None = None
    title: str | None = None


class ActivityMessage(Struct, frozen=True, omit_defaults=True):
    """One version of an activity."""

    id: Id
    updated_at: str
    name: Text500
    sender: Text32
    body: Text10000
    sent_at: str
    status: Literal["scheduled", "sending", "sent", "cancelled"] | None = None
    timezone: str | None = None
    sending_to: list[SendingToMessage] | None = None
    recipients: Amount | None = None
    excluded: Amount | None = None
    total_credits: Decimal | None = None
    links: list[LinkMessage] | None = None


class ProfileMessage(Struct, frozen=True, omit_defaults=True):
    """One version of a profile."""

    id: Id
    updated_at: str
    msisdn: Msisdn | None = None
    name: Text500 | None = None
    email: Text500 | None = None
    timezone: str | None = None
    attributes: dict[str, bool | int | float | str] | None = None
    tags: list[str] | None = None
    sms_consent: bool | None = None
    deleted: bool | None = None


class EventMessage(Struct, frozen=True, omit_defaults=True):
    """One event."""

    id: Id
    kind: Literal[
        "queued",
        "sent",
        "delivered",
        "bounced",
        "cancelled",
        "clicked",
        "unsubscribed",
        "resubscribed",
        "replied",
        "page_view",
    ]
    at: str
    profile_id: Id
    activity_id: Id | None = None
    msisdn: Msisdn | None = None
    message_id: Id | None = None
    attempt: Annotated[int, Meta(ge=1, le=49)] | None = None
    part: Part | None = None
    parts: Part | None = None
    credits: Decimal | None = None
    vendor: str | None = None
    scheme: str | None = None
    code: Text64 | None = None
    reason: Text1000 | None = None
    bounce: Literal["soft", "hard", "other"] | None = None
    link_id: Id | None = None
    url: Text4000 | None = None
    title: Text500 | None = None
    user_agent: Text1000 | None = None
    ip: str | None = None
    country: Country | None = None
    device: str | None = None
    text: Text2000 | None = None
    body: Text10000 | None = None
