"""An account at Twilio: what it has sent and was answered is collected from its Messages resource, and sent by it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.interface import (
    Answer,
    Capabilities,
    Follow,
    GatewayInfo,
    Message,
    NotFound,
)
from smsreport_tui.gateways.items import event_letter, person_letter
from smsreport_tui.gateways.letter_streams import LetterStreams
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.twilio_activities import Campaigns
from smsreport_tui.gateways.twilio_answers import OPTED_OUT
from smsreport_tui.gateways.twilio_api import TwilioApi
from smsreport_tui.gateways.twilio_collector import TwilioCollector
from smsreport_tui.gateways.twilio_desk import SendsAs, TwilioDesk
from smsreport_tui.gateways.twilio_finder import TwilioFinder
from smsreport_tui.gateways.twilio_items import VENDOR
from smsreport_tui.gateways.twilio_settings import TwilioSettings, read_settings
from smsreport_tui.gateways.unable import Unable
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import ConfigError, GatewayError, StoreError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile
from smsreport_tui.rules.messages import EventMessage
from smsreport_tui.rules.times import format_time
from storage.letterbox import Letterbox
from storage.own_messages import OwnMessages
from storage.receiver_secret import receiver_secret
from storage.store import Store

ABLE = Capabilities(
    send=True,
    find=True,
    clicks=False,
    opt_outs=True,
    profiles=True,
    segments=False,
    create_activity=False,
    credits=False,
    history_hours=400 * 24,
    deduplicates=False,
)
STATUS = "status"
"""What stands behind the receiver's secret where Twilio tells what became of a message; any path is taken."""
_log = logging.getLogger(__name__)


class TwilioGateway(Unable):
    """One account; without a store only `info` may be asked. Raises ConfigError for settings that can not be."""

    words = "Twilio"

    def __init__(
        self,
        account: Account,
        store: Store | None,
        clock: Clock,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        settings = read_settings(account)
        read_file(settings)
        self._api = TwilioApi(
            account.url, settings.account_sid, account.secret, clock=clock, patience=patience, sleep=sleep
        )
        self.url = self._api.url
        self._with_store = None if store is None else _WithStore(self._api, store, clock, settings)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    async def info(self) -> GatewayInfo:
        """What Twilio can do, once it has let us in. Raises GatewayError."""
        await self._api.check()
        return GatewayInfo("Twilio", VENDOR, ABLE)

    async def collect(self) -> None:
        """Fetch what is new of the account's messages. Raises GatewayError."""
        await self._store.collector.collect()

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]:  # noqa: ARG002
        """One page of activities."""
        return await self._store.streams.activities(cursor)

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]:  # noqa: ARG002
        """One page of profiles."""
        return await self._store.streams.profiles(cursor)

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]:  # noqa: ARG002
        """One page of events."""
        return await self._store.streams.events(cursor)

    async def send(self, message: Message) -> Answer:
        """Ask for one message to be sent again."""
        return await self._store.desk.send(message)

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        """What became of a message whose answer was lost."""
        return await self._store.finder.find(message, requested_at)

    @property
    def _store(self) -> "_WithStore":
        if self._with_store is None:
            raise GatewayError("What Twilio tells needs a store to be kept in: name one.")
        return self._with_store


def read_file(settings: TwilioSettings) -> str:
    """The text of the operator's file of activities, empty where there is none. Raises ConfigError."""
    if settings.activities is None:
        return ""
    try:
        text = settings.activities.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file of activities {settings.activities} can not be read: check that it is there, and UTF-8."
        ) from error
    Campaigns(text)
    return text


class _WithStore:
    """What of a gateway needs a store."""

    def __init__(self, api: TwilioApi, store: Store, clock: Clock, settings: TwilioSettings) -> None:
        self._clock = clock
        self._box = Letterbox(store, api.url)
        self.streams = LetterStreams(self._box)
        self.collector = TwilioCollector(
            api,
            store,
            clock,
            overlap=settings.overlap,
            history=settings.history,
            file=lambda: read_file(settings),
        )
        # A store that can not be written to sends nothing, and may not have the receiver's secret yet.
        calls_us = settings.receiver and store.writable
        callback = f"{settings.receiver}/{receiver_secret(store)}/{STATUS}" if calls_us else ""
        sends_as = SendsAs(settings.sender, callback)
        self.desk = TwilioDesk(api, sends_as, self._note_refusal)
        self.finder = TwilioFinder(api, OwnMessages(store, api.url), clock)

    def _note_refusal(self, message: Message, reason: str) -> None:
        """Who has opted out at Twilio is known by a receipt, as if the message had been taken and come back."""
        event = EventMessage(
            id="refused",
            kind="bounced",
            at=format_time(self._clock.now()),
            profile_id=message.profile_id,
            activity_id=message.activity_id,
            msisdn=message.msisdn,
            attempt=message.attempt,
            vendor=VENDOR,
            scheme="error_code",
            code=str(OPTED_OUT),
            reason=reason,
        )
        try:
            self._box.post([person_letter(message.profile_id, message.msisdn), event_letter(event)])
        except StoreError as error:
            # The request is answered all the same; the next one is refused again.
            _log.warning("An opt-out that Twilio told of could not be kept: %s", error)
