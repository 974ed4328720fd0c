"""Pauses of one gateway's retries: what begins them, and the probes that end them (rules.md 5)."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import Connection

from smsreport_tui.gateways.interface import Capabilities, Gateway, Refusal, Refused
from smsreport_tui.rules.clock import MINUTE, SECOND, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.pauses import PauseKind, is_over
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

    async def stands(self) -> bool:
        """Whether any pause holds."""
        return bool(await asyncio.to_thread(self._pauses))

    def forbids(self, connection: Connection) -> bool:
        """Whether a pause has begun since the pass has asked, other than the one that it probes."""
        mine = (pause for pause in read_pauses(connection) if pause.source_id == self.source_id)
        known = self._probing
        return any(known is None or (pause.kind, pause.since) != (known.kind, known.since) for pause in mine)

    @property
    def is_probing(self) -> bool:
        """Whether the next message is a probe."""
        return self._probing is not None

    def take_probe(self) -> Pause | None:
        """The pause that the message just sent has probed, where it was a probe; the next is none."""
        probing, self._probing = self._probing, None
        return probing

    async def probe(self, gateway: Gateway, capabilities: Capabilities) -> bool:
        """Whether messages may be tried: all, or where `is_probing` the one that probes."""
        now = self.clock.now()
        pauses = await asyncio.to_thread(self._pauses)
        resting = [pause for pause in pauses if pause.kind is PauseKind.BUSY]
        if not all(is_over(pause.probe_at, pause.since, now) for pause in resting):
            return False
        for pause in resting:
            await asyncio.to_thread(self._end, pause)
        stopped = next((pause for pause in pauses if pause.kind is PauseKind.STOPPED), None)
        if stopped is None:
            return True
        if not is_over(stopped.probe_at, stopped.since, now):
            return False
        if not capabilities.credits:
            self._probing = stopped
            return True
        return await self._ask_credits(gateway, stopped, now)

    async def _ask_credits(self, gateway: Gateway, stopped: Pause, now: int) -> bool:
        try:
            left = await gateway.balance()
        except GatewayError:
            left = 0
        if left > 0:
            await asyncio.to_thread(self._end, stopped)
            return True
        await asyncio.to_thread(self._vain, stopped, now)
        return False

    def _pauses(self) -> list[Pause]:
        with self.store.reading() as connection:
            return [pause for pause in read_pauses(connection) if pause.source_id == self.source_id]

    def _end(self, pause: Pause) -> None:
        with self.store.writing() as connection:
            end_pause(connection, pause)

    def _vain(self, stopped: Pause, now: int) -> None:
        with self.store.writing() as connection:
            note_vain_probe(connection, stopped, now)
