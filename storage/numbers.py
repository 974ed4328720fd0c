"""Numbers by keyed token, their strikes and refusals (rules.md 5, "Hard"; rules.md 1, "Erased")."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Subquery,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from smsreport_tui.rules.marks import Mark
from smsreport_tui.rules.outcomes import SUPPRESSING_STRIKES
from storage.by_keys import ByKeys
from storage.tables import CLEARING, NUMBER, PROFILE, REFUSAL, STRIKE, bulk, chunks, insert_row, update_row

_BY_TOKEN = ByKeys(select(NUMBER.c.token, NUMBER.c.number_id), NUMBER.c.token)
_INSERT = insert_row(NUMBER, "token", "strikes", "refused")
_UPDATE = update_row(NUMBER, "strikes", "refused")


def suppressed(number: FromClause) -> ColumnElement[bool]:
    """What `rules.marks.is_suppressed` says, of a row of `number` or of an alias of it."""
    return or_(number.c.strikes >= SUPPRESSING_STRIKES, number.c.refused > 0)


SUPPRESSED = suppressed(NUMBER)
MARKS = (Mark.NONE, Mark.NEARLY, Mark.SUPPRESSED)
"""By what `mark` gives."""


def mark(number: FromClause) -> ColumnElement[int]:
    """What `rules.marks.mark_of` says, of a row of an alias of `number` or of none: a place in MARKS."""
    nearly = number.c.strikes == SUPPRESSING_STRIKES - 1
    marked = (suppressed(number), literal_column("2", Integer)), (nearly, literal_column("1", Integer))
    return case(*marked, else_=literal_column("0", Integer))


Numbers = list[int] | Select[tuple[int]]
"""The keys of some numbers: a list short enough for one statement, or a query for them."""


def number_token(key: bytes, msisdn: str) -> bytes:
    """What stands for a number once its person is erased: useless without the store's key."""
    token = _keyed(key).copy()
    token.update(msisdn.encode())
    return token.digest()


def number_tokens(key: bytes, msisdns: Iterable[str | None]) -> list[bytes | None]:
    """The same for each of them, in their order; None for none."""
    fresh = _keyed(key).copy
    tokens: list[bytes | None] = []
    for msisdn in msisdns:
        if msisdn is None:
            tokens.append(None)
        else:
            token = fresh()
            token.update(msisdn.encode())
            tokens.append(token.digest())
    return tokens


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> "hashlib.blake2b":
    """To be copied: the key is most of what there is to digest."""
    return hashlib.blake2b(key=key, digest_size=16)


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
        cleared = cleared_at(connection, some)
        strikes = dict.fromkeys(some, 0)
        for number, at in _strike_dates(connection, some):
            strikes[number] += counts(at, cleared.get(number))
        refused = dict.fromkeys(some, 0)
        refusals = refusals_of(some)
        for number, at in connection.execute(select(refusals.c.number_id, refusals.c.at)):
            refused[number] += counts(at, cleared.get(number))
        rows: list[tuple[object, ...]] = [(strikes[number], refused[number], number) for number in some]
        bulk(connection, _UPDATE, ("strikes", "refused", "key_number_id"), rows)


def counts(at: int, cleared: int | None) -> bool:
    """Whether a mark of that date counts beside the number's latest clearing."""
    return cleared is None or at > cleared


def cleared_at(connection: Connection, numbers: Numbers) -> dict[int, int]:
    """The latest clearing of each number that has one."""
    latest = select(CLEARING.c.number_id, func.max(CLEARING.c.at)).where(CLEARING.c.number_id.in_(numbers))
    return {int(number): int(at) for number, at in connection.execute(latest.group_by(CLEARING.c.number_id))}


def strikes_of(numbers: Numbers) -> Subquery:
    """The strikes of these numbers, cleared ones too: number_id, activity_id, event_key, at."""
    columns = (STRIKE.c.activity_id, STRIKE.c.event_key, STRIKE.c.at)
    named = select(STRIKE.c.number_id, *columns).where(STRIKE.c.number_id.in_(numbers))
    of_profile = (
        select(PROFILE.c.number_id, *columns)
        .join(STRIKE, STRIKE.c.profile_id == PROFILE.c.profile_id)
        .where(PROFILE.c.number_id.in_(numbers), STRIKE.c.number_id.is_(None))
    )
    return union_all(named, of_profile).subquery("strikes")


def refusals_of(numbers: Numbers) -> Subquery:
    """The refusals of these numbers, cleared ones too: number_id, event_key, at."""
    columns = (REFUSAL.c.event_key, REFUSAL.c.at)
    named = select(REFUSAL.c.number_id, *columns).where(REFUSAL.c.number_id.in_(numbers))
    of_profile = (
        select(PROFILE.c.number_id, *columns)
        .join(REFUSAL, REFUSAL.c.profile_id == PROFILE.c.profile_id)
        .where(PROFILE.c.number_id.in_(numbers), REFUSAL.c.number_id.is_(None))
    )
    return union_all(named, of_profile).subquery("refusals")


def _strike_dates(connection: Connection, numbers: list[int]) -> list[tuple[int, int]]:
    """Number and date: of several strikes in one activity the earliest is the one."""
    strikes = strikes_of(numbers)
    dates = select(strikes.c.number_id, func.min(strikes.c.at)).group_by(strikes.c.number_id, strikes.c.activity_id)
    return [(int(number), int(at)) for number, at in connection.execute(dates)]
