"""How a run reaches its gateways: that of its account or address, and the account's sources of clicks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.rules.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smsreport_tui.account_settings import AccountSettings
    from smsreport_tui.cli.surroundings import Surroundings
    from smsreport_tui.config import Settings
    from smsreport_tui.gateways.interface import Gateway
    from smsreport_tui.services.click_sync import ClickSource
    from storage.store import Store

Maker = Callable[["Store | None"], "Gateway"]
"""What connects to a gateway for a store; without one only `info` may be asked."""


def connector(about: "Surroundings", account: Account, tries: int | None) -> Maker:
    """What connects to an account and asks so often before it gives up, or with all its patience."""
    from smsreport_tui.logs import hide

    hide(account.secret)

    def connect(store: "Store | None") -> "Gateway":
        from smsreport_tui.gateways.kinds import KINDS
        from smsreport_tui.gateways.patience import Patience

        patience = None if tries is None else Patience(tries=tries)
        return KINDS[account.kind].build(account, store, about.clock, patience)

    return connect


def chosen_account(settings: "Settings", environ: "Mapping[str, str]") -> Account:
    """The account of this run, or the feed at its address. Raises ConfigError without an address or a secret."""
    from smsreport_tui.tokens import find_token

    if settings.chosen is not None:
        return with_secret(settings.chosen, find_token(settings, environ))
    if settings.gateway is None:
        raise ConfigError(
            "No gateway is configured: give its address with --gateway, SMSREPORT_GATEWAY or the key gateway of "
            "the configuration, or an account with `smsreport gateway add`; `smsreport demo` shows the program "
            "without one."
        )
    return Account("feed", settings.gateway, find_token(settings, environ))


def named_account(settings: "Settings", environ: "Mapping[str, str]", name: str) -> Account:
    """An account by its name; the environment's token is the chosen one's. Raises ConfigError without a secret."""
    from smsreport_tui.tokens import find_token, kept_secret

    account = settings.accounts[name]
    if name == settings.account:
        return with_secret(account, find_token(settings, environ))
    return with_secret(account, kept_secret(settings, name).value)


def source_url(about: "Surroundings", account: Account) -> str:
    """What a store knows an account by, as its adapter says."""
    if account.kind == "feed":
        return account.url
    import asyncio

    from smsreport_tui.gateways.kinds import KINDS

    gateway = KINDS[account.kind].build(account, None, about.clock, None)
    asyncio.run(gateway.aclose())
    return gateway.url


def click_sources(about: "Surroundings", tries: int | None) -> "tuple[ClickSource, ...]":
    """The sources of clicks of this run's account, each connected when it is asked for."""
    chosen = about.settings.chosen
    if chosen is None or not chosen.clicks:
        return ()
    from smsreport_tui.services.click_sync import ClickSource

    def source(name: str) -> ClickSource:
        def connect(store: "Store | None") -> "Gateway":
            return connector(about, named_account(about.settings, about.environ, name), tries)(store)

        return ClickSource(name, connect)

    return tuple(source(name) for name in chosen.clicks)


def with_secret(account: "AccountSettings", secret: str) -> Account:
    """The account as its kind is given it."""
    return Account(account.kind, account.url, secret, account.options)
