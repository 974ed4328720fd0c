"""The effective settings: flag before environment before file before default, each with where it comes from."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from smsreport_tui import paths
from smsreport_tui.config_file import Entry, TableKeyError, TableValueError, line_of, read_entries
from smsreport_tui.gateways.address import gateway_url
from smsreport_tui.key_names import read_keys
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.countries import COUNTRIES
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.rules.week_hours import WeekHours, read_week_hours

# The kinds of accounts are not imported before there is an account.
if TYPE_CHECKING:
    from smsreport_tui.account_settings import AccountSettings

ENVIRONMENT = {
    "store": "SMSREPORT_STORE",
    "gateway": "SMSREPORT_GATEWAY",
    "account": "SMSREPORT_ACCOUNT",
    "config": "SMSREPORT_CONFIG",
}
SHORTEST_INTERVAL, LONGEST_INTERVAL = 1, 86_400
_PASSWORD = re.compile(r"(://[^/@:]*):[^/@]*@")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Setting(NamedTuple):
    """One key of the configuration file: what it means, and how its raw value is read.

    `read` gets the value and the folder that a relative path starts from; it raises ValueError with what is wanted.
    """

    name: str
    meaning: str
    example: str
    read: Callable[[object, Path], Any]


@dataclass(frozen=True)
class Settings:
    """What one run of the program works with; `origins` says for each key where its value comes from.

    With an account store and gateway are the account's, unless the store was given for this run.
    """

    store: str
    gateway: str | None
    account: str | None
    accounts: "Mapping[str, AccountSettings]"
    time_zone: str | None
    export_folder: Path | None
    theme: str | None
    keys: Mapping[str, str] | None
    sync_interval: int
    allowed_hours: AllowedHours
    token_file: Path | None
    config_file: Path
    outcomes: Path
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> "AccountSettings | None":
        """The account that this run works on, if it does on one."""
        return self.accounts.get(self.account or "")

    @property
    def export_dir(self) -> Path:
        """Where the app proposes to write exports: the folder of the configuration, else the current one."""
        return self.export_folder or Path.cwd()


def _text(value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text in quotes")
    return value.strip()


def _path(value: object, folder: Path) -> Path:
    try:
        return folder / Path(_text(value, folder)).expanduser()
    except RuntimeError as error:
        raise ValueError("a path; the user after ~ is not known") from error


def _store(value: object, folder: Path) -> str:
    text = _text(value, folder)
    if not _SCHEME.match(text):
        return str(_path(text, folder))
    if _PASSWORD.search(text):
        raise ValueError("a path or a URL without a password (give such a URL by SMSREPORT_STORE)")
    return text


def _seconds(value: object, _folder: Path) -> int:
    # TOML's true is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool) or not SHORTEST_INTERVAL <= value <= LONGEST_INTERVAL:
        raise ValueError(f"whole seconds from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL}")
    return value


def _keys(value: object, _folder: Path) -> dict[str, str]:
    return read_keys(value)


def _allowed_hours(value: object, _folder: Path) -> AllowedHours:
    if not isinstance(value, dict):
        raise ValueError('a table: [allowed_hours], then lines such as all = "09:00-20:00"')
    hours = {name: _hours(name, text) for name, text in value.items()}
    return AllowedHours(hours.pop("all", None), hours)


def _hours(name: str, text: object) -> WeekHours | None:
    if name != "all" and name not in COUNTRIES:
        raise TableValueError(name, "named all, or after a country by its ISO code in capitals, such as SE or GB")
    if not isinstance(text, str):
        raise TableValueError(name, 'a text in quotes, such as "09:00-20:00" or "off"')
    if text.strip().lower() == "off":
        return None
    try:
        return read_week_hours(text)
    except ValueError as error:
        raise TableValueError(name, f'"off", or {error}') from error


def _gateway(value: object, folder: Path) -> str:
    text = _text(value, folder)
    try:
        return gateway_url(text)
    except ConfigError as error:
        raise ValueError(f"a web address ({error})") from error


def _account(value: object, folder: Path) -> str:
    from smsreport_tui.account_settings import account_name

    try:
        return account_name(_text(value, folder))
    except ConfigError as error:
        raise ValueError(f"the name of an account ({error})") from error


def _accounts(value: object, folder: Path) -> "dict[str, AccountSettings]":
    from smsreport_tui.account_settings import read_accounts

    return read_accounts(value, folder, _store)


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("store", "the local store: a SQLite path or a SQLAlchemy URL", '"~/campaigns.db"', _store),
        Setting("gateway", "the gateway's address", '"https://sms.example.com"', _gateway),
        Setting("account", "the account to work on where no other is named", '"shop"', _account),
        Setting(
            "accounts",
            "gateways and sources of clicks by name, each a table [accounts.NAME]",
            '{shop = {kind = "feed", url = "https://sms.example.com"}}',
            _accounts,
        ),
        Setting("time_zone", "your time zone, for times that are not a report's", '"Europe/Stockholm"', _text),
        Setting("export_folder", "where the app proposes to write exports", '"~/Downloads"', _path),
        Setting("theme", "the colours of the app", '"textual-light"', _text),
        Setting("keys", "other keys for the app, by the ids of the README's table", '{"report.export" = "x"}', _keys),
        Setting("sync_interval", "seconds between the worker's passes", "60", _seconds),
        Setting(
            "allowed_hours",
            "when retries may leave, by the recipient's clock: for all, and by country",
            '{all = "09:00-20:00", DE = "off"}',
            _allowed_hours,
        ),
        Setting("token_file", "the file with the gateway's token, owner-only", '"~/.smsreport-token"', _path),
    )
}
DEFAULT_INTERVAL = 60


def load_settings(flags: Mapping[str, str | None], environ: Mapping[str, str], *, choosing: bool = True) -> Settings:
    """The settings of this run; `flags` holds store, gateway, account and config as given before the command.

    Without `choosing` no account is looked up: for what works on the accounts themselves.
    Raises ConfigError with file and line for an unknown key or a wrong value.
    """
    config_file, must_exist = _config_file(flags, environ)
    entries = read_entries(config_file, SETTINGS, must_exist=must_exist)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name, setting in SETTINGS.items():
        given = _given(name, flags, environ)
        if given is not None:
            text, origin = given
            values[name], origins[name] = _read_given(setting, text, origin), origin
        elif name in entries:
            values[name] = _read_entry(setting, entries[name], config_file)
            origins[name] = f"{config_file}, line {entries[name].line}"
        else:
            values[name], origins[name] = None, "default"
    values["accounts"] = values["accounts"] or {}
    if choosing:
        _choose_account(values, origins)
    values["store"] = values["store"] or str(paths.default_store())
    values["sync_interval"] = values["sync_interval"] or DEFAULT_INTERVAL
    values["allowed_hours"] = values["allowed_hours"] or AllowedHours()
    outcomes = config_file.with_name("outcome_codes.csv")
    return Settings(**values, config_file=config_file, outcomes=outcomes, origins=origins)


def _choose_account(values: dict[str, Any], origins: dict[str, str]) -> None:
    """Let an account name store and gateway, unless a gateway was given nearer to this run than the account."""
    name = values["account"]
    if name is None:
        return
    here, there = _nearness("account", origins), _nearness("gateway", origins)
    if values["gateway"] is not None and there < _IN_FILE and here == there:
        raise ConfigError(
            f"{origins['account']} and {origins['gateway']} both say where the gateway is: give one of them."
        )
    if values["gateway"] is not None and there < here:
        values["account"], origins["account"] = None, f"{origins['gateway']} instead"
        return
    account = values["accounts"].get(name)
    if account is None:
        known = f"known are {', '.join(sorted(values['accounts']))}" if values["accounts"] else "there are none yet"
        raise ConfigError(
            f"{origins['account']} names the account {name}, which is not configured: {known}; "
            f"`smsreport gateway add {name} --kind KIND` makes it."
        )
    if not account.sends:
        raise ConfigError(f"The account {name} brings clicks and sends nothing: name the one whose clicks they are.")
    values["gateway"], origins["gateway"] = account.url, f"account {name}"
    if _nearness("store", origins) == _IN_FILE:
        values["store"] = account.store or str(paths.account_store(name))
        origins["store"] = f"account {name}"


_IN_FILE = 2


def _nearness(name: str, origins: Mapping[str, str]) -> int:
    """0 for what a flag says, 1 for the environment, else the file or nothing."""
    return {f"--{name}": 0, ENVIRONMENT[name]: 1}.get(origins[name], _IN_FILE)


def config_path(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Path:
    """Where the configuration file is read from. Raises ConfigError."""
    return _config_file(flags, environ)[0]


def _config_file(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> tuple[Path, bool]:
    given = _given("config", flags, environ)
    if given is None:
        return paths.default_config_file(), False
    try:
        return Path(given[0]).expanduser().absolute(), True
    except RuntimeError as error:
        raise ConfigError(f"{given[1]} names the folder of a user whom this system does not know.") from error


def _given(name: str, flags: Mapping[str, str | None], environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The value of a flag or environment variable, and which it was; an empty variable counts as not set."""
    flag = flags.get(name)
    if flag is not None:
        if not flag.strip():
            raise ConfigError(f"--{name} is empty: give a value or leave it out.")
        return flag, f"--{name}"
    variable = ENVIRONMENT.get(name)
    value = environ.get(variable, "") if variable else ""
    return (value, str(variable)) if value.strip() else None


def _read_given(setting: Setting, text: str, origin: str) -> Any:
    # A URL with a password may stand in the environment; only the file must hold no secret.
    if setting.name == "store" and _SCHEME.match(text):
        return text
    try:
        return setting.read(text, Path.cwd())
    except ValueError as error:
        raise ConfigError(f"{origin} must be {error}.") from error


def _read_entry(setting: Setting, entry: Entry, file: Path) -> Any:
    try:
        return setting.read(entry.value, file.parent)
    except TableValueError as error:
        inside = (setting.name, *error.inside)
        where = f"{file}, line {line_of(error.key, entry.text, inside)}:"
        if isinstance(error, TableKeyError):
            raise ConfigError(f"{where} {error}") from error
        raise ConfigError(f"{where} {'.'.join((*inside, error.key[:60]))} must be {error}.") from error
    except ValueError as error:
        raise ConfigError(f"{file}, line {entry.line}: {setting.name} must be {error}.") from error


def without_password(text: str) -> str:
    """A URL fit for the screen and the log."""
    return _PASSWORD.sub(r"\1:…@", text)
