"""What the screens and commands ask of a store: one interface, so that a screen needs no database to be tested."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

# Only the types: what a report is made of is not imported before the first paint.
if TYPE_CHECKING:
    from smsreport_tui.rules.columns import Column, Tab, TabPage, Value
    from smsreport_tui.rules.figures import Curves, Profile, Report
    from smsreport_tui.rules.summary import ActivitySummary


@dataclass(frozen=True, slots=True)
class SyncState:
    """How the mirror stands: the end of the last complete sync (microseconds UTC), what hinders it, bad items kept."""

    as_of: int | None
    problem: str | None = None
    worker_alive: bool = False
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class TabRows:
    """All rows of a tab from one consistent snapshot: batches of raw values in the order of `columns`."""

    columns: "tuple[Column, ...]"
    total: int
    batches: "Iterator[Sequence[tuple[Value, ...]]]"


class ReportSource(Protocol):
    """Reads of the local store. Every method may block for milliseconds and may be called from any thread.

    An activity or profile that the store does not know raises NotFoundError, a store that can not be read
    StoreError; both texts are fit for the screen.
    """

    def activities(self) -> "list[ActivitySummary]":
        """Newest first."""
        ...

    def report(self, activity_id: str, *, machine_clicks: bool = False) -> "Report": ...

    def curves(self, activity_id: str, *, machine_clicks: bool = False) -> "Curves":
        """Deliveries and first clicks by the hour since the sending."""
        ...

    def tab(
        self,
        activity_id: str,
        tab: "Tab",
        *,
        find: str | None = None,
        link: str | None = None,
        machine_clicks: bool = False,
    ) -> "TabPage":
        """At most 25 rows; `find` narrows to a part of a name, number or code, `link` (clicks only) to one link."""
        ...

    def rows(
        self, activity_id: str, tab: "Tab", *, find: str | None = None, machine_clicks: bool = False
    ) -> AbstractContextManager[TabRows]:
        """All rows of a tab in the order of the list; the snapshot is held until the context ends."""
        ...

    def profile(self, profile_id: str) -> "Profile": ...

    def sync_state(self) -> SyncState: ...

    def version(self) -> int:
        """A number that differs whenever another process or thread has changed the store since the last call."""
        ...

    def close(self) -> None: ...
