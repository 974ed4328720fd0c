"""Connecting a gateway: its address and token are tested, then kept for every later run."""

from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.asked_secret import asked_secret
from smsreport_tui.cli.command import Command, surroundings
from smsreport_tui.cli.connecting import connector
from smsreport_tui.cli.output import say
from smsreport_tui.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command)
@click.argument("address")
@surroundings
def connect(about: Surroundings, address: str) -> None:
    """Test a gateway's ADDRESS and token, and keep both.

    The token is asked for and not shown; in a script it is read from standard input. The address goes into the
    configuration file, the token into the keyring, or where there is none into a file that only you can read.
    """
    from smsreport_tui.cli.signals import run_until_interrupted
    from smsreport_tui.gateways.accounts import Account
    from smsreport_tui.gateways.address import gateway_url
    from smsreport_tui.services.doctor import ask_gateway

    url = gateway_url(address)
    token = asked_secret(f"Token for {url}")
    maker = connector(about, Account("feed", url, token), 1)
    answer = run_until_interrupted(ask_gateway(lambda: maker(None)))
    settings = about.accounts
    where = _keep(settings.config_file, url, token)
    say(f"{answer} The address is kept in {settings.config_file}, the token in {where}.")
    if settings.account is not None:
        say(f"The account {settings.account} is still the one that is worked on where none is named.")


def _keep(config_file: "Path", url: str, token: str) -> str:
    from smsreport_tui.config_writer import write_setting
    from smsreport_tui.tokens import keep_secret

    file = keep_secret(url, token, config_file.with_name("token"))
    if file is not None:
        write_setting(config_file, "token_file", str(file.absolute()))
    # Last: until the address stands there, no later run looks for the token.
    write_setting(config_file, "gateway", url)
    return str(file or "the keyring")
