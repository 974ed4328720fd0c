"""Segments as gateways have them: one id there for each purpose, and the people who are handed over (rules.md 6)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from smsreport_tui.rules.segment_figures import Purpose
from storage.segment_members import may_be_sent_to
from storage.segments import SegmentBook, compiler
from storage.tables import SEGMENT, SEGMENT_PUSH


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A segment on its way to a gateway: its name here, and its id there."""

    segment_id: int
    source_id: int
    purpose: Purpose
    name: str
    gateway_id: str


def begin_push(connection: Connection, name: str, source_id: int, purpose: Purpose) -> PushTarget:
    """Where a segment goes, the same place each time; from now on it counts as not being there. Raises SegmentError.

    Commit before the first request: an id that the gateway knows and the store does not could never be replaced.
    """
    key = SegmentBook(connection).key(name)
    values = {"segment_id": key, "source_id": source_id, "purpose": purpose.value}
    own = [SEGMENT_PUSH.c[column] == value for column, value in values.items()]
    gateway_id = connection.scalar(select(SEGMENT_PUSH.c.gateway_id).where(*own))
    if gateway_id is None:
        gateway_id = f"sr-{secrets.token_hex(8)}"
        connection.execute(insert(SEGMENT_PUSH).values(**values, gateway_id=gateway_id))
    connection.execute(update(SEGMENT_PUSH).where(*own).values(pushed_at=None, people=None))
    stored = connection.scalar(select(SEGMENT.c.name).where(SEGMENT.c.segment_id == key))
    return PushTarget(key, source_id, purpose, str(stored), str(gateway_id))


def finish_push(connection: Connection, target: PushTarget, people: int, at: int) -> None:
    """Note that the gateway has so many people in force."""
    own = (
        SEGMENT_PUSH.c.segment_id == target.segment_id,
        SEGMENT_PUSH.c.source_id == target.source_id,
        SEGMENT_PUSH.c.purpose == target.purpose.value,
    )
    connection.execute(update(SEGMENT_PUSH).where(*own).values(pushed_at=at, people=people))


def in_force(connection: Connection, name: str, source_id: int, purpose: Purpose) -> tuple[str, int] | None:
    """The gateway's id of a segment that it has in force, and since when. Raises SegmentError."""
    own = (
        SEGMENT_PUSH.c.segment_id == SegmentBook(connection).key(name),
        SEGMENT_PUSH.c.source_id == source_id,
        SEGMENT_PUSH.c.purpose == purpose.value,
        SEGMENT_PUSH.c.pushed_at.is_not(None),
    )
    row = connection.execute(select(SEGMENT_PUSH.c.gateway_id, SEGMENT_PUSH.c.pushed_at).where(*own)).one_or_none()
    return None if row is None else (str(row[0]), int(row[1]))


def pushed_ids(connection: Connection, name: str, purpose: Purpose, now: int, size: int) -> Iterator[list[str]]:
    """The gateway's ids of those who are handed over, in one order, in lists of at most `size` from one statement.

    To include: who may be sent to. To exclude: everyone who matches save the erased, so that nobody slips through.
    """
    people = compiler(connection, now).people_in(name)
    person = people.person
    chosen = may_be_sent_to(person) if purpose is Purpose.INCLUDE else person.c.erased == 0
    # By the store's own key: many plans give that order without a sort.
    statement = people.select(person.c.gateway_id).where(chosen).order_by(person.c.profile_id)
    for some in connection.execute(statement.execution_options(yield_per=size)).scalars().partitions():
        yield list(some)
