"""When the screens ask the store anew after a change: a reading thread holds up the paint that a key awaits."""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.3
OLD_SECONDS, LATEST_SECONDS = 0.5, 1.0
"""With the look at the store twice a second before it, and the reading after it, screens follow within two seconds."""
AFTER_A_KEY = 0.025, 0.06
"""Seconds after a key in which its own paint is done, and the next key has not come yet."""
_LOOK_SECONDS = 0.01
_SHORTEST_SECONDS = 0.001


class News:
    """At once where nobody types; amid typing in its first pause, when they get old right after a key, and then anyhow.

    `quiet` gives the seconds since somebody typed, `seconds` is a clock that only goes forward.
    """

    def __init__(self, quiet: Callable[[], float], seconds: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._seconds = seconds
        self._since: float | None = None

    def came(self) -> None:
        """The store has changed."""
        if self._since is None:
            self._since = self._seconds()

    def seconds_to_wait(self) -> float:
        """Until it is to be asked again; zero where the screens should be told now."""
        if self._since is None:
            return 0.0
        quiet, age = self._quiet(), self._seconds() - self._since
        wait = min(PAUSE_SECONDS - quiet, LATEST_SECONDS - age)
        if age < OLD_SECONDS:
            wait = min(wait, OLD_SECONDS - age)
        elif AFTER_A_KEY[0] <= quiet <= AFTER_A_KEY[1]:
            return 0.0
        else:
            wait = min(wait, _LOOK_SECONDS)
        return wait if wait > _SHORTEST_SECONDS else 0.0

    def told(self) -> None:
        """The screens ask anew now."""
        self._since = None
