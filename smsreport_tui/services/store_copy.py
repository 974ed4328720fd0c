"""Moves a store to another place or database: all rows from one snapshot, and proof that both tell the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from smsreport_tui.rules.attempts import SendState
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import StoreError
from smsreport_tui.services.reports import WORKER_LEASE
from storage.books import book_errors
from storage.copy_target import new_store_at
from storage.copying import Content, Told, contents, copy_tables
from storage.engine import store_url
from storage.leases import is_leased
from storage.lists import Scope, newest_rows
from storage.read_curves import read_curves
from storage.read_report import read_figures, read_summaries
from storage.store import Store, open_store
from storage.tables import ATTEMPT


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, how many reports were compared, and where both stores are, without passwords."""

    rows: dict[str, int]
    reports: int
    source: str
    target: str


def copy_store(source: str, target: str, clock: Clock, outcomes: Path | None, told: Told) -> Copied:
    """Make a store at `target` of that at `source`. Raises StoreError, and leaves nothing there then.

    Programs may read the source meanwhile. One that works on it must end first: what it would send while the copy is
    made, the copy would send once more.
    """
    url = store_url(target)
    if url == store_url(source):
        raise StoreError("Both addresses are the same store: give the place that it is to go to.")
    with open_store(source, clock, writable=False, outcomes=outcomes) as store, store.reading() as connection:
        _refuse_at_work(store, connection, clock)
        with new_store_at(url, clock, store.number_key) as writing:
            read = copy_tables(connection, writing, store.number_key, told)
            with writing() as copy:
                _compare_rows(read, contents(copy))
                reports = _compare_reports(connection, copy, store.number_key, clock.now())
                wrong = [one for one in book_errors(copy) if one not in book_errors(connection)]
                if wrong:
                    raise StoreError(f"The copy's books are wrong, and it is not kept: {wrong[0]}")
    return Copied(
        {name: content.rows for name, content in read.items() if content.rows},
        reports,
        store.place,
        url.set(password=None).render_as_string(),
    )


def _refuse_at_work(store: Store, connection: Connection, clock: Clock) -> None:
    if is_leased(connection, WORKER_LEASE, clock.now()):
        raise StoreError(
            f"A worker is at work on {store.place}: end it, and the apps that have one, then copy the store."
        )
    sending = select(func.count()).select_from(ATTEMPT).where(ATTEMPT.c.state == int(SendState.SENDING))
    if connection.scalar(sending):
        raise StoreError(
            f"The answers to some retries of {store.place} are not known yet: run `smsreport worker --once` on it, "
            "which asks for them, then copy the store."
        )


def _compare_rows(read: dict[str, Content], written: dict[str, Content]) -> None:
    other = [name for name, content in read.items() if written[name] != content]
    if other:
        raise StoreError(f"The copy holds other rows than the store ({', '.join(other)}), and it is not kept.")


def _compare_reports(source: Connection, copy: Connection, number_key: bytes, now: int) -> int:
    """How many activities there are, of which both tell the same report, curves and newest rows of each tab."""
    activities = [summary.id for summary in read_summaries(source)]
    for activity in activities:
        ours, theirs = (_told_of(one, activity, number_key, now) for one in (source, copy))
        if any(one != other for one, other in zip(ours, theirs, strict=True)):
            raise StoreError(f"The copy tells another report of {activity} than the store, and it is not kept.")
    return len(activities)


def _told_of(connection: Connection, activity: str, number_key: bytes, now: int) -> Iterator[Any]:
    for machine_clicks in (False, True):
        yield read_figures(connection, activity, now, machine_clicks=machine_clicks)
        yield read_curves(connection, activity, machine_clicks=machine_clicks)
        for tab in Tab:
            yield newest_rows(connection, Scope(activity, tab, now, machine_clicks=machine_clicks), number_key)
