"""What the program asks of a shortener of links, beside the clicks that it tells of."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from smsreport_tui.rules.errors import GatewayError


class CodeTakenError(GatewayError):
    """The code leads elsewhere at the shortener: ask for another one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One short link as it is asked for; the same code must come with the same address."""

    code: str
    url: str
    activity: str
    link: str


@runtime_checkable
class Shortener(Protocol):
    """Makes short links; asking for the same one again is harmless, and is how a lost answer is made good."""

    url: str

    async def shorten(self, wish: Wish) -> str:
        """The short address. Raises CodeTakenError, GatewayError."""
        ...

    async def aclose(self) -> None: ...
