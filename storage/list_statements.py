"""The statements of the tabs' lists, each made once for a form of list (rules.md 7)."""

from collections.abc import Sequence
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
from storage.dialect import items, joined, like_any_case, members, token_of
from storage.numbers import mark
from storage.prepared import Prepared
from storage.read_report import activity_of, has_attempt, waiting, with_number
from storage.tables import (
    ACTIVITY_COUNTS,
    ATTEMPT,
    CLICKS_OF_RECIPIENT,
    EVENT,
    LINK,
    LINK_CLICK,
    LINK_COUNT,
    NUMBER,
    PROFILE,
    RECIPIENT,
    SOURCE,
)

_OUTCOME = case({int(one): one.word for one in Outcome}, value=RECIPIENT.c.outcome)
_BUCKET = case({int(one): bucket.value for one, bucket in BUCKETS.items()}, value=RECIPIENT.c.outcome)


class Form(NamedTuple):
    """What a list's statements are made of.

    Their parameters are `activity`, by the gateway's id; `link` of those of one link; `now` of the Bounces tab; where
    people are found by a text what `find_values` gives, and `among` where candidates are known: JSON, the profiles'
    keys.
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


def _links(form: Form) -> ColumnElement[Any]:
    """The ids of the links that the person has clicked, in order."""
    clicks = LINK_CLICK.c.clicks + (LINK_CLICK.c.machine_clicks if form.machine_clicks else 0)
    clicked = (
        select(LINK.c.gateway_id)
        .select_from(LINK_CLICK.join(LINK, LINK.c.link_id == LINK_CLICK.c.link_id))
        .with_hint(*CLICKS_OF_RECIPIENT)
        .where(
            LINK_CLICK.c.activity_id == RECIPIENT.c.activity_id,
            LINK_CLICK.c.profile_id == RECIPIENT.c.profile_id,
            clicks > literal_column("0"),
        )
        .order_by(LINK.c.gateway_id)
        .correlate(RECIPIENT)
        .subquery()
    )
    return func.coalesce(select(joined(clicked.c.gateway_id)).scalar_subquery(), literal_column("''"))


def _attempt() -> ColumnElement[Any]:
    """The state of the attempt of ours that is not over: held, being sent, or under way."""
    over = ATTEMPT.c.state.in_([literal_column(str(int(one))) for one in (SendState.ENDED, SendState.DROPPED)])
    return (
        select(case((over, null()), else_=ATTEMPT.c.state))
        .where(ATTEMPT.c.activity_id == RECIPIENT.c.activity_id, ATTEMPT.c.profile_id == RECIPIENT.c.profile_id)
        .order_by(ATTEMPT.c.attempt.desc())
        .limit(1)
        .correlate(RECIPIENT)
        .scalar_subquery()
    )


def _can_send() -> ColumnElement[bool]:
    """Whether any gateway of this store takes retries; a store that knows none tells nothing against it."""
    known = select(SOURCE.c.source_id).where(SOURCE.c.capabilities.is_not(None))
    said = members(SOURCE.c.capabilities)
    does = select(SOURCE.c.source_id).where(SOURCE.c.capabilities.is_not(None)).join(said, said.c.key == "send")
    return or_(~known.exists(), does.where(said.c.type == "true").exists())


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
    """What each column of TAB_COLUMNS is made of."""
    machines = form.machine_clicks
    due = and_(waiting(bindparam("now", type_=BIG)), _can_send(), ~has_attempt(SendState.HELD))
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
        "links": _links(form),
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


def _columns(form: Form) -> list[ColumnElement[Any]]:
    made_of = _expressions(form)
    return [made_of[column.name].label(f"c_{column.name}") for column in TAB_COLUMNS[form.tab]]


def _statement(form: Form, columns: Sequence[ColumnElement[Any]], people: FromClause) -> Select[Any]:
    """In the order of the list."""
    time = _time(form)
    rows = select(*columns).select_from(people).where(_of_activity(form), time.is_not(None), *_filters(form))
    return rows.order_by(time.desc(), RECIPIENT.c.profile_key)


def _of_activity(form: Form) -> ColumnElement[bool]:
    if not form.among:
        return RECIPIENT.c.activity_id == activity_of("activity")
    keys = select(activity_of("activity"), cast(items(bindparam("among")).c.value, BIG))
    # Both columns at once: SQLite would else read the whole activity, which it takes for fewer rows than some keys.
    return tuple_(RECIPIENT.c.activity_id, RECIPIENT.c.profile_id).in_(keys)


HEAD = 4
"""Values before the tab's columns in `first_rows`."""


@lru_cache(maxsize=64)
def first_rows(form: Form, most: int) -> Prepared:
    """The first rows of the list.

    How many there are (None: they must be counted); whether the person is erased; the place of the number's mark in
    `storage.numbers.MARKS` (None: it must be looked up); the state of an attempt of ours that is not over; then the
    tab's columns. All in one: each statement more is a turn more to a server, and to SQLite as long as many rows.
    """
    people, marked = _people(form), NUMBER.alias("mark")
    place: ColumnElement[Any] = null()
    if not form.among:
        # Else everybody among them is looked up before it is known who comes first: too many for a token of each.
        people = people.outerjoin(marked, marked.c.token == token_of(PROFILE))
        # A profile that never came has no number: that of its receipts has no token here.
        place = case((PROFILE.c.known == literal_column("1"), mark(marked)))
    count = null() if form.find else _counter(form).scalar_subquery()
    attempt = _attempt() if form.tab is Tab.BOUNCES else null()
    head = (count.label("row_count"), PROFILE.c.erased, place.label("mark"), attempt.label("attempt"))
    return Prepared(_statement(form, (*head, *_columns(form)), people).limit(most))


@lru_cache(maxsize=64)
def first_range(form: Form, most: int) -> Prepared:
    """The first rows for a file: the tab's columns."""
    return Prepared(_range(form, most))


@lru_cache(maxsize=64)
def following_range(form: Form, most: int) -> Prepared:
    """The same of those after the row with the time `at` and the profile's id `last`."""
    time, at = _time(form), bindparam("at", type_=BIG)
    after = RECIPIENT.c.profile_key > bindparam("last")
    return Prepared(_range(form, most).where(time <= at, or_(time < at, after)))


def _range(form: Form, most: int) -> Select[Any]:
    return _statement(form, _columns(form), _people(form)).limit(most)


@lru_cache(maxsize=64)
def counted_rows(form: Form) -> Prepared:
    """How many rows there are."""
    rows = _statement(form, _columns(form), _people(form)).order_by(None)
    return Prepared(select(func.count()).select_from(rows.subquery()))


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
