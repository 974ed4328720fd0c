"""What the screens and commands ask of a store: one interface, so that a screen needs no database to be tested."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from smsreport_tui.rules.standing import Standing

# Only the types: what a report is made of is not imported before the first paint.
if TYPE_CHECKING:
    from smsreport_tui.rules.attempts import Decision
    from smsreport_tui.rules.columns import Column, Tab, TabPage, Value
    from smsreport_tui.rules.figures import Curves, Profile, Report
    from smsreport_tui.rules.reminders import Reach
    from smsreport_tui.rules.retry_figures import Retry, RetryBoard
    from smsreport_tui.rules.segment_figures import Channel, Comparison, People, Preview, StoredSegment, Why
    from smsreport_tui.rules.segment_file import SegmentFile
    from smsreport_tui.rules.segment_forms import Form, Listed
    from smsreport_tui.rules.segment_tree import Node
    from smsreport_tui.rules.summary import ActivitySummary


class SyncState(NamedTuple):
    """How the mirror stands: the end of the last complete sync (microseconds UTC), what hinders it, bad items kept."""

    as_of: int | None
    problem: str | None = None
    worker_alive: bool = False
    quarantined: int = 0
    retries: Standing = Standing()


class TabRows(NamedTuple):
    """All rows of a tab from one consistent snapshot: batches of raw values in the order of `columns`."""

    columns: "tuple[Column, ...]"
    total: int
    batches: "Iterator[Sequence[tuple[Value, ...]]]"


SHOWN_RETRIES = 500
"""So many rows of the queue a screen shows."""


class RetrySource(Protocol):
    """The retries of a store. Every method may block for milliseconds; raises SmsReportError."""

    def board(self, most: int = SHOWN_RETRIES) -> "RetryBoard":
        """The queue, and what stands in its way."""
        ...

    def of_profile(self, profile_id: str) -> "tuple[Retry, ...]":
        """The retries that wait for one person."""
        ...

    def standing(self) -> Standing:
        """The retries at a glance."""
        ...

    def decide(self, activity_id: str, profile_id: str, decision: "Decision") -> str:
        """Carries out a decision on a recipient's next attempt; what then holds, as a sentence."""
        ...

    def confirm(self, *, sending: bool) -> str:
        """Says that this store may send, or may not any more; what then holds, as a sentence."""
        ...

    def probe(self) -> str:
        """Lets the next pass ask a paused gateway; what then happens, as a sentence."""
        ...


class SegmentSource(Protocol):
    """The segments of a store. Every method may block for as long as a statement takes; raises SmsReportError."""

    def all(self) -> "list[StoredSegment]":
        """By name."""
        ...

    def get(self, name: str) -> "StoredSegment":
        """One of them. Raises SegmentError when there is none of that name."""
        ...

    def create(self, file: "SegmentFile") -> None:
        """Keeps a new dynamic segment."""
        ...

    def change(self, name: str, where: "Node") -> None:
        """Gives a dynamic segment other conditions."""
        ...

    def rename(self, name: str, new_name: str) -> None:
        """Also where others use it."""
        ...

    def duplicate(self, name: str, new_name: str) -> None:
        """A second dynamic one with the same conditions."""
        ...

    def delete(self, name: str) -> None:
        """Refused while another uses it."""
        ...

    def freeze(self, name: str, new_name: str | None = None) -> int:
        """Keeps the people of now as a list, under its own name or another; how many they are."""
        ...

    def count(self, name: str, *, seen: bool = False) -> int:
        """How many people are in it now; kept as one of its sizes, and with `seen` as what an operator saw last."""
        ...

    def people(self, name: str, channel: "Channel | None" = None) -> "People":
        """Who is in it; with a channel those who may be sent to by it, and whom each step left out."""
        ...

    def preview(self, where: "Node") -> "Preview":
        """What a tree that is being edited finds."""
        ...

    def compare(self, first: str, second: str) -> "Comparison":
        """Who is in one alone, and in both."""
        ...

    def reach(self, include: Sequence[str], exclude: Sequence[str]) -> "Reach":
        """Whom a reminder to some segments less others would reach now, and what a part costs."""
        ...

    def why(self, name: str, profile: str) -> "Why":
        """Whether a person is in it, and which conditions hold for them."""
        ...

    def offered(self, listed: "Listed") -> "tuple[Form, ...]":
        """Trees that are wanted from a place of a report, first exactly the people who are listed there."""
        ...

    def activity_names(self) -> dict[str, str]:
        """By id, of those that have one."""
        ...

    def attributes(self) -> list[str]:
        """The names that profiles have, the profile's own fields first."""
        ...

    def values(self, attribute: str, beginning: str) -> list[str]:
        """Some values of an attribute that begin so, case apart."""
        ...

    def tags(self, beginning: str) -> list[str]:
        """Some tags that begin so, case apart."""
        ...


class ReportSource(Protocol):
    """Reads of the local store. Every method may block for milliseconds and may be called from any thread.

    An activity or profile that the store does not know raises NotFoundError, a store that can not be read
    StoreError; both texts are fit for the screen.
    """

    @property
    def retries(self) -> RetrySource:
        """The queue of retries, and an operator's word on it."""
        ...

    @property
    def segments(self) -> SegmentSource:
        """The segments, and what they find."""
        ...

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

    def await_change(self, seconds: float, stop: threading.Event) -> None:
        """Returns when something may have changed, after so many seconds at the latest, or when `stop` is set."""
        ...

    def close(self) -> None: ...
