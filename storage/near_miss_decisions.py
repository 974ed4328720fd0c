"""An operator's word on a reply: it was an opt-out, or it was not; recorded with its time."""

import hashlib
from typing import Any

from sqlalchemy import Connection, insert, select, update

from smsreport_tui.rules.checks import checked_event
from smsreport_tui.rules.errors import DecisionError, NotFoundError
from smsreport_tui.rules.messages import EventMessage
from smsreport_tui.rules.reply_figures import ReplyDecision
from smsreport_tui.rules.times import exact_time
from storage.ingest_events import EventRules, store_events
from storage.tables import ACTIVITY, EVENT, NEAR_MISS, PROFILE


def decide_reply(connection: Connection, event_id: str, decision: ReplyDecision, rules: EventRules) -> str:
    """Record the word, and make an opt-out of the reply where it is one; what then holds, as a sentence.

    The opt-out is an event like any other, dated as the reply, so that a later return of the person stands. Raises
    NotFoundError, and DecisionError where there is nothing of the kind to decide.
    """
    reply = _reply(connection, event_id)
    if reply.erased:
        raise DecisionError("The person has been erased: nothing is sent to them, and there is nothing to decide.")
    if reply.decision == decision:
        return _said(decision)
    if decision is ReplyDecision.DISMISS:
        if reply.near_miss is None:
            raise DecisionError("The reply is no near miss: there is nothing to dismiss.")
        if reply.decision is not None:
            raise DecisionError("The reply has been made an opt-out, which stays: the person can come back themselves.")
    else:
        store_events(connection, [checked_event(_opt_out(reply))], rules)
    values = {"decision": decision.value, "decided_at": rules.now}
    if reply.near_miss is None:
        connection.execute(insert(NEAR_MISS).values(event_key=reply.event_key, **values))
    else:
        connection.execute(update(NEAR_MISS).where(NEAR_MISS.c.event_key == reply.event_key).values(**values))
    return _said(decision)


def _reply(connection: Connection, event_id: str) -> Any:
    about: list[Any] = [EVENT.c.event_key, EVENT.c.gateway_id, EVENT.c.at, EVENT.c.msisdn, PROFILE.c.erased]
    about += [PROFILE.c.gateway_id.label("profile"), ACTIVITY.c.gateway_id.label("activity")]
    statement = (
        select(*about, NEAR_MISS.c.event_key.label("near_miss"), NEAR_MISS.c.decision)
        .join(PROFILE, PROFILE.c.profile_id == EVENT.c.profile_id)
        .outerjoin(ACTIVITY, ACTIVITY.c.activity_id == EVENT.c.activity_id)
        .outerjoin(NEAR_MISS, NEAR_MISS.c.event_key == EVENT.c.event_key)
        .where(EVENT.c.gateway_id == event_id, EVENT.c.kind == "replied")
    )
    found = connection.execute(statement).one_or_none()
    if found is None:
        raise NotFoundError(
            f"The store has no reply {event_id[:128]!r}: `smsreport replies` shows what they are called."
        )
    return found


def _opt_out(reply: Any) -> EventMessage:
    """The same however often and whenever it is decided, so that it is one event."""
    digest = hashlib.blake2b(reply.gateway_id.encode(), digest_size=16, person=b"reply opt-out").hexdigest()
    return EventMessage(
        id=f"opt-out-{digest}",
        kind="unsubscribed",
        at=exact_time(reply.at),
        profile_id=reply.profile,
        activity_id=reply.activity,
        msisdn=reply.msisdn,
    )


def _said(decision: ReplyDecision) -> str:
    if decision is ReplyDecision.OPT_OUT:
        return "The person is opted out as of the reply: nothing more is sent to them."
    return "The reply is dismissed: it was no opt-out."
