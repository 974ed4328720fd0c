"""What a store holds of the activities that a vendor without a feed tells of again and again."""

from collections.abc import Iterable

from sqlalchemy import select

from storage.by_keys import ByKeys
from storage.store import Store
from storage.tables import ACTIVITY, PROFILE, RECIPIENT

_ACTIVITIES = ByKeys(select(ACTIVITY.c.gateway_id, ACTIVITY.c.updated_at), ACTIVITY.c.gateway_id)


class KnownActivities:
    """The activities of a store by their ids. Raises StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def updated_at(self, ids: Iterable[str]) -> dict[str, int]:
        """When the version that the store holds was made (microseconds UTC); none for one that only events name."""
        with self._store.reading() as connection:
            rows = _ACTIVITIES.rows(connection, sorted(set(ids)))
            return {str(one): int(updated_at) for one, updated_at in rows if updated_at is not None}

    def sent_at(self, activity_id: str, profile_id: str) -> int | None:
        """When a person was sent an activity (microseconds UTC), as far as the store knows."""
        chosen = (ACTIVITY.c.gateway_id == activity_id, PROFILE.c.gateway_id == profile_id)
        sent = (
            select(RECIPIENT.c.sent_at)
            .select_from(RECIPIENT)
            .join(ACTIVITY, ACTIVITY.c.activity_id == RECIPIENT.c.activity_id)
            .join(PROFILE, PROFILE.c.profile_id == RECIPIENT.c.profile_id)
        )
        with self._store.reading() as connection:
            return connection.scalar(sent.where(*chosen))
