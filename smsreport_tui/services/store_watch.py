"""Tells when another process has changed the store, by asking for its version twice a second."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.services.source import ReportSource, SyncState

POLL_SECONDS = 0.5
# How often the state of the sync is asked for while nothing changes: a worker that died changes no row.
_POLLS_A_STATE = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at the store found: whether its rows changed, and how the mirror stands."""

    changed: bool
    state: SyncState


class StoreWatch:
    """A daemon thread that calls `on_seen` at once, after each change, and every two seconds without one."""

    def __init__(self, source: ReportSource, on_seen: Callable[[Seen], None], seconds: float = POLL_SECONDS) -> None:
        self._source = source
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
                latest = self._source.version()
                changed = latest != self._version
                self._version = latest
                if changed or quiet % _POLLS_A_STATE == 0:
                    self._on_seen(Seen(changed, self._source.sync_state()))
                quiet = 0 if changed else quiet + 1
            except SmsReportError as error:
                self._on_seen(Seen(False, SyncState(None, str(error))))
            self._stop.wait(self._seconds)
