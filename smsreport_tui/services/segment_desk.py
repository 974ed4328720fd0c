"""Segments as screens and commands see and change them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from smsreport_tui.rules.clock import Clock
from smsreport_tui.rules.columns import Column, Kind
from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.reminders import Reach
from smsreport_tui.rules.segment_figures import Channel, Comparison, People, Preview, StoredSegment, Waterfall, Why
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_forms import Form, Listed, conditions, offered
from smsreport_tui.rules.segment_tree import Node
from smsreport_tui.rules.text import shown
from smsreport_tui.services.source import TabRows
from storage import segments
from storage.prices import read_prices
from storage.read_codes import codes_with
from storage.read_report import activity_key, activity_names
from storage.reminder_people import audience_prefixes, count_audience
from storage.segment_members import (
    all_members,
    compare_members,
    count_members,
    count_nodes,
    first_members,
    waterfall,
    why_member,
)
from storage.segment_values import attribute_names, attribute_values, tags
from storage.store import Store

COLUMNS = (
    Column("profile", "Profile"),
    Column("name", "Name"),
    Column("msisdn", "Number", Kind.MSISDN),
    Column("email", "E-mail"),
)
"""What lists and files of a segment's people hold (cli.md)."""


class SegmentDesk:
    """The SegmentSource of a store; on one that was opened for reading it counts and changes nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> list[StoredSegment]:
        """By name."""
        with self._store.reading() as connection:
            return segments.stored_segments(connection)

    def get(self, name: str) -> StoredSegment:
        """Raises SegmentError when there is no such segment."""
        folded = name.casefold()
        found = next((one for one in self.all() if one.name.casefold() == folded), None)
        if found is None:
            raise SegmentError(f"There is no segment {shown(name)!r}: `smsreport segment list` names them.")
        return found

    def create(self, file: SegmentFile) -> None:
        """Keep a new dynamic segment."""
        with self._store.writing() as connection:
            segments.create_segment(connection, file.name, file.where, self._clock.now())

    def change(self, name: str, where: Node) -> None:
        """Give a dynamic segment other conditions."""
        with self._store.writing() as connection:
            segments.change_segment(connection, name, where, self._clock.now())

    def rename(self, name: str, new_name: str) -> None:
        """Also where others use it."""
        with self._store.writing() as connection:
            segments.rename_segment(connection, name, new_name, self._clock.now())

    def duplicate(self, name: str, new_name: str) -> None:
        """A second dynamic one with the same conditions."""
        with self._store.writing() as connection:
            segments.duplicate_segment(connection, name, new_name, self._clock.now())

    def delete(self, name: str) -> None:
        """Refused while another uses it."""
        with self._store.writing() as connection:
            segments.delete_segment(connection, name)

    def freeze(self, name: str, new_name: str | None = None) -> int:
        """Keep the people of now as a list, under its own name or another; how many they are."""
        with self._store.writing() as connection:
            return segments.freeze_segment(connection, name, new_name, self._clock.now())

    def count(self, name: str, *, seen: bool = False) -> int:
        """How many people are in it now; kept as one of its sizes."""
        now = self._clock.now()
        with self._store.reading() as connection:
            people = count_members(connection, name, now)
        if self._store.writable:
            with self._store.writing() as connection:
                segments.note_size(connection, name, people, now, seen=seen)
        return people

    def people(self, name: str, channel: Channel | None = None) -> People:
        """Who is in it; with a channel those who may be sent to by it, and who was left out."""
        now = self._clock.now()
        with self._store.reading() as connection:
            steps = waterfall(connection, name, now, channel) if channel else None
            total = steps.sendable if steps else count_members(connection, name, now)
            return People(total, tuple(first_members(connection, name, now, channel)), steps)

    @contextmanager
    def rows(self, name: str, channel: Channel | None = None) -> Iterator[tuple[TabRows, Waterfall | None]]:
        """All of them, from one snapshot."""
        now = self._clock.now()
        with self._store.reading() as connection:
            steps = waterfall(connection, name, now, channel) if channel else None
            total = steps.sendable if steps else count_members(connection, name, now)
            batches = (
                [(one.profile, one.name, one.msisdn, one.email) for one in some]
                for some in all_members(connection, name, now, channel)
            )
            yield TabRows(COLUMNS, total, batches), steps

    def preview(self, where: Node) -> Preview:
        """What a tree that is being edited finds. Raises SegmentError for a segment that it names in vain."""
        now = self._clock.now()
        with self._store.reading() as connection:
            counts = tuple(count_nodes(connection, where, now))
            return Preview(counts, tuple(first_members(connection, where, now)))

    def compare(self, first: str, second: str) -> Comparison:
        """Who is in one alone, and in both."""
        with self._store.reading() as connection:
            return compare_members(connection, first, second, self._clock.now())

    def reach(self, include: Sequence[str], exclude: Sequence[str]) -> Reach:
        """Whom a reminder to these would reach now, and what a part costs. Raises SegmentError."""
        now = self._clock.now()
        with self._store.reading() as connection:
            audience = count_audience(connection, include, exclude, now)
            prices = read_prices(connection)
            if prices is None:
                return Reach(audience, None)
            return Reach(audience, prices.of_one_part(audience_prefixes(connection, include, exclude, now)))

    def why(self, name: str, profile: str) -> Why:
        """Raises NotFoundError for an unknown profile."""
        with self._store.reading() as connection:
            return Why(*why_member(connection, name, profile, self._clock.now()))

    def listed(self, listed: Listed) -> Node:
        """Exactly the people of a list of a report. Raises NotFoundError for an unknown activity."""
        return conditions(self._with_codes(listed))

    def offered(self, listed: Listed) -> tuple[Form, ...]:
        """What is often wanted from that place of a report. Raises NotFoundError for an unknown activity."""
        return offered(self._with_codes(listed))

    def activity_names(self) -> dict[str, str]:
        """By id, of those that have one."""
        with self._store.reading() as connection:
            return activity_names(connection)

    def attributes(self) -> list[str]:
        """The names that profiles have, those of the profile's own fields first."""
        with self._store.reading() as connection:
            return attribute_names(connection)

    def values(self, attribute: str, beginning: str) -> list[str]:
        """Some values of an attribute that begin so."""
        with self._store.reading() as connection:
            return attribute_values(connection, attribute, beginning)

    def tags(self, beginning: str) -> list[str]:
        """Some tags that begin so."""
        with self._store.reading() as connection:
            return tags(connection, beginning)

    def _with_codes(self, listed: Listed) -> Listed:
        with self._store.reading() as connection:
            key = activity_key(connection, listed.activity)
            codes = codes_with(connection, key, listed.find) if listed.find else ()
        return replace(listed, codes=codes)
