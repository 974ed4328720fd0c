"""Interruptions end a command cleanly: the work is told to stop, finishes what must be whole, and the code is 130."""

import contextlib
import signal
import threading
from collections.abc import Coroutine, Iterator
from types import FrameType
from typing import Any, TypeVar

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

T = TypeVar("T")


@contextlib.contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """An event that the first signal sets; the second raises KeyboardInterrupt at once."""
    asked = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    with handling(on_signal):
        yield asked


@contextlib.contextmanager
def interrupting() -> Iterator[None]:
    """Each of the signals raises KeyboardInterrupt, so that `finally` runs."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with handling(on_signal):
        yield


@contextlib.contextmanager
def handling(on_signal: Any) -> Iterator[None]:
    """While it lasts the signals that end a command go to this handler."""
    before = {number: signal.signal(number, on_signal) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_until_interrupted(work: Coroutine[Any, Any, T]) -> T:
    """The result of the work; a signal cancels it. Raises KeyboardInterrupt when it has ended so."""
    import asyncio

    async def watched() -> tuple[bool, T | None]:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.add_signal_handler(number, task.cancel)
        try:
            return True, await task
        except asyncio.CancelledError:
            return False, None

    done, result = asyncio.run(watched())
    if not done:
        raise KeyboardInterrupt
    return result  # type: ignore[return-value]
