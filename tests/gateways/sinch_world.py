"""Sinch as the contract of gateways sees it."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.rules.clock import FixedClock
from storage.store import Store
from tests.gateways.sinch_model import bare
from tests.gateways.sinch_standin import Fault, sinch_server
from tests.gateways.worlds import SECRET, Fate

_REPORTS = {Fate.DELIVERED: (0, "Delivered"), Fate.SOFT: (404, "Aborted"), Fate.HARD: (402, "Aborted")}


async def no_wait(_seconds: float) -> None:
    """Nobody waits in tests."""


class SinchWorld:
    """A `tests.gateways.worlds.World`."""

    def __init__(self, _folder: Path, clock: FixedClock) -> None:
        self.clock = clock
        self._running = contextlib.ExitStack()
        self.server = self._running.enter_context(sinch_server(clock))
        self.plan = self.server.plan
        self._next: Fault | int | None = None
        self.server.faults = self._fault

    def connect(self, store: Store | None, *, secret: str = SECRET) -> SinchGateway:
        return SinchGateway(
            self.server.url,
            secret,
            store,
            self.clock,
            patience=Patience(tries=2, first=0.0, longest=0.0),
            sleep=no_wait,
        )

    def campaign(self, body: str, numbers: Sequence[str]) -> str:
        asked = {"to": list(numbers), "from": "12345", "body": body, "client_reference": "spring"}
        return self.plan.post_batch(asked).id

    def receipt(self, number: str, fate: Fate) -> None:
        self.plan.settle(self.plan.newest_to(number), number, *_REPORTS[fate])

    def reply(self, number: str, text: str) -> None:
        self.plan.inbound(number, text)

    def sent(self) -> list[tuple[str, str]]:
        self.plan.run()
        return [
            (f"+{bare(number)}", batch.asked["body"])
            for batch in self.plan.batches.values()
            if batch.ours
            for number in batch.states
        ]

    def refuse_next(self, status: int) -> None:
        self._next = status

    def lose_next(self) -> None:
        self._next = Fault.LOST

    def close(self) -> None:
        self._running.close()

    def _fault(self, method: str, path: str) -> Fault | int | None:
        if (method, path) != ("POST", "batches"):
            return None
        fault, self._next = self._next, None
        return fault
