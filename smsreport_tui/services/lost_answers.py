"""Requests whose answer was lost: the gateway is asked, and what it can not tell is held (rules.md 5)."""

import asyncio

from sqlalchemy import Connection

from smsreport_tui.gateways.interface import Accepted, Answer, Lost, Message, NotFound
from smsreport_tui.rules.attempts import attempt_key
from smsreport_tui.rules.clock import MINUTE, SECOND
from smsreport_tui.services.retry_setup import BATCH, CLAIM_SECONDS, IN_FLIGHT, Counts, Setup
from smsreport_tui.services.turns import Turns
from storage.outbox import Outbox, Unanswered, take_unanswered

FIND_TRIES = 3
FIND_WAIT = 30 * SECOND
"""Between passes that ask what became of a request."""
FIND_PATIENCE = 5 * MINUTE
"""So long after its request an attempt is asked about before it is held."""
UNSURE = "not known whether it was sent"


class LostAnswers:
    """Asks after requests of any worker whose claim has run out."""

    def __init__(self, setup: Setup, turns: Turns) -> None:
        self._setup = setup
        self._turns = turns

    async def ask_back(self, counts: Counts) -> None:
        """Find out about every request whose claim has run out, whoever made it, and count what it comes to."""
        lost = await asyncio.to_thread(self._take_unanswered)
        room = asyncio.Semaphore(IN_FLIGHT)

        async def ask(one: Unanswered) -> tuple[Unanswered, Answer | NotFound]:
            async with room:
                return one, await self._find(one)

        size = max(1, self._turns.pace.batch(BATCH) // FIND_TRIES)
        for start in range(0, len(lost), size):
            some = lost[start : start + size]
            if self._setup.capabilities.find:
                await self._turns.reserve(FIND_TRIES * len(some))
            found = await asyncio.gather(*(ask(one) for one in some))
            counts.add(await asyncio.shield(asyncio.to_thread(self._write, found)))

    def _take_unanswered(self) -> list[Unanswered]:
        setup = self._setup
        now = setup.clock.now()
        until = now + setup.clock.span(CLAIM_SECONDS * SECOND)
        return setup.store.write(
            lambda connection: take_unanswered(connection, setup.source_id, setup.holder, now, until)
        )

    async def _find(self, lost: Unanswered) -> Answer | NotFound:
        if not self._setup.capabilities.find:
            return Lost("it can not be asked")
        message = _message(lost)
        answer: Answer | NotFound = Lost("it was not asked")
        for tries in range(1, FIND_TRIES + 1):
            if self._setup.stop.is_set():
                break
            await self._turns.wait()
            answer = await self._setup.gateway.find(message, lost.requested_at)
            if isinstance(answer, Accepted | NotFound) or tries == FIND_TRIES:
                break
            await self._setup.sleep(0.2 * tries)
        return answer

    def _write(self, found: list[tuple[Unanswered, Answer | NotFound]]) -> Counts:
        now = self._setup.clock.now()

        def change(connection: Connection) -> Counts:
            counts = Counts()
            outbox = Outbox(connection, self._setup.source_id, self._setup.holder, now)
            for lost, answer in found:
                if isinstance(answer, Accepted):
                    outbox.accepted(lost.key, answer.message_id, answer.accepted_at)
                    counts.sent += 1
                elif isinstance(answer, NotFound):
                    outbox.given_back(lost.key)
                elif not self._setup.capabilities.find or now - lost.requested_at >= self._setup.clock.span(
                    FIND_PATIENCE
                ):
                    outbox.held(lost.key, f"{UNSURE}, and the gateway does not tell: {answer.reason}.")
                    counts.held += 1
                else:
                    outbox.to_be_asked(lost.key, now + self._setup.clock.span(FIND_WAIT))
            outbox.finish()
            return counts

        return self._setup.store.write(change)


def _message(lost: Unanswered) -> Message:
    number = lost.key.attempt
    return Message(
        key=attempt_key(lost.activity_id, lost.profile_id, number),
        msisdn=lost.msisdn or "",
        sender=lost.sender,
        body=lost.body or "",
        activity_id=lost.activity_id,
        profile_id=lost.profile_id,
        attempt=number,
    )
