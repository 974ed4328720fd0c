"""Sinch's SMS REST API: sends batches, tells what became of them, and sends to groups of numbers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from smsreport_tui.gateways.interface import (
    Answer,
    Capabilities,
    Created,
    Follow,
    GatewayInfo,
    Lost,
    Message,
    NewActivity,
    NotFound,
    Refused,
)
from smsreport_tui.gateways.letter_streams import LetterStreams
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.sinch_answers import read_list
from smsreport_tui.gateways.sinch_collect import SinchCollector
from smsreport_tui.gateways.sinch_desk import SinchDesk
from smsreport_tui.gateways.sinch_groups import SinchGroups
from smsreport_tui.gateways.sinch_http import SinchPlan
from smsreport_tui.gateways.sinch_items import VENDOR
from smsreport_tui.gateways.sinch_new import SinchActivities
from smsreport_tui.gateways.sinch_place import HISTORY
from smsreport_tui.rules.clock import HOUR, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile
from storage.letterbox import Letterbox
from storage.people_book import PeopleBook
from storage.store import Store

CAPABILITIES = Capabilities(
    send=True,
    find=True,
    clicks=False,
    opt_outs=True,
    profiles=True,
    segments=True,
    create_activity=True,
    credits=False,
    history_hours=HISTORY // HOUR,
    deduplicates=False,
)


class SinchGateway:
    """One service plan, at `https://REGION.sms.api.sinch.com/xms/v1/SERVICE_PLAN_ID`, by its API token."""

    def __init__(
        self,
        url: str,
        token: str,
        store: Store | None,
        clock: Clock,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._plan = SinchPlan(url, token, clock, patience, sleep)
        self.url = self._plan.url
        self._desk = SinchDesk(self._plan, clock)
        self._stored = None if store is None else _Stored(self._plan, self._desk, store, clock)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._plan.aclose()

    async def info(self) -> GatewayInfo:
        """Who it is, once the address and the token have proved right. Raises GatewayError."""
        await self._plan.ask("GET", "batches", partial(read_list, name="batches"), {"page": "0", "page_size": "1"})
        return GatewayInfo("Sinch", VENDOR, CAPABILITIES)

    async def collect(self) -> None:
        """Fetch what is new into the store's letterbox. Raises GatewayError."""
        await self._with_store.collector.collect()

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]:  # noqa: ARG002
        """One page of what was collected."""
        return await self._with_store.streams.activities(cursor)

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]:  # noqa: ARG002
        """One page of what was collected."""
        return await self._with_store.streams.profiles(cursor)

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]:  # noqa: ARG002
        """One page of what was collected."""
        return await self._with_store.streams.events(cursor)

    async def send(self, message: Message) -> Answer:
        """Send one message again."""
        return await self._desk.send(message)

    async def find(self, message: Message, requested_at: int) -> Answer | NotFound:
        """What became of a message whose answer was lost."""
        return await self._desk.find(message, requested_at)

    async def create_activity(self, key: str, activity: NewActivity) -> Created | Refused | Lost:
        """Send a new SMS to the people of segments."""
        return await self._with_store.activities.create(key, activity)

    async def balance(self) -> int:
        """Sinch tells none by this API. Raises GatewayError."""
        raise GatewayError(f"The gateway at {self.url} does not tell its credits: look at Sinch's dashboard.")

    async def put_segment(self, segment_id: str, name: str, description: str) -> None:  # noqa: ARG002 - has no room
        """Create a segment or replace it, empty and not in force. Raises GatewayError."""
        await self._with_store.groups.put(segment_id)

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:
        """Add one numbered batch. Raises GatewayError."""
        await self._with_store.groups.put_members(segment_id, batch, profile_ids)

    async def commit_segment(self, segment_id: str, members: int) -> None:
        """Put what was uploaded in force. Raises GatewayError."""
        await self._with_store.groups.commit(segment_id, members)

    @property
    def _with_store(self) -> "_Stored":
        if self._stored is None:
            raise GatewayError("Without a store this gateway can only be asked who it is.")
        return self._stored


class _Stored:
    """What needs a store: its letterbox, and the numbers of its people."""

    def __init__(self, plan: SinchPlan, desk: SinchDesk, store: Store, clock: Clock) -> None:
        self.collector = SinchCollector(plan, store, clock)
        self.streams = LetterStreams(Letterbox(store, plan.url))
        self.groups = SinchGroups(plan, PeopleBook(store))
        self.activities = SinchActivities(self.groups, desk, store, clock)
