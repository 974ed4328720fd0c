"""The tables. Times are integer microseconds UTC, credits ten-thousandths; every large index begins with the activity.

`event` is the truth, append only; `recipient`, `link_click` and the counters are its fold (rules.md 3 and 4), kept
in the transaction that brings the events.
"""

from typing import Any, ClassVar

from sqlalchemy import Index
from sqlalchemy import text as sql_text
from sqlmodel import SQLModel

from storage.columns import blob, key, maybe, number, string

NO_ACTIVITY = 0
"""The activity key of events that name none."""

_STRICT: dict[str, Any] = {"sqlite_strict": True}
# Small rows read by their whole key: the table is its own index.
_CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


class Setting(SQLModel, table=True):
    """One fact about the store itself."""

    __table_args__ = (_STRICT,)
    name: str = string(primary_key=True, nullable=False)
    value: str = string(default="", nullable=False)


class Source(SQLModel, table=True):
    """A gateway account or click source, with what it can do (JSON)."""

    __table_args__ = (_STRICT,)
    source_id: int = key()
    url: str = string(default="", nullable=False, unique=True)
    name: str | None = string()
    vendor: str | None = string()
    capabilities: str | None = string()


class Cursor(SQLModel, table=True):
    """How far one stream of one source has been stored."""

    __table_args__ = (_STRICT,)
    source_id: int = number(primary_key=True)
    stream: str = string(primary_key=True, nullable=False)
    cursor: str | None = string()


class Activity(SQLModel, table=True):
    """One sending; `known` is 0 while only events have named it."""

    __table_args__ = (_STRICT,)
    activity_id: int = key()
    gateway_id: str = string(default="", nullable=False, unique=True)
    known: int = number()
    updated_at: int | None = maybe()
    canonical: bytes | None = blob()
    name: str | None = string()
    sender: str | None = string()
    body: str | None = string()
    sent_at: int | None = maybe()
    status: str | None = string()
    timezone: str | None = string()
    sending_to: str | None = string()
    recipients: int | None = maybe()
    excluded: int | None = maybe()
    total_credits: int | None = maybe()


class ActivityCounts(SQLModel, table=True):
    """The report's figures of one activity; `any` figures count machines as people."""

    __tablename__: ClassVar[Any] = "activity_counts"
    __table_args__ = (_STRICT,)
    activity_id: int = number(primary_key=True)
    sent: int = number()
    delivered: int = number()
    soft: int = number()
    hard: int = number()
    rejected: int = number()
    pending: int = number()
    clicks: int = number()
    machine_clicks: int = number()
    unique_clicks: int = number()
    unique_any: int = number()
    unsubscribed: int = number()
    erased: int = number()
    credits: int = number()
    retry_credits: int = number()
    credit_recipients: int = number()


class Link(SQLModel, table=True):
    """A link of an activity: listed by it, or known from a click only (then with its earliest click's address)."""

    __table_args__ = (Index("ux_link_gateway_id", "activity_id", "gateway_id", unique=True), _STRICT)
    link_id: int = key()
    activity_id: int = number()
    gateway_id: str = string(default="", nullable=False)
    listed: int = number()
    url: str | None = string()
    short_url: str | None = string()
    title: str | None = string()
    click_url: str | None = string()
    click_title: str | None = string()
    click_at: int | None = maybe()
    click_event: str | None = string()


class LinkCount(SQLModel, table=True):
    """Clicks on one link."""

    __tablename__: ClassVar[Any] = "link_count"
    __table_args__ = (_CLUSTERED,)
    activity_id: int = number(primary_key=True)
    link_id: int = number(primary_key=True)
    clicks: int = number()
    machine_clicks: int = number()
    unique_clicks: int = number()
    unique_any: int = number()


class CodeCount(SQLModel, table=True):
    """Bounced recipients by the raw code that decided; empty text stands for none, so that the key holds."""

    __tablename__: ClassVar[Any] = "code_count"
    __table_args__ = (_CLUSTERED,)
    activity_id: int = number(primary_key=True)
    outcome: int = number(primary_key=True)
    vendor: str = string(default="", primary_key=True, nullable=False)
    scheme: str = string(default="", primary_key=True, nullable=False)
    code: str = string(default="", primary_key=True, nullable=False)
    recipients: int = number()


class PendingMinute(SQLModel, table=True):
    """Pending recipients by the minute of `sent_at`: how many are open by the clock, in a few rows."""

    __tablename__: ClassVar[Any] = "pending_minute"
    __table_args__ = (_CLUSTERED,)
    activity_id: int = number(primary_key=True)
    minute: int = number(primary_key=True)
    recipients: int = number()


class ActivityCurve(SQLModel, table=True):
    """When things happened to the recipients of an activity, by five minutes: deliveries, first clicks.

    `kind` is a `storage.recipient_rows.CurveKind`, `slot` counts five minutes since 1970.
    """

    __tablename__: ClassVar[Any] = "activity_curve"
    __table_args__ = (_CLUSTERED,)
    activity_id: int = number(primary_key=True)
    kind: int = number(primary_key=True)
    slot: int = number(primary_key=True)
    recipients: int = number()


_NEVER_CAME = sql_text("known = 0 AND erased = 0")


class Profile(SQLModel, table=True):
    """One person; `known` is 0 while only events have named it.

    `number_id` is that of the newest version that had a number: kept for who has bounced, and for who is erased.
    `number_at` is that version's time, `number_tie` the greatest token where several versions share it;
    `consent_tie` is the least consent of the versions that share `updated_at`. `facts` and `tags_folded` are what
    segments compare, as `storage.facts` writes them. By `ix_profile_unknown` a find knows whom only events have named;
    names and numbers are indexed by `storage.find_index`. Only what an erased profile keeps
    must not depend on canonical bytes, which are gone with its content.
    """

    __table_args__ = (
        Index("ix_profile_number", "number_id"),
        Index("ix_profile_unknown", "profile_id", sqlite_where=_NEVER_CAME, postgresql_where=_NEVER_CAME),
        _STRICT,
    )
    profile_id: int = key()
    gateway_id: str = string(default="", nullable=False, unique=True)
    known: int = number()
    erased: int = number()
    updated_at: int | None = maybe()
    canonical: bytes | None = blob()
    msisdn: str | None = string()
    name: str | None = string()
    name_folded: str | None = string()
    email: str | None = string()
    timezone: str | None = string()
    attributes: str | None = string()
    tags: str | None = string()
    sms_consent: int = number(default=1)
    number_id: int | None = maybe()
    number_at: int | None = maybe()
    number_tie: bytes | None = blob()
    consent_tie: int = number(default=1)
    left_at: int | None = maybe()
    returned_at: int | None = maybe()
    opted_out: int = number()
    facts: str | None = string()
    tags_folded: str | None = string()


class Event(SQLModel, table=True):
    """One event, raw. On erasure text, body, agent, IP and number go, and `content_hash` is set."""

    __table_args__ = (Index("ix_event_recipient", "activity_id", "profile_id"), _STRICT)
    event_key: int = key()
    gateway_id: str = string(default="", nullable=False, unique=True)
    activity_id: int = number()
    profile_id: int = number()
    kind: str = string(default="", nullable=False)
    at: int = number()
    outcome: int | None = maybe()
    ahead: int = number()
    agent_class: int | None = maybe()
    number_id: int | None = maybe()
    content_hash: bytes | None = blob()
    msisdn: str | None = string()
    message_id: str | None = string()
    attempt: int | None = maybe()
    part: int | None = maybe()
    parts: int | None = maybe()
    credits: int | None = maybe()
    vendor: str | None = string()
    scheme: str | None = string()
    code: str | None = string()
    reason: str | None = string()
    bounce: str | None = string()
    link_id: int | None = maybe()
    url: str | None = string()
    title: str | None = string()
    user_agent: str | None = string()
    ip: str | None = string()
    country: str | None = string()
    device: str | None = string()
    text: str | None = string()
    body: str | None = string()


def _newest(name: str, column: str) -> Index:
    """The order of a tab: newest first, ties by the gateway's profile id (rules.md 7)."""
    present = sql_text(f"{column} IS NOT NULL")
    return Index(
        name,
        "activity_id",
        sql_text(f"{column} DESC"),
        "profile_key",
        sqlite_where=present,
        postgresql_where=present,
    )


class Recipient(SQLModel, table=True):
    """One profile in one activity: the fold of its events.

    `profile_key` is the gateway's profile id; `bounced_at` stands only on bounced recipients, whose deciding
    receipt is `deciding_event`; `retry_due_at` disregards whether the person may be sent to, `retry_number` is the
    attempt that is due then.
    """

    __table_args__ = (
        _newest("ix_recipient_sent", "sent_at"),
        _newest("ix_recipient_delivered", "tab_delivered_at"),
        _newest("ix_recipient_clicked", "last_click_at"),
        _newest("ix_recipient_any_clicked", "last_any_at"),
        _newest("ix_recipient_bounced", "bounced_at"),
        _newest("ix_recipient_unsubscribed", "unsubscribed_at"),
        _newest("ix_recipient_retry", "retry_until"),
        _newest("ix_recipient_pending", "pending_since"),
        _newest("ix_recipient_under_way", "under_way_since"),
        _CLUSTERED,
    )
    activity_id: int = number(primary_key=True)
    profile_id: int = number(primary_key=True)
    profile_key: str = string(default="", nullable=False)
    outcome: int | None = maybe()
    sent_at: int | None = maybe()
    delivered_at: int | None = maybe()
    attempts: int = number()
    credits: int | None = maybe()
    retry_credits: int = number()
    bounced_at: int | None = maybe()
    deciding_event: int | None = maybe()
    vendor: str | None = string()
    scheme: str | None = string()
    code: str | None = string()
    retry_due_at: int | None = maybe()
    retry_until: int | None = maybe()
    clicks: int = number()
    machine_clicks: int = number()
    first_click_at: int | None = maybe()
    last_click_at: int | None = maybe()
    first_any_at: int | None = maybe()
    last_any_at: int | None = maybe()
    unsubscribed_at: int | None = maybe()
    tab_delivered_at: int | None = maybe()
    pending_since: int | None = maybe()
    under_way_since: int | None = maybe()
    retry_number: int | None = maybe()


class LinkClick(SQLModel, table=True):
    """The clicks of one recipient on one link."""

    __tablename__: ClassVar[Any] = "link_click"
    __table_args__ = (Index("ix_link_click_recipient", "activity_id", "profile_id"), _CLUSTERED)
    activity_id: int = number(primary_key=True)
    link_id: int = number(primary_key=True)
    profile_id: int = number(primary_key=True)
    profile_key: str = string(default="", nullable=False)
    clicks: int = number()
    machine_clicks: int = number()
    last_at: int | None = maybe()
    last_any_at: int | None = maybe()


class Number(SQLModel, table=True):
    """A number that messages went to, known by a keyed token that tells nothing without the store's key."""

    __table_args__ = (_STRICT,)
    number_id: int = key()
    token: bytes = blob(nullable=False, unique=True)
    strikes: int = number()
    refused: int = number()


class Strike(SQLModel, table=True):
    """A hard recipient. `number_id` is None where the receipt named no number: then the profile's counts."""

    __table_args__ = (Index("ix_strike_number", "number_id"), Index("ix_strike_profile", "profile_id"), _CLUSTERED)
    activity_id: int = number(primary_key=True)
    profile_id: int = number(primary_key=True)
    number_id: int | None = maybe()
    at: int = number()
    event_key: int = number()


class Refusal(SQLModel, table=True):
    """A receipt that says the person refused; `number_id` as in a strike."""

    __table_args__ = (Index("ix_refusal_number", "number_id"), Index("ix_refusal_profile", "profile_id"), _STRICT)
    event_key: int = number(primary_key=True)
    profile_id: int = number()
    number_id: int | None = maybe()
    at: int = number()


class Clearing(SQLModel, table=True):
    """An operator's clearing of a number: marks dated up to it no longer count (rules.md 5)."""

    __table_args__ = (Index("ix_clearing_number", "number_id"), _STRICT)
    clearing_id: int = key()
    number_id: int = number()
    at: int = number()
    reason: str = string(default="", nullable=False)


class Quarantine(SQLModel, table=True):
    """A bad item, raw, with its reason; `raw` goes when the profile that it names is erased."""

    __table_args__ = (Index("ix_quarantine_activity", "activity_key"), _STRICT)
    quarantine_id: int = key()
    fingerprint: bytes = blob(nullable=False, unique=True)
    stream: str = string(default="", nullable=False)
    reason: str = string(default="", nullable=False)
    raw: bytes | None = blob()
    activity_key: str | None = string()
    profile_key: str | None = string(index=True)
    first_seen_at: int = number()


class Backup(SQLModel, table=True):
    """A copy of this store that erasure must reach."""

    __table_args__ = (_STRICT,)
    path: str = string(primary_key=True, nullable=False)
    made_at: int = number()
    own: int = number()


class Lease(SQLModel, table=True):
    """Who does a piece of work now; a holder that stopped answering loses it when it ends."""

    __table_args__ = (_STRICT,)
    name: str = string(primary_key=True, nullable=False)
    holder: str = string(default="", nullable=False)
    until: int = number()
