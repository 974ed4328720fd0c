"""The configuration: where it is, what it comes to, whether it is right, and the token in the keyring."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smsreport_tui.account_settings import AccountSettings
from smsreport_tui.cli.command import Group, QuietCommand, surroundings
from smsreport_tui.cli.output import print_view, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import ConfigError, SmsReportError
from smsreport_tui.rules.formatting import NOTHING

if TYPE_CHECKING:
    from smsreport_tui.config import Settings

_EPILOG = "A setting is a line KEY = VALUE; `smsreport config show` lists the keys with what they mean."


@click.group(cls=Group, epilog=_EPILOG)
def config() -> None:
    """Show and check the configuration."""


@config.command(cls=QuietCommand)
@surroundings
def path(about: Surroundings) -> None:
    """Print where the configuration file is, or would be."""
    from smsreport_tui.config import config_path

    say(str(config_path(about.flags, about.environ)))


@config.command(cls=QuietCommand)
@surroundings
def show(about: Surroundings) -> None:
    """List every setting with its value and where it comes from."""
    from smsreport_tui.cli.tables import Heading, fitted
    from smsreport_tui.config import SETTINGS, without_password
    from smsreport_tui.rules.text import shown

    settings = about.settings
    headings = [Heading("Setting"), Heading("Value", folds=60), Heading("From", folds=40), Heading("Meaning", spare=1)]
    rows = []
    for name, setting in SETTINGS.items():
        value = getattr(settings, name)
        text = NOTHING if value is None else shown(without_password(_spelled(value)))
        rows.append((name, text, shown(settings.origins[name]), setting.meaning))
    print_view(lambda console: [fitted(console, headings, rows)])


def _spelled(value: object) -> str:
    if isinstance(value, dict) and all(isinstance(one, AccountSettings) for one in value.values()):
        return ", ".join(f"{name} ({one.kind})" for name, one in value.items()) or NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{name}: {keys}" for name, keys in value.items())
    return str(value)


@config.command(cls=QuietCommand)
@surroundings
def check(about: Surroundings) -> None:
    """Say whether the configuration is right; the code is 1 when something is wrong."""
    problems = [str(error) for error in _problems(about.settings)]
    if problems:
        for problem in problems[:-1]:
            say(problem)
        raise ConfigError(problems[-1])
    file = about.settings.config_file
    say(f"{file} is right." if file.exists() else f"There is no {file}; the defaults hold.")


def _problems(settings: "Settings") -> list[SmsReportError]:
    from smsreport_tui.rules.outcomes import load_outcome_table
    from smsreport_tui.tokens import read_token_file, secret_file

    found: list[SmsReportError] = []
    files = [secret_file(settings, name) for name in settings.accounts]
    attempts: tuple[Callable[[], object], ...] = (
        *(partial(read_token_file, file) for file in files if file.exists()),
        lambda: _check_zone(settings.time_zone),
        lambda: _check_folder(settings.export_folder),
        lambda: settings.token_file and read_token_file(settings.token_file),
        lambda: load_outcome_table(settings.outcomes),
    )
    for attempt in attempts:
        try:
            attempt()
        except SmsReportError as error:
            found.append(error)
    return found


def _check_zone(zone: str | None) -> None:
    from smsreport_tui.rules.formatting import zone_name

    if zone is not None and zone_name(zone) != zone:
        raise ConfigError(f"time_zone is {zone!r}, which nobody knows, so UTC is used: give a name like Europe/Oslo.")


def _check_folder(folder: Path | None) -> None:
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"export_folder is {folder}, and there is no such folder: create it or name another.")


@config.command("set-token", cls=QuietCommand)
@surroundings
def set_token(about: Surroundings) -> None:
    """Keep the token of the account or the gateway; it is asked for, and not shown.

    A gateway's goes into the keyring by its address; an account's by its name, or where there is no keyring into a
    file that only you can read.
    """
    from smsreport_tui.tokens import checked_token, keep_secret, keep_token, secret_file

    settings = about.settings
    name, gateway = settings.account, settings.gateway
    if gateway is None:
        raise ConfigError("The keyring keeps a token by its gateway's address: give that with --gateway first.")
    given = click.prompt(f"Token for {name or gateway}", hide_input=True, err=True)
    if name is None:
        keep_token(gateway, given)
        say(f"The keyring keeps the token for {gateway}.")
    else:
        file = keep_secret(name, checked_token(given), secret_file(settings, name))
        say(f"The secret of {name} is kept in {file or 'the keyring'}.")
