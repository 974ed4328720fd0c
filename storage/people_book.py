"""Who a number is where a vendor knows numbers only: a person is a number there, and its id tells nothing of it."""

from collections.abc import Sequence

from sqlalchemy import literal, select

from smsreport_tui.rules.persons import BY_NUMBER
from storage.by_keys import ByKeys
from storage.numbers import number_token
from storage.store import Store
from storage.tables import ACTIVITY, PROFILE, RECIPIENT

_NUMBERS = ByKeys(select(PROFILE.c.gateway_id, PROFILE.c.msisdn), PROFILE.c.gateway_id)


class PeopleBook:
    """Ids by number and numbers by id. An id is the number's keyed token: an erased person's can not be read back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def profile_id(self, msisdn: str) -> str:
        """The id of whoever has this number (E.164), the same in any order of what comes."""
        return f"{BY_NUMBER}{number_token(self._store.number_key, msisdn).hex()}"

    def last_activity(self, msisdn: str, before: int) -> str | None:
        """The id of the activity that this number was last sent, at or before a time: what a reply answers.

        A profile's history is read activity by activity, as the recipients' index begins with them.
        """
        person = select(PROFILE.c.profile_id).where(PROFILE.c.gateway_id == self.profile_id(msisdn)).scalar_subquery()
        sent = (
            select(ACTIVITY.c.gateway_id)
            .join_from(ACTIVITY, RECIPIENT, RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
            .where(RECIPIENT.c.profile_id == person, RECIPIENT.c.sent_at <= literal(before))
            .order_by(RECIPIENT.c.sent_at.desc(), ACTIVITY.c.gateway_id)
            .limit(1)
        )
        with self._store.reading() as connection:
            return connection.scalar(sent)

    def sent(self, msisdn: str) -> dict[str, int]:
        """When this number was sent each activity, by the activity's id (microseconds UTC)."""
        person = select(PROFILE.c.profile_id).where(PROFILE.c.gateway_id == self.profile_id(msisdn)).scalar_subquery()
        sent = (
            select(ACTIVITY.c.gateway_id, RECIPIENT.c.sent_at)
            .join_from(ACTIVITY, RECIPIENT, RECIPIENT.c.activity_id == ACTIVITY.c.activity_id)
            .where(RECIPIENT.c.profile_id == person, RECIPIENT.c.sent_at.is_not(None))
        )
        with self._store.reading() as connection:
            return {str(activity): int(at) for activity, at in connection.execute(sent)}

    def numbers(self, profile_ids: Sequence[str]) -> dict[str, str]:
        """The numbers of those people whom the store knows with one; erased ones have none."""
        with self._store.reading() as connection:
            rows = _NUMBERS.rows(connection, sorted(set(profile_ids)))
            return {str(one): str(msisdn) for one, msisdn in rows if msisdn is not None}
