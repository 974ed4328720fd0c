"""The sending half of the open feed protocol: a message again, a new activity, and what is left to pay with."""

import re
from collections.abc import Mapping
from typing import Annotated

import httpx
import msgspec
from msgspec import Meta

from smsreport_tui.gateways.answers import problem_reason
from smsreport_tui.gateways.interface import (
    REQUEST_SECONDS,
    Accepted,
    Answer,
    Created,
    Lost,
    Message,
    NewActivity,
    NotFound,
    Refusal,
    Refused,
)
from smsreport_tui.gateways.telling import Told, tell
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.messages import Id
from smsreport_tui.rules.times import BadTimeError, exact_time, parse_time

CREATE_SECONDS = 60.0
"""Seconds that the gateway may take to accept an activity: it looks at everybody."""
_BALANCE = re.compile(r"(-?)([0-9]+)(?:\.([0-9]{1,4}))?")
_DONE = (200, 202)
_REFUSALS = {
    400: Refusal.MESSAGE,
    401: Refusal.TOKEN,
    402: Refusal.CREDITS,
    403: Refusal.MESSAGE,
    422: Refusal.MESSAGE,
    429: Refusal.BUSY,
}


class _Accepted(msgspec.Struct):
    message_id: Id
    accepted_at: str


class _Created(msgspec.Struct):
    id: Id


class _Balance(msgspec.Struct):
    credits: Annotated[str, Meta(max_length=40)]


class FeedDesk:
    """Sends and asks once, without patience: what to do with a lost answer is its caller's to decide."""

    def __init__(self, client: httpx.AsyncClient, url: str, clock: Clock) -> None:
        self._client = client
        self._url = f"{url}/v1"
        self._clock = clock

    async def send(self, message: Message) -> Answer:
        """Ask for one message to be sent; nothing is raised, as a request that may have left is never forgotten."""
        body: dict[str, object] = {
            "to": message.msisdn,
            "body": message.body,
            "activity_id": message.activity_id,
            "profile_id": message.profile_id,
            "attempt": message.attempt,
            "validity_minutes": message.validity_minutes,
        }
        if message.sender:
            body["sender"] = message.sender
        headers = {"Idempotency-Key": message.key, "Content-Type": "application/json"}
        request = self._client.build_request(
            "POST", f"{self._url}/messages", content=msgspec.json.encode(body), headers=headers
        )
        return _answer(await self._tell(request))

    async def find(self, key: str) -> Answer | NotFound:
        """Whether a message with this key was accepted."""
        request = self._client.build_request("GET", f"{self._url}/messages", params={"idempotency_key": key})
        told = await self._tell(request)
        return NotFound() if isinstance(told, Told) and told.status == 404 else _answer(told)

    async def create(self, key: str, activity: NewActivity) -> Created | Refused | Lost:
        """Ask for a new activity; nothing is raised, as for a message."""
        body: dict[str, object] = {
            "name": activity.name,
            "sender": activity.sender,
            "body": activity.body,
            "include": activity.include,
            "exclude": activity.exclude,
        }
        if activity.send_at is not None:
            body["send_at"] = exact_time(activity.send_at)
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        request = self._client.build_request(
            "POST", f"{self._url}/activities", content=msgspec.json.encode(body), headers=headers
        )
        told = await self._tell(request, CREATE_SECONDS)
        if not isinstance(told, Told):
            return told
        return _created(told.body) if told.status in _DONE else _refused(told, _REFUSALS | {404: Refusal.MESSAGE})

    async def balance(self) -> int:
        """Ten-thousandths of a credit that are left. Raises GatewayError."""
        told = await self._tell(self._client.build_request("GET", f"{self._url}/balance"))
        if not isinstance(told, Told):
            raise GatewayError(f"The gateway can not be asked for its credits: {told.reason}.")
        if told.status != 200:
            raise GatewayError(f"The gateway does not tell its credits (it says {told.status}).")
        try:
            match = _BALANCE.fullmatch(msgspec.json.decode(told.body, type=_Balance).credits)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            match = None
        if match is None:
            raise GatewayError("What the gateway says of its credits can not be read.")
        sign, whole, decimals = match.groups()
        amount = int(whole) * 10_000 + int(f"{decimals or ''}0000"[:4])
        return -amount if sign else amount

    async def _tell(self, request: httpx.Request, seconds: float | None = None) -> Told | Refused | Lost:
        """What came back; or why nothing did, or why nothing can have left."""
        return await tell(self._client, request, self._clock, seconds or REQUEST_SECONDS)


def _answer(told: Told | Refused | Lost) -> Answer:
    if not isinstance(told, Told):
        return told
    return _accepted(told.body) if told.status in _DONE else _refused(told, _REFUSALS)


def _refused(told: Told, refusals: Mapping[int, Refusal]) -> Refused | Lost:
    refusal = refusals.get(told.status)
    if refusal is None:
        return Lost(f"it answers with error {told.status}")
    return Refused(refusal, problem_reason(told.status, told.body), told.retry_after)


def _created(body: bytes) -> Created | Lost:
    try:
        return Created(msgspec.json.decode(body, type=_Created).id)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Lost("its answer can not be read")


def _accepted(body: bytes) -> Answer:
    try:
        found = msgspec.json.decode(body, type=_Accepted)
        return Accepted(found.message_id, parse_time(found.accepted_at))
    except (msgspec.MsgspecError, BadTimeError, RecursionError, UnicodeDecodeError):
        return Lost("its answer can not be read")
