"""Replies that may have been meant as an opt-out, kept until an operator judges them; never those of erased people."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal_column, or_, select

from smsreport_tui.rules.opt_out_words import Reply, reply_meaning
from storage.by_keys import ByKeys
from storage.tables import EVENT, NEAR_MISS, PROFILE, Row, bulk, chunks, insert_row

_INSERT = insert_row(NEAR_MISS, "event_key")
_KEYS = ByKeys(select(EVENT.c.event_key), EVENT.c.gateway_id)


def note_near_misses(connection: Connection, replies: Iterable[tuple[str, str]]) -> None:
    """Of new replies, each its event's id and its text, keep those that come near an opt-out."""
    near = sorted(event for event, text in replies if reply_meaning(text) is Reply.NEAR_MISS)
    if near:
        rows: list[Row] = [(row[0],) for row in _KEYS.rows(connection, near)]
        bulk(connection, _INSERT, ("event_key",), rows)


def drop_near_misses(connection: Connection, event_keys: list[int]) -> None:
    """Forget those among these events, and what was judged of them: their person is erased."""
    for some in chunks(event_keys):
        connection.execute(delete(NEAR_MISS).where(NEAR_MISS.c.event_key.in_(some)))


def is_settled() -> ColumnElement[bool]:
    """Whether a reply's person is opted out anyway, or has come back since (over `event` and `profile`)."""
    came_back = and_(PROFILE.c.returned_at.is_not(None), PROFILE.c.returned_at > EVENT.c.at)
    return or_(PROFILE.c.opted_out == literal_column("1"), came_back)


def count_open_near_misses(connection: Connection) -> int:
    """How many wait for an operator's word."""
    statement = (
        select(func.count())
        .select_from(NEAR_MISS)
        .join(EVENT, EVENT.c.event_key == NEAR_MISS.c.event_key)
        .join(PROFILE, PROFILE.c.profile_id == EVENT.c.profile_id)
        .where(NEAR_MISS.c.decision.is_(None), ~is_settled())
    )
    return int(connection.scalar(statement) or 0)
