"""What a command is given: the settings, the store, the gateway, the clock; each made when first asked for."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from smsreport_tui.rules.clock import CLOCK_VARIABLE, Clock, parse_clock

if TYPE_CHECKING:
    from smsreport_tui.config import Settings
    from smsreport_tui.gateways.accounts import Account
    from smsreport_tui.gateways.interface import Gateway
    from smsreport_tui.rules.summary import ActivitySummary
    from smsreport_tui.services.click_sync import ClickSource
    from smsreport_tui.services.export_audit import ExportAudit
    from smsreport_tui.services.retry_desk import RetryDesk
    from smsreport_tui.services.source import ReportSource
    from storage.store import Store


def _clock() -> Clock:
    return parse_clock(os.environ.get(CLOCK_VARIABLE))


@dataclass
class Surroundings:
    """Carried by click from the global options to the command."""

    flags: Mapping[str, str | None] = field(default_factory=dict)
    verbose: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Clock = field(default_factory=_clock)

    @cached_property
    def settings(self) -> "Settings":
        """Flags, environment and file. Raises ConfigError."""
        from smsreport_tui.config import load_settings

        return load_settings(self.flags, self.environ)

    @cached_property
    def accounts(self) -> "Settings":
        """The same, for what works on the accounts themselves: none needs to be there. Raises ConfigError."""
        from smsreport_tui.config import load_settings

        return load_settings(self.flags, self.environ, choosing=False)

    @cached_property
    def time_zone(self) -> str:
        """The operator's: that of the configuration, else the system's."""
        from smsreport_tui.cli.time_zone import system_zone

        return self.settings.time_zone or system_zone(self.environ)

    def start_log(self, *, to_screen: bool = True) -> None:
        """From here on the log is written, and with --verbose shown on standard error as well."""
        from smsreport_tui.logs import start_logging
        from smsreport_tui.paths import log_file

        start_logging(log_file(), verbose=self.verbose, to_screen=self.verbose and to_screen)

    def open_store(self, *, writable: bool) -> "Store":
        """The store of the settings. Raises StoreError."""
        from storage.store import open_store

        return open_store(self.settings.store, self.clock, writable=writable, outcomes=self.settings.outcomes)

    def export_audit(self) -> "ExportAudit":
        """What writes exports of the store down."""
        from smsreport_tui.services.export_audit import ExportAudit

        return ExportAudit(lambda: self.open_store(writable=True))

    @contextlib.contextmanager
    def reports(self) -> "Iterator[ReportSource]":
        """The store's reports, for reading. Raises StoreError."""
        from smsreport_tui.services.reports import Reports

        with self.open_store(writable=False) as store:
            yield Reports(store, store.clock, self.retry_desk(store))

    def open_reports(self, *, asks_first: bool) -> "ReportSource":
        """The reports for the app, from a store that is made if it is missing. Raises StoreError."""
        from smsreport_tui.services.reports import Reports

        store = self.open_store(writable=True)
        return Reports(store, store.clock, self.retry_desk(store, asks_first=asks_first))

    def retry_desk(self, store: "Store", *, asks_first: bool = True) -> "RetryDesk":
        """The store's retries; `asks_first` says whether the app's worker needs a word before it sends."""
        from smsreport_tui.services.retry_desk import RetryDesk

        gateway = self._source_url()
        hours = self.settings.allowed_hours
        return RetryDesk(store, store.clock, gateway=gateway, hours=hours, asks_first=asks_first)

    def _source_url(self) -> str | None:
        """What the store knows the gateway by; it needs no secret."""
        settings = self.settings
        if settings.chosen is None:
            from smsreport_tui.gateways.address import gateway_url

            return settings.gateway and gateway_url(settings.gateway)
        from smsreport_tui.cli.connecting import source_url, with_secret

        return source_url(self, with_secret(settings.chosen, "unasked"))

    def glance(self) -> "list[ActivitySummary] | None":
        """The activities of the store, by nothing heavy; None where only opening it can tell."""
        from storage.glance import glance, plain_path

        path = plain_path(self.settings.store)
        return None if path is None else glance(path)

    def account(self) -> "Account":
        """The account at the gateway, with its secret. Raises ConfigError when the address or the token is missing."""
        from smsreport_tui.cli.connecting import chosen_account
        from smsreport_tui.logs import hide

        account = chosen_account(self.settings, self.environ)
        hide(account.secret)
        return account

    def gateway_maker(self, *, tries: int | None = None) -> "Callable[[Store | None], Gateway]":
        """What connects to the gateway for a store and asks so often before it gives up, or with all its patience.

        Raises ConfigError as `account` does.
        """
        from smsreport_tui.cli.connecting import connector

        return connector(self, self.account(), tries)

    def click_sources(self, *, tries: int | None = None) -> "tuple[ClickSource, ...]":
        """Those of the account; what is missing to connect to one is said when it is connected."""
        from smsreport_tui.cli.connecting import click_sources

        return click_sources(self, tries)
