"""Sends one message again by Sinch, and looks for one whose answer was lost, by the reference that it carries."""

from smsreport_tui.gateways.interface import Accepted, Answer, Lost, Message, NotFound, Refusal, Refused
from smsreport_tui.gateways.sinch_answers import Batch, UnreadableError, instant, read, read_list
from smsreport_tui.gateways.sinch_http import SinchPlan, refused
from smsreport_tui.gateways.sinch_place import HISTORY
from smsreport_tui.gateways.sinch_reference import retry_reference
from smsreport_tui.rules.clock import MINUTE, Clock
from smsreport_tui.rules.times import BadTimeError, format_time

GRACE = 2 * MINUTE
"""So long after a request its batch may be missing in Sinch's lists; only then it is sure that there is none.

Sinch promises no span; a caller gives up asking after five minutes (`services.lost_answers.FIND_PATIENCE`).
"""
_PAGE_ITEMS = 100


class SinchDesk:
    """Sends and asks once, without patience: what to do with a lost answer is its caller's to decide."""

    def __init__(self, plan: SinchPlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock

    async def send(self, message: Message) -> Answer:
        """A batch of one recipient; nothing is raised."""
        reference = retry_reference(message.key)
        if reference is None:
            return Refused(Refusal.MESSAGE, "the activity's id is too long for Sinch to keep with a message")
        content: dict[str, object] = {
            "to": [message.msisdn],
            "body": message.body,
            "client_reference": reference,
            "expire_at": format_time(self._clock.now() + message.validity_minutes * MINUTE),
        }
        if message.sender:
            content["from"] = message.sender
        return await self.post(content)

    async def post(self, content: dict[str, object]) -> Answer:
        """A batch, whatever it is.

        No report is asked to be called back with: without an address for calls Sinch refuses that (403,
        missing_callback_url), and reports can be fetched all the same.
        """
        told = await self._plan.tell(
            "POST", "batches", content={"type": "mt_text", "delivery_report": "none", **content}
        )
        if isinstance(told, Refused | Lost):
            return told
        return _accepted(told.body) if told.status in (200, 201) else refused(told)

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        """Whether there is a batch of this attempt; NotFound once Sinch's lists must have it."""
        reference = retry_reference(message.key)
        found = await self.look(reference) if reference is not None else NotFound()
        if isinstance(found, NotFound) and self._clock.now() < requested_at + self._clock.span(GRACE):
            return Lost("its lists may not have the message yet")
        return found

    async def look(self, reference: str) -> Answer | NotFound:
        """The oldest batch with a reference that the lists have; NotFound says no more than that they have none."""
        page, seen, found = 0, 0, list[Accepted]()
        since = format_time(self._clock.now() - HISTORY)
        while True:
            query = {"client_reference": reference, "start_date": since, "page": str(page)}
            told = await self._plan.tell("GET", "batches", query | {"page_size": str(_PAGE_ITEMS)})
            if isinstance(told, Refused | Lost):
                return told
            if told.status != 200:
                return refused(told)
            try:
                raws, count = read_list(told.body, "batches")
                batches = [read(raw, Batch) for raw in raws]
                # A server that does not know this filter gives everything.
                found += [_as_accepted(one) for one in batches if one.client_reference == reference]
            except (UnreadableError, BadTimeError):
                return Lost("its answer can not be read")
            page, seen = page + 1, seen + len(raws)
            if not raws or (count is not None and seen >= count):
                return min(found, key=lambda one: (one.accepted_at, one.message_id)) if found else NotFound()


def _as_accepted(batch: Batch) -> Accepted:
    return Accepted(batch.id, instant(batch.created_at))


def _accepted(body: bytes) -> Answer:
    try:
        return _as_accepted(read(body, Batch))
    except (UnreadableError, BadTimeError):
        return Lost("its answer can not be read")
