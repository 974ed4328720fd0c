"""What a feed item must hold beyond the types of its fields (rules.md 1, feed/openapi.yaml descriptions)."""

from smsreport_tui.rules.amounts import parse_credits
from smsreport_tui.rules.canonical import canonical_message
from smsreport_tui.rules.feed import Activity, Event, Link, Profile, Setting
from smsreport_tui.rules.messages import RECEIPTS, ActivityMessage, EventMessage, ProfileMessage
from smsreport_tui.rules.times import BadTimeError, parse_time

_NAMES_ACTIVITY = frozenset({*RECEIPTS, "clicked"})


class BadContentError(ValueError):
    """The item breaks the protocol; the text is the reason kept beside it."""


def _time(text: str, field: str) -> int:
    try:
        return parse_time(text)
    except BadTimeError as error:
        raise BadContentError(f"{field}: {error}") from error


def _distinct_links(message: ActivityMessage) -> tuple[Link, ...]:
    """Each link id once; of a repeated one the first, as nothing tells which is meant."""
    links: dict[str, Link] = {}
    for link in message.links or ():
        links.setdefault(link.id, Link(link.id, link.url, link.short_url, link.title))
    return tuple(links.values())


def checked_activity(message: ActivityMessage) -> Activity:
    """The activity as the store takes it. Raises BadContentError."""
    credits_text = message.total_credits
    return Activity(
        id=message.id,
        updated_at=_time(message.updated_at, "updated_at"),
        canonical=canonical_message(message),
        name=message.name,
        sender=message.sender,
        body=message.body,
        sent_at=_time(message.sent_at, "sent_at"),
        status=message.status or "sent",
        timezone=message.timezone,
        sending_to=tuple(Setting(item.kind, item.label, item.match) for item in message.sending_to or ()),
        recipients=message.recipients,
        excluded=message.excluded,
        total_credits=None if credits_text is None else parse_credits(credits_text),
        links=_distinct_links(message),
    )


def checked_profile(message: ProfileMessage) -> Profile:
    """The profile as the store takes it. Raises BadContentError."""
    deleted = bool(message.deleted)
    if message.msisdn is None and not deleted:
        raise BadContentError("msisdn: missing")
    return Profile(
        id=message.id,
        updated_at=_time(message.updated_at, "updated_at"),
        canonical=canonical_message(message),
        msisdn=message.msisdn,
        name=message.name,
        email=message.email,
        timezone=message.timezone,
        attributes=message.attributes or {},
        tags=tuple(message.tags or ()),
        sms_consent=message.sms_consent is not False,
        deleted=deleted,
    )


def checked_event(message: EventMessage) -> Event:
    """The event as the store takes it. Raises BadContentError."""
    kind = message.kind
    if message.activity_id is None and kind in _NAMES_ACTIVITY:
        raise BadContentError("activity_id: missing")
    if message.link_id is None and kind == "clicked":
        raise BadContentError("link_id: missing")
    if message.part is not None and (message.parts is None or message.part > message.parts):
        raise BadContentError("part: without parts, or greater")
    amount = message.credits
    return Event(
        message.id,
        kind,
        _time(message.at, "at"),
        message.profile_id,
        message.activity_id,
        message.msisdn,
        message.message_id,
        message.attempt,
        message.part,
        message.parts,
        None if amount is None else parse_credits(amount),
        message.vendor,
        message.scheme,
        message.code,
        message.reason,
        message.bounce,
        message.link_id,
        message.url,
        message.title,
        message.user_agent,
        message.ip,
        message.country,
        message.device,
        message.text,
        message.body,
    )
