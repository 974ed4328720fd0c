"""The six tabs and the columns of their lists and files, in order (rules.md 7). The one place to add a column."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

# The list of activities paints before anything of a report is imported.
if TYPE_CHECKING:
    from smsreport_tui.rules.attempts import SendState
    from smsreport_tui.rules.marks import Mark

SHOWN_ROWS = 25
"""A tab lists at most so many rows (rules.md 7)."""


class Tab(StrEnum):
    """A tab of the report; the value is its name on the command line."""

    SENT = "sent"
    DELIVERED = "delivered"
    CLICKS = "clicks"
    LINKS = "links"
    BOUNCES = "bounces"
    UNSUBSCRIBE = "unsubscribe"


class Kind(StrEnum):
    """How a column's raw value is meant: the value in a row is what stands in brackets, or None."""

    TEXT = "text"  # str
    MSISDN = "msisdn"  # str, E.164
    TIME = "time"  # int, microseconds UTC
    COUNT = "count"  # int
    CREDITS = "credits"  # int, ten-thousandths
    RATE = "rate"  # float


Value = str | int | float | None


class Column(NamedTuple):
    """One column: its name in files and JSON, its heading on the screen, the kind of its values."""

    name: str
    title: str
    kind: Kind = Kind.TEXT


_PERSON = (
    Column("profile", "Profile"),
    Column("name", "Name"),
    Column("msisdn", "Number", Kind.MSISDN),
    Column("email", "E-mail"),
)

TAB_COLUMNS: Mapping[Tab, tuple[Column, ...]] = {
    Tab.SENT: (
        *_PERSON,
        Column("sent_at", "Sent", Kind.TIME),
        Column("outcome", "Outcome"),
        Column("attempts", "Attempts", Kind.COUNT),
        Column("credits", "Credits", Kind.CREDITS),
    ),
    Tab.DELIVERED: (
        *_PERSON,
        Column("sent_at", "Sent", Kind.TIME),
        Column("delivered_at", "Delivered", Kind.TIME),
        Column("attempts", "Attempts", Kind.COUNT),
    ),
    Tab.CLICKS: (
        *_PERSON,
        Column("first_click_at", "First click", Kind.TIME),
        Column("last_click_at", "Last click", Kind.TIME),
        Column("clicks", "Clicks", Kind.COUNT),
        Column("links", "Links"),
    ),
    Tab.LINKS: (
        Column("link", "Link"),
        Column("url", "Address"),
        Column("title", "Title"),
        Column("clicks", "Clicks", Kind.COUNT),
        Column("unique_clicks", "Unique", Kind.COUNT),
        Column("share", "Share", Kind.RATE),
    ),
    Tab.BOUNCES: (
        *_PERSON,
        Column("bounce", "Bounce"),
        Column("outcome", "Outcome"),
        Column("vendor", "Vendor"),
        Column("scheme", "Scheme"),
        Column("code", "Code"),
        Column("reason", "Reason"),
        Column("attempts", "Attempts", Kind.COUNT),
        Column("bounced_at", "Bounced", Kind.TIME),
        Column("next_retry_at", "Next retry", Kind.TIME),
        Column("strikes", "Strikes", Kind.COUNT),
    ),
    Tab.UNSUBSCRIBE: (*_PERSON, Column("unsubscribed_at", "Unsubscribed", Kind.TIME)),
}


# Made 25 at a time between a key and its paint: a frozen dataclass takes twice as long to make.
class ListRow(NamedTuple):
    """One row of a tab: raw values in the order of the tab's columns.

    `at` is the time that orders the list (microseconds UTC; None for links); `erased` marks a person whose
    name and number are gone; `mark` is that of the number, `attempt` the
    state of a retry that is not over. The first value is the gateway's id of the profile, or of
    the link.
    """

    at: int | None
    values: tuple[Value, ...]
    erased: bool = False
    mark: "Mark | None" = None
    attempt: "SendState | None" = None

    @property
    def key(self) -> str:
        """The gateway's profile id, or on the Links tab the link id."""
        return str(self.values[0])


class TabPage(NamedTuple):
    """The newest rows of a tab, at most 25, and how many there are in all."""

    columns: tuple[Column, ...]
    total: int
    rows: tuple[ListRow, ...]

    @property
    def marks(self) -> "frozenset[Mark]":
        """The marks that its numbers have."""
        return frozenset(row.mark for row in self.rows if row.mark)
