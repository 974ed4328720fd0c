"""Gives everybody of a list a short link of their own, and writes the file for the platform that sends."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from smsreport_tui.gateways.shortener import CodeTakenError, Shortener, Wish
from smsreport_tui.rules.columns import Column, Kind
from smsreport_tui.rules.errors import SmsReportError
from smsreport_tui.rules.text import shown
from smsreport_tui.services.export import check_export, export_rows
from smsreport_tui.services.export_audit import ExportAudit
from smsreport_tui.services.source import TabRows
from smsreport_tui.services.unbroken import unbroken
from storage.link_people import LinkPeople
from storage.short_links import ShortLinks, Waiting
from storage.store import Store

IN_FLIGHT = 8
"""Requests under way at a time."""
BATCH = 100
"""Answers that are written down together; those lost with the program are asked for again."""
WRITTEN_TOGETHER = 5_000
CODES_TRIED = 3
LONGEST_URL = 2_000
COLUMNS = (Column("profile", "Profile"), Column("msisdn", "Number", Kind.MSISDN), Column("short_url", "Short link"))
_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")

Progress = Callable[[int, int], None]
"""Hears how many links the shortener has, of how many."""


class LinkError(SmsReportError):
    """These links can not be made so."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of an activity and where it leads, as an operator asks for it."""

    activity: str
    link: str
    url: str


@dataclass(frozen=True, slots=True)
class MadeLinks:
    """Links that were made now, people in the file, and how many were left out by each step."""

    made: int
    rows: int
    left_out: Mapping[str, int]


class LinkMaker:
    """Makes the short links of a store at one shortener; interrupted anywhere, it goes on with the same codes."""

    def __init__(self, store: Store, shortener: Shortener) -> None:
        self._shortener = shortener
        self._links = ShortLinks(store, shortener.url)
        self._people = LinkPeople(store)
        self._audit = ExportAudit(lambda: contextlib.nullcontext(store))

    async def make(
        self,
        link: Link,
        people: Mapping[str, str | None],
        path: Path,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> MadeLinks:
        """Make what is missing for these people, numbers by id, and write the file of those who may be sent to.

        Raises LinkError, GatewayError, StoreError, ExportError.
        """
        check_link(link)
        check_export(path, force=force)
        await asyncio.to_thread(self._check_address, link)
        reachable = await asyncio.to_thread(self._people.reachable, people)
        ids = sorted(reachable.numbers)
        for start in range(0, len(ids), WRITTEN_TOGETHER):
            await unbroken(self._links.write_down, *_names(link), link.url, ids[start : start + WRITTEN_TOGETHER])
        made = await self._ask_for(link, set(ids), progress)
        return await unbroken(self._write, link, people, path, made, force=force)

    async def _ask_for(self, link: Link, people: set[str], progress: Progress | None) -> int:
        waiting = await asyncio.to_thread(self._links.waiting, *_names(link), people)
        answered: list[tuple[int, str]] = []
        rest = iter(waiting)
        done = 0

        async def work() -> None:
            nonlocal done
            for one in rest:
                answered.append(await self._shorten(link, one))
                done += 1
                if progress is not None:
                    progress(done, len(waiting))
                if len(answered) >= BATCH:
                    some, answered[:] = list(answered), []
                    await unbroken(self._links.made, some)

        workers = [asyncio.ensure_future(work()) for _ in range(IN_FLIGHT)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await unbroken(self._links.made, answered)
        return done

    async def _shorten(self, link: Link, waiting: Waiting) -> tuple[int, str]:
        tries = 1
        while True:
            try:
                wish = Wish(waiting.code, link.url, link.activity, link.link)
                return waiting.key, await self._shortener.shorten(wish)
            except CodeTakenError:
                if tries == CODES_TRIED:
                    raise
            tries += 1
            waiting = await unbroken(self._links.renew, waiting)

    def _write(self, link: Link, people: Mapping[str, str | None], path: Path, made: int, *, force: bool) -> MadeLinks:
        """By who may be sent to when it is written: people leave while links are made."""
        reachable = self._people.reachable(people)
        addresses = self._links.addresses(*_names(link))
        numbers = reachable.numbers
        rows = [(one, numbers[one], addresses[one]) for one in sorted(numbers) if one in addresses]
        details = {"activity": link.activity, "link": link.link}
        written = self._audit.of("links", path.suffix, **details)
        export_rows(TabRows(COLUMNS, len(rows), iter([rows])), path, force=force, title="Links", written=written)
        return MadeLinks(made, len(rows), reachable.left_out)

    def _check_address(self, link: Link) -> None:
        known = self._links.leads_to(*_names(link))
        if known is None:
            return
        shortener, url = known
        if url != link.url:
            raise LinkError(
                f"The link {link.link} of {link.activity} leads to {shown(url, 200)} already: give the same address, "
                "or another LINK."
            )
        if shortener != self._shortener.url:
            raise LinkError(
                f"The links {link.link} of {link.activity} were begun at {shortener}: go on there, or give "
                "another LINK."
            )


def check_link(link: Link) -> None:
    """Raises LinkError for what can be no link of an activity."""
    for name, text in (("ACTIVITY", link.activity), ("LINK", link.link)):
        if _ID.fullmatch(text) is None:
            raise LinkError(f"{name} must be of letters, digits, dots, dashes and underscores, 128 at the most.")
    try:
        parts = urlsplit(link.url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or len(link.url) > LONGEST_URL or not link.url.isprintable() or " " in link.url:
        raise LinkError("URL must be a whole web address, such as https://shop.example.com/spring.")


def _names(link: Link) -> tuple[str, str]:
    return link.activity, link.link
