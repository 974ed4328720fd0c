"""Shlink as a source of clicks: visits of the short links that the program has made there, one for each recipient."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.interface import Capabilities, Follow, GatewayInfo
from smsreport_tui.gateways.letter_streams import PAGE_ITEMS, LetterStreams
from smsreport_tui.gateways.patience import Patience
from smsreport_tui.gateways.shlink_api import ShlinkApi, SlugTakenError, TagUnknownError, shlink_url
from smsreport_tui.gateways.shlink_clicks import clicks, new_letters, visited_codes
from smsreport_tui.gateways.shlink_options import DEFAULT_TAG, DOMAIN, TAG, check_domain, check_tag
from smsreport_tui.gateways.shlink_windows import LAG, Window, read_window
from smsreport_tui.gateways.shortener import CodeTakenError, Wish
from smsreport_tui.gateways.unable import Unable
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, Clock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.feed import Activity, Event, Page, Profile
from smsreport_tui.rules.text import shown
from smsreport_tui.rules.times import BadTimeError, format_time, parse_time
from storage.letterbox import Letterbox
from storage.short_links import ShortLinks
from storage.store import Store

OVERLAP = 10 * MINUTE
"""Read again each time: a visit may become visible later than one that is dated after it."""
BEFORE = 24 * HOUR
"""How far before the first link was made the reading begins: clocks differ."""
_LOG = logging.getLogger("smsreport.shlink")
_ABLE = Capabilities(
    send=False,
    find=False,
    clicks=True,
    opt_outs=False,
    profiles=False,
    segments=False,
    create_activity=False,
    credits=False,
)


class _Place(msgspec.Struct):
    """Everything up to `through` has been collected; of another tag or domain it says nothing."""

    tag: str
    domain: str
    through: str


class _Named(msgspec.Struct):
    id: str


class ShlinkGateway(Unable):
    """Brings clicks and makes short links; without a store it can only say who it is."""

    words = "Shlink"

    def __init__(
        self,
        account: Account,
        store: Store | None,
        clock: Clock,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = shlink_url(account.url)
        self._tag = check_tag(account.options.get(TAG, DEFAULT_TAG))
        self._domain = check_domain(account.options.get(DOMAIN, ""))
        self._clock = clock
        self._api = ShlinkApi(self.url, account.secret, clock, patience or Patience(), sleep)
        self._store = store

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    async def info(self) -> GatewayInfo:
        """Who it is. Raises GatewayError also where it is no Shlink, or the key is not its own."""
        domain = self._domain or await self._api.default_domain()
        return GatewayInfo(f"Shlink {shown(domain, 100)}".strip(), "shlink", _ABLE)

    async def collect(self) -> None:
        """Post the clicks since the last time as events; what is posted of a window stays, whatever comes after."""
        box, links = Letterbox(self._known_store, self.url), ShortLinks(self._known_store, self.url)
        await asyncio.to_thread(box.tidy)
        start = await asyncio.to_thread(self._start, box, links)
        if start is None:
            return
        unread = await asyncio.to_thread(_unread_events, box)
        last = (self._clock.now() - LAG) // SECOND * SECOND
        span = last - start
        while start <= last:
            window = await self._window(start, min(start + span, last))
            if window is None:
                return
            await asyncio.to_thread(self._keep, box, links, unread, window)
            # After a window that had to be halved, the next is tried twice as long and not at once as long as all.
            span = 2 * (window.end - start) + SECOND
            start = window.end + SECOND

    async def activities(self, cursor: str | None, follow: Follow | None = None) -> Page[Activity]:  # noqa: ARG002
        """None ever."""
        return await self._streams.activities(cursor)

    async def profiles(self, cursor: str | None, follow: Follow | None = None) -> Page[Profile]:  # noqa: ARG002
        """None ever."""
        return await self._streams.profiles(cursor)

    async def events(self, cursor: str | None, follow: Follow | None = None) -> Page[Event]:  # noqa: ARG002
        """One page of clicks that were collected."""
        return await self._streams.events(cursor)

    async def shorten(self, wish: Wish) -> str:
        """The short address of a link that is there from now on, or was. Raises CodeTakenError, GatewayError.

        It is given a title, or Shlink would fetch the long address to find one, once for each recipient.
        """
        tags = [self._tag, f"{self._tag}-{wish.activity}".lower()]
        body: dict[str, object] = {
            "longUrl": wish.url,
            "customSlug": wish.code,
            "tags": tags,
            "title": f"{wish.activity} {wish.link}",
            "crawlable": False,
            "findIfExists": True,
        }
        if self._domain:
            body["domain"] = self._domain
        try:
            made = await self._api.create(body)
        except SlugTakenError:
            found = await self._api.short_url(wish.code, self._domain)
            if found is None or found.long_url != wish.url or self._tag not in found.tags:
                raise CodeTakenError(f"Shlink at {self.url} has another link with the code {wish.code}.") from None
            made = found
        if made.short_code != wish.code or not made.short_url.startswith(("https://", "http://")):
            raise GatewayError(
                f"Shlink at {self.url} makes other short links than it is asked for: see whether codes "
                "may be chosen there."
            )
        return made.short_url

    async def _window(self, start: int, end: int) -> Window | None:
        try:
            return await read_window(partial(self._api.visits, self._tag, self._domain), start, end)
        except TagUnknownError as error:
            raise GatewayError(
                f"Shlink at {self.url} knows no link with the tag {self._tag}, though links were made there: give the "
                f"tag back to them, or set `{TAG}` to the one that they have."
            ) from error

    def _start(self, box: Letterbox, links: ShortLinks) -> int | None:
        """The whole second to read from; None before any link was made."""
        made = links.first_made()
        if made is None:
            return None
        through = _through(box.place(), self._tag, self._domain)
        start = made - BEFORE if through is None else through - OVERLAP
        return start // SECOND * SECOND

    def _keep(self, box: Letterbox, links: ShortLinks, unread: set[str], window: Window) -> None:
        found = list(clicks(window.visits, links.owners(visited_codes(window.visits))))
        known = links.known_events([one.id for one in found]) | unread
        place = _Place(self._tag, self._domain, format_time(window.end))
        box.collected(new_letters(found, known), msgspec.json.encode(place).decode())
        others = len(window.visits) - len(found)
        if others or window.unread:
            _LOG.info("Left alone: %d visits of other links, %d that can not be read", others, window.unread)

    @property
    def _streams(self) -> LetterStreams:
        return LetterStreams(Letterbox(self._known_store, self.url))

    @property
    def _known_store(self) -> Store:
        if self._store is None:
            raise GatewayError("Clicks are read into a store: open one first.")
        return self._store


def build(account: Account, store: Store | None, clock: Clock, patience: Patience | None) -> ShlinkGateway:
    """Connects to the Shlink of an account. Raises ConfigError."""
    return ShlinkGateway(account, store, clock, patience)


def _through(place: str | None, tag: str, domain: str) -> int | None:
    try:
        found = msgspec.json.decode(place or "null", type=_Place)
        return parse_time(found.through) if (found.tag, found.domain) == (tag, domain) else None
    except (msgspec.MsgspecError, BadTimeError):
        return None


def _unread_events(box: Letterbox) -> set[str]:
    """Ids of the events that were posted and not yet read."""
    ids: set[str] = set()
    after = 0
    while letters := box.read("events", after, PAGE_ITEMS):
        ids.update(msgspec.json.decode(letter.content, type=_Named).id for letter in letters)
        after = letters[-1].key
    return ids
