"""What the contract of gateways asks of each vendor's stand-in: a test says what happens there, and looks at what left.

Whoever adds an adapter writes one `World` for it and names it in `tests/gateways/test_contract.py`.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Protocol

from smsreport_tui.gateways.interface import Gateway
from smsreport_tui.rules.clock import FixedClock
from storage.store import Store

SECRET = "s3cret-of-the-vendor"


class Fate(Enum):
    """What becomes of a message."""

    DELIVERED = "delivered"
    SOFT = "soft"
    HARD = "hard"


class Vendor(Protocol):
    """Whoever is spoken to on loopback, a source of clicks too. The account's secret is `SECRET`."""

    clock: FixedClock

    def connect(self, store: Store | None, *, secret: str = SECRET) -> Gateway:
        """The adapter, with few tries and no waits between them."""
        ...

    def sent(self) -> list[tuple[str, str]]:
        """Number and text of every message that the program's own requests have sent, oldest first."""
        ...

    def close(self) -> None:
        """End what runs."""
        ...


class World(Vendor, Protocol):
    """A vendor that sends; numbers are E.164."""

    def campaign(self, body: str, numbers: Sequence[str]) -> str:
        """The vendor, or a platform beside us, sends a text to these numbers now; the activity's id in the store.

        Where the vendor knows no activities, what the operator has to do that they become known is done.
        """
        ...

    def receipt(self, number: str, fate: Fate) -> None:
        """What became of the newest message to a number."""
        ...

    def reply(self, number: str, text: str) -> None:
        """Somebody answers."""
        ...

    def refuse_next(self, status: int) -> None:
        """The next request to send is answered with this status and not carried out."""
        ...

    def lose_next(self) -> None:
        """The next request to send is carried out, and its answer never arrives."""
        ...


MakeVendor = Callable[[Path, FixedClock], Vendor]
MakeWorld = Callable[[Path, FixedClock], World]
"""Starts a vendor whose files, if it has any, go into a folder."""
