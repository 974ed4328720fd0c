"""Collects what a service plan of Sinch tells: batches, then what became of them, then what people have answered.

Each answer's items and how far the reading has come are kept in one step: it may be cut off anywhere, and is gone on
with. What the store holds already is passed over, so that the windows may overlap as far as the lists may lag.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import quote

import msgspec

from smsreport_tui.gateways.sinch_answers import (
    Batch,
    BatchReport,
    Inbound,
    Report,
    UnreadableError,
    instant,
    number,
    read,
    read_any,
    read_list,
)
from smsreport_tui.gateways.sinch_http import MissingError, SinchPlan
from smsreport_tui.gateways.sinch_items import Items, activity, add_report, add_sent, sent_at, was_sent
from smsreport_tui.gateways.sinch_place import ASKED_FOR_MEMBERS, Place, read_place, write_place
from smsreport_tui.gateways.sinch_replies import Replies
from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import BadTimeError, format_time
from storage.known_activities import KnownActivities
from storage.letterbox import Letter, Letterbox
from storage.own_messages import OwnMessages
from storage.people_book import PeopleBook
from storage.store import Store

PAGE_ITEMS = 100
"""The most that Sinch puts on a page."""


class _Known(msgspec.Struct):
    id: str


class SinchCollector:
    """Fills a store's letterbox from a service plan. Every method raises GatewayError and StoreError."""

    def __init__(self, plan: SinchPlan, store: Store, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._box = Letterbox(store, plan.url)
        self._book = PeopleBook(store)
        self._known = KnownActivities(store)
        self._own = OwnMessages(store, plan.url)
        self._store = store

    async def collect(self) -> None:
        """Post everything that is new, up to now."""
        place = read_place(await asyncio.to_thread(self._box.place))
        await self._read_list("batches", place, self._take_batches)
        for batch_id in [one for one, at in sorted(place.scheduled.items()) if at <= self._clock.now()]:
            await self._read_scheduled(batch_id, place)
        for batch_id in sorted(place.grouped):
            await self._read_members(batch_id, place)
        await self._read_list("delivery_reports", place, self._take_reports)
        replies = Replies(self._store, self._box)
        await self._read_list("inbounds", place, partial(self._take_inbounds, replies))
        await asyncio.to_thread(self._box.tidy)

    async def _read_list(self, name: str, place: Place, take: Callable[[list[bytes], Place], list[Letter]]) -> None:
        """To its end the window that was left open, if one was, and then one up to now."""
        was_open, before = name in place.open, list[bytes]()
        while True:
            window = place.window(name, self._clock.now())
            query = {
                "page": str(window.page),
                "page_size": str(PAGE_ITEMS),
                "start_date": format_time(window.since),
            }
            items, count = await self._plan.ask("GET", name, partial(read_list, name=name), query)
            if count is None and items and items == before:
                raise GatewayError(
                    f"The gateway at {self._plan.url} gives one page of {name} again and again: tell Sinch."
                )
            letters, before = await asyncio.to_thread(take, items, place), items
            window.page += 1
            window.seen += len(items)
            ended = not items or (count is not None and window.seen >= count)
            if ended:
                place.close(name)
            await asyncio.to_thread(self._box.collected, letters, write_place(place))
            if ended and not was_open:
                return
            was_open = was_open and not ended

    async def _read_scheduled(self, batch_id: str, place: Place) -> None:
        """A batch whose time has come: it may have been changed or cancelled since."""
        letters: list[Letter] = []
        del place.scheduled[batch_id]
        try:
            raw = await self._plan.ask("GET", f"batches/{quote(batch_id, safe='')}", read_any)
            letters = await asyncio.to_thread(self._take_batches, [raw], place)
        except MissingError:
            pass
        await asyncio.to_thread(self._box.collected, letters, write_place(place))

    async def _read_members(self, batch_id: str, place: Place) -> None:
        """Whom a batch to groups went to."""
        letters: list[Letter] = []
        if place.grouped[batch_id] + ASKED_FOR_MEMBERS <= self._clock.now():
            del place.grouped[batch_id]
        try:
            path, full = f"batches/{quote(batch_id, safe='')}", {"type": "full"}
            batch = await self._plan.ask("GET", path, read_any)
            report = await self._plan.ask("GET", f"{path}/delivery_report", read_any, full)
            letters = await asyncio.to_thread(self._take_members, batch, report)
        except MissingError:
            place.grouped.pop(batch_id, None)
        await asyncio.to_thread(self._box.collected, letters, write_place(place))

    def _take_batches(self, raws: Iterable[bytes], place: Place) -> list[Letter]:
        items, bad, now = Items(), list[Letter](), self._clock.now()
        for raw in raws:
            try:
                batch = read(raw, Batch)
                begun, start, message = was_sent(batch, now), sent_at(batch), activity(batch, now)
                if message is not None:
                    items.activities.append(message)
                if begun:
                    add_sent(items, self._book, batch, batch.to)
            except (UnreadableError, BadTimeError):
                bad.append(Letter("activities", raw))
                continue
            place.scheduled.pop(batch.id, None)
            if not begun and not batch.canceled:
                place.scheduled[batch.id] = start
            if begun and not all(number(one) for one in batch.to):
                place.grouped.setdefault(batch.id, start)
        return [*self._new(items), *bad]

    def _take_members(self, raw_batch: bytes, raw_report: bytes) -> list[Letter]:
        items = Items()
        try:
            batch = read(raw_batch, Batch)
            for status in read(raw_report, BatchReport).statuses:
                add_sent(items, self._book, batch, status.recipients)
        except (UnreadableError, BadTimeError):
            return [Letter("events", raw_report)]
        return self._new(items)

    def _take_reports(self, raws: Iterable[bytes], _place: Place) -> list[Letter]:
        items, bad = Items(), list[Letter]()
        for raw in raws:
            try:
                add_report(items, self._book, read(raw, Report))
            except (UnreadableError, BadTimeError):
                bad.append(Letter("events", raw))
        return [*self._new(items), *bad]

    def _take_inbounds(self, replies: Replies, raws: Iterable[bytes], place: Place) -> list[Letter]:
        letters: list[Letter] = []
        for raw in raws:
            try:
                inbound = read(raw, Inbound)
                at = instant(inbound.received_at)
            except (UnreadableError, BadTimeError):
                letters.append(Letter("events", raw))
                continue
            if inbound.id not in place.replies:
                place.replies[inbound.id] = at
                letters += replies.letters(inbound, at)
        return letters

    def _new(self, items: Items) -> list[Letter]:
        """The letters of what the store does not hold; people come with an event of theirs."""
        held = self._known.updated_at(one.id for one in items.activities)
        items.activities = [one for one in items.activities if instant(one.updated_at) > held.get(one.id, 0)]
        ids = [msgspec.json.decode(one.content, type=_Known).id for _, one in items.events]
        known = self._own.known_events(ids)
        items.events = [one for one, key in zip(items.events, ids, strict=True) if key not in known]
        people = {person for person, _ in items.events} & items.people.keys()
        return items.letters(people - self._book.numbers(list(people)).keys())
