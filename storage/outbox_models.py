"""The tables of what we send: attempts and reminders of ours, and why a gateway is sent nothing."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql_text
from sqlmodel import SQLModel

from storage.columns import key, maybe, number, string

# Small rows read by their whole key: the table is its own index.
_CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
_OPEN = sql_text("state IN (1, 2, 4)")


class Attempt(SQLModel, table=True):
    """An attempt of ours, written down before its request leaves (rules.md 5, "Nothing is sent twice").

    `state` is a `rules.attempts.SendState`. While it is sending, `holder` may make the request until `until`;
    of an accepted one `until` is when it times out. The request is kept as it was made, until its person is erased:
    the same key must come with the same body. `number_id` is the number that it goes to, `outcome` what it ended in;
    `decision` is the operator's last word on it.
    """

    __table_args__ = (
        Index("ix_attempt_until", "state", "until", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_attempt_number", "activity_id", "number_id"),
        _CLUSTERED,
    )
    activity_id: int = number(primary_key=True)
    profile_id: int = number(primary_key=True)
    attempt: int = number(primary_key=True)
    source_id: int = number()
    state: int = number()
    holder: str | None = string()
    until: int | None = maybe()
    requested_at: int | None = maybe()
    accepted_at: int | None = maybe()
    timed_out_at: int | None = maybe()
    message_id: str | None = string()
    number_id: int | None = maybe()
    msisdn: str | None = string()
    sender: str | None = string()
    body: str | None = string()
    outcome: int | None = maybe()
    reason: str | None = string()
    held_at: int | None = maybe()
    decision: str | None = string()
    decided_at: int | None = maybe()


class Pause(SQLModel, table=True):
    """Why and until when a gateway is sent nothing; `kind` is a `rules.pauses.PauseKind` (rules.md 5)."""

    __table_args__ = (_CLUSTERED,)
    source_id: int = number(primary_key=True)
    kind: str = string(default="", primary_key=True, nullable=False)
    reason: str = string(default="", nullable=False)
    since: int = number()
    probe_at: int = number()
    probes: int = number()


class Reminder(SQLModel, table=True):
    """A new activity that a gateway was asked for, written down with its key before the request leaves.

    `state` is a `rules.reminders.ReminderState`. The request is kept as it was made: the same key must come with the
    same one. `include` and `exclude` are the names of segments (JSON), `include_ids` and `exclude_ids` the gateway's
    ids of them; `activity_id` is the gateway's id of the new activity, `reason` why it was refused.
    """

    __table_args__ = ({"sqlite_strict": True},)
    reminder_id: int = key()
    source_id: int = number()
    idempotency_key: str = string(default="", nullable=False, unique=True)
    state: int = number()
    name: str = string(default="", nullable=False)
    sender: str = string(default="", nullable=False)
    body: str = string(default="", nullable=False)
    include: str = string(default="", nullable=False)
    exclude: str = string(default="", nullable=False)
    include_ids: str = string(default="", nullable=False)
    exclude_ids: str = string(default="", nullable=False)
    send_at: int | None = maybe()
    asked_at: int = number()
    ended_at: int | None = maybe()
    activity_id: str | None = string()
    reason: str | None = string()
