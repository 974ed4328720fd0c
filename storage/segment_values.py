"""Attributes, their values and tags that profiles have, to be offered while somebody types."""

from typing import Any

from sqlalchemy import Connection, Subquery, and_, case, func, select, true

from smsreport_tui.rules.segment_tree import FIELDS
from storage.dialect import items, members
from storage.tables import PROFILE

MOST = 20
"""So many are offered."""
LOOKED_AT = 200_000
"""So many profiles are looked at, the newest first: a store may hold millions, and somebody waits."""


def attribute_names(connection: Connection) -> list[str]:
    """The profile's own fields first, then the attributes by name."""
    some = _some(PROFILE.c.attributes)
    each = members(some.c.attributes)
    names = connection.scalars(select(each.c.key).select_from(some.join(each, onclause=true())).distinct())
    return [*FIELDS, *sorted(name for name in names if name not in FIELDS)]


def attribute_values(connection: Connection, attribute: str, beginning: str) -> list[str]:
    """Texts and numbers as texts, case apart those that begin so, in order."""
    folded = beginning.casefold()
    if attribute in FIELDS:
        column = PROFILE.c[attribute]
        some = _some(column, PROFILE.c.facts)
        each = members(some.c.facts)
        given: Any = some.c[attribute]
        source = some.join(each, onclause=true())
    else:
        some = _some(PROFILE.c.attributes, PROFILE.c.facts)
        each = members(some.c.facts, "compared")
        told = members(some.c.attributes, "told")
        given = _as_text(told)
        source = some.join(each, onclause=true()).join(told, onclause=told.c.key == each.c.key)
    begins = func.substr(_as_text(each), 1, len(folded)) == folded
    statement = select(given.label("given")).select_from(source).where(and_(each.c.key == attribute, begins)).distinct()
    return [str(value) for value in connection.scalars(statement.order_by("given").limit(MOST))]


def tags(connection: Connection, beginning: str) -> list[str]:
    """Case apart those that begin so, in order."""
    some = _some(PROFILE.c.tags_folded)
    each = items(some.c.tags_folded)
    folded = beginning.casefold()
    statement = select(each.c.value).select_from(some.join(each, onclause=true())).distinct()
    begins = func.substr(each.c.value, 1, len(folded)) == folded
    return [str(tag) for tag in connection.scalars(statement.where(begins).order_by(each.c.value).limit(MOST))]


def _as_text(each: Any) -> Any:
    """SQLite gives true as 1."""
    return case((each.c.type.in_(("true", "false")), each.c.type), else_=each.c.value)


def _some(*columns: Any) -> Subquery:
    present = [column.is_not(None) for column in columns]
    newest = select(*columns).where(PROFILE.c.known == 1, PROFILE.c.erased == 0, *present)
    return newest.order_by(PROFILE.c.profile_id.desc()).limit(LOOKED_AT).subquery()
