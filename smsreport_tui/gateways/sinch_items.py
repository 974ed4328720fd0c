"""What Sinch tells as items of the feed: batches are activities, recipients are people, reports are receipts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from smsreport_tui.gateways.items import activity_letter, event_letter, person_letter
from smsreport_tui.gateways.sinch_answers import Batch, Report, instant, number
from smsreport_tui.gateways.sinch_reference import OwnRetry, named, own_retry
from smsreport_tui.rules.messages import ActivityMessage, EventMessage
from smsreport_tui.rules.persons import BY_NUMBER
from smsreport_tui.rules.text import shown
from smsreport_tui.rules.times import exact_time
from storage.letterbox import Letter
from storage.people_book import PeopleBook

VENDOR = "sinch"
SCHEME = "rest.code"
_LONGEST_NAME = 500
_NAME_OF_A_TEXT = 60
_CANCELLED = 407
_PARAMETER = re.compile(r"\$\{([A-Za-z0-9_.-]{1,16})\}")
_Kind = Literal["queued", "sent", "delivered", "bounced", "cancelled"]
_KINDS: Mapping[str, _Kind] = {
    "queued": "queued",
    "dispatched": "sent",
    "delivered": "delivered",
    "cancelled": "cancelled",
}
# What a status says where the code is in no table. Deleted may be an invalid number or an opted out person: to send
# again would be wrong for both.
_OPINIONS: Mapping[str, Literal["soft", "other"]] = {"expired": "soft", "rejected": "other", "deleted": "other"}


@dataclass(slots=True)
class Items:
    """What one answer tells: activities, numbers by profile id, and events with whom each is about."""

    activities: list[ActivityMessage] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, Letter]] = field(default_factory=list)

    def person(self, book: PeopleBook, msisdn: str, retry: OwnRetry | None) -> str:
        """Who has a number, noted among the people.

        A retry may be of another platform's activity, to somebody whom that one tells of by an id of its own. An id
        that was made of a number holds in the store that made it only.
        """
        if retry is not None and not retry.profile_id.startswith(BY_NUMBER):
            return retry.profile_id
        person = book.profile_id(msisdn)
        self.people[person] = msisdn
        return person

    def letters(self, new_people: Iterable[str]) -> list[Letter]:
        """As they are posted, and of people these."""
        return [
            *(activity_letter(one) for one in self.activities),
            *(person_letter(one, self.people[one]) for one in sorted(new_people)),
            *(event for _, event in self.events),
        ]


def sent_at(batch: Batch) -> int:
    """When a batch was or will be sent (microseconds UTC). Raises BadTimeError."""
    created = instant(batch.created_at)
    return created if batch.send_at is None else max(created, instant(batch.send_at))


def was_sent(batch: Batch, now: int) -> bool:
    """Whether its sending has begun."""
    start = sent_at(batch)
    return start <= now and not (batch.canceled and _changed(batch) < start)


def activity(batch: Batch, now: int) -> ActivityMessage | None:
    """The activity that a batch is; None for a retry of ours, which belongs to another one. Raises BadTimeError."""
    if own_retry(batch.client_reference) is not None:
        return None
    start, begun = sent_at(batch), was_sent(batch, now)
    # A batch is not modified when its time comes: what it is then must be newer than what it was before. And whatever
    # it was, a cancellation is the last of it.
    changed = max(_changed(batch), start) if begun or batch.canceled else _changed(batch)
    changed += batch.canceled
    # What is no text can not be sent again as one, so it must not stand as the activity's.
    body = batch.body if batch.type == "mt_text" and isinstance(batch.body, str) else ""
    numbers = [one for one in batch.to if number(one)]
    return ActivityMessage(
        id=batch.id,
        updated_at=exact_time(changed),
        name=(named(batch.client_reference) or shown(body, _NAME_OF_A_TEXT) or batch.id)[:_LONGEST_NAME],
        sender=batch.sender or "",
        body=body,
        sent_at=exact_time(start),
        status="cancelled" if batch.canceled else "sent" if begun else "scheduled",
        recipients=len(set(numbers)) if len(numbers) == len(batch.to) else None,
    )


def add_sent(items: Items, book: PeopleBook, batch: Batch, recipients: Iterable[str]) -> None:
    """A `sent` event for each of these recipients. Raises BadTimeError."""
    at, retry = exact_time(sent_at(batch)), own_retry(batch.client_reference)
    for recipient in recipients:
        msisdn = number(recipient)
        if msisdn is None:
            continue
        person = items.person(book, msisdn, retry)
        event = EventMessage(
            id=batch.id,
            kind="sent",
            at=at,
            profile_id=person,
            activity_id=retry.activity_id if retry else batch.id,
            msisdn=msisdn,
            message_id=batch.id,
            attempt=retry.attempt if retry else None,
            vendor=VENDOR,
            body=_text_for(batch, msisdn) if batch.parameters else None,
        )
        items.events.append((person, event_letter(event)))


def add_report(items: Items, book: PeopleBook, report: Report) -> None:
    """The receipt that a recipient's report is. Raises BadTimeError; a recipient that is no number is for the door."""
    status, retry = report.status.casefold(), own_retry(report.client_reference)
    msisdn = number(report.recipient) or report.recipient
    person = items.person(book, msisdn, retry)
    kind: _Kind = "cancelled" if report.code == _CANCELLED else _KINDS.get(status, "bounced")
    parts = report.number_of_message_parts
    event = EventMessage(
        id=report.batch_id,
        kind=kind,
        at=exact_time(instant(report.at)),
        profile_id=person,
        activity_id=retry.activity_id if retry else report.batch_id,
        msisdn=msisdn,
        message_id=report.batch_id,
        attempt=retry.attempt if retry else None,
        parts=parts if parts and 1 <= parts <= 255 else None,
        vendor=VENDOR,
        scheme=SCHEME,
        code=str(report.code),
        reason=report.status,
        bounce=_OPINIONS.get(status) if kind == "bounced" else None,
    )
    items.events.append((person, event_letter(event)))


def _changed(batch: Batch) -> int:
    return instant(batch.modified_at or batch.created_at)


def _text_for(batch: Batch, msisdn: str) -> str | None:
    """The text with this recipient's parameters; None where one has no value, as Sinch does not send it then."""
    parameters = batch.parameters or {}

    def value(match: re.Match[str]) -> str:
        values = parameters[match[1]]
        return next(values[name] for name in (msisdn, msisdn[1:], "default") if name in values)

    try:
        return _PARAMETER.sub(value, batch.body)
    except (LookupError, StopIteration, TypeError):
        return None
