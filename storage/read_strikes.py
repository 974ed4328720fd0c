"""Numbers with strikes or refusals, and the marks of the numbers in a list (rules.md 5)."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Subquery, literal_column, or_, select, union_all

from smsreport_tui.rules.figures import Strike
from smsreport_tui.rules.marks import Mark, MarkedNumber, Refusal, is_suppressed, mark_of
from storage.by_keys import ByKeys
from storage.dialect import token_of
from storage.numbers import Numbers, cleared_at, counts, number_token, number_tokens, refusals_of, strikes_of
from storage.tables import ACTIVITY, EVENT, NUMBER, PROFILE, chunks

_CODE = (EVENT.c.at, EVENT.c.vendor, EVENT.c.scheme, EVENT.c.code)
_COUNTED = or_(NUMBER.c.strikes > literal_column("0"), NUMBER.c.refused > literal_column("0"))
_BY_TOKEN = ByKeys(select(NUMBER.c.token, NUMBER.c.strikes, NUMBER.c.refused).where(_COUNTED), NUMBER.c.token)
_MARKED = select(NUMBER.c.number_id, NUMBER.c.token).where(_COUNTED)
_One = TypeVar("_One", Strike, Refusal)


def read_strikes(connection: Connection, numbers: Numbers) -> dict[int, tuple[Strike, ...]]:
    """The strikes that count for each of these numbers, by time: one an activity, the earliest."""
    return _by_number(connection, numbers, strikes_of, _with_activity, lambda row: Strike(*row[1:]))


def _with_activity(strikes: Subquery) -> Select[Any]:
    return (
        select(strikes.c.number_id, ACTIVITY.c.gateway_id, *_CODE)
        .join(EVENT, EVENT.c.event_key == strikes.c.event_key)
        .join(ACTIVITY, ACTIVITY.c.activity_id == strikes.c.activity_id)
        .order_by(EVENT.c.at, EVENT.c.gateway_id)
    )


def _read_refusals(connection: Connection, numbers: Numbers) -> dict[int, tuple[Refusal, ...]]:
    return _by_number(connection, numbers, refusals_of, _with_code, lambda row: Refusal(*row[2:]))


def _with_code(refusals: Subquery) -> Select[Any]:
    return (
        select(refusals.c.number_id, refusals.c.event_key, *_CODE)
        .join(EVENT, EVENT.c.event_key == refusals.c.event_key)
        .order_by(EVENT.c.at, EVENT.c.gateway_id)
    )


def _by_number(
    connection: Connection,
    numbers: Numbers,
    marks_of: Callable[[Numbers], Subquery],
    told: Callable[[Subquery], Select[Any]],
    made: Callable[[Any], _One],
) -> dict[int, tuple[_One, ...]]:
    """Marks that count by number, from rows of number, what is counted once, and the mark, by time."""
    cleared = cleared_at(connection, numbers)
    first: dict[int, dict[Any, _One]] = {}
    for row in connection.execute(told(marks_of(numbers))):
        first.setdefault(row[0], {}).setdefault(row[1], made(row))
    return {
        number: tuple(mark for mark in marks.values() if counts(mark.at, cleared.get(number)))
        for number, marks in first.items()
    }


def read_marked_numbers(connection: Connection, number_key: bytes) -> list[MarkedNumber]:
    """Every number with a mark that counts, by msisdn; those known by a token only come last."""
    tokens = {int(number): bytes(token) for number, token in connection.execute(_MARKED)}
    numbers = _MARKED.with_only_columns(NUMBER.c.number_id)
    strikes, refusals = read_strikes(connection, numbers), _read_refusals(connection, numbers)
    msisdns: dict[int, str] = {}
    for number, msisdn in connection.execute(_tellers(numbers)):
        # A profile may by its newest version have no number: whatever is found is held against the token.
        if msisdn is not None and number not in msisdns and number_token(number_key, msisdn) == tokens[number]:
            msisdns[number] = msisdn
    untold = {token: number for number, token in tokens.items() if number not in msisdns}
    for some in chunks(list(untold)):
        # Whoever else holds a number may have no key of it: the profiles are read through where nothing else tells.
        held = token_of(PROFILE)
        for token, msisdn in connection.execute(select(held, PROFILE.c.msisdn).where(held.in_(some))):
            msisdns[untold[bytes(token)]] = msisdn
    order = sorted(tokens, key=lambda number: (number not in msisdns, msisdns.get(number, ""), tokens[number]))
    return [MarkedNumber(msisdns.get(one), strikes.get(one, ()), refusals.get(one, ())) for one in order]


def _tellers(numbers: Numbers) -> Select[Any]:
    """Numbers in clear where one of their marks, or a profile that has them, still tells."""
    strikes, refusals = strikes_of(numbers), refusals_of(numbers)
    profiles = select(PROFILE.c.number_id, PROFILE.c.msisdn).where(PROFILE.c.number_id.in_(numbers))
    return select(
        union_all(
            profiles,
            select(strikes.c.number_id, EVENT.c.msisdn).join(EVENT, EVENT.c.event_key == strikes.c.event_key),
            select(refusals.c.number_id, EVENT.c.msisdn).join(EVENT, EVENT.c.event_key == refusals.c.event_key),
        ).subquery()
    )


def read_marks(connection: Connection, msisdns: Sequence[Any], number_key: bytes) -> list[Mark]:
    """The marks of these numbers, in their order: one look at the table of numbers, by their tokens."""
    tokens = number_tokens(number_key, msisdns)
    counted = _BY_TOKEN.rows(connection, [token for token in tokens if token is not None])
    marks: dict[bytes | None, Mark] = {
        token: mark_of(strikes, suppressed=is_suppressed(strikes, refused)) for token, strikes, refused in counted
    }
    return [marks.get(token, Mark.NONE) for token in tokens]
