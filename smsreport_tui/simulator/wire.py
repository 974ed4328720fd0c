"""What goes over the wire, as feed.yaml names it: items that the simulator tells, and bodies that it takes."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Id = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"\A[A-Za-z0-9_.-]+\Z")]
Msisdn = Annotated[str, Meta(pattern=r"\A\+[1-9][0-9]{5,14}\Z")]
Text = Annotated[str, Meta(min_length=1, max_length=10_000)]
Sender = Annotated[str, Meta(min_length=1, max_length=32)]


class Setting(Struct, frozen=True, omit_defaults=True):
    """One segmentation setting of a sending."""

    kind: str
    label: str
    match: str | None = None


class Link(Struct, frozen=True, omit_defaults=True):
    """One link of an activity."""

    id: str
    url: str
    short_url: str | None = None
    title: str | None = None


class ActivityItem(Struct, frozen=True, omit_defaults=True):
    """One version of an activity."""

    id: str
    updated_at: str
    name: str
    sender: str
    body: str
    sent_at: str
    status: str | None = None
    timezone: str | None = None
    sending_to: list[Setting] | None = None
    recipients: int | None = None
    excluded: int | None = None
    total_credits: str | None = None
    links: list[Link] | None = None


class ProfileItem(Struct, frozen=True, omit_defaults=True):
    """One version of a profile."""

    id: str
    updated_at: str
    msisdn: str | None = None
    name: str | None = None
    email: str | None = None
    timezone: str | None = None
    attributes: dict[str, str | int | float | bool] | None = None
    tags: list[str] | None = None
    sms_consent: bool | None = None
    deleted: bool | None = None


class EventItem(Struct, omit_defaults=True, gc=False):
    """One event; not frozen, as building a million of them is what the simulator spends its time on."""

    id: str
    kind: str
    at: str
    profile_id: str
    activity_id: str | None = None
    msisdn: str | None = None
    message_id: str | None = None
    attempt: int | None = None
    part: int | None = None
    parts: int | None = None
    credits: str | None = None
    vendor: str | None = None
    scheme: str | None = None
    code: str | None = None
    reason: str | None = None
    bounce: str | None = None
    link_id: str | None = None
    url: str | None = None
    title: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    country: str | None = None
    device: str | None = None
    text: str | None = None
    body: str | None = None


class SendRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of sendMessage."""

    to: Msisdn
    body: Text
    activity_id: Id
    profile_id: Id
    attempt: Annotated[int, Meta(ge=2, le=49)]
    sender: Sender | UnsetType = UNSET
    validity_minutes: Annotated[int, Meta(ge=1, le=2880)] = 55


class NewActivity(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of createActivity."""

    name: Annotated[str, Meta(min_length=1, max_length=500)]
    sender: Sender
    body: Text
    include: Annotated[list[Id], Meta(min_length=1)]
    exclude: list[Id] = []
    send_at: str | UnsetType = UNSET


class NewSegment(Struct, frozen=True):
    """The body of putSegment."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    description: Annotated[str, Meta(max_length=2000)] | UnsetType = UNSET


class Members(Struct, frozen=True):
    """The body of putSegmentMembers."""

    profile_ids: Annotated[list[Id], Meta(max_length=5000)]


class Commit(Struct, frozen=True):
    """The body of commitSegment."""

    members: Annotated[int, Meta(ge=0)]


class Accepted(Struct, frozen=True):
    """The answer to sendMessage and findMessage."""

    message_id: str
    accepted_at: str
    parts: int
    credits: str


class Segment(Struct, frozen=True):
    """The answer to putSegment and commitSegment."""

    id: str
    name: str
    members: int
    committed: bool
