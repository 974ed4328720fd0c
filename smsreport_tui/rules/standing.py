"""The retries at a glance: what the status line says of them, apart from all that the queue holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """The retries at a glance: held ones, whether a gateway is paused, whether sending waits for an operator's word."""

    held: int = 0
    paused: bool = False
    unconfirmed: bool = False
