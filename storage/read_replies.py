"""What people have answered: all of it, or what may have been meant as an opt-out; newest first, ties by event id."""

import heapq
from collections.abc import Iterable

from sqlalchemy import Connection, case, literal_column, select

from smsreport_tui.rules.opt_out_words import Reply, reply_meaning
from smsreport_tui.rules.reply_figures import ReplyFigure, ReplyPage, state_of
from storage.by_keys import ByKeys
from storage.near_misses import is_settled
from storage.tables import ACTIVITY, EVENT, NEAR_MISS, PROFILE

_KEYS = select(EVENT.c.at, EVENT.c.gateway_id)
_ALL = _KEYS.where(EVENT.c.kind == "replied")
_OPEN = (
    _KEYS.join(NEAR_MISS, NEAR_MISS.c.event_key == EVENT.c.event_key)
    .join(PROFILE, PROFILE.c.profile_id == EVENT.c.profile_id)
    .where(NEAR_MISS.c.decision.is_(None), ~is_settled())
)
_ROWS = ByKeys(
    select(
        EVENT.c.gateway_id,
        EVENT.c.at,
        EVENT.c.msisdn,
        EVENT.c.text,
        ACTIVITY.c.gateway_id.label("activity"),
        PROFILE.c.gateway_id.label("profile"),
        PROFILE.c.msisdn.label("newest"),
        PROFILE.c.erased,
        NEAR_MISS.c.event_key,
        NEAR_MISS.c.decision,
        NEAR_MISS.c.decided_at,
        case((is_settled(), literal_column("1")), else_=literal_column("0")).label("settled"),
    )
    .join(PROFILE, PROFILE.c.profile_id == EVENT.c.profile_id)
    .outerjoin(ACTIVITY, ACTIVITY.c.activity_id == EVENT.c.activity_id)
    .outerjoin(NEAR_MISS, NEAR_MISS.c.event_key == EVENT.c.event_key),
    EVENT.c.gateway_id,
)


def read_replies(connection: Connection, most: int | None, *, near_misses: bool) -> ReplyPage:
    """The newest, at most so many, or all; with `near_misses` those that wait for an operator's word."""
    found = [(-at, event) for at, event in connection.execute(_OPEN if near_misses else _ALL)]
    first = sorted(found) if most is None else heapq.nsmallest(most, found)
    by_event = {one.event: one for one in _figures(connection, (event for _, event in first))}
    return ReplyPage(len(found), [by_event[event] for _, event in first])


def _figures(connection: Connection, events: Iterable[str]) -> Iterable[ReplyFigure]:
    for row in _ROWS.rows(connection, sorted(events)):
        yield _figure(*row)


def _figure(
    event: str,
    at: int,
    msisdn: str | None,
    text: str | None,
    activity: str | None,
    profile: str,
    newest: str | None,
    erased: int,
    near_miss: int | None,
    decision: str | None,
    decided_at: int | None,
    settled: int,
) -> ReplyFigure:
    meaning = None if text is None else reply_meaning(text)
    if near_miss is not None and decision is None:
        # As it was judged when it came; the words may have become others since.
        meaning = Reply.NEAR_MISS
    return ReplyFigure(
        event=event,
        at=at,
        activity=activity,
        profile=profile,
        msisdn=msisdn or newest,
        text=text,
        erased=bool(erased),
        meaning=None if meaning is None else meaning.value,
        state=state_of(decision, near_miss=near_miss is not None, settled=bool(settled)),
        decided_at=decided_at,
    )
