"""Ports for programs that can not say which one the system gave them."""

import socket


def free_port() -> int:
    """A port of loopback that nobody listened on a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
