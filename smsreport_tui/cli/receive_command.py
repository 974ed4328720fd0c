"""The receiver: vendors that tell by calling are listened to."""

import signal
import socket
from types import FrameType
from typing import TYPE_CHECKING

import click

from smsreport_tui.cli.command import Command
from smsreport_tui.cli.ending import DONE, INTERRUPTED
from smsreport_tui.cli.output import note, say
from smsreport_tui.cli.signals import handling
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.errors import ConfigError, SmsReportError

if TYPE_CHECKING:
    from smsreport_tui.gateways.accounts import Account
    from smsreport_tui.gateways.calls import CallTaker
    from smsreport_tui.gateways.receiver import Receiver

LISTEN = "127.0.0.1:8190"
DRAIN_SECONDS = 5
"""So long calls under way may take when the receiver is told to end."""


@click.command(cls=Command)
@click.option(
    "--listen", metavar="HOST:PORT", default=LISTEN, show_default=True, help="Where to listen; port 0 picks one."
)
@click.option("--public", metavar="URL", help="The address by which the vendor reaches this, where it is another one.")
@click.pass_context
def receive(context: click.Context, listen: str, public: str | None) -> None:
    """Take the calls of a vendor that tells by calling: receipts and replies.

    Its first line is `ready ADDRESS`; the vendor calls below that address, which holds a secret of this store. A call
    is in the store before it is answered; the next sync, or the worker's next pass, takes it up.
    """
    about = context.ensure_object(Surroundings)
    account = about.account()
    taker = _taker(account)
    host, port = _place(listen)
    listening = _listening(host, port)
    from smsreport_tui.cli.connecting import source_url
    from smsreport_tui.gateways.receiver import Receiver
    from smsreport_tui.logs import hide
    from storage.letterbox import Letterbox
    from storage.receiver_secret import receiver_secret

    with listening, about.open_store(writable=True) as store:
        secret = receiver_secret(store)
        hide(secret)
        receiver = Receiver(Letterbox(store, source_url(about, account)), taker, secret, public)
        shown_host = f"[{host}]" if ":" in host else host
        base = (public or f"http://{shown_host}:{listening.getsockname()[1]}").rstrip("/")
        if not _is_loopback(host):
            note(f"Listening on {host}: what comes is not encrypted. Put a proxy with TLS in front.")
        say(f"ready {base}/{secret}")
        context.exit(INTERRUPTED if _serve(receiver, listening) else DONE)


def _taker(account: "Account") -> "CallTaker":
    from smsreport_tui.gateways.kinds import KINDS

    kind = KINDS[account.kind]
    if kind.takes_calls is None:
        raise ConfigError(
            f"{kind.words[:1].upper()}{kind.words[1:]} is asked, and does not call: `smsreport sync` is all it needs."
        )
    return kind.takes_calls(account)


def _place(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535 or not host:
        raise click.BadParameter("HOST:PORT is wanted, such as 127.0.0.1:8190.", param_hint="--listen")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio sends small answers at once.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(1_024)
    except OSError as error:
        opened.close()
        raise SmsReportError(
            f"{host} port {port} can not be listened on ({error.strerror or error}): choose another with --listen."
        ) from error
    return opened


def _serve(receiver: "Receiver", listening: socket.socket) -> bool:
    """Until a signal; whether it was SIGINT, the operator's own."""
    import uvicorn

    config = uvicorn.Config(
        receiver.app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = uvicorn.Server(config)
    received: set[int] = set()

    def end(number: int, _frame: FrameType | None) -> None:
        received.add(number)
        server.should_exit = True

    # While it serves uvicorn takes SIGINT and SIGTERM itself, and hands them on when it has ended.
    with handling(end):
        server.run(sockets=[listening])
    return signal.SIGINT in received


def _is_loopback(host: str) -> bool:
    from smsreport_tui.gateways.address import is_loopback

    return is_loopback(host)
