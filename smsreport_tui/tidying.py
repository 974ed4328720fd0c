"""Garbage is collected while nobody types: left to itself Python does it amid a key press, for a tenth of a second."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOOK_SECONDS = 0.5
SHORT_QUIET, LONG_QUIET = 0.8, 10.0
"""Seconds without a key: after the short time what is young is looked at, after the long one all there is."""
FEW, SOME, MANY = 5_000, 10_000, 250_000
"""Objects made and not yet given back. Fewer than the first are not worth a look. So many as the second are looked at
even while somebody types, by themselves: a few milliseconds. What was alive then is looked at again in the next quiet
moment, or when it has become so much as the last; most of it goes before without a look."""


class Tidying:
    """Decides when; one a process, as there is one collector. `seconds` is a clock that only goes forward."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._touched = seconds()
        self._since_whole = 0
        self._passed = 0
        self._settled = False

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """While inside, the collector does nothing of its own accord."""
        gc.disable()
        try:
            yield
        finally:
            gc.unfreeze()
            gc.enable()

    def touched(self) -> None:
        """Somebody typed, or moved the mouse."""
        self._touched = self._seconds()

    def quiet(self) -> float:
        """Seconds since then."""
        return self._seconds() - self._touched

    def look(self) -> None:
        """Collects where that disturbs nobody, or must be; to be called twice a second."""
        quiet = self.quiet()
        young = gc.get_count()[0]
        # The first time at once: what starting has made is most of what there is, and stays.
        enough = LONG_QUIET if self._settled else 0.0
        if quiet >= enough and self._since_whole + young >= FEW:
            self._collect_all()
        elif self._passed >= MANY or (quiet >= SHORT_QUIET and self._passed + young >= FEW):
            self._since_whole += young
            self._passed = 0
            gc.collect()
        elif young >= SOME:
            self._since_whole += young
            self._passed += young - gc.collect(0)

    def _collect_all(self) -> None:
        """What is alive then stays out of the short looks, which would take ten times as long with it."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._since_whole = self._passed = 0
        self._settled = True
