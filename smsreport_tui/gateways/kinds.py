"""The kinds of gateways that the program can speak with: what each asks the operator, and how it is connected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.rules.clock import Clock

if TYPE_CHECKING:
    from smsreport_tui.gateways.interface import Gateway
    from smsreport_tui.gateways.patience import Patience
    from storage.store import Store

Build = Callable[[Account, "Store | None", Clock, "Patience | None"], "Gateway"]
"""Connects to an account's gateway; without a store only `info` may be asked of it. Raises ConfigError."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that an account of a kind must be told: its key in the configuration, and what to ask for it.

    `check` raises ConfigError with a sentence; `default` is None where an answer is needed.
    """

    name: str
    asks: str
    default: str | None = None
    check: Callable[[str], object] = str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name on the command line, in words, what its secret is called, and its questions.

    `url` is the address that is proposed, or None where the operator must know it. `sends` is False of a source that
    brings clicks and nothing else.
    """

    name: str
    words: str
    secret: str
    build: Build
    url: str | None = None
    questions: tuple[Question, ...] = ()
    sends: bool = True


def _feed(account: Account, _store: "Store | None", clock: Clock, patience: "Patience | None") -> "Gateway":
    from smsreport_tui.gateways.feed import FeedGateway

    return FeedGateway(account.url, account.secret, clock=clock, patience=patience)


KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (Kind("feed", "a platform that speaks the open feed", "token", _feed),)
}
