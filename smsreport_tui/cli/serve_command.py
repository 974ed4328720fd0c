"""The app in a browser."""

import ipaddress
import os
import signal
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command
from smsreport_tui.cli.ending import DONE, INTERRUPTED
from smsreport_tui.cli.output import note, say
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import SmsReportError

if TYPE_CHECKING:
    from smsreport_tui.browser.server import BrowserServer

TOKEN_BYTES = 24


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, show_default=True, help="0 picks one.")
@click.option("--demo", is_flag=True, help="Serve the demo: each page gets a made-up world of its own.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, demo: bool) -> None:
    """Serve the app to a browser on this machine.

    Its first line is `ready ADDRESS`; the address holds a token, and without it nothing is shown.
    """
    import asyncio

    from smsreport_tui.browser.server import BrowserServer
    from smsreport_tui.cli.children import global_options
    from smsreport_tui.paths import own_command

    about = context.ensure_object(Surroundings)
    if not _is_loopback(host):
        note(
            f"Listening on {host}: whoever learns the address with its token sees every person, over a connection"
            " that is not encrypted. Put a proxy with TLS in front."
        )
    import secrets
    import shlex

    # exec: signals and the end of the page reach the program itself, and no shell between.
    command = "exec " + shlex.join(own_command(*global_options(about), *(["demo"] if demo else [])))
    server = BrowserServer(command, secrets.token_urlsafe(TOKEN_BYTES), "SMS Report")
    try:
        interrupted = asyncio.run(_serve(server, host, port))
    except OSError as error:
        reason = error.strerror or os.strerror(error.errno or 0)
        raise SmsReportError(f"{host} port {port} can not be listened on ({reason}): choose another --port.") from error
    context.exit(INTERRUPTED if interrupted else DONE)


async def _serve(server: "BrowserServer", host: str, port: int) -> bool:
    import asyncio

    ended = asyncio.Event()
    by_hand = asyncio.Event()
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        by_hand.set()
        ended.set()

    loop.add_signal_handler(signal.SIGINT, interrupted)
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    await server.run(host, port, lambda address: say(f"ready {address}"), ended)
    return by_hand.is_set()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
