"""Conditions on what happened to people and what they did, in one activity or in any (rules.md 6)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from smsreport_tui.rules.machines import WITHIN, AgentClass
from smsreport_tui.rules.outcomes import BUCKETS
from smsreport_tui.rules.segment_tree import BounceBucket, Happened, Happening, span
from storage.models import NO_ACTIVITY
from storage.tables import ACTIVITY, ACTIVITY_COUNTS, EVENT, LINK, LINK_CLICK, LINK_COUNT, PROFILE, RECIPIENT

Holds = Callable[[FromClause, int], ColumnElement[bool]]

_EVENTS_A_RECIPIENT = 4
_MANY = 4
"""One in so many recipients are many."""
_BY_OUTCOME = {
    Happening.SENT: "sent_at",
    Happening.DELIVERED: "tab_delivered_at",
    Happening.BOUNCED: "bounced_at",
}


class EventCondition(NamedTuple):
    """As `segment_sql.Condition` has them."""

    holds: Holds
    rows: Select[Any] | None
    most: int
    once: bool = True


class _Counted(NamedTuple):
    """Rows that belong to profiles, and how much each of them counts.

    `source` holds `owner`, which has an activity and a profile; `tests` say which rows are meant. `everywhere` tells
    that they are those of every activity, `once` that a profile has one of them at the most.
    """

    source: FromClause
    owner: FromClause
    tests: Sequence[ColumnElement[bool]]
    number: ColumnElement[Any]
    everywhere: bool
    once: bool = False


class _Size(NamedTuple):
    """`most` people can be found, by reading so many rows; each is looked up in so many activities."""

    most: int
    rows: int
    activities: int


_Maker = Callable[[], _Counted]


def _nobody() -> EventCondition:
    return EventCondition(lambda _person, _people: false(), select(PROFILE.c.profile_id).where(false()), 0)


class EventConditions:
    """Makes them for one moment of use."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now
        self._activities: dict[str, int | None] = {}

    def condition(self, leaf: Happened) -> EventCondition:
        """The leaf's condition; one that it did not happen finds nobody by itself."""
        found = self._happened(leaf)
        if leaf.did:
            return found
        holds = found.holds
        return EventCondition(lambda person, people: not_(holds(person, people)), None, 0)

    def _happened(self, leaf: Happened) -> EventCondition:
        activity = None if leaf.activity is None else self._activity(leaf.activity)
        if leaf.activity is not None and activity is None:
            return _nobody()
        size = self._size(leaf, activity)
        makers: list[_Maker]
        if leaf.event in _BY_OUTCOME:
            makers = [lambda: self._by_outcome(leaf, activity, many=size.most * _MANY > size.rows)]
        elif leaf.event is Happening.CLICKED and leaf.within is None:
            makers = [lambda: self._clicked(leaf, activity)]
        else:
            makers = self._by_events(leaf, activity)
        return _condition(makers, leaf.at_least, size)

    def _size(self, leaf: Happened, activity: int | None) -> _Size:
        by_events = leaf.event not in _BY_OUTCOME and (leaf.event is not Happening.CLICKED or leaf.within is not None)
        recipients = self._sum(activity, "sent", "unique_any")
        if leaf.event is Happening.BOUNCED:
            most = self._sum(activity, *([leaf.bounce] if leaf.bounce else BounceBucket))
        elif leaf.event is Happening.CLICKED:
            unique = "unique_any" if leaf.machines else "unique_clicks"
            most = self._sum(activity, unique) if leaf.link is None else self._clickers(leaf.link, activity, unique)
        elif leaf.event in (Happening.SENT, Happening.DELIVERED, Happening.UNSUBSCRIBED):
            most = self._sum(activity, leaf.event)
        else:
            most = recipients
        activities = 1 if activity is not None else self._all_activities()
        return _Size(most, recipients * (_EVENTS_A_RECIPIENT if by_events else 1), activities)

    def _sum(self, activity: int | None, *figures: str) -> int:
        """Recipients by the counters, of one activity or of all."""
        total = sum((func.coalesce(func.sum(ACTIVITY_COUNTS.c[name]), 0) for name in figures), literal(0))
        where = _where(ACTIVITY_COUNTS, activity)
        return int(self._connection.scalar(select(total).select_from(ACTIVITY_COUNTS).where(*where)) or 0)

    def _clickers(self, link: str, activity: int | None, unique: str) -> int:
        same = LINK.c.activity_id == LINK_COUNT.c.activity_id, LINK.c.link_id == LINK_COUNT.c.link_id
        statement = select(func.coalesce(func.sum(LINK_COUNT.c[unique]), 0)).join(LINK, and_(*same))
        where = LINK.c.gateway_id == link, *_where(LINK, activity)
        return int(self._connection.scalar(statement.where(*where)) or 0)

    def _all_activities(self) -> int:
        return int(self._connection.scalar(select(func.count()).select_from(ACTIVITY)) or 0)

    def _activity(self, gateway_id: str) -> int | None:
        if gateway_id not in self._activities:
            key = select(ACTIVITY.c.activity_id).where(ACTIVITY.c.gateway_id == gateway_id)
            self._activities[gateway_id] = self._connection.scalar(key)
        return self._activities[gateway_id]

    def _in_time(self, leaf: Happened, at: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """A time to come is within none (rules.md 6)."""
        before = span(leaf.within) if leaf.within is not None else None
        return [] if before is None else [at.between(self._now - before, self._now)]

    def _by_outcome(self, leaf: Happened, activity: int | None, *, many: bool) -> _Counted:
        """Each activity once, by the recipient's outcome.

        Many are read in the order of their profiles, which are looked up next, and not in that of the tab's index.
        """
        row = RECIPIENT.alias()
        at = row.c[_BY_OUTCOME[leaf.event]]
        present = (at + 0).is_not(None) if many else at.is_not(None)
        tests = [present, *self._in_time(leaf, at), *_where(row, activity)]
        if leaf.bounce is not None:
            outcomes = [int(one) for one, bucket in BUCKETS.items() if bucket.value == leaf.bounce.value]
            tests.append(row.c.outcome.in_(outcomes))
        given = {name: getattr(leaf, name) for name in ("vendor", "scheme", "code")}
        tests += [row.c[name] == value for name, value in given.items() if value is not None]
        return _Counted(row, row, tests, literal(1), activity is None, once=activity is not None)

    @staticmethod
    def _clicked(leaf: Happened, activity: int | None) -> _Counted:
        """By the clicks that are counted with each recipient, or with each recipient and link."""
        if leaf.link is None:
            row = RECIPIENT.alias()
            at = row.c.last_any_at if leaf.machines else row.c.last_click_at
            number = row.c.clicks + (row.c.machine_clicks if leaf.machines else 0)
            return _Counted(
                row, row, [at.is_not(None), *_where(row, activity)], number, activity is None, once=activity is not None
            )
        row, link = LINK_CLICK.alias(), LINK.alias()
        number = row.c.clicks + (row.c.machine_clicks if leaf.machines else 0)
        source = link.join(row, and_(row.c.activity_id == link.c.activity_id, row.c.link_id == link.c.link_id))
        tests = [link.c.gateway_id == leaf.link, number > 0, *_where(row, activity), *_where(link, activity)]
        return _Counted(source, row, tests, number, activity is None, once=activity is not None)

    def _by_events(self, leaf: Happened, activity: int | None) -> list[_Maker]:
        """By the events themselves; those that name no activity are looked up beside the others."""
        makers: list[_Maker] = []
        if activity is None:
            makers.append(partial(self._plain_events, leaf, NO_ACTIVITY))
        if leaf.event in (Happening.CLICKED, Happening.UNSUBSCRIBED):
            makers.append(partial(self._marked_events, leaf, activity))
        else:
            makers.append(partial(self._plain_events, leaf, activity))
        return makers

    def _plain_events(self, leaf: Happened, activity: int | None) -> _Counted:
        event = EVENT.alias()
        tests = [event.c.kind == leaf.event.value, *self._in_time(leaf, event.c.at), *_where(event, activity)]
        if activity is None:
            tests.append(event.c.activity_id != NO_ACTIVITY)
        return _Counted(event, event, tests, literal(1), activity is None)

    def _marked_events(self, leaf: Happened, activity: int | None) -> _Counted:
        """Those of recipients whose own row says that there are some: few rows, by an index of their own."""
        row, event = RECIPIENT.alias(), EVENT.alias()
        same = event.c.activity_id == row.c.activity_id, event.c.profile_id == row.c.profile_id
        mark = row.c.last_any_at if leaf.event is Happening.CLICKED else row.c.unsubscribed_at
        tests = [mark.is_not(None), *_where(row, activity)]
        if leaf.event is Happening.UNSUBSCRIBED and leaf.at_least == 1 and leaf.within is None:
            return _Counted(row, row, tests, literal(1), activity is None, once=activity is not None)
        tests += [event.c.kind == leaf.event.value, *self._in_time(leaf, event.c.at)]
        if leaf.link is not None:
            keys = select(LINK.c.link_id).where(LINK.c.gateway_id == leaf.link, *_where(LINK, activity))
            tests.append(event.c.link_id.in_(keys))
        if leaf.event is Happening.CLICKED and not leaf.machines:
            tests.append(_by_a_person(event, row))
        return _Counted(row.join(event, and_(*same)), row, tests, literal(1), activity is None)


def _where(table: FromClause, activity: int | None) -> list[ColumnElement[bool]]:
    return [] if activity is None else [table.c.activity_id == activity]


def _by_a_person(event: FromClause, recipient: FromClause) -> ColumnElement[bool]:
    """What `rules.machines.is_machine` denies."""
    soon = event.c.at - recipient.c.delivered_at
    at_once = and_(recipient.c.delivered_at.is_not(None), soon >= 0, soon < WITHIN)
    return and_(
        event.c.agent_class != int(AgentClass.MACHINE),
        not_(and_(event.c.agent_class == int(AgentClass.OTHER), at_once)),
    )


def _condition(makers: Sequence[_Maker], at_least: int, size: _Size) -> EventCondition:
    rows, once = _rows(makers, at_least)

    def holds(person: FromClause, people: int) -> ColumnElement[bool]:
        # A person's rows are found activity by activity: for many people all of them are read once instead.
        if people * size.activities > size.rows:
            return person.c.profile_id.in_(rows)
        return _asked(makers, at_least, person)

    return EventCondition(holds, rows, size.most, once)


def _rows(makers: Sequence[_Maker], at_least: int) -> tuple[Select[Any], bool]:
    """The keys of those with enough of the rows, and whether each comes once."""
    parts = [maker() for maker in makers]
    if at_least == 1 and len(parts) == 1:
        one = parts[0]
        return select(one.owner.c.profile_id).select_from(one.source).where(*one.tests), one.once
    counted = [
        select(one.owner.c.profile_id, one.number.label("number")).select_from(one.source).where(*one.tests)
        for one in parts
    ]
    together = union_all(*counted).subquery()
    enough = func.sum(together.c.number) >= at_least
    return select(together.c.profile_id).group_by(together.c.profile_id).having(enough), True


def _asked(makers: Sequence[_Maker], at_least: int, person: FromClause) -> ColumnElement[bool]:
    """Whether one person has enough of the rows; through the activities, by which every large index begins."""
    found: list[Select[Any]] = []
    for maker in makers:
        one = maker()
        own = [*one.tests, one.owner.c.profile_id == person.c.profile_id]
        if one.everywhere:
            own.append(one.owner.c.activity_id.in_(select(ACTIVITY.c.activity_id)))
        number = literal(1) if at_least == 1 else func.coalesce(func.sum(one.number), 0)
        found.append(select(number).select_from(one.source).where(*own).correlate(person))
    if at_least == 1:
        return or_(false(), *(one.exists() for one in found))
    return sum((one.scalar_subquery() for one in found), literal(0)) >= at_least
