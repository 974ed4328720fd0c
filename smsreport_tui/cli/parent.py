"""Ends a child with the program that started it, even a killed one: the pipe from it ends then."""

import contextlib
import os
import threading
from collections.abc import Callable

_LONGEST = 4_096


def when_parent_ends(act: Callable[[], None]) -> None:
    """Calls `act`, in a thread of its own, once standard input has come to its end."""

    def listen() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, _LONGEST):
                pass
        act()

    threading.Thread(target=listen, name="parent", daemon=True).start()
