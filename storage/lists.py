"""The rows of the tabs: the newest 25, or all of them by key ranges (rules.md 7). Values stand in column order."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    bindparam,
    literal_column,
    select,
)

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.columns import SHOWN_ROWS, TAB_COLUMNS, Kind, ListRow, Tab, TabPage, Value
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.marks import Mark, is_suppressed, mark_of
from storage.by_keys import ByKeys
from storage.find_candidates import candidates
from storage.list_statements import (
    HEAD,
    Form,
    counted_rows,
    find_values,
    first_range,
    first_rows,
    following_range,
    total,
)
from storage.prepared import Prepared, Rows
from storage.read_report import activity_key, activity_of, read_links
from storage.read_strikes import read_marks
from storage.sends import open_attempts
from storage.tables import LINK, LINK_CLICK, SOURCE

_RARE = 16
"""A link is rare that fewer than one in so many clickers have clicked."""
BATCH = 1_000
"""Rows of one key range."""

_MSISDN = next(place for place, column in enumerate(TAB_COLUMNS[Tab.SENT]) if column.kind is Kind.MSISDN)
"""The place of the number in each tab of people."""
_SHOWN = itemgetter(slice(HEAD, None))
_ROW: Callable[[tuple[Any, ...]], ListRow] = partial(tuple.__new__, ListRow)
"""A row of its values; to call the class itself takes three times as long."""
_ORDERED_BY = {
    Tab.SENT: "sent_at",
    Tab.DELIVERED: "delivered_at",
    Tab.CLICKS: "last_click_at",
    Tab.BOUNCES: "bounced_at",
    Tab.UNSUBSCRIBE: "unsubscribed_at",
}
"""The columns that hold the times of rules.md 7."""


class Scope(NamedTuple):
    """Which rows: of an activity's tab, all or those found, at a time, machines among people or not."""

    activity: str
    tab: Tab
    now: int
    find: str | None = None
    link: int | None = None
    machine_clicks: bool = False
    among: str | None = None
    """JSON, the keys of profiles among whom everybody is who is found; None: among all."""

    @property
    def form(self) -> Form:
        """What its statements are made of; the rest are their parameters."""
        return Form(self.tab, bool(self.find), self.among is not None, self.link is not None, self.machine_clicks)

    def rows(self, connection: Connection, statement: Prepared, **values: Any) -> Rows:
        """The rows of a statement of its form."""
        if self.link is not None:
            values["link"] = self.link
        if self.find:
            values |= find_values(self.find)
        if self.among is not None:
            values["among"] = self.among
        if self.tab is Tab.BOUNCES:
            values |= {"now": self.now, "can_send": int(_can_send(connection))}
        return statement.rows(connection, activity=self.activity, **values)


def _can_send(connection: Connection) -> bool:
    """Whether any gateway of this store takes retries; a store that knows none tells nothing against it."""
    known = _CAPABILITIES.rows(connection)
    return not known or any(json.loads(one).get("send") for (one,) in known)


def by_index(connection: Connection, scope: Scope) -> Scope:
    """The same rows, looked for among few people where an index knows them; in this transaction only."""
    if scope.tab is Tab.LINKS:
        return scope
    if scope.find:
        found = candidates(connection, activity_key(connection, scope.activity), scope.tab, scope.find)
    else:
        found = _few_of_link(connection, scope)
    return scope if found is None else scope._replace(among=json.dumps(found))


def _few_of_link(connection: Connection, scope: Scope) -> list[int] | None:
    """Who clicked a link that few have clicked: in the order of the list one would look at all the others first."""
    if scope.link is None:
        return None
    everybody = total(scope.form._replace(of_link=False)).scalar(connection, activity=scope.activity) or 0
    if count_rows(connection, scope) * _RARE > everybody:
        return None
    return [key for (key,) in _OF_LINK.rows(connection, activity=scope.activity, link=scope.link)]


def newest_rows(connection: Connection, scope: Scope, number_key: bytes) -> TabPage:
    """The rows that a tab shows, with the marks of their numbers by the store's key, and how many there are in all.

    Raises NotFoundError.
    """
    columns = TAB_COLUMNS[scope.tab]
    if scope.tab is Tab.LINKS:
        links = _link_rows(connection, scope)
        shown = links[:SHOWN_ROWS]
        nothing = repeat(None)
        return TabPage(columns, len(links), tuple(map(_ROW, zip(nothing, shown, repeat(False), nothing, nothing))))
    found = scope.rows(connection, first_rows(scope.form, SHOWN_ROWS))
    if not found:
        activity_key(connection, scope.activity)
        return TabPage(columns, 0 if scope.find else count_rows(connection, scope), ())
    people, activities, times, erased, known, strikes, refusals, counted, *_ = zip(*found, strict=True)
    values: Rows = list(map(_SHOWN, found))
    marks = [Mark.NONE] * len(found)
    if strikes.count(None) < len(found):
        marks = [
            mark_of(one or 0, suppressed=is_suppressed(one or 0, two or 0))
            for one, two in zip(strikes, refusals, strict=True)
        ]
    if 0 in known:
        _mark_strangers(connection, marks, known, [row[_MSISDN] for row in values], number_key)
    if scope.tab is Tab.CLICKS:
        values = _with_links(connection, scope, activities[0], people, values)
    attempts: Sequence[SendState | None] = [None] * len(found)
    if scope.tab is Tab.BOUNCES:
        attempts = list(map(open_attempts(connection, activities[0], people).get, people))
    rows = tuple(map(_ROW, zip(times, values, map(bool, erased), marks, attempts, strict=True)))
    if counted[0] is not None:
        return TabPage(columns, counted[0], rows)
    # To count who is found is to find them once more.
    is_whole = scope.find is not None and len(rows) < SHOWN_ROWS
    return TabPage(columns, len(rows) if is_whole else count_rows(connection, scope), rows)


def _mark_strangers(
    connection: Connection, marks: list[Mark], known: Sequence[int], msisdns: Sequence[Any], number_key: bytes
) -> None:
    """Those of numbers that the statement has no token of: a receipt's, where the profile never came."""
    strangers = [place for place, one in enumerate(known) if not one]
    theirs = read_marks(connection, [msisdns[place] for place in strangers], number_key)
    for place, mark in zip(strangers, theirs, strict=True):
        marks[place] = mark


def all_rows(connection: Connection, scope: Scope) -> Iterator[Sequence[tuple[Value, ...]]]:
    """Every row of a tab in the order of the list, by key ranges; one transaction must span it."""
    if scope.tab is Tab.LINKS:
        yield _link_rows(connection, scope)
        return
    activity = activity_key(connection, scope.activity)
    time_at = [column.name for column in TAB_COLUMNS[scope.tab]].index(_ORDERED_BY[scope.tab])
    found = scope.rows(connection, first_range(scope.form, BATCH))
    while found:
        if scope.tab is Tab.CLICKS:
            yield _with_links(connection, scope, activity, [row[-1] for row in found], [row[:-1] for row in found])
        else:
            yield found
        if len(found) < BATCH:
            return
        # The first column of every such tab is the profile's id.
        at, last = found[-1][time_at], found[-1][0]
        found = scope.rows(connection, following_range(scope.form, BATCH), at=at, last=last)


def count_rows(connection: Connection, scope: Scope) -> int:
    """How many rows the list has: by its counter, or counted where it is searched."""
    if scope.tab is Tab.LINKS:
        return len(_link_rows(connection, scope))
    if scope.find:
        return int(scope.rows(connection, counted_rows(scope.form))[0][0])
    link = {} if scope.link is None else {"link": scope.link}
    return int(total(scope.form).scalar(connection, activity=scope.activity, **link) or 0)


def link_key(connection: Connection, activity: str, gateway_id: str) -> int:
    """The store's key of a link of an activity by the gateway's ids. Raises NotFoundError."""
    key = activity_key(connection, activity)
    chosen = select(LINK.c.link_id).where(LINK.c.activity_id == key, LINK.c.gateway_id == gateway_id)
    link = connection.scalar(chosen)
    if link is None:
        raise NotFoundError(f"The activity has no link {gateway_id[:128]!r}: its Links tab lists them.")
    return int(link)


def _link_rows(connection: Connection, scope: Scope) -> list[tuple[Value, ...]]:
    links = read_links(connection, scope.activity, machine_clicks=scope.machine_clicks)
    if not links:
        activity_key(connection, scope.activity)
    if scope.find is None:
        return list(links)
    wanted = scope.find.casefold()
    return [
        link for link in links if any(wanted in (text or "").casefold() for text in (link.id, link.url, link.title))
    ]


def _with_links(connection: Connection, scope: Scope, activity: int, people: Sequence[int], rows: Rows) -> Rows:
    """The rows of these people, their last column filled with the ids of the links that each of them clicked."""
    by_profile: dict[int, str] = {}
    links = _CLICKED_BY_ANY if scope.machine_clicks else _CLICKED
    for profile, link in sorted(links.rows(connection, people, activity)):
        by_profile[profile] = f"{by_profile[profile]} {link}" if profile in by_profile else link
    return [(*row[:-1], by_profile.get(profile, "")) for profile, row in zip(people, rows, strict=True)]


def _clicked(*, machine_clicks: bool) -> ByKeys:
    clicks = LINK_CLICK.c.clicks + LINK_CLICK.c.machine_clicks if machine_clicks else LINK_CLICK.c.clicks
    of_activity = LINK_CLICK.c.activity_id == bindparam("activity"), clicks > literal_column("0")
    statement = select(LINK_CLICK.c.profile_id, LINK.c.gateway_id).join(LINK, LINK.c.link_id == LINK_CLICK.c.link_id)
    key, index = LINK_CLICK.c.profile_id, "ix_link_click_recipient"
    return ByKeys(statement.where(*of_activity), key, ("activity",), index=index)


_CLICKED, _CLICKED_BY_ANY = (_clicked(machine_clicks=machine_clicks) for machine_clicks in (False, True))
_OF_LINK = Prepared(
    select(LINK_CLICK.c.profile_id).where(
        LINK_CLICK.c.activity_id == activity_of("activity"), LINK_CLICK.c.link_id == bindparam("link")
    )
)
_CAPABILITIES = Prepared(select(SOURCE.c.capabilities).where(SOURCE.c.capabilities.is_not(None)))
