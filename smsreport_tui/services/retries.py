"""One pass over the due retries: what was lost is found, then claimed, asked for and written down (rules.md 5)."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from smsreport_tui.gateways.interface import REQUEST_SECONDS, Accepted, Answer, Lost, Message, Refused
from smsreport_tui.rules.attempts import attempt_key
from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.errors import StoreAwayError
from smsreport_tui.services.lost_answers import UNSURE, LostAnswers
from smsreport_tui.services.retry_setup import BATCH, CLAIM_SECONDS, IN_FLIGHT, Counts, Setup
from smsreport_tui.services.standstill import Standstill
from smsreport_tui.services.turns import Turns
from storage.due_attempts import Pair, count_suppressed, due_recipients
from storage.outbox import Key, Outbox, may_send, time_out
from storage.outbox_claim import Claimant, Claimed, Claims, claim
from storage.pauses import Pause

MOST_ROUNDS = 3
"""How often one pass begins again for what was given back meanwhile."""
STOP_SECONDS = 1.0
"""So long requests under way may go on when the worker is told to stop."""


class _Unsent:
    """The request was not made."""


Told = Answer | _Unsent


class _Taken(NamedTuple):
    """What was claimed, and when its requests may begin; never where a pause has begun."""

    claims: Claims
    began: int | None


class RetryPass:
    """Sends what is due, once; safe to be cut off at any point, and beside other passes on the same store."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._store = setup.store
        self._counts = Counts()
        self._turns = Turns(setup)
        self._standstill = Standstill(setup.store, setup.source_id, setup.clock)
        self._lost_answers = LostAnswers(setup, self._turns)
        self._halted = False
        self._failed: BaseException | None = None
        self.is_finished = True
        """Whether all that was due was looked at, by receipts that were new enough."""
        self._left: set[Key] = set()
        self._tried: set[Pair] = set()

    async def run(self) -> Counts:
        """Makes the pass. Raises StoreError."""
        if self._setup.leads:
            await asyncio.to_thread(self._time_out)
        for _ in range(MOST_ROUNDS):
            await self._lost_answers.ask_back(self._counts)
            if not await self._round() or self._setup.stop.is_set() or not self.is_finished:
                break
        return self._counts

    def _time_out(self) -> None:
        now = self._setup.clock.now()
        self._store.write(lambda connection: time_out(connection, self._setup.source_id, now))

    async def _round(self) -> bool:
        """One look at the queue; whether anything may have been given back that is due again."""
        pairs, suppressed = await asyncio.to_thread(self._due)
        fresh = [pair for pair in pairs if pair not in self._tried]
        self._counts.due += len(fresh) + suppressed
        self._counts.suppressed += suppressed
        self._tried.update(fresh)
        if not self._setup.may_send or not self._setup.capabilities.send:
            self._counts.postponed += len(fresh)
            return False
        if not await self._may_try():
            self._counts.postponed += len(pairs)
            return False
        probing = self._standstill.is_probing
        size = 1 if probing else self._turns.pace.batch(BATCH)
        lost, start = False, 0
        while start < len(pairs):
            if self._setup.stop.is_set() or self._halted:
                self._counts.postponed += len(pairs) - start
                break
            if self._is_behind():
                self.is_finished = False
                self._counts.due -= len(set(pairs[start:]) & set(fresh))
                break
            one_lost = await self._send_some(pairs[start : start + size])
            if one_lost is None:
                await self._turns.for_others()
                continue
            start, lost = start + size, lost or one_lost
            if probing and not self._standstill.is_probing:
                self._counts.postponed += max(0, len(pairs) - start)
                break
        return lost

    async def _may_try(self) -> bool:
        if self._setup.leads:
            return await self._standstill.probe(self._setup.gateway, self._setup.capabilities)
        return not await self._standstill.stands()

    def _is_behind(self) -> bool:
        """Whether receipts may have come meanwhile of those who are still to be sent to."""
        until = self._setup.receipts_until
        return until is not None and self._setup.clock.now() > until

    def _due(self) -> tuple[list[Pair], int]:
        now = self._setup.clock.now()
        with self._store.reading() as connection:
            suppressed = count_suppressed(connection, now) if not self._tried else 0
            return due_recipients(connection, now), suppressed

    async def _send_some(self, pairs: list[Pair]) -> bool | None:
        """Claims, asks and writes down; whether an answer was lost. None where others have the gateway for now."""
        claimant = self._claimant()
        taken = await asyncio.to_thread(self._claim, pairs, claimant)
        if taken is None:
            return None
        claims = taken.claims
        if taken.began is None:
            self._halted = True
        else:
            self._turns.from_then(taken.began, len(claims.claimed))
        self._counts.held += claims.held
        self._counts.postponed += claims.postponed
        self._counts.suppressed += claims.suppressed
        answers = await self._ask(claims.claimed, claimant)
        # Written down even when the worker is told to stop meanwhile.
        await asyncio.shield(self._write_down(answers))
        if self._failed is not None:
            raise self._failed
        return any(isinstance(answer, Lost) for _, answer in answers)

    def _claimant(self) -> Claimant:
        setup = self._setup
        now = setup.clock.now()
        until = now + setup.clock.span(CLAIM_SECONDS * SECOND)
        return Claimant(setup.source_id, setup.holder, now, until, self._store.number_key, setup.hours)

    def _claim(self, pairs: list[Pair], claimant: Claimant) -> _Taken | None:
        """None while other workers' requests take all that the gateway takes."""

        def change(connection: Connection) -> _Taken | None:
            if self._standstill.forbids(connection):
                return _Taken(Claims(postponed=len(pairs)), None)
            began = self._turns.begin_at(connection)
            if began is None:
                return None
            claims = claim(connection, pairs, claimant)
            self._turns.book(connection, began, len(claims.claimed))
            return _Taken(claims, began)

        return self._store.write(change)

    async def _ask(self, claimed: Iterable[Claimed], claimant: Claimant) -> list[tuple[Claimed, Told]]:
        """Every attempt with its answer; what is still under way a moment after a stop counts as lost."""
        room = asyncio.Semaphore(IN_FLIGHT)
        tasks = {asyncio.ensure_future(self._ask_one(one, claimant, room)): one for one in claimed}
        stopping = asyncio.ensure_future(self._setup.stop.wait())
        try:
            pending = set(tasks)
            while pending and not stopping.done():
                done, _ = await asyncio.wait({*pending, stopping}, return_when=asyncio.FIRST_COMPLETED)
                pending -= done
            if pending:
                await asyncio.wait(pending, timeout=STOP_SECONDS)
        finally:
            for task in (*tasks, stopping):
                task.cancel()
            await asyncio.gather(*tasks, stopping, return_exceptions=True)
        for task in tasks:
            error = None if task.cancelled() else task.exception()
            if error is not None:
                # What is known of the others is worth more than this one: it is written down first.
                self._halted, self._failed = True, self._failed or error
        return [(one, self._cut_off(one) if _is_cut_off(task) else task.result()) for task, one in tasks.items()]

    def _cut_off(self, claimed: Claimed) -> Told:
        return Lost("the request was cut off") if claimed.key in self._left else _Unsent()

    async def _ask_one(self, claimed: Claimed, claimant: Claimant, room: asyncio.Semaphore) -> Told:
        async with room:
            await self._turns.wait()
            if not await self._still_may(claimed):
                return _Unsent()
            clock = self._setup.clock
            now = clock.now()
            enough = now + clock.span(int(REQUEST_SECONDS) * SECOND) < claimant.until
            if self._setup.stop.is_set() or self._halted or not enough or not claimed.may_leave(now):
                return _Unsent()
            self._left.add(claimed.key)
            answer = await self._setup.gateway.send(_message(claimed))
        if isinstance(answer, Refused) and self._standstill.follows(answer):
            self._halted = True
        return answer

    async def _still_may(self, claimed: Claimed) -> bool:
        """Whether the attempt is ours still, its person may be sent to, and nobody has learned of a pause."""
        try:
            may, paused = await asyncio.to_thread(self._stands, claimed)
        except StoreAwayError:
            # The answers to those that have left are worth more than this one: they are written down when it is back.
            may, paused = False, True
        self._halted |= paused
        return may and not paused

    def _stands(self, claimed: Claimed) -> tuple[bool, bool]:
        with self._store.reading() as connection:
            may = may_send(connection, claimed.key, self._setup.holder)
            return may, self._standstill.forbids(connection)

    async def _write_down(self, answers: list[tuple[Claimed, Told]]) -> None:
        """What is not written down must be asked for: it is tried for as long as the claims hold. Raises StoreError."""
        asked = [answer for _, answer in answers if not isinstance(answer, _Unsent)]
        probe = self._standstill.take_probe() if asked else None
        for _ in range(CLAIM_SECONDS):
            try:
                return await asyncio.to_thread(self._write, answers, probe)
            except StoreAwayError:
                await self._setup.sleep(1.0)
        return await asyncio.to_thread(self._write, answers, probe)

    def _write(self, answers: list[tuple[Claimed, Told]], probe: Pause | None) -> None:
        succeeded = any(isinstance(answer, Accepted) for _, answer in answers)
        now = self._setup.clock.now()

        def change(connection: Connection) -> Counts:
            outbox = Outbox(connection, self._setup.source_id, self._setup.holder, now)
            counts = Counts()
            for claimed, answer in answers:
                self._write_one(outbox, claimed.key, answer, now, counts)
            if probe is not None:
                outbox.probed(probe, succeeded=succeeded)
            outbox.finish()
            return counts

        self._counts.add(self._store.write(change))

    def _write_one(self, outbox: Outbox, key: Key, answer: Told, now: int, counts: Counts) -> None:
        match answer:
            case Accepted():
                outbox.accepted(key, answer.message_id, answer.accepted_at)
                counts.sent += 1
            case Refused() if self._standstill.follows(answer):
                self._standstill.begin(outbox, answer, now)
                outbox.given_back(key)
                counts.postponed += 1
            case Refused():
                outbox.refused(key, f"refused: {answer.reason}")
                counts.held += 1
            case Lost() if not self._setup.capabilities.find:
                outbox.held(key, f"{UNSURE}, and the gateway can not tell: {answer.reason}.")
                counts.held += 1
            case Lost():
                outbox.to_be_asked(key, now)
            case _:
                outbox.given_back(key)
                counts.postponed += 1


def _is_cut_off(task: "asyncio.Future[Told]") -> bool:
    return task.cancelled() or task.exception() is not None


def _message(claimed: Claimed) -> Message:
    number = claimed.key.attempt
    return Message(
        key=attempt_key(claimed.activity_id, claimed.profile_id, number),
        msisdn=claimed.msisdn,
        sender=claimed.sender,
        body=claimed.body,
        activity_id=claimed.activity_id,
        profile_id=claimed.profile_id,
        attempt=number,
    )
