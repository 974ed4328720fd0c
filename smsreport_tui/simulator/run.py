"""Runs the simulator: in the foreground for the command, or beside a test in a thread."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import uvicorn
from starlette.types import ASGIApp

from smsreport_tui.rules.clock import Clock, SystemClock
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.simulator.faults import Faults
from smsreport_tui.simulator.segments import Segments
from smsreport_tui.simulator.server import Server
from smsreport_tui.simulator.world import World, WorldConfig

HOST = "127.0.0.1"
_BACKLOG = 128
_SHUTDOWN_SECONDS = 1


@dataclass(frozen=True)
class Running:
    """A simulator that answers."""

    url: str
    world: World
    faults: Faults
    segments: Segments


def build(
    config: WorldConfig, switches: frozenset[str], clock: Clock, token: str | None = None
) -> tuple[Server, Faults]:
    """The server of a world, and the application that spoils its answers; a world without a start begins now."""
    begun = replace(
        config,
        start=config.start or clock.now() // 1_000_000 * 1_000_000,
        hostile=config.hostile or "hostile" in switches,
    )
    world = World(begun, clock)
    server = Server(world, token, malformed="malformed" in switches, picky="picky" in switches)
    return server, Faults(server.app(), switches, begun.seed)


def serve(
    config: WorldConfig,
    port: int,
    switches: frozenset[str],
    announce: Callable[[str], None],
    token: str | None = None,
    clock: Clock | None = None,
) -> None:
    """Answer on loopback until SIGINT or SIGTERM; `announce` hears the address. Raises GatewayError."""
    listening = _listen(port)
    _, app = build(config, switches, clock or SystemClock(), token)
    announce(_url(listening))
    with contextlib.suppress(KeyboardInterrupt):
        _uvicorn(app).run(sockets=[listening])


@contextlib.contextmanager
def running(
    config: WorldConfig, switches: frozenset[str] = frozenset(), clock: Clock | None = None, token: str | None = None
) -> Iterator[Running]:
    """A simulator in a thread, on a port that the system picks."""
    listening = _listen(0)
    server, app = build(config, switches, clock or SystemClock(), token)
    serving = _uvicorn(app)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: whoever connects before the server is ready is answered when it is.
        yield Running(_url(listening), server.world, app, server.segments)
    finally:
        serving.should_exit = True
        thread.join()
        listening.close()


def _listen(port: int) -> socket.socket:
    # Named as TCP: else asyncio leaves Nagle's algorithm on, and small answers wait 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OverflowError as error:
        raise ConfigError("A port is a number from 0 to 65535.") from error
    except OSError as error:
        raise GatewayError(f"Port {port} is taken or not allowed: give another with --port, or 0 for any.") from error
    listening.listen(_BACKLOG)
    return listening


def _url(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}"


def _uvicorn(app: ASGIApp) -> uvicorn.Server:
    # A broken-off answer is meant; uvicorn would report each.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
    )
