"""Segments as groups of Sinch's: a segment's people go into a group of drafts, and from there at once into its own.

A group's name has room for our id of the segment and for nothing else; the drafts' has a plus sign behind it. A lost
answer may make a second group of a name: every one is emptied when a push begins, so that one at most holds people.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from smsreport_tui.gateways.interface import SegmentLostError
from smsreport_tui.gateways.sinch_answers import Group, read, read_list
from smsreport_tui.gateways.sinch_http import MissingError, SinchPlan
from smsreport_tui.gateways.sinch_reference import short_digest
from storage.people_book import PeopleBook

LONGEST_NAME = 20
_PAGE_ITEMS = 100
_DRAFTS = "+"


@dataclass(slots=True)
class _Upload:
    """A push of this process: its groups, how many people each batch had, and the numbers of all."""

    own: str
    drafts: str
    people: dict[int, int] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)


class SinchGroups:
    """The groups of a service plan. Every method raises GatewayError."""

    def __init__(self, plan: SinchPlan, book: PeopleBook) -> None:
        self._plan = plan
        self._book = book
        self._uploads: dict[str, _Upload] = {}

    async def put(self, segment_id: str) -> None:
        """Have both groups of a segment, with nobody in them."""
        name = group_name(segment_id)
        self._uploads[segment_id] = _Upload(await self.emptied(name), await self.emptied(name + _DRAFTS))

    async def put_members(self, segment_id: str, batch: int, profile_ids: Sequence[str]) -> None:
        """Add those of a numbered batch who have a number. Raises SegmentLostError."""
        upload = self._upload(segment_id)
        numbers = await asyncio.to_thread(self._book.numbers, profile_ids)
        if numbers:
            try:
                await self.change(upload.drafts, {"add": sorted(set(numbers.values()))})
            except MissingError as error:
                raise SegmentLostError(self._lost("its group is gone")) from error
        upload.people[batch] = len(profile_ids)
        upload.numbers.update(numbers.values())

    async def commit(self, segment_id: str, members: int) -> None:
        """Put the people of all batches in force, if they are so many. Raises SegmentLostError."""
        upload = self._upload(segment_id)
        if sum(upload.people.values()) != members:
            raise SegmentLostError(self._lost(f"{sum(upload.people.values())} people were uploaded, not {members}"))
        expected = len(upload.numbers)
        try:
            if await self.size(upload.own) != expected:
                self._expect(await self.size(upload.drafts), expected)
                await self.change(upload.own, {"add_from_group": upload.drafts})
                self._expect(await self.size(upload.own), expected)
            await self._empty(upload.drafts, group_name(segment_id) + _DRAFTS)
        except MissingError as error:
            raise SegmentLostError(self._lost("its group is gone")) from error

    async def in_force(self, segment_id: str) -> str:
        """Sinch's id of the group that holds a segment, also where the list of groups lags. Raises MissingError."""
        if segment_id in self._uploads:
            return self._uploads[segment_id].own
        found = await self.named(group_name(segment_id))
        if not found:
            raise MissingError(self._lost("it has no such group"))
        return max(found, key=lambda one: (one.size, one.id)).id

    async def emptied(self, name: str) -> str:
        """Sinch's id of the group of a name, made where there is none, with nobody in it."""
        found = [one.id for one in await self.named(name)]
        if not found:
            found = [(await self._plan.ask("POST", "groups", partial(read, model=Group), content={"name": name})).id]
        for one in found:
            await self._empty(one, name)
        return found[0]

    async def change(self, group_id: str, change: dict[str, Any]) -> None:
        """Add to a group or remove from it; the same again changes nothing. Raises MissingError."""
        await self._plan.ask("POST", f"groups/{group_id}", partial(read, model=Group), content=change)

    async def size(self, group_id: str) -> int:
        """How many numbers a group holds. Raises MissingError."""
        return (await self._plan.ask("GET", f"groups/{group_id}", partial(read, model=Group))).size

    async def named(self, name: str) -> list[Group]:
        """Every group of a name, by id."""
        page, seen, found = 0, 0, list[Group]()
        while True:
            query = {"page": str(page), "page_size": str(_PAGE_ITEMS)}
            groups, count = await self._plan.ask("GET", "groups", _read_groups, query)
            found += [one for one in groups if one.name == name]
            page, seen = page + 1, seen + len(groups)
            if not groups or (count is not None and seen >= count):
                return sorted({one.id: one for one in found}.values(), key=lambda one: one.id)

    async def _empty(self, group_id: str, name: str) -> None:
        content = {"name": name, "members": list[str]()}
        await self._plan.ask("PUT", f"groups/{group_id}", partial(read, model=Group), content=content)

    def _upload(self, segment_id: str) -> _Upload:
        if segment_id not in self._uploads:
            raise SegmentLostError(self._lost("its upload was not begun"))
        return self._uploads[segment_id]

    def _expect(self, size: int, expected: int) -> None:
        if size != expected:
            raise SegmentLostError(self._lost(f"its group holds {size} numbers, not {expected}"))

    def _lost(self, reason: str) -> str:
        return f"The gateway at {self._plan.url} does not have the segment as it was uploaded: {reason}. Push it again."


def _read_groups(body: bytes) -> tuple[list[Group], int | None]:
    raws, count = read_list(body, "groups")
    return [read(raw, Group) for raw in raws], count


def group_name(segment_id: str) -> str:
    """The name of a segment's group; an id that is too long for one stands there as a digest."""
    return segment_id if len(segment_id) < LONGEST_NAME else f"sr-{short_digest(segment_id, 8)}"
