"""Connecting a gateway: its address and token are tested, then kept for every later run."""

import sys
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command, surroundings
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
    from smsreport_tui.gateways.address import gateway_url
    from smsreport_tui.logs import hide
    from smsreport_tui.tokens import checked_token

    url = gateway_url(address)
    given = click.prompt(f"Token for {url}", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    token = checked_token(given)
    hide(token)
    answer = run_until_interrupted(_asked(about, url, token))
    where = _keep(about.settings.config_file, url, token)
    say(f"{answer} The address is kept in {about.settings.config_file}, the token in {where}.")


async def _asked(about: Surroundings, url: str, token: str) -> str:
    from smsreport_tui.gateways.feed import FeedGateway
    from smsreport_tui.gateways.patience import Patience
    from smsreport_tui.services.doctor import ask_gateway

    return await ask_gateway(lambda: FeedGateway(url, token, clock=about.clock, patience=Patience(tries=1)))


def _keep(config_file: "Path", url: str, token: str) -> str:
    from smsreport_tui.config_writer import write_setting
    from smsreport_tui.tokens import keep_in_keyring, write_token_file

    if keep_in_keyring(url, token):
        where = "the keyring"
    else:
        file = config_file.with_name("token")
        write_token_file(file, token)
        write_setting(config_file, "token_file", str(file.absolute()))
        where = str(file)
    # Last: until the address stands there, no later run looks for the token.
    write_setting(config_file, "gateway", url)
    return where
