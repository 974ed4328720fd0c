"""What the store knows of a vendor's messages: which of them are attempts of ours, and which events it has already.

A vendor without a feed tells of our own messages as of all others, and tells everything again at every look.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from smsreport_tui.rules.attempts import SendState
from storage.by_keys import ByKeys
from storage.store import Store
from storage.tables import ACTIVITY, ATTEMPT, EVENT, PROFILE, SOURCE

_EVENTS = ByKeys(select(EVENT.c.gateway_id), EVENT.c.gateway_id)


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """An attempt of ours that may have left; `message_id` is None while the vendor's id of it is not known.

    Times in microseconds UTC. Of an erased person number and text are None. `is_open` while no final receipt is known.
    """

    activity_id: str
    profile_id: str
    attempt: int
    message_id: str | None
    requested_at: int
    msisdn: str | None
    body: str | None
    is_open: bool = False


class OwnMessages:
    """The attempts of the source at one address, and the store's events. Raises StoreError."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._url = url

    def since(self, at: int) -> list[OwnMessage]:
        """Attempts that were asked for, or accepted, at that time or later."""
        left = func.coalesce(ATTEMPT.c.requested_at, ATTEMPT.c.accepted_at)
        request = (ATTEMPT.c.attempt, ATTEMPT.c.message_id, left, ATTEMPT.c.msisdn, ATTEMPT.c.body)
        is_open = ATTEMPT.c.state.in_([int(SendState.SENDING), int(SendState.ACCEPTED)])
        statement = (
            select(ACTIVITY.c.gateway_id, PROFILE.c.gateway_id, *request, is_open)
            .join(ACTIVITY, ACTIVITY.c.activity_id == ATTEMPT.c.activity_id)
            .join(PROFILE, PROFILE.c.profile_id == ATTEMPT.c.profile_id)
            .join(SOURCE, SOURCE.c.source_id == ATTEMPT.c.source_id)
            .where(SOURCE.c.url == self._url, left >= at)
            .order_by(left)
        )
        with self._store.reading() as connection:
            return [OwnMessage(*tuple(row)) for row in connection.execute(statement)]

    def known_events(self, ids: Iterable[str]) -> set[str]:
        """Those of these event ids that the store has."""
        with self._store.reading() as connection:
            return {str(row[0]) for row in _EVENTS.rows(connection, sorted(set(ids)))}
