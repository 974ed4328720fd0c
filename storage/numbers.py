"""Numbers by keyed token, their strikes and refusals (rules.md 5, "Hard"; rules.md 1, "Erased")."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, func, select, union_all

from storage.by_keys import ByKeys
from storage.tables import CLEARING, NUMBER, PROFILE, REFUSAL, STRIKE, bulk, chunks, insert_row, update_row

_BY_TOKEN = ByKeys(select(NUMBER.c.token, NUMBER.c.number_id), NUMBER.c.token)
_INSERT = insert_row(NUMBER, "token", "strikes", "refused")
_UPDATE = update_row(NUMBER, "strikes", "refused")


def number_token(key: bytes, msisdn: str) -> bytes:
    """What stands for a number once its person is erased: useless without the store's key."""
    return hashlib.blake2b(msisdn.encode(), key=key, digest_size=16).digest()


def number_ids(connection: Connection, tokens: Iterable[bytes]) -> dict[bytes, int]:
    """The keys of these numbers; unknown ones are added."""
    wanted = sorted(set(tokens))
    known = _known(connection, wanted)
    missing: list[tuple[object, ...]] = [(token, 0, 0) for token in wanted if token not in known]
    if missing:
        bulk(connection, _INSERT, ("token", "strikes", "refused"), missing)
        known = _known(connection, wanted)
    return known


def _known(connection: Connection, tokens: list[bytes]) -> dict[bytes, int]:
    rows = _BY_TOKEN.rows(connection, tokens)
    return {bytes(token): int(number_id) for token, number_id in rows}


def recount_numbers(connection: Connection, numbers: Iterable[int | None]) -> None:
    """Bring strikes and refusals of these numbers in step with their marks and clearings."""
    wanted = sorted({number for number in numbers if number is not None})
    for some in chunks(wanted):
        cleared = _cleared(connection, some)
        strikes = dict.fromkeys(some, 0)
        for number, _, at in _strikes(connection, some):
            strikes[number] += at > cleared.get(number, -1)
        refused = dict.fromkeys(some, 0)
        for number, at in _refusals(connection, some):
            refused[number] += at > cleared.get(number, -1)
        rows: list[tuple[object, ...]] = [(strikes[number], refused[number], number) for number in some]
        bulk(connection, _UPDATE, ("strikes", "refused", "key_number_id"), rows)


def _cleared(connection: Connection, numbers: list[int]) -> dict[int, int]:
    latest = select(CLEARING.c.number_id, func.max(CLEARING.c.at)).where(CLEARING.c.number_id.in_(numbers))
    return {int(number): int(at) for number, at in connection.execute(latest.group_by(CLEARING.c.number_id))}


def _strikes(connection: Connection, numbers: list[int]) -> list[tuple[int, int, int]]:
    """Number, activity, and the earliest date: of several in one activity one counts."""
    named = select(STRIKE.c.number_id.label("number"), STRIKE.c.activity_id, STRIKE.c.at).where(
        STRIKE.c.number_id.in_(numbers)
    )
    of_profile = (
        select(PROFILE.c.number_id, STRIKE.c.activity_id, STRIKE.c.at)
        .join(STRIKE, STRIKE.c.profile_id == PROFILE.c.profile_id)
        .where(PROFILE.c.number_id.in_(numbers), STRIKE.c.number_id.is_(None))
    )
    both = union_all(named, of_profile).subquery()
    grouped = select(both.c.number, both.c.activity_id, func.min(both.c.at)).group_by(both.c.number, both.c.activity_id)
    return [(int(number), int(activity), int(at)) for number, activity, at in connection.execute(grouped)]


def _refusals(connection: Connection, numbers: list[int]) -> list[tuple[int, int]]:
    named = select(REFUSAL.c.number_id, REFUSAL.c.at).where(REFUSAL.c.number_id.in_(numbers))
    of_profile = (
        select(PROFILE.c.number_id, REFUSAL.c.at)
        .join(REFUSAL, REFUSAL.c.profile_id == PROFILE.c.profile_id)
        .where(PROFILE.c.number_id.in_(numbers), REFUSAL.c.number_id.is_(None))
    )
    return [(int(number), int(at)) for number, at in connection.execute(union_all(named, of_profile))]
