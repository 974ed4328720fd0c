"""A child of the app leaves the processor to it, so that no key press waits for a sync or an export."""

import os

_NICER = 10


def give_way() -> None:
    """Lowers the priority of this process, and of what it starts, where the system has such a thing."""
    if hasattr(os, "nice"):
        os.nice(_NICER)
