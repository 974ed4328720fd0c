"""Items of the feed's own form, made of what a vendor without a feed tells; the door checks them as any others."""

import hashlib

import msgspec

from smsreport_tui.rules.messages import ActivityMessage, EventMessage, ProfileMessage
from storage.letterbox import Letter

UNDATED = "2000-01-01T00:00:00Z"
"""When a person or an activity is known by name only: whatever is told of it with a date is newer."""


def activity_letter(message: ActivityMessage) -> Letter:
    """One version of an activity."""
    return Letter("activities", msgspec.json.encode(message))


def person_letter(profile_id: str, msisdn: str) -> Letter:
    """Somebody of whom the number is known and nothing else."""
    return Letter("profiles", msgspec.json.encode(ProfileMessage(id=profile_id, updated_at=UNDATED, msisdn=msisdn)))


def event_letter(message: EventMessage, known_by: EventMessage | None = None) -> Letter:
    """One event; its id is made of its content and of the one given, so that what comes twice is known again.

    Give what tells it from another of the same content, such as the vendor's own id, or nothing. `known_by` is what the
    id is made of where that is less than all: what else it says may then be found out otherwise the next time.
    """
    content = msgspec.json.encode(known_by or message)
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return Letter("events", msgspec.json.encode(msgspec.structs.replace(message, id=digest)))
