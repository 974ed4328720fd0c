"""What the program asks of a gateway: one small interface, and what each gateway can do of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from msgspec import Struct

from smsreport_tui.rules.attempts import VALIDITY_MINUTES
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile

REQUEST_SECONDS = 20.0
"""Seconds that one request at the desk may take in all: far less than a claim holds."""

MOST_MEMBERS = 5_000
"""Profiles in one batch of a segment."""
LAST_BATCH = 1_000_000


class Capabilities(Struct, frozen=True):
    """What a gateway offers (feed/openapi.yaml, Info); `deduplicates`: a key that comes twice is sent once."""

    send: bool
    find: bool
    clicks: bool
    opt_outs: bool
    profiles: bool
    segments: bool
    create_activity: bool
    credits: bool
    history_hours: int | None = None
    max_per_second: float | None = None
    deduplicates: bool = True


@dataclass(frozen=True, slots=True)
class GatewayInfo:
    """Who the gateway is; `vendor` names whose codes its events carry."""

    name: str
    vendor: str
    capabilities: Capabilities


class SegmentLostError(GatewayError):
    """The gateway does not hold a segment as it was uploaded: begin again with `put_segment`."""


class CursorGoneError(GatewayError):
    """The gateway no longer keeps what the cursor points at: read the stream from its beginning."""


@dataclass(frozen=True, slots=True)
class Message:
    """One attempt as it is asked for; the same key must come with the same message."""

    key: str
    msisdn: str
    sender: str | None
    body: str
    activity_id: str
    profile_id: str
    attempt: int
    validity_minutes: int = VALIDITY_MINUTES


@dataclass(frozen=True, slots=True)
class NewActivity:
    """A new SMS as it is asked for; the same key must come with the same one.

    `include` and `exclude` are the gateway's ids of segments in force there; `send_at` is in microseconds UTC, and
    None means at once.
    """

    name: str
    sender: str
    body: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    send_at: int | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """The gateway has the activity, by this id."""

    activity_id: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has the message; `accepted_at` in microseconds UTC."""

    message_id: str
    accepted_at: int


class Refusal(Enum):
    """Why nothing was accepted."""

    CREDITS = "credits"
    BUSY = "busy"
    TOKEN = "token"  # noqa: S105 - no password
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was accepted; `retry_after` in seconds where the gateway names it."""

    why: Refusal
    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Whether the message was accepted is not known."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The gateway is sure that it has not accepted the message."""


Answer = Accepted | Refused | Lost


Follow = Callable[[str], None]
"""Told the cursor of the page after the one asked for, maybe before that one is read, and maybe not at all.

A page that is asked for again, as it turns out bad, may tell of another cursor.
"""


class Gateway(Protocol):
    """A gateway's three append-only streams, its desk where messages and activities are sent, and its segments.

    Reading, `balance` and what is done to a segment raise GatewayError with a sentence; `send`, `find` and
    `create_activity` raise nothing of their own. What is done to a segment may be repeated, and is, as often as the
    gateway's patience allows.
    """

    url: str

    async def info(self) -> GatewayInfo: ...

    async def collect(self) -> None:
        """Fetch what the streams will then give, where the gateway has no streams of its own. Raises GatewayError."""
        ...

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]: ...

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]: ...

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]: ...

    async def send(self, message: Message) -> Answer: ...

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        """What became of a message whose answer was lost, asked for at `requested_at` (microseconds UTC).

        Number and text are empty where its person has been erased since. NotFound only where it is sure.
        """
        ...

    async def create_activity(self, key: str, activity: NewActivity) -> Created | Refused | Lost:
        """Sends a new SMS to the included segments less the excluded ones, each key once."""
        ...

    async def balance(self) -> int:
        """Ten-thousandths of a credit that are left."""
        ...

    async def put_segment(self, segment_id: str, name: str, description: str) -> None:
        """Creates a segment or replaces it: empty, and not in force until it is committed."""
        ...

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:
        """Adds a batch of at most `MOST_MEMBERS`, numbered 0 to `LAST_BATCH`. Raises SegmentLostError."""
        ...

    async def commit_segment(self, segment_id: str, members: int) -> None:
        """Puts the members that were added in force, if they are so many. Raises SegmentLostError."""
        ...

    async def aclose(self) -> None: ...
