"""Reads of an open store for the screens and the command line."""

import contextlib
import threading
from collections.abc import Iterator

from smsreport_tui.rules.clock import MINUTE, Clock
from smsreport_tui.rules.columns import TAB_COLUMNS, Tab, TabPage
from smsreport_tui.rules.figures import Curves, Profile, Report, rates
from smsreport_tui.rules.summary import ActivitySummary
from smsreport_tui.services.retry_desk import RetryDesk
from smsreport_tui.services.segment_desk import SegmentDesk
from smsreport_tui.services.source import RetrySource, SegmentSource, SyncState, TabRows
from storage.leases import is_leased
from storage.lists import Scope, all_rows, by_index, count_rows, link_key, newest, newest_rows, page_of
from storage.mirror import last_sync
from storage.quarantine import count_all_bad
from storage.read_curves import read_curves
from storage.read_profile import read_profile
from storage.read_report import activity_key, read_figures, read_summaries
from storage.store import Store

FRESH = 10 * MINUTE
"""Data younger than this is marked as still arriving (rules.md 4)."""

WORKER_LEASE = "worker"


class Reports:
    """The ReportSource of a store."""

    def __init__(self, store: Store, clock: Clock, retries: RetryDesk | None = None) -> None:
        self._store = store
        self._clock = clock
        self.retries: RetrySource = retries or RetryDesk(store, clock)
        self.segments: SegmentSource = SegmentDesk(store, clock)

    def activities(self) -> list[ActivitySummary]:
        """Newest first."""
        with self._store.reading() as connection:
            return read_summaries(connection)

    def report(self, activity_id: str, *, machine_clicks: bool = False) -> Report:
        """The report by now. Raises NotFoundError."""
        now = self._clock.now()
        synced, _ = last_sync(self._store)
        with self._store.reading() as connection:
            found = read_figures(connection, activity_id, now, machine_clicks=machine_clicks)
        sent_at = found.activity.sent_at
        return Report(
            activity=found.activity,
            as_of=synced,
            open=found.open,
            fresh=sent_at is not None and 0 <= now - sent_at < FRESH,
            counts=found.counts,
            rates=rates(found.counts),
            quarantined=found.quarantined,
            total_credits=found.total_credits,
            retry_credits=found.retry_credits,
            links=found.links,
            codes=found.codes,
        )

    def curves(self, activity_id: str, *, machine_clicks: bool = False) -> Curves:
        """Deliveries and first clicks by the hour. Raises NotFoundError."""
        with self._store.reading() as connection:
            return read_curves(connection, activity_id, machine_clicks=machine_clicks)

    def tab(
        self,
        activity_id: str,
        tab: Tab,
        *,
        find: str | None = None,
        link: str | None = None,
        machine_clicks: bool = False,
    ) -> TabPage:
        """The newest 25 rows. Raises NotFoundError."""
        scope = Scope(activity_id, tab, self._clock.now(), find, None, machine_clicks)
        wanted_link = link if tab is Tab.CLICKS else None
        if not find and wanted_link is None:
            page = page_of(scope, self._store.ask(newest(scope), scope.values()))
            if page is not None:
                return page
        with self._store.reading() as connection:
            if wanted_link is not None:
                scope = scope._replace(link=link_key(connection, activity_id, wanted_link))
            scope = by_index(connection, scope)
            return newest_rows(connection, scope, self._store.number_key)

    @contextlib.contextmanager
    def rows(
        self, activity_id: str, tab: Tab, *, find: str | None = None, machine_clicks: bool = False
    ) -> Iterator[TabRows]:
        """All rows, from one snapshot. Raises NotFoundError."""
        with self._store.reading() as connection:
            activity_key(connection, activity_id)
            scope = by_index(connection, Scope(activity_id, tab, self._clock.now(), find, None, machine_clicks))
            yield TabRows(TAB_COLUMNS[tab], count_rows(connection, scope), all_rows(connection, scope))

    def profile(self, profile_id: str) -> Profile:
        """One person. Raises NotFoundError."""
        with self._store.reading() as connection:
            return read_profile(connection, profile_id, self._store.number_key)

    def sync_state(self) -> SyncState:
        """How the mirror stands."""
        synced, problem = last_sync(self._store)
        with self._store.reading() as connection:
            alive = is_leased(connection, WORKER_LEASE, self._clock.now())
            bad = count_all_bad(connection)
        return SyncState(synced, problem, alive, bad, self.retries.standing())

    def version(self) -> int:
        """Changes whenever somebody has written to the store."""
        return self._store.version()

    def await_change(self, seconds: float, stop: threading.Event) -> None:
        """See `storage.store.Store.await_change`."""
        self._store.await_change(seconds, stop)

    def close(self) -> None:
        """Give the store back."""
        self._store.close()
