"""What a pass over the retries works on, and what it counts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from smsreport_tui.gateways.interface import Capabilities, Gateway
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import Clock
from storage.store import Store

BATCH = 64
"""Attempts that are claimed together."""
IN_FLIGHT = 16
"""Requests under way at once."""
CLAIM_SECONDS = 120
"""So long a claim holds: a batch is asked for and answered in less."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a pass works on; `may_send` is false while an operator has not confirmed sending."""

    store: Store
    gateway: Gateway
    source_id: int
    capabilities: Capabilities
    holder: str
    clock: Clock
    stop: asyncio.Event
    hours: AllowedHours = field(default_factory=AllowedHours)
    may_send: bool = True
    leads: bool = True
    """Whether it asks paused gateways and ends what is too late, or only shares the sending of one that does."""
    receipts_until: int | None = None
    """When the receipts are too old to send by, microseconds UTC."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(slots=True)
class Counts:
    """Attempts of a pass: due, and what became of them."""

    due: int = 0
    sent: int = 0
    held: int = 0
    postponed: int = 0
    suppressed: int = 0

    def add(self, others: "Counts") -> None:
        """Count these as well."""
        for name in ("due", "sent", "held", "postponed", "suppressed"):
            setattr(self, name, getattr(self, name) + getattr(others, name))
