"""The rows of the tabs: the newest 25, or all of them by key ranges (rules.md 7). Values stand in column order."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.columns import SHOWN_ROWS, TAB_COLUMNS, Kind, ListRow, Tab, TabPage, Value
from smsreport_tui.rules.errors import NotFoundError
from smsreport_tui.rules.marks import Mark
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
from storage.numbers import MARKS
from storage.prepared import Prepared, Rows
from storage.read_report import activity_key, activity_of, link_rows
from storage.read_strikes import read_marks
from storage.tables import LINK, LINK_CLICK

_RARE = 16
"""A link is rare that fewer than one in so many clickers have clicked."""
BATCH = 1_000
"""Rows of one key range."""

_MSISDN = next(place for place, column in enumerate(TAB_COLUMNS[Tab.SENT]) if column.kind is Kind.MSISDN)
"""The place of the number in each tab of people."""
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
_TIME_AT = {tab: [column.name for column in TAB_COLUMNS[tab]].index(name) for tab, name in _ORDERED_BY.items()}
_ATTEMPTS: dict[int | None, SendState | None] = {None: None, **{int(state): state for state in SendState}}
_NOTHING, _NOT_ERASED, _ROWS = repeat(None), repeat(False), repeat(ListRow)
_LINK_TEXTS = 3
"""Id, address and title come first in a link's row."""


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
        return statement.rows(connection, **self.values(), **values)

    def values(self) -> dict[str, Any]:
        """The parameters of the statements of its form."""
        values: dict[str, Any] = {"activity": self.activity}
        if self.link is not None:
            values["link"] = self.link
        if self.find:
            values |= find_values(self.find)
        if self.among is not None:
            values["among"] = self.among
        if self.tab is Tab.BOUNCES:
            values["now"] = self.now
        return values


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
    found = _link_rows(connection, scope) if scope.tab is Tab.LINKS else scope.rows(connection, newest(scope))
    whole = page_of(scope, found)
    return _completed(connection, scope, found, number_key) if whole is None else whole


def newest(scope: Scope) -> Prepared:
    """The statement of whose rows `page_of` makes a page where nobody is searched for; by the `values` of the scope."""
    if scope.tab is Tab.LINKS:
        return link_rows(machine_clicks=scope.machine_clicks)
    return first_rows(scope.form, SHOWN_ROWS)


def page_of(scope: Scope, found: Rows) -> TabPage | None:
    """The page of these rows; None where more must be asked for it."""
    if not found:
        return None
    if scope.tab is Tab.LINKS:
        shown = zip(_NOTHING, found[:SHOWN_ROWS], _NOT_ERASED, _NOTHING, _NOTHING, strict=False)
        return TabPage(TAB_COLUMNS[Tab.LINKS], len(found), tuple(map(tuple.__new__, _ROWS, shown)))
    counted, places = found[0][0], [row[2] for row in found]
    if counted is None or None in places:
        return None
    return _page(scope, found, [MARKS[place] for place in places], counted)


def _page(scope: Scope, found: Rows, marks: list[Mark], counted: int) -> TabPage:
    at = HEAD + _TIME_AT[scope.tab]
    rows = [
        _ROW((row[at], row[HEAD:], row[1] == 1, mark, _ATTEMPTS[row[3]]))
        for row, mark in zip(found, marks, strict=True)
    ]
    return TabPage(TAB_COLUMNS[scope.tab], counted, tuple(rows))


def _completed(connection: Connection, scope: Scope, found: Rows, number_key: bytes) -> TabPage:
    """The page with what one statement does not tell. Raises NotFoundError."""
    if not found:
        activity_key(connection, scope.activity)
    if scope.tab is Tab.LINKS:
        return TabPage(TAB_COLUMNS[Tab.LINKS], 0, ())
    # A receipt's number, where the profile never came; and everybody's among few.
    strangers = [row[HEAD + _MSISDN] for row in found if row[2] is None]
    theirs = iter(read_marks(connection, strangers, number_key))
    marks = [next(theirs) if row[2] is None else MARKS[row[2]] for row in found]
    return _page(scope, found, marks, _counted(connection, scope, found))


def _counted(connection: Connection, scope: Scope, found: Rows) -> int:
    if found and found[0][0] is not None:
        return int(found[0][0])
    # To count who is found is to find them once more.
    return len(found) if scope.find and len(found) < SHOWN_ROWS else count_rows(connection, scope)


def all_rows(connection: Connection, scope: Scope) -> Iterator[Sequence[tuple[Value, ...]]]:
    """Every row of a tab in the order of the list, by key ranges of one transaction. Raises NotFoundError."""
    activity_key(connection, scope.activity)
    if scope.tab is Tab.LINKS:
        yield _link_rows(connection, scope)
        return
    found = scope.rows(connection, first_range(scope.form, BATCH))
    while found:
        yield found
        if len(found) < BATCH:
            return
        # The first column of every such tab is the profile's id.
        at, last = found[-1][_TIME_AT[scope.tab]], found[-1][0]
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


def _link_rows(connection: Connection, scope: Scope) -> Rows:
    links = newest(scope).rows(connection, activity=scope.activity)
    if scope.find is None:
        return links
    wanted = scope.find.casefold()
    return [link for link in links if any(wanted in (text or "").casefold() for text in link[:_LINK_TEXTS])]


_OF_LINK = Prepared(
    select(LINK_CLICK.c.profile_id).where(
        LINK_CLICK.c.activity_id == activity_of("activity"), LINK_CLICK.c.link_id == bindparam("link")
    )
)
