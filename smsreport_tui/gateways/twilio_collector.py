"""Looks through an account's messages and posts what is new of them, page by page."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from smsreport_tui.gateways.calls import decode_call
from smsreport_tui.gateways.items import activity_letter, event_letter, person_letter
from smsreport_tui.gateways.twilio_api import TwilioApi
from smsreport_tui.gateways.twilio_calls import message_sid
from smsreport_tui.gateways.twilio_items import activity_of, events_of
from smsreport_tui.gateways.twilio_message import TwilioMessage, read_message
from smsreport_tui.gateways.twilio_own import OwnIndex
from smsreport_tui.gateways.twilio_place import RECENT, CampaignsByTime, Look, Place, read_place
from smsreport_tui.gateways.twilio_replies import Replies
from smsreport_tui.rules.clock import HOUR, Clock
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.rules.messages import ActivityMessage
from storage.letterbox import CALLS, Letter, Letterbox
from storage.own_messages import OwnMessages
from storage.people_book import PeopleBook
from storage.store import Store

MOST_FETCHED = 200
"""When calls name more messages than these, all is looked at instead of each."""
_READ = 2_000


class _Named(msgspec.Struct):
    id: str


class TwilioCollector:
    """Collects one account; `overlap` and `history` in microseconds, `file` reads the operator's file of activities."""

    def __init__(
        self, api: TwilioApi, store: Store, clock: Clock, *, overlap: int, history: int, file: Callable[[], str]
    ) -> None:
        self._api = api
        self._clock = clock
        self._overlap = overlap
        self._history = history
        self._file = file
        self._box = Letterbox(store, api.url)
        self._own = OwnMessages(store, api.url)
        self._people = PeopleBook(store)

    async def collect(self) -> None:
        """One look: as far back as the place says, and at every message that calls have named. Raises GatewayError."""
        now = self._clock.now()
        place, calls, named = await asyncio.to_thread(self._begin)
        try:
            file = await asyncio.to_thread(self._file)
            taker = _Taker(self._box, self._own, self._people, CampaignsByTime(place, file), place)
        except ConfigError as error:
            raise GatewayError(str(error)) from error
        deep = place.is_deep(now) or len(named) > MOST_FETCHED
        since = place.since(now, deep=deep, overlap=self._overlap, history=self._history)
        await asyncio.to_thread(taker.begin)
        async for page in self._api.pages(since):
            named -= await asyncio.to_thread(taker.take, page)
        named.update(await asyncio.to_thread(taker.unmet, now - RECENT))
        for sid in sorted(named):
            raw = await self._api.fetch(sid)
            if raw is not None:
                await asyncio.to_thread(taker.take, [raw])
        look = Look(now, deep, file, now - max(self._overlap, self._history) - HOUR)
        await asyncio.to_thread(taker.finish, place, calls, look)

    def _begin(self) -> tuple[Place, list[int], set[str]]:
        """The place, the last call, and the messages that the calls up to it name."""
        self._box.tidy()
        calls: list[int] = []
        named: set[str] = set()
        while letters := self._box.read(CALLS, calls[-1] if calls else 0, _READ):
            calls = [letters[-1].key]
            found = (message_sid(decode_call(letter.content)) for letter in letters)
            named.update(sid for sid in found if sid is not None)
        return read_place(self._box.place()), calls, named


class _Taker:
    """What one look has met. What is met twice in it may be posted twice: the store knows it again."""

    def __init__(
        self, box: Letterbox, own: OwnMessages, people: PeopleBook, campaigns: CampaignsByTime, place: Place
    ) -> None:
        self._box = box
        self._own = OwnIndex(own)
        self._known = own.known_events
        self._people = people
        self._campaigns = campaigns
        self._replies = Replies(people, place.replies)
        self._posted: set[str] = set()
        self._met = 0

    def begin(self) -> None:
        """Learn what a look that did not come to its end has left in the box."""
        after = 0
        while letters := self._box.read("events", after, _READ):
            after = letters[-1].key
            self._posted.update(_ids(letter.content for letter in letters))

    def take(self, page: Sequence[bytes]) -> set[str]:
        """Post what is new of these messages; the ids of all that can be read."""
        messages: list[TwilioMessage] = []
        letters: list[Letter] = []
        for raw in page:
            message = read_message(raw)
            if message is None:
                letters.append(Letter("events", _unread(raw)))
            else:
                messages.append(message)
        letters += self._sent([message for message in messages if message.is_outbound])
        for message in messages:
            if message.is_inbound:
                self._replies.add(message)
        if letters:
            self._box.post(letters)
        self._met += len(page)
        return {message.sid for message in messages}

    def unmet(self, since: int) -> list[str]:
        """Messages of ours that were not met, as they may wait to be sent: the oldest, and not too many."""
        return self._own.unmet(since)[:MOST_FETCHED]

    def finish(self, place: Place, calls: list[int], look: Look) -> None:
        """Post the replies, and say in the same step how far was collected."""
        letters, taken = self._replies.letters()
        after = place.moved(look, taken, self._met)
        self._box.collected(letters, msgspec.json.encode(after).decode(), calls)

    def _sent(self, messages: list[TwilioMessage]) -> list[Letter]:
        if not messages:
            return []
        self._own.read(messages)
        told = [self._told(message) for message in messages]
        known = self._known(name for one in told for name in one.events) | self._posted
        letters: list[Letter] = []
        newest: dict[str, ActivityMessage] = {}
        for one in told:
            fresh = {name: letter for name, letter in one.events.items() if name not in known}
            known.update(fresh)
            if fresh:
                letters += [one.person, *fresh.values()]
                if one.version is not None:
                    version = one.version
                    newest[version.id] = max(version, newest.get(version.id, version), key=_rank)
        return letters + [activity_letter(version) for version in newest.values()]

    def _told(self, message: TwilioMessage) -> "_Told":
        own = self._own.of(message)
        version: ActivityMessage | None = None
        if own is None:
            version = activity_of(message, self._campaigns.of(message).of(message))
            activity, person, attempt = version.id, self._people.profile_id(message.to), None
        else:
            # Its activity is known, and told of by what was sent first.
            activity, person, attempt = own.activity_id, own.profile_id, own.attempt
        self._replies.note_sent(message, activity)
        made = [event_letter(one) for one in events_of(message, activity, person, attempt)]
        names = _ids(letter.content for letter in made)
        return _Told(person_letter(person, message.to), dict(zip(names, made, strict=True)), version)


class _Told(NamedTuple):
    """One message as items: its events by their ids, and its activity as this message shows it."""

    person: Letter
    events: dict[str, Letter]
    version: ActivityMessage | None


def _unread(raw: bytes) -> bytes:
    """For the door to keep, which says that it is no event; as a text where it would spoil what stands beside it."""
    try:
        return msgspec.json.encode(msgspec.json.decode(raw))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return msgspec.json.encode(raw.decode("utf-8", "replace"))


def _rank(version: ActivityMessage) -> tuple[str, bytes]:
    return version.updated_at, msgspec.json.encode(version)


def _ids(contents: Iterator[bytes]) -> Iterator[str]:
    """The ids of events that were made here; what could not be read has none that matters."""
    for content in contents:
        try:
            yield msgspec.json.decode(content, type=_Named).id
        except msgspec.MsgspecError:
            continue
