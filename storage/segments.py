"""Segments by name: kept as conditions, or frozen as the list of those who met them (rules.md 6)."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_figures import Purpose, Pushed, StoredSegment
from smsreport_tui.rules.segment_file import MOST_NODES, read_name, read_node, write_node
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, InSegment, Node, NoneOf, named_segments, walk
from smsreport_tui.rules.text import shown
from storage.segment_sql import Compiler
from storage.tables import SEGMENT, SEGMENT_MEMBER, SEGMENT_PUSH, SEGMENT_SIZE

SIZES_KEPT = 60
"""Evaluations whose size is kept of each segment."""


class SegmentBook:
    """The names of a store's segments, for one moment of use."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._inside: list[str] = []

    def key(self, name: str) -> int:
        """Raises SegmentError when there is no such segment."""
        return int(self._row(name).segment_id)

    def conditions(self, name: str) -> Node:
        """Its tree, also that of a frozen one. Raises SegmentError."""
        return read_node(json.loads(self._row(name).conditions))

    def frozen_key(self, name: str) -> int | None:
        """The key of a frozen segment; None where it is dynamic. Raises SegmentError."""
        return None if self.frozen_at(name) is None else self.key(name)

    def frozen_at(self, name: str) -> int | None:
        """Since when it is a list, in microseconds UTC; None where it is dynamic. Raises SegmentError."""
        at = self._row(name).frozen_at
        return None if at is None else int(at)

    def check(self, name: str, where: Node) -> None:
        """Raises SegmentError when a segment of that name with this tree uses itself, one that is not, or too many."""
        self._inside.append(name.casefold())
        try:
            self.size_of(where)
        finally:
            self._inside.pop()

    def size(self, name: str) -> int:
        """How many conditions a segment comes to with those that it uses; none for a list. Raises as `check` does."""
        folded = name.casefold()
        if folded in self._inside:
            raise SegmentError(f"The segment {shown(name)!r} uses itself: take that condition out.")
        if folded not in self._sizes:
            self._inside.append(folded)
            try:
                is_list = self.frozen_key(name) is not None
                self._sizes[folded] = 0 if is_list else self.size_of(self.conditions(name))
            finally:
                self._inside.pop()
        return self._sizes[folded]

    def size_of(self, where: Node) -> int:
        """The same of a tree."""
        nodes = list(walk(where))
        size = len(nodes) + sum(self.size(one.segment) for one in nodes if isinstance(one, InSegment))
        if size > MOST_NODES:
            raise SegmentError(
                f"With the segments that it uses it comes to more than {MOST_NODES} conditions: freeze one of those."
            )
        return size

    def _row(self, name: str) -> Any:
        folded = name.casefold()
        if folded not in self._rows:
            row = self._connection.execute(select(SEGMENT).where(SEGMENT.c.name_folded == folded)).one_or_none()
            if row is None:
                raise SegmentError(f"There is no segment {shown(name)!r}: `smsreport segment list` names them.")
            self._rows[folded] = row
        return self._rows[folded]


def compiler(connection: Connection, now: int) -> Compiler:
    """Makes SQL of trees that may name this store's segments, for this connection."""
    return Compiler(connection, now, SegmentBook(connection))


def create_segment(connection: Connection, name: str, where: Node, now: int) -> int:
    """Keep a new dynamic segment; its key. Raises SegmentError for a taken name, or a tree that is not sound."""
    name = read_name(name)
    _refuse_taken(connection, name)
    SegmentBook(connection).check(name, where)
    values = {"name": name, "name_folded": name.casefold(), "conditions": _text(where), "changed_at": now}
    result = connection.execute(insert(SEGMENT).values(**values))
    return int(result.inserted_primary_key[0]) if result.inserted_primary_key else 0


def change_segment(connection: Connection, name: str, where: Node, now: int) -> None:
    """Give a dynamic segment other conditions. Raises SegmentError."""
    book = SegmentBook(connection)
    if book.frozen_key(name) is not None:
        raise SegmentError(f"The segment {shown(name)!r} is frozen: duplicate it to change its conditions.")
    book.check(name, where)
    changed = update(SEGMENT).where(SEGMENT.c.segment_id == book.key(name))
    connection.execute(changed.values(conditions=_text(where), changed_at=now))


def freeze_segment(connection: Connection, name: str, new_name: str | None, now: int) -> int:
    """Keep the members of now as a list: in a new segment, or in the place of the conditions; how many they are."""
    book = SegmentBook(connection)
    if book.frozen_key(name) is not None:
        raise SegmentError(f"The segment {shown(name)!r} is frozen already: duplicate it to have another list.")
    where, key = book.conditions(name), book.key(name)
    people = compiler(connection, now).people(where)
    if new_name is not None:
        key = create_segment(connection, new_name, where, now)
    listed = people.select(literal(key), people.person.c.profile_id)
    connection.execute(insert(SEGMENT_MEMBER).from_select(["segment_id", "profile_id"], listed))
    connection.execute(update(SEGMENT).where(SEGMENT.c.segment_id == key).values(frozen_at=now, changed_at=now))
    counted = select(func.count()).select_from(SEGMENT_MEMBER).where(SEGMENT_MEMBER.c.segment_id == key)
    return int(connection.scalar(counted) or 0)


def rename_segment(connection: Connection, name: str, new_name: str, now: int) -> None:
    """Give it another name, also where others use it. Raises SegmentError."""
    new_name, book = read_name(new_name), SegmentBook(connection)
    key = book.key(name)
    if new_name.casefold() != name.casefold():
        _refuse_taken(connection, new_name)
    for other, where in _users(connection, name):
        changed = update(SEGMENT).where(SEGMENT.c.segment_id == other)
        connection.execute(changed.values(conditions=_text(_renamed(where, name, new_name))))
    values = {"name": new_name, "name_folded": new_name.casefold(), "changed_at": now}
    connection.execute(update(SEGMENT).where(SEGMENT.c.segment_id == key).values(**values))


def duplicate_segment(connection: Connection, name: str, new_name: str, now: int) -> None:
    """A second one with the same conditions; of a frozen one a dynamic one. Raises SegmentError."""
    create_segment(connection, new_name, SegmentBook(connection).conditions(name), now)


def delete_segment(connection: Connection, name: str) -> None:
    """Raises SegmentError while another segment uses it, and says which."""
    key = SegmentBook(connection).key(name)
    users = used_by(connection, name)
    if users:
        raise SegmentError(f"{shown(name)!r} is used by {', '.join(map(shown, users))}: change or delete that first.")
    for table in (SEGMENT_MEMBER, SEGMENT_SIZE, SEGMENT_PUSH, SEGMENT):
        connection.execute(delete(table).where(table.c.segment_id == key))


def used_by(connection: Connection, name: str) -> tuple[str, ...]:
    """The names of the segments whose conditions name this one."""
    keys = [key for key, _ in _users(connection, name)]
    names = select(SEGMENT.c.name).where(SEGMENT.c.segment_id.in_(keys)).order_by(SEGMENT.c.name_folded)
    return tuple(connection.scalars(names))


def stored_segments(connection: Connection) -> list[StoredSegment]:
    """All of them, by name."""
    rows = connection.execute(select(SEGMENT).order_by(SEGMENT.c.name_folded)).all()
    users: dict[str, list[str]] = {}
    trees = {row.segment_id: read_node(json.loads(row.conditions)) for row in rows}
    for row in rows:
        for used in named_segments(trees[row.segment_id]):
            users.setdefault(used.casefold(), []).append(row.name)
    sizes: dict[int, list[tuple[int, int]]] = {}
    for key, at, people in connection.execute(select(SEGMENT_SIZE).order_by(SEGMENT_SIZE.c.at)):
        sizes.setdefault(key, []).append((at, people))
    pushed: dict[int, list[Pushed]] = {}
    for row in connection.execute(select(SEGMENT_PUSH).order_by(SEGMENT_PUSH.c.purpose)):
        push = Pushed(Purpose(row.purpose), row.gateway_id, row.pushed_at, row.people)
        pushed.setdefault(row.segment_id, []).append(push)
    return [
        StoredSegment(
            row.name,
            trees[row.segment_id],
            row.frozen_at,
            row.changed_at,
            row.looked_at,
            row.looked_people,
            tuple(users.get(row.name_folded, ())),
            tuple(pushed.get(row.segment_id, ())),
            tuple(sizes.get(row.segment_id, ())),
        )
        for row in rows
    ]


def note_size(connection: Connection, name: str, people: int, now: int, *, seen: bool = False) -> None:
    """Keep how many people an evaluation found; `seen` when an operator has looked at the number."""
    key = SegmentBook(connection).key(name)
    own = SEGMENT_SIZE.c.segment_id == key
    last = connection.execute(select(SEGMENT_SIZE).where(own).order_by(SEGMENT_SIZE.c.at.desc()).limit(1)).first()
    if last is None or (last.people != people and last.at < now):
        connection.execute(insert(SEGMENT_SIZE).values(segment_id=key, at=now, people=people))
        kept = select(SEGMENT_SIZE.c.at).where(own).order_by(SEGMENT_SIZE.c.at.desc()).limit(SIZES_KEPT)
        connection.execute(delete(SEGMENT_SIZE).where(own, SEGMENT_SIZE.c.at.not_in(kept)))
    if seen:
        changed = update(SEGMENT).where(SEGMENT.c.segment_id == key)
        connection.execute(changed.values(looked_at=now, looked_people=people))


def _text(where: Node) -> str:
    return json.dumps(write_node(where), ensure_ascii=False)


def _refuse_taken(connection: Connection, name: str) -> None:
    taken = select(SEGMENT.c.name).where(SEGMENT.c.name_folded == name.casefold())
    found = connection.scalar(taken)
    if found is not None:
        raise SegmentError(f"There is a segment {shown(found)!r} already: choose another name, or delete that one.")


def _users(connection: Connection, name: str) -> Iterable[tuple[int, Node]]:
    folded = name.casefold()
    for key, conditions in connection.execute(select(SEGMENT.c.segment_id, SEGMENT.c.conditions)).all():
        where = read_node(json.loads(conditions))
        if any(used.casefold() == folded for used in named_segments(where)):
            yield key, where


def _renamed(node: Node, name: str, new_name: str) -> Node:
    match node:
        case AllOf() | AnyOf() | NoneOf():
            return type(node)(tuple(_renamed(child, name, new_name) for child in node.children))
        case InSegment() if node.segment.casefold() == name.casefold():
            return InSegment(new_name)
    return node
