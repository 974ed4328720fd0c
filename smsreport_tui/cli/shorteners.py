"""Which shortener the links of a store are made at."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import ConfigError

if TYPE_CHECKING:
    from smsreport_tui.gateways.shortener import Shortener
    from storage.store import Store

ADDRESS, KEY, KEY_FILE = "SMSREPORT_SHLINK", "SMSREPORT_SHLINK_KEY", "SMSREPORT_SHLINK_KEY_FILE"
_OPTIONS = {"tag": "SMSREPORT_SHLINK_TAG", "domain": "SMSREPORT_SHLINK_DOMAIN"}


def shortener_maker(about: Surroundings, address: str | None) -> "Callable[[Store], Shortener]":
    """What connects to the Shlink at an address, or at that of the environment. Raises ConfigError."""
    from smsreport_tui.gateways.accounts import Account
    from smsreport_tui.logs import hide

    url = address or about.environ.get(ADDRESS, "").strip()
    if not url:
        raise ConfigError(f"No Shlink is named: give its address with --at or {ADDRESS}, and its API key by {KEY}.")
    key = _key(about.environ)
    hide(key)
    options = {name: about.environ[variable] for name, variable in _OPTIONS.items() if about.environ.get(variable)}
    account = Account("shlink", url, key, options)

    def connect(store: "Store") -> "Shortener":
        from smsreport_tui.gateways.shlink import build

        return build(account, store, about.clock, None)

    return connect


def _key(environ: Mapping[str, str]) -> str:
    from smsreport_tui.tokens import checked_token, read_token_file

    direct, file = environ.get(KEY, "").strip(), environ.get(KEY_FILE, "").strip()
    if direct:
        return checked_token(direct)
    if file:
        return checked_token(read_token_file(Path(file).expanduser()))
    raise ConfigError(
        f"There is no API key for Shlink: set {KEY}, or {KEY_FILE} to a file that only you can read; "
        "`shlink api-key:generate` makes one."
    )
