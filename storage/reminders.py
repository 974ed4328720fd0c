"""The outbox of reminders: each written down with its key before its request leaves, and ended by an answer."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from smsreport_tui.rules.reminders import Asked, Draft, ReminderState
from storage.tables import REMINDER


def reminder_by_key(connection: Connection, key: str) -> Asked | None:
    """What was asked for with a key."""
    row = connection.execute(select(REMINDER).where(REMINDER.c.idempotency_key == key)).one_or_none()
    return None if row is None else _asked(row)


def reminders_alike(connection: Connection, source_id: int, draft: Draft) -> list[Asked]:
    """The times that a gateway was asked for this reminder, the newest first."""
    said = (
        REMINDER.c.name == draft.name,
        REMINDER.c.sender == draft.sender,
        REMINDER.c.body == draft.body,
        REMINDER.c.send_at.is_not_distinct_from(draft.send_at),
    )
    found = _read(connection, source_id, *said)
    return [one for one in found if one.draft.says_the_same(draft)]


def open_reminders(connection: Connection, source_id: int) -> list[Asked]:
    """Those whose answer has not come, the newest first."""
    return _read(connection, source_id, REMINDER.c.state == int(ReminderState.SENDING))


def all_open_reminders(connection: Connection) -> list[Asked]:
    """Those of every gateway whose answer has not come, the oldest first."""
    rows = select(REMINDER).where(REMINDER.c.state == int(ReminderState.SENDING))
    return [_asked(row) for row in connection.execute(rows.order_by(REMINDER.c.asked_at, REMINDER.c.reminder_id))]


def keep_reminder(connection: Connection, source_id: int, asked: Asked) -> None:
    """Write one down; commit before its request."""
    draft = asked.draft
    connection.execute(
        insert(REMINDER).values(
            source_id=source_id,
            idempotency_key=asked.key,
            state=int(asked.state),
            name=draft.name,
            sender=draft.sender,
            body=draft.body,
            include=_list(draft.include),
            exclude=_list(draft.exclude),
            include_ids=_list(asked.include_ids),
            exclude_ids=_list(asked.exclude_ids),
            send_at=draft.send_at,
            asked_at=asked.asked_at,
        )
    )


def end_accepted(connection: Connection, key: str, activity_id: str, at: int) -> None:
    """The gateway has it, whatever another program has been told meanwhile."""
    values = {"state": int(ReminderState.ACCEPTED), "activity_id": activity_id, "ended_at": at, "reason": None}
    connection.execute(update(REMINDER).where(REMINDER.c.idempotency_key == key).values(**values))


def end_refused(connection: Connection, key: str, reason: str, at: int) -> None:
    """The gateway does not take it."""
    own = REMINDER.c.idempotency_key == key, REMINDER.c.state == int(ReminderState.SENDING)
    values = {"state": int(ReminderState.REFUSED), "reason": reason, "ended_at": at}
    connection.execute(update(REMINDER).where(*own).values(**values))


def _read(connection: Connection, source_id: int, *chosen: Any) -> list[Asked]:
    rows = select(REMINDER).where(REMINDER.c.source_id == source_id, *chosen)
    return [_asked(row) for row in connection.execute(rows.order_by(REMINDER.c.reminder_id.desc()))]


def _asked(row: Any) -> Asked:
    include, exclude = tuple(json.loads(row.include)), tuple(json.loads(row.exclude))
    return Asked(
        key=row.idempotency_key,
        draft=Draft(row.name, row.sender, row.body, include, exclude, row.send_at),
        include_ids=tuple(json.loads(row.include_ids)),
        exclude_ids=tuple(json.loads(row.exclude_ids)),
        state=ReminderState(row.state),
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        activity_id=row.activity_id,
        reason=row.reason,
    )


def _list(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
