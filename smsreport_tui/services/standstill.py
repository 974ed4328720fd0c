"""Pauses of one gateway's retries: what begins them, and the probes that end them (rules.md 5)."""

import asyncio
from dataclasses import dataclass, field

from smsreport_tui.gateways.interface import Capabilities, Gateway, Refusal, Refused
from smsreport_tui.rules.clock import MINUTE, SECOND, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.pauses import PauseKind
from storage.outbox import Outbox
from storage.pauses import Pause, end_pause, note_vain_probe, read_pauses
from storage.store import Store

REST = MINUTE
"""How long a gateway is left alone that asks for rest and does not say how long."""
_REASONS = {
    Refusal.CREDITS: "The gateway has no credits left for retries",
    Refusal.TOKEN: "The gateway refuses the token",
    Refusal.BUSY: "The gateway asks to be left alone",
}


@dataclass
class Standstill:
    """The pauses of one source."""

    store: Store
    source_id: int
    clock: Clock
    _probing: Pause | None = field(default=None, init=False)

    @staticmethod
    def follows(refused: Refused) -> bool:
        """Whether this refusal is about the gateway, and not about one message."""
        return refused.why in _REASONS

    def begin(self, outbox: Outbox, refused: Refused, now: int) -> None:
        """Pause for what was refused; what is stopped already stays so."""
        reason = f"{_REASONS[refused.why]}: {refused.reason}"
        if refused.why is Refusal.BUSY:
            rest = REST if refused.retry_after is None else int(refused.retry_after * SECOND)
            outbox.rest(reason, now + self.clock.span(rest))
        else:
            outbox.stop(reason)

    def tell(self, outbox: Outbox, *, accepted: bool) -> None:
        """What became of the message that was sent as a probe, where one was."""
        probing, self._probing = self._probing, None
        if probing is not None:
            outbox.probed(probing, succeeded=accepted)

    async def probe(self, gateway: Gateway, capabilities: Capabilities) -> int | None:
        """None when nothing is paused any more; else how many messages may be tried: none, or the one that probes."""
        now = self.clock.now()
        pauses = await asyncio.to_thread(self._pauses)
        resting = [pause for pause in pauses if pause.kind is PauseKind.BUSY]
        if any(pause.probe_at > now for pause in resting):
            return 0
        if resting:
            await asyncio.to_thread(self._end, PauseKind.BUSY)
        stopped = next((pause for pause in pauses if pause.kind is PauseKind.STOPPED), None)
        if stopped is None:
            return None
        if stopped.probe_at > now:
            return 0
        if not capabilities.credits:
            self._probing = stopped
            return 1
        return await self._ask_credits(gateway, stopped, now)

    async def _ask_credits(self, gateway: Gateway, stopped: Pause, now: int) -> int | None:
        try:
            left = await gateway.balance()
        except GatewayError:
            left = 0
        if left > 0:
            await asyncio.to_thread(self._end, PauseKind.STOPPED)
            return None
        await asyncio.to_thread(self._vain, stopped, now)
        return 0

    def _pauses(self) -> list[Pause]:
        with self.store.reading() as connection:
            return [pause for pause in read_pauses(connection) if pause.source_id == self.source_id]

    def _end(self, kind: PauseKind) -> None:
        with self.store.writing() as connection:
            end_pause(connection, self.source_id, kind)

    def _vain(self, stopped: Pause, now: int) -> None:
        with self.store.writing() as connection:
            note_vain_probe(connection, stopped, now)
