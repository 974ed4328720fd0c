"""What the program asks of a gateway: one small interface, and what each gateway can do of it."""

from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile


class Capabilities(Struct, frozen=True):
    """What a gateway offers (feed/openapi.yaml, Info)."""

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


@dataclass(frozen=True, slots=True)
class GatewayInfo:
    """Who the gateway is; `vendor` names whose codes its events carry."""

    name: str
    vendor: str
    capabilities: Capabilities


class CursorGoneError(GatewayError):
    """The gateway no longer keeps what the cursor points at: read the stream from its beginning."""


class Gateway(Protocol):
    """Reading a gateway's three append-only streams. Every call raises GatewayError with a sentence."""

    url: str

    async def info(self) -> GatewayInfo: ...

    async def activities(self, cursor: str | None) -> Page[Activity]: ...

    async def profiles(self, cursor: str | None) -> Page[Profile]: ...

    async def events(self, cursor: str | None) -> Page[Event]: ...

    async def aclose(self) -> None: ...
