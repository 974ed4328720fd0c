"""What stands in `client_reference` of a batch of ours, so that everybody who lists it knows what it belongs to.

Sinch keeps 128 characters. A retry names its activity, person and attempt; a new activity its key, and its name.
"""

import hashlib
import re
from dataclasses import dataclass

LONGEST = 128
_RETRY = re.compile(r"smsreport:([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+):([1-9][0-9]?)")
_NEW = re.compile(r"smsreport-new:[0-9a-f]{32}:(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OwnRetry:
    """The attempt that a batch is."""

    activity_id: str
    profile_id: str
    attempt: int


def retry_reference(key: str) -> str | None:
    """The reference of an attempt by its key (`rules.attempts.attempt_key`); None where Sinch would not keep it."""
    reference = f"smsreport:{key}"
    return reference if len(reference) <= LONGEST and _RETRY.fullmatch(reference) else None


def new_reference(key: str, name: str) -> str:
    """The reference of a new activity; the same key must come with the same name."""
    return f"smsreport-new:{short_digest(key, 16)}:{name}"[:LONGEST]


def own_retry(reference: str | None) -> OwnRetry | None:
    """The attempt that a reference names."""
    match = _RETRY.fullmatch(reference or "")
    return None if match is None else OwnRetry(match[1], match[2], int(match[3]))


def named(reference: str | None) -> str:
    """The name that a reference gives to an activity, or an empty text."""
    match = _NEW.fullmatch(reference or "")
    return (reference or "") if match is None else match[1]


def short_digest(text: str, size: int) -> str:
    """A digest of so many bytes, in hexadecimal digits."""
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()
