"""The retries at a glance: what the status line says of them, apart from all that the queue holds."""

from typing import NamedTuple


class Standing(NamedTuple):
    """The retries at a glance: held ones, whether a gateway is paused, whether sending waits for an operator's word."""

    held: int = 0
    paused: bool = False
    unconfirmed: bool = False
