"""A new activity by Sinch: a batch to a group that is made for it alone.

A batch can not leave out a group, and a scheduled one goes to whoever is in its groups when its time comes. So the
included groups less the excluded ones are copied at Sinch into a group of the activity's own, which is not changed
again, whatever is pushed later.
"""

import asyncio
from dataclasses import dataclass

from smsreport_tui.gateways.interface import (
    Accepted,
    Created,
    Lost,
    NewActivity,
    NotFound,
    Refusal,
    Refused,
)
from smsreport_tui.gateways.sinch_desk import GRACE, SinchDesk
from smsreport_tui.gateways.sinch_groups import SinchGroups
from smsreport_tui.gateways.sinch_http import MissingError
from smsreport_tui.gateways.sinch_reference import new_reference, short_digest
from smsreport_tui.rules.clock import SECOND, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import format_time
from storage.reminders import reminder_by_key
from storage.store import Store

_FIRST_TRY = 5 * SECOND
"""A request is made so soon after it was written down; what is older has been tried before."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """What this process knows of a key: when its last request may have been accepted, or None where none can be."""

    lost_at: int | None


class SinchActivities:
    """Sends new activities, each key once as far as Sinch's lists tell; nothing is raised."""

    def __init__(self, groups: SinchGroups, desk: SinchDesk, store: Store, clock: Clock) -> None:
        self._groups = groups
        self._desk = desk
        self._store = store
        self._clock = clock
        self._tried: dict[str, _Tried] = {}

    async def create(self, key: str, activity: NewActivity) -> Created | Refused | Lost:
        """Looks for the key's batch, and sends it where there is none."""
        reference = new_reference(key, activity.name)
        found = await self._desk.look(reference)
        if isinstance(found, Accepted):
            return Created(found.message_id)
        if isinstance(found, Lost):
            # Nothing has left with this call; what an earlier one came to is found out by the next.
            return Refused(Refusal.BUSY, found.reason)
        if not isinstance(found, NotFound):
            return found
        wait = await asyncio.to_thread(self._grace_left, key)
        if wait > 0:
            return Refused(Refusal.BUSY, "its lists may not have an earlier request yet", wait / SECOND)
        answer = await self._send(key, reference, activity)
        self._tried[key] = _Tried(self._clock.now() if isinstance(answer, Lost) else None)
        return answer

    async def _send(self, key: str, reference: str, activity: NewActivity) -> Created | Refused | Lost:
        try:
            group = await self._audience(key, activity)
        except MissingError as error:
            return Refused(Refusal.MESSAGE, str(error))
        except GatewayError as error:
            return Refused(Refusal.BUSY, str(error))
        if group is None:
            return Refused(Refusal.MESSAGE, "nobody is left of the included segments without the excluded ones")
        content: dict[str, object] = {"to": [group], "body": activity.body, "client_reference": reference}
        if activity.sender:
            content["from"] = activity.sender
        if activity.send_at is not None:
            content["send_at"] = format_time(activity.send_at)
        answer = await self._desk.post(content)
        return Created(answer.message_id) if isinstance(answer, Accepted) else answer

    async def _audience(self, key: str, activity: NewActivity) -> str | None:
        """Sinch's id of the group of everybody who is to get it; None where that is nobody."""
        include = [await self._groups.in_force(one) for one in activity.include]
        exclude = [await self._groups.in_force(one) for one in activity.exclude]
        group = await self._groups.emptied(f"sr-{short_digest(key, 8)}")
        for one in include:
            await self._groups.change(group, {"add_from_group": one})
        for one in exclude:
            await self._groups.change(group, {"remove_from_group": one})
        return group if await self._groups.size(group) else None

    def _grace_left(self, key: str) -> int:
        """Microseconds until a request that may have been made before must stand in Sinch's lists."""
        now, grace = self._clock.now(), self._clock.span(GRACE)
        tried = self._tried.get(key)
        if tried is not None:
            return 0 if tried.lost_at is None else tried.lost_at + grace - now
        with self._store.reading() as connection:
            asked = reminder_by_key(connection, key)
        if asked is None or now - asked.asked_at < self._clock.span(_FIRST_TRY):
            return 0
        return asked.asked_at + grace - now
