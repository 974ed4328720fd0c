"""Whether a profile has opted out (rules.md 4): its latest unsubscribe and return, and its consent."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, case, or_, update

from storage.tables import PROFILE, chunks


def note_consent(connection: Connection, left: Mapping[int, int], returned: Mapping[int, int]) -> None:
    """Note the latest times, by profile, at which people unsubscribed and came back."""
    for times, column in ((left, PROFILE.c.left_at), (returned, PROFILE.c.returned_at)):
        statement = (
            update(PROFILE)
            .where(PROFILE.c.profile_id == bindparam("key"), or_(column.is_(None), column < bindparam("moment")))
            .values({column.name: bindparam("moment")})
        )
        for profile, at in times.items():
            connection.execute(statement, {"key": profile, "moment": at})
    settle_consent(connection, sorted({*left, *returned}))


def settle_consent(connection: Connection, profiles: list[int]) -> None:
    """Bring `opted_out` in step: who left and did not come back later, or does not consent."""
    left = PROFILE.c.left_at.is_not(None) & or_(
        PROFILE.c.returned_at.is_(None), PROFILE.c.left_at >= PROFILE.c.returned_at
    )
    state = case((or_(PROFILE.c.sms_consent == 0, left), 1), else_=0)
    for some in chunks(profiles):
        connection.execute(update(PROFILE).where(PROFILE.c.profile_id.in_(some)).values(opted_out=state))
