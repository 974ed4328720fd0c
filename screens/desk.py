"""What the screens share: the open source, how the mirror stands, and whether numbers are masked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from smsreport_tui.rules.formatting import count_of
from smsreport_tui.rules.text import shown
from smsreport_tui.services.session import Session
from smsreport_tui.services.source import ReportSource, SyncState

CodeWords = Callable[[str | None, str | None, str | None], str | None]
# What is longer would fill the status line many times over, and be wrapped anew at every paint.
_LONGEST_SENTENCE = 400


def _no_words(_vendor: str | None, _scheme: str | None, _code: str | None) -> str | None:
    return None


@dataclass
class Desk:
    """Made and changed by the app alone; a screen reads it when it paints."""

    session: Session
    source: ReportSource | None = None
    problem: str | None = None
    sync: SyncState = field(default_factory=lambda: SyncState(None))
    worker_problem: str | None = None
    masked: bool = True
    code_words: CodeWords = _no_words

    @property
    def now(self) -> int:
        return self.session.clock.now()

    @property
    def hindrance(self) -> str | None:
        """What keeps the mirror from being kept in step, as a sentence."""
        problem = self.sync.problem or (None if self.sync.worker_alive else self.worker_problem)
        return shown(problem, _LONGEST_SENTENCE) if problem else None

    @property
    def states(self) -> tuple[str, ...]:
        """The status line: the worker, bad items, the gateway; what matters most first."""
        if self.source is None:
            return ()
        bad = self.sync.quarantined
        kept = (f"! {count_of(bad, 'bad item')}",) if bad else ()
        return (
            self._sync_words,
            *self._retry_words,
            *kept,
            *((gateway_name(self.session.gateway),) if self.session.gateway else ()),
        )

    @property
    def _retry_words(self) -> tuple[str, ...]:
        """What of the retries waits for the operator."""
        retries = self.sync.retries
        held = (f"! {count_of(retries.held, 'held retry')}",) if retries.held else ()
        stopped = "! retries paused" if retries.paused else "retries not confirmed" if retries.unconfirmed else ""
        return (*held, *([stopped] if stopped else []))

    @property
    def _sync_words(self) -> str:
        if self.hindrance:
            return "Sync ! problem"
        return "Sync ● on" if self.sync.worker_alive else "Sync ○ off"


def gateway_name(address: str) -> str:
    """The host of a gateway's address, which is how people call it."""
    return shown(address.partition("://")[2].partition("/")[0].rpartition("@")[2], 40)
