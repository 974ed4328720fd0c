"""Hears the program that started this one through its pipe: a line is a wish, the end is the end of it, even killed."""

import contextlib
import os
import threading
from collections.abc import Callable

_LONGEST = 4_096


def when_parent_ends(act: Callable[[], None], on_line: Callable[[], None] | None = None) -> None:
    """Calls `act`, in a thread of its own, once standard input has come to its end; `on_line` for what comes before."""

    def listen() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, _LONGEST):
                if on_line is not None:
                    on_line()
        act()

    threading.Thread(target=listen, name="parent", daemon=True).start()
