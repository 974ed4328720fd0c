"""Sends by Twilio, once: it knows no keys, so what became of a lost request is `twilio_finder`'s to find."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from smsreport_tui.gateways.interface import Accepted, Answer, Lost, Message, Refusal, Refused
from smsreport_tui.gateways.telling import Told
from smsreport_tui.gateways.twilio_answers import OPTED_OUT, problem_words, read_problem, refusal
from smsreport_tui.gateways.twilio_api import TwilioApi
from smsreport_tui.gateways.twilio_message import read_message

_LONGEST_VALIDITY = 36_000
"""Seconds."""


@dataclass(frozen=True, slots=True)
class SendsAs:
    """Who the messages come from, by number, name or Messaging Service; and where Twilio tells what became of them.

    Without a sender it is that of the activity.
    """

    sender: str = ""
    callback: str = ""


class TwilioDesk:
    """Sends without patience; `note_refusal` is told of people who have opted out at Twilio, and in which words."""

    def __init__(self, api: TwilioApi, sends_as: SendsAs, note_refusal: Callable[[Message, str], None]) -> None:
        self._api = api
        self._sends_as = sends_as
        self._note_refusal = note_refusal

    async def send(self, message: Message) -> Answer:
        """Ask for one message to be sent; nothing is raised, as a request that may have left is never forgotten."""
        sender = self._sends_as.sender or message.sender or ""
        if not sender:
            return Refused(Refusal.MESSAGE, "no sender is known: give one in the account's settings")
        told = await self._api.tell_create(self._fields(message, sender))
        if not isinstance(told, Told):
            return told
        if told.status in (200, 201):
            made = read_message(told.body)
            return Lost("its answer can not be read") if made is None else Accepted(made.sid, made.created)
        problem = read_problem(told.body)
        if told.status == 400 and problem.code == OPTED_OUT:
            await asyncio.to_thread(self._note_refusal, message, problem_words(problem, told.status))
        return refusal(told)

    def _fields(self, message: Message, sender: str) -> dict[str, str]:
        seconds = max(1, min(_LONGEST_VALIDITY, message.validity_minutes * 60))
        fields = {"To": message.msisdn, "Body": message.body, "ValidityPeriod": str(seconds)}
        fields["MessagingServiceSid" if _is_service(sender) else "From"] = sender
        if self._sends_as.callback:
            fields["StatusCallback"] = self._sends_as.callback
        return fields


def _is_service(sender: str) -> bool:
    return len(sender) == 34 and sender.startswith("MG")
