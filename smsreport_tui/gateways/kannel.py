"""Kannel, or what speaks its sendsms: it sends one message at a time, and tells by calling the receiver."""

import asyncio
import hashlib
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.address import gateway_url, is_loopback
from smsreport_tui.gateways.calls import decode_call
from smsreport_tui.gateways.interface import (
    REQUEST_SECONDS,
    Accepted,
    Answer,
    Capabilities,
    Follow,
    GatewayInfo,
    Lost,
    Message,
    Refusal,
    Refused,
)
from smsreport_tui.gateways.kannel_activities import read_activities
from smsreport_tui.gateways.kannel_calls import RECEIPTS, KannelMail
from smsreport_tui.gateways.kannel_receipts import OPERATORS
from smsreport_tui.gateways.letter_streams import LetterStreams
from smsreport_tui.gateways.telling import Told, tell
from smsreport_tui.gateways.unable import Unable
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile
from smsreport_tui.rules.gsm import SEPTETS
from smsreport_tui.rules.text import shown
from storage.letterbox import CALLS, Letterbox
from storage.people_book import PeopleBook
from storage.receiver_secret import receiver_secret
from storage.store import Store

ABLE = Capabilities(
    send=True,
    find=False,
    clicks=False,
    opt_outs=True,
    profiles=True,
    segments=False,
    create_activity=False,
    credits=False,
    deduplicates=False,
)
CALLS_AT_ONCE = 1_000
LONGEST_REASON = 120
ALL_REPORTS = "31"
"""Delivered, failed, queued, taken by the operator, refused by it."""
_UCS2 = "2"
_ACCEPTED = ("0:", "3:")
_REFUSALS = {
    400: Refusal.MESSAGE,
    401: Refusal.TOKEN,
    403: Refusal.TOKEN,
    413: Refusal.MESSAGE,
    429: Refusal.BUSY,
    # smsbox says so when bearerbox has refused the message, or is not there.
    503: Refusal.BUSY,
}


class KannelGateway(Unable):
    """One sendsms user at an smsbox; without a store only `info` may be asked. Raises ConfigError for a bad address.

    `find`, `balance` and segments are refused: Kannel forgets a message as soon as it has told of it.
    """

    words = "Kannel"

    def __init__(self, account: Account, store: Store | None, clock: Clock) -> None:
        self.url = gateway_url(account.url)
        self._account = account
        self._clock = clock
        self._store = store
        self._secret: str | None = None
        self._letterbox = None if store is None else Letterbox(store, self.url)
        self._streams = None if self._letterbox is None else LetterStreams(self._letterbox)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": "smsreport"},
            follow_redirects=False,
            timeout=httpx.Timeout(REQUEST_SECONDS, connect=10.0),
            trust_env=not is_loopback(urlsplit(self.url).hostname or ""),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def info(self) -> GatewayInfo:
        """Asks with the user's name and password, and with no number, so that nothing is sent. Raises GatewayError."""
        told = await self._tell({})
        if not isinstance(told, Told):
            raise GatewayError(f"Kannel at {self.url} can not be reached: {told.reason}. Check that smsbox runs there.")
        if told.status in (401, 403):
            raise GatewayError(
                f"Kannel at {self.url} does not take this user's password: check both in its sendsms-user."
            )
        if told.status != 400:
            raise GatewayError(f"What answers at {self.url} is no sendsms of Kannel (it says {told.status}).")
        return GatewayInfo("Kannel", "kannel", ABLE)

    async def collect(self) -> None:
        """Make items of the operator's file, where it has changed, and of the calls that the receiver has kept.

        Raises ConfigError for the file, and StoreError.
        """
        await asyncio.to_thread(self._take_up)

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]:  # noqa: ARG002
        """One page of activities."""
        return await self._read.activities(cursor)

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]:  # noqa: ARG002
        """One page of profiles."""
        return await self._read.profiles(cursor)

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]:  # noqa: ARG002
        """One page of events."""
        return await self._read.events(cursor)

    async def send(self, message: Message) -> Answer:
        """Ask for one message. The same twice is two: the caller asks once a key."""
        ours = message_id(message.key)
        told = await self._tell(
            {
                "from": message.sender or self._account.options.get("sender", ""),
                "to": message.msisdn,
                "text": message.body,
                "charset": "UTF-8",
                **({} if all(one in SEPTETS for one in message.body) else {"coding": _UCS2}),
                "validity": str(message.validity_minutes),
                "dlr-mask": ALL_REPORTS,
                "dlr-url": self._report_address(message, ours),
            }
        )
        if not isinstance(told, Told):
            return told
        text = told.body.decode("utf-8", "replace").strip()
        if told.status in (200, 202) and text.startswith(_ACCEPTED):
            return Accepted(ours, self._clock.now())
        refusal = _REFUSALS.get(told.status)
        if refusal is None:
            return Lost(f"it answers with {told.status}, and not as Kannel does")
        return Refused(refusal, shown(text, LONGEST_REASON) or f"it says {told.status}", told.retry_after)

    async def _tell(self, about: dict[str, str]) -> Told | Refused | Lost:
        user = {"username": self._account.options.get("user", ""), "password": self._account.secret}
        request = self._client.build_request("GET", self.url, params={**user, **about})
        return await tell(self._client, request, self._clock, REQUEST_SECONDS)

    def _report_address(self, message: Message, ours: str) -> str:
        """Ids and digits need no escapes, which Kannel would take for its own."""
        about = {"activity": message.activity_id, "to": message.msisdn.removeprefix("+"), "attempt": message.attempt}
        base = self._account.options.get("receiver", "").rstrip("/")
        if self._secret is None:
            # Once: to fail here amid a batch would leave its message in doubt.
            self._secret = receiver_secret(self._kept)
        secret = self._secret
        return f"{base}/{secret}/{RECEIPTS}?{urlencode({**about, 'message': ours})}&type=%d&at=%T&reply=%A"

    def _take_up(self) -> None:
        store = self._kept
        letterbox = Letterbox(store, self.url)
        mail = KannelMail(PeopleBook(store), OPERATORS.get(self._account.options.get("operator", "none")))
        letterbox.tidy()
        place = self._read_file(letterbox)
        self._note_unread(letterbox, mail)
        while calls := letterbox.read(CALLS, 0, CALLS_AT_ONCE):
            letters = mail.letters([decode_call(call.content) for call in calls])
            keys = [call.key for call in calls]
            letterbox.collected(letters, place, keys)

    @staticmethod
    def _note_unread(letterbox: Letterbox, mail: KannelMail) -> None:
        after = 0
        while letters := letterbox.read("events", after, CALLS_AT_ONCE):
            after = letters[-1].key
            mail.note_unread(letter.content for letter in letters)

    def _read_file(self, letterbox: Letterbox) -> str:
        """Which file has been taken up, by its digest."""
        place = letterbox.place() or ""
        named = self._account.options.get("activities", "").strip()
        if not named:
            return place
        file = read_activities(Path(named).expanduser())
        if file.digest != place:
            letterbox.collected(file.letters, file.digest)
        return file.digest

    @property
    def _kept(self) -> Store:
        if self._store is None:
            raise GatewayError("What Kannel tells needs a store to be kept in: name one.")
        return self._store

    @property
    def _read(self) -> LetterStreams:
        if self._streams is None:
            raise GatewayError("What Kannel tells needs a store to be kept in: name one.")
        return self._streams


def message_id(key: str) -> str:
    """Our own id of a message: Kannel tells none."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
