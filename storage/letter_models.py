"""The tables of what comes from vendors that have no feed of their own, on its way into the streams."""

from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import blob, key, maybe, number, string

_STRICT: dict[str, Any] = {"sqlite_strict": True}


class Letter(SQLModel, table=True):
    """What a source has told and a sync has still to take up: a call as it came, or an item of a stream as JSON.

    Keys are never used again, so that a cursor always means the same place.
    """

    __table_args__ = (
        Index("ix_letter_stream", "source_id", "stream", "letter_id"),
        {"sqlite_strict": True, "sqlite_autoincrement": True},
    )
    letter_id: int = key()
    source_id: int = number()
    stream: str = string(default="", nullable=False)
    received_at: int = number()
    content: bytes | None = blob()


class ShortLink(SQLModel, table=True):
    """Whose a short link is: one for each recipient and link; who clicks it is known by it alone.

    `made_at` is null while the shortener has not said that it has it.
    """

    __tablename__: ClassVar[Any] = "short_link"
    __table_args__ = (UniqueConstraint("activity", "profile", "link"), _STRICT)
    short_link_id: int = key()
    source_id: int = number()
    code: str = string(default="", nullable=False, unique=True)
    activity: str = string(default="", nullable=False)
    profile: str = string(default="", nullable=False)
    link: str = string(default="", nullable=False)
    url: str = string(default="", nullable=False)
    short_url: str | None = string()
    made_at: int | None = maybe()


class NearMiss(SQLModel, table=True):
    """A reply that may have been meant as an opt-out, for the operator to decide; `decision` is null until then."""

    __tablename__: ClassVar[Any] = "near_miss"
    __table_args__ = (_STRICT,)
    event_key: int = number(primary_key=True)
    decision: str | None = string()
    decided_at: int | None = maybe()
