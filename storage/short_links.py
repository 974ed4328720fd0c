"""Short links by recipient: whose each is, which of them the shortener has, and what became of them."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, case, func, select, update

from storage.by_keys import ByKeys
from storage.letterbox import source_at
from storage.store import Store
from storage.tables import (
    ACTIVITY,
    EVENT,
    LINK,
    LINK_COUNT,
    SHORT_LINK,
    SOURCE,
    Row,
    bulk,
    insert_row,
)

CODE_LENGTH = 9
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Lower case, as a shortener may not tell cases apart, and without what is easily taken for another."""

_COLUMNS = ("source_id", "code", "activity", "profile", "link", "url")
_INSERT = insert_row(SHORT_LINK, *_COLUMNS)
_OWNERS = ByKeys(
    select(SHORT_LINK.c.code, SHORT_LINK.c.activity, SHORT_LINK.c.profile, SHORT_LINK.c.link, SHORT_LINK.c.url),
    SHORT_LINK.c.code,
)
_EVENTS = ByKeys(select(EVENT.c.gateway_id), EVENT.c.gateway_id)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a code is: the gateway's ids of activity, profile and link, and the long address."""

    activity: str
    profile: str
    link: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code that the shortener has not said that it has."""

    key: int
    code: str
    profile: str


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Of one link of an activity: short links made and waiting, and people who have clicked."""

    activity: str
    link: str
    url: str
    made: int
    waiting: int
    clicked: int


def new_code() -> str:
    """A code that nobody can guess: of ten thousand in use, one of three thousand million tries meets one."""
    return "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))


class ShortLinks:
    """The short links of one shortener, known by its address. Raises StoreError."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._url = url

    def leads_to(self, activity: str, link: str) -> tuple[str, str] | None:
        """The address of the shortener where a link of an activity was begun, and the long address; None if nowhere."""
        statement = (
            select(SOURCE.c.url, SHORT_LINK.c.url)
            .join_from(SHORT_LINK, SOURCE, SOURCE.c.source_id == SHORT_LINK.c.source_id)
            .where(SHORT_LINK.c.activity == activity, SHORT_LINK.c.link == link)
            .limit(1)
        )
        with self._store.reading() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else (str(row[0]), str(row[1]))

    def write_down(self, activity: str, link: str, url: str, profiles: Iterable[str]) -> None:
        """Give everybody who has none a code of their own, on the disk when this returns."""
        with self._store.writing() as connection:
            source = source_at(connection, self._url)
            chosen = (SHORT_LINK.c.activity == activity, SHORT_LINK.c.link == link)
            known = set(connection.scalars(select(SHORT_LINK.c.profile).where(*chosen)))
            missing = [profile for profile in dict.fromkeys(profiles) if profile not in known]
            rows: list[Row] = [(source, new_code(), activity, profile, link, url) for profile in missing]
            bulk(connection, _INSERT, _COLUMNS, rows)

    def waiting(self, activity: str, link: str, profiles: Collection[str]) -> list[Waiting]:
        """Those of these people's codes that the shortener may not have, in the order of their making."""
        columns = (SHORT_LINK.c.short_link_id, SHORT_LINK.c.code, SHORT_LINK.c.profile)
        chosen = (SHORT_LINK.c.activity == activity, SHORT_LINK.c.link == link, SHORT_LINK.c.made_at.is_(None))
        with self._store.reading() as connection:
            rows = connection.execute(select(*columns).where(*chosen).order_by(SHORT_LINK.c.short_link_id))
            return [Waiting(int(key), code, profile) for key, code, profile in rows if profile in profiles]

    def renew(self, waiting: Waiting) -> Waiting:
        """Another code in place of one that somebody else has at the shortener; nobody was given it yet."""
        code = new_code()
        chosen = (SHORT_LINK.c.short_link_id == waiting.key, SHORT_LINK.c.made_at.is_(None))
        with self._store.writing() as connection:
            connection.execute(update(SHORT_LINK).where(*chosen).values(code=code))
        return Waiting(waiting.key, code, waiting.profile)

    def made(self, links: Sequence[tuple[int, str]]) -> None:
        """The shortener has these, by the key of each its short address."""
        now = self._store.clock.now()
        statement = update(SHORT_LINK).where(SHORT_LINK.c.short_link_id == bindparam("key"))
        rows = [{"key": key, "address": address, "moment": now} for key, address in links]
        if rows:
            with self._store.writing() as connection:
                connection.execute(statement.values(short_url=bindparam("address"), made_at=bindparam("moment")), rows)

    def addresses(self, activity: str, link: str) -> dict[str, str]:
        """By profile the short address, of those that the shortener has."""
        columns = (SHORT_LINK.c.profile, SHORT_LINK.c.short_url)
        chosen = (SHORT_LINK.c.activity == activity, SHORT_LINK.c.link == link, SHORT_LINK.c.made_at.is_not(None))
        with self._store.reading() as connection:
            return {str(profile): str(url) for profile, url in connection.execute(select(*columns).where(*chosen))}

    def first_made(self) -> int | None:
        """When the shortener was first known to have one, in microseconds UTC; None before."""
        statement = (
            select(func.min(SHORT_LINK.c.made_at))
            .join_from(SHORT_LINK, SOURCE, SOURCE.c.source_id == SHORT_LINK.c.source_id)
            .where(SOURCE.c.url == self._url)
        )
        with self._store.reading() as connection:
            first = connection.scalar(statement)
        return None if first is None else int(first)

    def owners(self, codes: Collection[str]) -> dict[str, Owner]:
        """Whose these codes are, of those that are ours."""
        with self._store.reading() as connection:
            rows = _OWNERS.rows(connection, sorted(codes))
            return {str(code): Owner(*rest) for code, *rest in rows}

    def known_events(self, ids: Collection[str]) -> set[str]:
        """Those of these events that the store has."""
        with self._store.reading() as connection:
            return {str(row[0]) for row in _EVENTS.rows(connection, sorted(ids))}


def count_links(store: Store) -> list[LinkCounts]:
    """Every link that short links were begun for, by activity and link."""
    is_made = SHORT_LINK.c.made_at.is_not(None)
    sums = (
        select(
            SHORT_LINK.c.activity,
            SHORT_LINK.c.link,
            func.min(SHORT_LINK.c.url).label("url"),
            func.sum(case((is_made, 1), else_=0)).label("made"),
            func.sum(case((is_made, 0), else_=1)).label("waiting"),
        )
        .group_by(SHORT_LINK.c.activity, SHORT_LINK.c.link)
        .subquery()
    )
    of_link = and_(LINK.c.activity_id == ACTIVITY.c.activity_id, LINK.c.gateway_id == sums.c.link)
    counted = and_(LINK_COUNT.c.activity_id == LINK.c.activity_id, LINK_COUNT.c.link_id == LINK.c.link_id)
    statement = (
        select(*sums.c, func.coalesce(LINK_COUNT.c.unique_clicks, 0))
        .select_from(sums)
        .outerjoin(ACTIVITY, ACTIVITY.c.gateway_id == sums.c.activity)
        .outerjoin(LINK, of_link)
        .outerjoin(LINK_COUNT, counted)
        .order_by(sums.c.activity, sums.c.link)
    )
    with store.reading() as connection:
        return [
            LinkCounts(row[0], row[1], row[2], int(row[3]), int(row[4]), int(row[5]))
            for row in connection.execute(statement)
        ]
