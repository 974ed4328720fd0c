"""Shlink as the contract of gateways meets it: it sends nothing, and tells who clicks (`Vendor`)."""

import contextlib
from pathlib import Path

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.interface import Gateway
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.shlink import build
from smsreport_tui.rules.clock import FixedClock
from storage.store import Store
from tests.gateways.shlink_standin import shlink_server
from tests.gateways.worlds import SECRET


class ShlinkVendor:
    """One Shlink without a link."""

    def __init__(self, _folder: Path, clock: FixedClock) -> None:
        self.clock = clock
        self._running = contextlib.ExitStack()
        _, self._url = self._running.enter_context(shlink_server(clock))

    def connect(self, store: Store | None, *, secret: str = SECRET) -> Gateway:
        return build(Account("shlink", self._url, secret), store, self.clock, Patience(tries=2, first=0.0))

    def sent(self) -> list[tuple[str, str]]:
        return []

    def close(self) -> None:
        self._running.close()
