"""Finds what became of a request whose answer was lost: Twilio knows no keys, so number, time and text must do."""

import asyncio

from smsreport_tui.gateways.interface import Accepted, Answer, Lost, Message, NotFound, Refusal, Refused
from smsreport_tui.gateways.telling import Told
from smsreport_tui.gateways.twilio_answers import refusal
from smsreport_tui.gateways.twilio_api import TwilioApi
from smsreport_tui.gateways.twilio_message import BadListError, MessagePage, TwilioMessage, read_message, read_page
from smsreport_tui.gateways.twilio_own import SKEW
from smsreport_tui.rules.clock import HOUR, MINUTE, Clock
from smsreport_tui.rules.errors import GatewayError
from storage.own_messages import OwnMessage, OwnMessages

ABSENT_AFTER = 3 * MINUTE
"""A list may lag behind: so long after its request a message that is in none was not accepted."""
FIND_PAGES = 5
_DAY = 24 * HOUR


class TwilioFinder:
    """Asks without patience, as whoever asks does so again."""

    def __init__(self, api: TwilioApi, own: OwnMessages, clock: Clock) -> None:
        self._api = api
        self._own = own
        self._clock = clock

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        """The one message to that number with that text since the request.

        It may be somebody else's, or ours with a text that was changed on its way: where these can not be told apart
        it is lost, and so held for the operator.
        """
        if not message.msisdn or not message.body:
            return Lost("its person has been erased")
        try:
            listed = await self._listed(message.msisdn, requested_at - SKEW)
        except GatewayError as error:
            return Lost(str(error))
        if not isinstance(listed, list):
            return listed
        others = await asyncio.to_thread(self._others, message, requested_at)
        known = {one.message_id for one in others}
        rest = [one for one in listed if one.sid not in known]
        if rest and any(_is_rival(one, message, requested_at) for one in others):
            return Lost("another attempt of ours has asked for the same text, and is not answered either")
        return self._decided(rest, message.body, requested_at)

    def _decided(self, listed: list[TwilioMessage], body: str, requested_at: int) -> Answer | NotFound:
        same = [one for one in listed if one.body.strip() == body.strip()]
        if len(same) == 1:
            return Accepted(same[0].sid, same[0].created)
        if same:
            return Lost(f"it has sent that text to the number {len(same)} times since")
        if listed:
            return Lost("it has sent the number another text since, which may be this one changed on its way")
        if self._clock.now() - requested_at < self._clock.span(ABSENT_AFTER):
            return Lost("it does not list the message yet")
        return NotFound()

    async def _listed(self, msisdn: str, since: int) -> list[TwilioMessage] | Refused | Lost:
        """What was sent to a number since then; not asked for by date, as what waits to be sent has none."""
        found: list[TwilioMessage] = []
        url: str | None = None
        for _ in range(FIND_PAGES):
            told = await self._api.tell_list(msisdn, url)
            if not isinstance(told, Told):
                return told
            if told.status != 200:
                return _unlisted(told)
            page = _read(told.body)
            if page is None:
                return Lost("its list can not be read")
            messages, url = page[0], self._api.following(page[1])
            found += [one for one in messages if one.is_outbound and one.to == msisdn and one.created >= since]
            if url is None or all(one.created < since - _DAY for one in messages):
                return found
        return Lost("its list of messages to the number is too long")

    def _others(self, message: Message, requested_at: int) -> list[OwnMessage]:
        """The other attempts of ours."""
        mine = (message.activity_id, message.profile_id, message.attempt)
        sent = self._own.since(requested_at - _DAY)
        return [one for one in sent if (one.activity_id, one.profile_id, one.attempt) != mine]


def _is_rival(other: OwnMessage, message: Message, requested_at: int) -> bool:
    """Whether a message of this one's may be the other's: of one activity's text to one number in another."""
    same = other.msisdn == message.msisdn and other.body == message.body
    return other.message_id is None and same and abs(other.requested_at - requested_at) <= 2 * SKEW


def _read(body: bytes) -> tuple[list[TwilioMessage], MessagePage] | None:
    """The messages of a page; None when one of them, or the page, can not be read: it may be the one looked for."""
    try:
        page = read_page(body)
    except BadListError:
        return None
    read = [read_message(raw) for raw in page.messages]
    messages = [one for one in read if one is not None]
    return (messages, page) if len(messages) == len(read) else None


def _unlisted(told: Told) -> Refused | Lost:
    """Why there is no list; a refusal of the list itself says nothing of the message."""
    answer = refusal(told)
    return Lost(answer.reason) if isinstance(answer, Refused) and answer.why is Refusal.MESSAGE else answer
