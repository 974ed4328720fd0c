"""The worker in the foreground: pass after pass, told line by line, until a signal or the end of its parent."""

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsreport_tui.cli.background import give_way
from smsreport_tui.cli.ending import DONE, INTERRUPTED
from smsreport_tui.cli.output import note, print_document, say
from smsreport_tui.cli.parent import when_parent_ends
from smsreport_tui.cli.signals import ENDING
from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.rules.formatting import count_of, local_time, thousands

if TYPE_CHECKING:
    from smsreport_tui.services.worker import PassResult

WATCHED_INTERVAL = 5
"""Seconds between passes while an app is open on the store."""


@dataclass
class WorkerRun:
    """One run of `smsreport worker`."""

    about: Surroundings
    once: bool
    with_parent: bool
    interval: int | None
    asks_first: bool
    as_json: bool
    interrupted: bool = False

    def run(self) -> int:
        """The exit code: a service that is told to end (SIGTERM) is done, one that is interrupted (SIGINT) is not."""
        if self.with_parent:
            give_way()
        asyncio.run(self._work())
        return INTERRUPTED if self.interrupted else DONE

    async def _work(self) -> None:
        connect = self.about.gateway_maker()
        from smsreport_tui.services.worker import Sending, Watch, run_worker

        stop = asyncio.Event()
        sending = Sending(self.about.settings.allowed_hours, self.asks_first)
        watch = Watch(self._seconds, self._told, note)
        self._listen(stop, watch.wake)
        with self.about.open_store(writable=True) as store:
            await run_worker(
                store,
                lambda: connect(store),
                store.clock,
                watch,
                once=self.once,
                stop=stop,
                sending=sending,
                clicks=self.about.click_sources(),
            )

    def _listen(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()

        def end(number: signal.Signals) -> None:
            self.interrupted = self.once or number is signal.SIGINT
            stop.set()

        for number in ENDING:
            loop.add_signal_handler(number, end, number)
        if self.with_parent:
            when_parent_ends(lambda: _set_from_thread(loop, stop), lambda: _set_from_thread(loop, wake))

    def _seconds(self) -> float:
        if self.interval is not None:
            return self.interval
        interval = self.about.settings.sync_interval
        return min(WATCHED_INTERVAL, interval) if self.with_parent else interval

    def _told(self, result: "PassResult") -> None:
        if self.once and self.interrupted:
            return
        if self.as_json:
            from smsreport_tui.cli.documents import pass_document

            print_document(pass_document(result), one_line=True)
        else:
            now = local_time(self.about.clock.now(), self.about.time_zone)
            say(f"{now}  {_sentence(result)}")


def _sentence(result: "PassResult") -> str:
    """What a pass brought and sent, for people."""
    parts = {
        "sent": result.sent,
        "held": result.held,
        "postponed": result.postponed,
        "not sent, as the number is suppressed": result.suppressed,
    }
    words = [f"{thousands(number)} {what}" for what, number in parts.items() if number]
    retries = [f"{count_of(result.due, 'retry')} due", *words] if result.due or words else []
    return " · ".join([count_of(result.synced, "new event"), *retries])


def _set_from_thread(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    # The loop may have ended by itself meanwhile.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(event.set)
