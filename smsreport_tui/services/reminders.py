"""Sends a reminder once and only once: its segments are pushed, it is checked, written down, and then asked for.

After a lost answer the same request goes out with the same key, by this program or by the next one that is told to
send the same reminder: the gateway replays its answer and sends nothing again.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from smsreport_tui.gateways.interface import Created, Gateway, Lost, NewActivity, Refusal, Refused
from smsreport_tui.gateways.patience import LONGEST_WAIT, Patience
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import MINUTE, Clock
from smsreport_tui.rules.errors import GatewayError, ReminderError
from smsreport_tui.rules.reminders import Asked, Checklist, Draft, ReminderState
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.services.known_gateway import KnownGateway
from smsreport_tui.services.reminder_checks import (
    Allowance,
    earlier_request,
    examined,
    ids_in_force,
    segments_of,
    stands_against,
    with_balance,
)
from smsreport_tui.services.segment_push import Progress, SegmentPusher
from smsreport_tui.services.unbroken import unbroken
from storage.reminders import end_accepted, end_refused, keep_reminder, reminder_by_key
from storage.segment_pushes import in_force
from storage.store import Store

FRESH = 10 * MINUTE
"""A segment that was pushed so lately is not pushed again before the sending."""


def new_key() -> str:
    """The key of one intention to send: whatever happens, what is sent with it is sent once."""
    return f"reminder:{secrets.token_hex(16)}"


class Reminders:
    """The reminders of a store by one gateway.

    `asks_first` says whether sending needs an operator's word for this store, `any_hour` that the allowed hours only
    warn. Every method raises ReminderError, SegmentError, GatewayError and StoreError.
    """

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        clock: Clock,
        *,
        hours: AllowedHours | None = None,
        any_hour: bool = False,
        asks_first: bool = False,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._allowance = Allowance(hours or AllowedHours(), any_hour, asks_first)
        self._patience = patience or Patience()
        self._sleep = sleep
        self._pusher = SegmentPusher(store, gateway, clock, sleep)

    async def check(self, draft: Draft, progress: Progress | None = None) -> Checklist:
        """Push every segment that the draft names, then look at everything that an operator should know."""
        known = await self._known()
        for name, purpose in segments_of(draft):
            await self._pusher.push(name, purpose, progress)
        checklist = await unbroken(self._examine, draft, known)
        balance, problem = None, None
        if known.capabilities.credits:
            try:
                balance = await self._gateway.balance()
            except GatewayError as error:
                problem = str(error)
        return with_balance(checklist, balance, problem)

    async def send(self, draft: Draft, key: str, progress: Progress | None = None) -> str:
        """The gateway's id of the new activity; with the key of one that was sent, that one's.

        Nothing is sent while the check list, looked at again, forbids it.
        """
        known = await self._known()
        done = await unbroken(self._done, draft, key)
        if done is not None:
            return done
        for name, purpose in segments_of(draft):
            if not await unbroken(self._is_fresh, name, purpose, known):
                await self._pusher.push(name, purpose, progress)
        checklist = await unbroken(self._examine, draft, known)
        if checklist.forbids:
            raise ReminderError(" ".join(checklist.forbids))
        asked, is_new = await unbroken(self._begin, draft, key, known)
        return asked.activity_id or await self._ask(asked, known, unsure=not is_new)

    async def _known(self) -> KnownGateway:
        known = await self._pusher.known()
        if not known.capabilities.create_activity:
            raise GatewayError(
                f"The gateway at {self._gateway.url} sends no new activities for others: hand it the segments with "
                "`smsreport segment push`, and send from the sending platform."
            )
        return known

    def _done(self, draft: Draft, key: str) -> str | None:
        """The id of what was sent with the key; None where nothing is known to have been."""
        with self._store.reading() as connection:
            asked = reminder_by_key(connection, key)
        if asked is None:
            return None
        if not asked.draft.says_the_same(draft):
            raise ReminderError("That key belongs to another reminder: begin this one with a new key.")
        if asked.state is ReminderState.REFUSED:
            raise ReminderError(f"The gateway has refused this reminder: {asked.reason}. Mend that and send it anew.")
        return asked.activity_id

    def _is_fresh(self, name: str, purpose: Purpose, known: KnownGateway) -> bool:
        now = self._clock.now()
        with self._store.reading() as connection:
            found = in_force(connection, name, known.source_id, purpose)
        return found is not None and now - self._clock.span(FRESH) <= found[1] <= now

    def _examine(self, draft: Draft, known: KnownGateway) -> Checklist:
        with self._store.reading() as connection:
            return examined(connection, draft, known, self._allowance, self._clock.now())

    def _begin(self, draft: Draft, key: str, known: KnownGateway) -> tuple[Asked, bool]:
        """Write it down, unless it is; whether it is new. One of two programs that begin at once finds the other's."""
        now = self._clock.now()
        with self._store.writing() as connection:
            ids = ids_in_force(connection, draft, known)
            if ids is None:
                raise ReminderError("Another program is pushing a segment of this reminder: try again in a moment.")
            earlier = reminder_by_key(connection, key) or earlier_request(connection, draft, known, now)
            if earlier is None:
                asked = Asked(key, draft, *ids, ReminderState.SENDING, now)
                keep_reminder(connection, known.source_id, asked)
                return asked, True
            if earlier.activity_id is None or earlier.key != key:
                against = stands_against(earlier, ids, known, now)
                if against is not None:
                    raise ReminderError(against)
            return earlier, False

    async def _ask(self, asked: Asked, known: KnownGateway, *, unsure: bool) -> str:
        """Ask until there is an answer; `unsure` says whether an earlier request may have been accepted."""
        draft = asked.draft
        activity = NewActivity(
            draft.name, draft.sender, draft.body, asked.include_ids, asked.exclude_ids, draft.send_at
        )
        failures, waited = 0, 0.0
        while True:
            answer = await self._gateway.create_activity(asked.key, activity)
            if isinstance(answer, Created):
                await unbroken(self._end, asked, answer)
                return answer.activity_id
            unsure = unsure or isinstance(answer, Lost)
            failures += 1
            wait = self._patience.wait(failures, answer.retry_after if isinstance(answer, Refused) else None)
            waited += wait
            if self._is_final(answer, known) or failures >= self._patience.tries or waited > LONGEST_WAIT:
                break
            await self._sleep(wait)
        raise ReminderError(await unbroken(self._give_up, asked, answer, unsure, known.capabilities.deduplicates))

    @staticmethod
    def _is_final(answer: Refused | Lost, known: KnownGateway) -> bool:
        """Whether the same request may not be repeated, or would be answered alike."""
        if isinstance(answer, Lost):
            return not known.capabilities.deduplicates
        return answer.why is not Refusal.BUSY

    def _end(self, asked: Asked, created: Created) -> None:
        with self._store.writing() as connection:
            end_accepted(connection, asked.key, created.activity_id, self._clock.now())

    def _give_up(self, asked: Asked, answer: Refused | Lost, unsure: bool, again: bool) -> str:
        """What to tell; what is sure not to have been accepted is ended. `again`: whether it may be asked for again."""
        by_content = isinstance(answer, Refused) and answer.why in (Refusal.MESSAGE, Refusal.CREDITS)
        if unsure and not by_content:
            return f"Whether the gateway has accepted the reminder is not known: {answer.reason}. {_NEXT[again]}"
        with self._store.writing() as connection:
            end_refused(connection, asked.key, answer.reason, self._clock.now())
        why = _REFUSED[answer.why] if isinstance(answer, Refused) else ""
        return f"{why}, and nothing was sent: {answer.reason}"


_NEXT = {
    True: "The same command again finds out, and nothing is sent twice.",
    False: "Look for it with `smsreport activities` in a while.",
}
_REFUSED = {
    Refusal.MESSAGE: "The gateway refuses the reminder",
    Refusal.CREDITS: "The gateway has no credits for it",
    Refusal.TOKEN: "The gateway refuses the token",
    Refusal.BUSY: "The gateway takes nothing at the moment",
}
