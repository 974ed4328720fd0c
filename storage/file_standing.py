"""What stands in the store of the people and activities that an operator's file is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, literal_column, select

from storage.by_keys import ByKeys
from storage.numbers import number_token
from storage.tables import ACTIVITY, NUMBER, PROFILE

_PEOPLE = ByKeys(
    select(PROFILE.c.gateway_id, PROFILE.c.updated_at, PROFILE.c.canonical, PROFILE.c.erased, PROFILE.c.known),
    PROFILE.c.gateway_id,
)
_ACTIVITIES = ByKeys(
    select(ACTIVITY.c.gateway_id, ACTIVITY.c.updated_at, ACTIVITY.c.canonical, ACTIVITY.c.known),
    ACTIVITY.c.gateway_id,
)
_ERASED = ByKeys(
    select(NUMBER.c.token)
    .join(PROFILE, PROFILE.c.number_id == NUMBER.c.number_id)
    .where(PROFILE.c.erased == literal_column("1")),
    NUMBER.c.token,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The version that stands: its time in microseconds UTC and its canonical JSON; neither of whom is erased."""

    updated_at: int
    canonical: bytes
    erased: bool = False


def standing_people(connection: Connection, ids: Iterable[str]) -> dict[str, Standing]:
    """By id, of those who have a version or are erased."""
    rows = _PEOPLE.rows(connection, sorted(set(ids)))
    return {
        str(one): Standing(int(at or 0), bytes(canonical or b""), bool(erased))
        for one, at, canonical, erased, known in rows
        if erased or known
    }


def standing_activities(connection: Connection, ids: Iterable[str]) -> dict[str, Standing]:
    """By id, of those that have a version."""
    rows = _ACTIVITIES.rows(connection, sorted(set(ids)))
    return {str(one): Standing(int(at or 0), bytes(canonical or b"")) for one, at, canonical, known in rows if known}


def erased_numbers(connection: Connection, numbers: Iterable[str], number_key: bytes) -> set[str]:
    """Those numbers (E.164) whose person was erased."""
    by_token = {number_token(number_key, number): number for number in numbers}
    return {by_token[bytes(token)] for (token,) in _ERASED.rows(connection, sorted(by_token))}
