"""A child of the app leaves the processor to it, so that no key press waits for a sync or an export."""

import os

NICER = 10
"""How much nicer than the app, in the system's own measure."""


def give_way() -> None:
    """Lowers the priority of this process, and of what it starts, where the system has such a thing."""
    if hasattr(os, "nice"):
        os.nice(NICER)
