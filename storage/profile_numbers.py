"""Which number a profile's strikes belong to where a receipt names none: that of its newest version (rules.md 1)."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.numbers import number_ids, number_token
from storage.tables import PROFILE, Row, bulk, chunks, update_row

_UPDATE = update_row(PROFILE, "number_id")


def keep_numbers(connection: Connection, profiles: Iterable[int], number_key: bytes) -> None:
    """Give these people's newest numbers a key, so that strikes without a number find them."""
    for some in chunks(sorted(set(profiles))):
        rows = connection.execute(
            select(PROFILE.c.profile_id, PROFILE.c.msisdn).where(
                PROFILE.c.profile_id.in_(some), PROFILE.c.number_id.is_(None), PROFILE.c.msisdn.is_not(None)
            )
        ).all()
        tokens = {profile: number_token(number_key, msisdn) for profile, msisdn in rows}
        ids = number_ids(connection, tokens.values())
        changes: list[Row] = [(ids[token], profile) for profile, token in tokens.items()]
        bulk(connection, _UPDATE, ("number_id", "key_profile_id"), changes)
