"""A receiver that listens on loopback in a thread, and can be stopped and started again on its port."""

import contextlib
import threading
from collections.abc import Iterator

import uvicorn

from smsreport_tui.gateways.receiver import Receiver


@contextlib.contextmanager
def listening(receiver: Receiver, port: int) -> Iterator[None]:
    """Answers on this port while it lasts."""
    config = uvicorn.Config(
        receiver.app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
