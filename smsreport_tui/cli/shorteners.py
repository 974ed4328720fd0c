"""Which shortener the links of a store are made at: the account's source of clicks that makes them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import ConfigError

if TYPE_CHECKING:
    from smsreport_tui.gateways.shortener import Shortener
    from storage.store import Store

_KIND = "shlink"


def shortener_maker(about: Surroundings, named: str | None) -> "Callable[[Store], Shortener]":
    """What connects to the Shlink of that name, or to the only one of this run's account. Raises ConfigError."""
    from smsreport_tui.cli.connecting import named_account
    from smsreport_tui.logs import hide

    account = named_account(about.settings, about.environ, _name(about, named))
    hide(account.secret)

    def connect(store: "Store") -> "Shortener":
        from smsreport_tui.gateways.shlink import build

        return build(account, store, about.clock, None)

    return connect


def _name(about: Surroundings, named: str | None) -> str:
    accounts, chosen = about.settings.accounts, about.settings.chosen
    known = [name for name, account in accounts.items() if account.kind == _KIND]
    if named is not None:
        if named not in known:
            raise ConfigError(
                f"There is no Shlink {named!r}: `smsreport gateway list` shows the accounts, and `smsreport gateway add"
                f" NAME --kind {_KIND}` makes one."
            )
        return named
    ours = [name for name in (chosen.clicks if chosen is not None else known) if name in known]
    if len(ours) == 1:
        return ours[0]
    if ours:
        raise ConfigError(f"There are several Shlinks: say which by --at ({', '.join(ours)}).")
    raise ConfigError(
        f"No Shlink belongs to this store: `smsreport gateway add NAME --kind {_KIND}` makes one, and `smsreport"
        " gateway clicks ACCOUNT NAME` says whose clicks it tells."
    )
