"""Tells when another process has changed the store: it asks for its version twice a second, or when news wake it."""

import math
import threading
from collections.abc import Callable
from typing import NamedTuple

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.services.news import News
from smsreport_tui.services.source import ReportSource, SyncState

POLL_SECONDS = 0.5
# How often the state of the sync is asked for while nothing changes: a worker that died changes no row.
_POLLS_A_STATE = 4


class Seen(NamedTuple):
    """What one look at the store found: whether its rows changed, and how the mirror stands."""

    changed: bool
    state: SyncState


class StoreWatch:
    """A daemon thread that calls `on_seen` at once, after each change, and every two seconds without one.

    `quiet` gives the seconds since somebody typed: what a change leads to waits for a pause in that, and not for long.
    """

    def __init__(
        self,
        source: ReportSource,
        on_seen: Callable[[Seen], None],
        seconds: float = POLL_SECONDS,
        quiet: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._source = source
        self._news = News(quiet)
        self._on_seen = on_seen
        self._seconds = seconds
        # Taken before anybody reads rows: what changes after that is told.
        self._version = source.version()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="store-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for the look under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _watch(self) -> None:
        quiet = 0
        while not self._stop.is_set():
            try:
                changed = self._has_changed()
                if changed:
                    self._wait_for_a_pause()
                if changed or quiet % _POLLS_A_STATE == 0:
                    self._on_seen(Seen(changed, self._source.sync_state()))
                quiet = 0 if changed else quiet + 1
                self._source.await_change(self._seconds, self._stop)
            except SmsReportError as error:
                self._on_seen(Seen(False, SyncState(None, str(error))))
                self._stop.wait(self._seconds)

    def _has_changed(self) -> bool:
        latest = self._source.version()
        changed, self._version = latest != self._version, latest
        return changed

    def _wait_for_a_pause(self) -> None:
        self._news.came()
        while (wait := self._news.seconds_to_wait()) and not self._stop.wait(wait):
            pass
        self._news.told()
        # What has come meanwhile is told with it.
        self._has_changed()
