"""The tables of segments: conditions or a dated list, how large they were, and where they were handed to."""

from typing import Any, ClassVar

from sqlmodel import SQLModel

from storage.columns import key, maybe, number, string

_STRICT: dict[str, Any] = {"sqlite_strict": True}
_CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}


class Segment(SQLModel, table=True):
    """A set of conditions as JSON (cli.md); with `frozen_at` the list of those who met them then.

    `name_folded` is what names are told apart by. `looked_at` and `looked_people` are how many an operator last saw.
    """

    __table_args__ = (_STRICT,)
    segment_id: int = key()
    name: str = string(default="", nullable=False)
    name_folded: str = string(default="", nullable=False, unique=True)
    conditions: str = string(default="", nullable=False)
    frozen_at: int | None = maybe()
    changed_at: int = number()
    looked_at: int | None = maybe()
    looked_people: int | None = maybe()


class SegmentMember(SQLModel, table=True):
    """A member of a frozen segment."""

    __tablename__: ClassVar[Any] = "segment_member"
    __table_args__ = (_CLUSTERED,)
    segment_id: int = number(primary_key=True)
    profile_id: int = number(primary_key=True)


class SegmentSize(SQLModel, table=True):
    """How many people an evaluation found."""

    __tablename__: ClassVar[Any] = "segment_size"
    __table_args__ = (_CLUSTERED,)
    segment_id: int = number(primary_key=True)
    at: int = number(primary_key=True)
    people: int = number()


class SegmentPush(SQLModel, table=True):
    """A segment as a gateway has it: one id there for each purpose, by which it is replaced.

    `purpose` is include or exclude. `pushed_at` and `people` are those of the last push; while one is under way, or
    after one that was cut off, the gateway has nobody in force and they are null.
    """

    __tablename__: ClassVar[Any] = "segment_push"
    __table_args__ = (_CLUSTERED,)
    segment_id: int = number(primary_key=True)
    source_id: int = number(primary_key=True)
    purpose: str = string(primary_key=True, nullable=False)
    gateway_id: str = string(default="", nullable=False)
    pushed_at: int | None = maybe()
    people: int | None = maybe()
