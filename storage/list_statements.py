"""The statements of the tabs' lists, each made once for a form of list (rules.md 7)."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    tuple_,
)

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab
from smsreport_tui.rules.outcomes import BUCKETS, Outcome
from storage.columns import BIG
from storage.dialect import items, like_any_case, token_of
from storage.prepared import Prepared
from storage.read_report import activity_of, has_attempt, waiting, with_number
from storage.tables import ACTIVITY_COUNTS, EVENT, LINK_CLICK, LINK_COUNT, NUMBER, PROFILE, RECIPIENT

_OUTCOME = case({int(one): one.word for one in Outcome}, value=RECIPIENT.c.outcome)
_BUCKET = case({int(one): bucket.value for one, bucket in BUCKETS.items()}, value=RECIPIENT.c.outcome)


class Form(NamedTuple):
    """What a list's statements are made of.

    Their parameters are `activity`, by the gateway's id; `link` of those of one link; `now` and `can_send` of the
    Bounces tab; where people are found by a text what `find_values` gives, and `among` where candidates are known:
    JSON, the profiles' keys.
    """

    tab: Tab
    find: bool
    among: bool
    of_link: bool
    machine_clicks: bool


def _event_msisdn() -> ColumnElement[Any]:
    """The number of a profile that never came: its newest event's in this activity."""
    newest = (
        select(EVENT.c.msisdn)
        .where(
            EVENT.c.activity_id == RECIPIENT.c.activity_id,
            EVENT.c.profile_id == RECIPIENT.c.profile_id,
            EVENT.c.msisdn.is_not(None),
        )
        .order_by(EVENT.c.at.desc(), EVENT.c.gateway_id.desc())
        .limit(1)
        .correlate(RECIPIENT)
        .scalar_subquery()
    )
    return case((PROFILE.c.known == 1, PROFILE.c.msisdn), (PROFILE.c.erased == 1, null()), else_=newest)


def _time(form: Form) -> ColumnElement[Any]:
    """The time that orders the tab; recipients without one are not in it."""
    any_click = RECIPIENT.c.last_any_at if form.machine_clicks else RECIPIENT.c.last_click_at
    columns: dict[Tab, ColumnElement[Any]] = {
        Tab.SENT: RECIPIENT.c.sent_at,
        Tab.DELIVERED: RECIPIENT.c.tab_delivered_at,
        Tab.CLICKS: any_click,
        Tab.BOUNCES: RECIPIENT.c.bounced_at,
        Tab.UNSUBSCRIBE: RECIPIENT.c.unsubscribed_at,
    }
    return columns[form.tab]


def _expressions(form: Form) -> dict[str, ColumnElement[Any]]:
    """What each column of TAB_COLUMNS is made of; `links` is filled in afterwards."""
    machines = form.machine_clicks
    can_send = bindparam("can_send", type_=BIG) == 1
    due = and_(waiting(bindparam("now", type_=BIG)), can_send, ~has_attempt(SendState.HELD))
    return {
        "profile": PROFILE.c.gateway_id,
        "name": PROFILE.c.name,
        "msisdn": _event_msisdn(),
        "email": PROFILE.c.email,
        "sent_at": RECIPIENT.c.sent_at,
        "delivered_at": RECIPIENT.c.tab_delivered_at,
        "outcome": _OUTCOME,
        "attempts": RECIPIENT.c.attempts,
        "credits": RECIPIENT.c.credits,
        "first_click_at": RECIPIENT.c.first_any_at if machines else RECIPIENT.c.first_click_at,
        "last_click_at": RECIPIENT.c.last_any_at if machines else RECIPIENT.c.last_click_at,
        "clicks": RECIPIENT.c.clicks + (RECIPIENT.c.machine_clicks if machines else 0),
        "links": null(),
        "bounce": _BUCKET,
        "vendor": RECIPIENT.c.vendor,
        "scheme": RECIPIENT.c.scheme,
        "code": RECIPIENT.c.code,
        "reason": EVENT.c.reason,
        "bounced_at": RECIPIENT.c.bounced_at,
        "next_retry_at": case((due, RECIPIENT.c.retry_due_at), else_=null()),
        "strikes": func.coalesce(NUMBER.c.strikes, 0),
        "unsubscribed_at": RECIPIENT.c.unsubscribed_at,
    }


def _people(form: Form) -> FromClause:
    if form.tab is Tab.BOUNCES:
        return with_number()
    return RECIPIENT.join(PROFILE, PROFILE.c.profile_id == RECIPIENT.c.profile_id)


def _statement(form: Form, people: FromClause | None = None) -> Select[Any]:
    """Key, time and mark of erasure first, then the tab's columns; in the order of the list."""
    time = _time(form)
    made_of = _expressions(form)
    columns = [made_of[column.name].label(f"c_{column.name}") for column in TAB_COLUMNS[form.tab]]
    statement = (
        select(RECIPIENT.c.profile_id, time.label("row_time"), PROFILE.c.erased, *columns)
        .select_from(_people(form) if people is None else people)
        .where(_of_activity(form), time.is_not(None), *_filters(form))
    )
    return statement.order_by(time.desc(), RECIPIENT.c.profile_key)


def _of_activity(form: Form) -> ColumnElement[bool]:
    if not form.among:
        return RECIPIENT.c.activity_id == activity_of("activity")
    keys = select(activity_of("activity"), cast(items(bindparam("among")).c.value, BIG))
    # Both columns at once: SQLite would else read the whole activity, which it takes for fewer rows than some keys.
    return tuple_(RECIPIENT.c.activity_id, RECIPIENT.c.profile_id).in_(keys)


HEAD = 8
"""Values before the tab's columns in `first_rows`."""


@lru_cache(maxsize=64)
def first_rows(form: Form, most: int) -> Prepared:
    """The first rows of the list.

    The keys of person and activity, time, mark of erasure; whether the profile has come and its number's mark stands in
    the row; strikes and refusals of that number (None: it has none); how many rows there are (None: they must be
    counted); then the tab's columns. All in one: each statement more is a turn more to a server, and to SQLite as long
    as many rows.
    """
    mark = NUMBER.alias("mark")
    people = _people(form)
    marks: tuple[ColumnElement[Any], ...] = (PROFILE.c.known, mark.c.strikes, mark.c.refused)
    if form.among:
        # Everybody among them is looked up before it is known who comes first: too many for a token of each.
        marks = literal_column("0").label("known"), null().label("strikes"), null().label("refused")
    else:
        people = people.outerjoin(mark, mark.c.token == token_of(PROFILE))
    count = null() if form.find else _counter(form).scalar_subquery()
    statement = _statement(form, people)
    key, time, erased, *columns = statement.selected_columns
    wanted = (key, RECIPIENT.c.activity_id, time, erased, *marks, count.label("row_count"))
    return Prepared(statement.with_only_columns(*wanted, *columns, maintain_column_froms=True).limit(most))


@lru_cache(maxsize=64)
def first_range(form: Form, most: int) -> Prepared:
    """The first rows for a file: the tab's columns, and of the Clicks tab the key behind them."""
    return Prepared(_range(form, most))


@lru_cache(maxsize=64)
def following_range(form: Form, most: int) -> Prepared:
    """The same of those after the row with the time `at` and the profile's id `last`."""
    time, at = _time(form), bindparam("at", type_=BIG)
    after = RECIPIENT.c.profile_key > bindparam("last")
    return Prepared(_range(form, most).where(time <= at, or_(time < at, after)))


def _range(form: Form, most: int) -> Select[Any]:
    statement = _statement(form).limit(most)
    key, _, _, *columns = statement.selected_columns
    # Among millions of rows each value that nobody asks for counts.
    wanted = [*columns, key] if form.tab is Tab.CLICKS else columns
    return statement.with_only_columns(*wanted, maintain_column_froms=True)


@lru_cache(maxsize=64)
def counted_rows(form: Form) -> Prepared:
    """How many rows there are."""
    return Prepared(select(func.count()).select_from(_statement(form).order_by(None).subquery()))


def _filters(form: Form) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if form.of_link:
        clicks = LINK_CLICK.c.clicks + (LINK_CLICK.c.machine_clicks if form.machine_clicks else 0)
        filters.append(
            select(LINK_CLICK.c.link_id)
            .where(
                LINK_CLICK.c.activity_id == RECIPIENT.c.activity_id,
                LINK_CLICK.c.link_id == bindparam("link"),
                LINK_CLICK.c.profile_id == RECIPIENT.c.profile_id,
                clicks > 0,
            )
            .exists()
        )
    if form.find:
        filters.append(_holds_text(among=form.among, by_code=form.tab is Tab.BOUNCES))
    return filters


_ESCAPE = "/"


def find_values(text: str) -> dict[str, str]:
    """The parameters of a statement that finds people by this text."""

    def literal(part: str) -> str:
        for one in (_ESCAPE, "%", "_"):
            part = part.replace(one, _ESCAPE + one)
        return part

    return {"text": literal(text), "folded": literal(text.casefold())}


def _holds_text(*, among: bool, by_code: bool) -> ColumnElement[bool]:
    """Whether the text is part of name or number, of those whose profile says so or does not know its number."""
    text, folded = (bindparam(name, type_=Text) for name in ("text", "folded"))
    held = or_(PROFILE.c.name_folded.contains(folded, escape=_ESCAPE), _event_msisdn().contains(text, escape=_ESCAPE))
    if not among:
        person = PROFILE.alias()
        known = [
            person.c.name_folded.contains(folded, escape=_ESCAPE),
            person.c.msisdn.contains(text, escape=_ESCAPE),
            person.c.known == 0,
        ]
        # The profiles are read through once, which is far less than to look at each recipient's.
        held = and_(RECIPIENT.c.profile_id.in_(select(person.c.profile_id).where(or_(*known))), held)
    any_code = literal("%", Text) + text + literal("%", Text)
    return or_(held, like_any_case(RECIPIENT.c.code, any_code, _ESCAPE)) if by_code else held


@lru_cache(maxsize=64)
def total(form: Form) -> Prepared:
    """The counter of the rows of a list that is not searched."""
    return Prepared(_counter(form))


def _counter(form: Form) -> Select[Any]:
    if form.of_link:
        people = LINK_COUNT.c.unique_any if form.machine_clicks else LINK_COUNT.c.unique_clicks
        of_link = LINK_COUNT.c.activity_id == activity_of("activity"), LINK_COUNT.c.link_id == bindparam("link")
        return select(people).where(*of_link)
    counts = ACTIVITY_COUNTS.c
    clickers = counts.unique_any if form.machine_clicks else counts.unique_clicks
    totals = {
        Tab.SENT: counts.sent,
        Tab.DELIVERED: counts.delivered,
        Tab.CLICKS: clickers,
        Tab.BOUNCES: counts.soft + counts.hard + counts.rejected,
        Tab.UNSUBSCRIBE: counts.unsubscribed,
    }
    return select(totals[form.tab]).where(counts.activity_id == activity_of("activity"))
