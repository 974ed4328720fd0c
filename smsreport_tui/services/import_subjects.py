"""What an operator's file may be about: how its rows are read, found in the store, and made into items."""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from smsreport_tui.rules import file_items
from smsreport_tui.rules.checks import checked_activity, checked_profile
from smsreport_tui.rules.file_items import FileItem, Values
from smsreport_tui.rules.messages import ActivityMessage, ProfileMessage
from storage.file_standing import Standing, erased_numbers, standing_activities, standing_people
from storage.people_book import PeopleBook
from storage.store import Store


class Subject(Protocol):
    """What differs between people and activities."""

    stream: str
    needed: tuple[str, ...]

    def read(self, values: Values) -> FileItem:
        """Raises BadRowError."""
        ...

    def place(self, items: Iterable[FileItem]) -> tuple[dict[str, Standing], set[str]]:
        """The versions that stand, by id, and the ids of the erased."""
        ...

    def id_of(self, item: FileItem) -> str: ...

    def content(self, item: FileItem, base: dict[str, Any]) -> dict[str, Any]: ...

    def checked(self, content: dict[str, Any]) -> tuple[bytes, bytes]:
        """The item as JSON, and its canonical form. Raises BadContentError, ValidationError."""
        ...


class People:
    """Rows about people. Where `takes_ids` a column id is the profile's; else, and without it, the number makes it."""

    stream: str = "profiles"
    needed: tuple[str, ...] = ("msisdn",)

    def __init__(self, store: Store, *, country: str | None, takes_ids: bool) -> None:
        self._store = store
        self._book = PeopleBook(store)
        self._now = store.clock.now()
        self._country = country
        self._takes_ids = takes_ids

    def read(self, values: Values) -> FileItem:
        """Raises BadRowError."""
        return file_items.person(values, self._now, country=self._country, takes_ids=self._takes_ids)

    def place(self, items: Iterable[FileItem]) -> tuple[dict[str, Standing], set[str]]:
        """Erased is who was, and the number of who was."""
        by_number = {item.fields["msisdn"]: self.id_of(item) for item in items if item.id is None}
        with self._store.reading() as connection:
            standing = standing_people(connection, {self.id_of(item) for item in items})
            numbers = erased_numbers(connection, by_number, self._store.number_key)
        erased = {one for one, version in standing.items() if version.erased}
        return standing, erased | {by_number[number] for number in numbers}

    def id_of(self, item: FileItem) -> str:
        """The profile's id."""
        return item.id or self._book.profile_id(item.fields["msisdn"])

    def content(self, item: FileItem, base: dict[str, Any]) -> dict[str, Any]:
        """The row over the version that stands."""
        attributes = {**base.get("attributes", {}), **item.attributes}
        said = {name: value for name, value in attributes.items() if value is not None}
        return {**base, **item.fields, "attributes": said or None}

    def checked(self, content: dict[str, Any]) -> tuple[bytes, bytes]:
        """Raises BadContentError, ValidationError."""
        message = msgspec.convert(content, ProfileMessage)
        return msgspec.json.encode(message), checked_profile(message).canonical


class Activities:
    """Rows about activities."""

    stream: str = "activities"
    needed: tuple[str, ...] = ("id", "sent_at")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._now = store.clock.now()

    def read(self, values: Values) -> FileItem:
        """Raises BadRowError."""
        return file_items.activity(values, self._now)

    def place(self, items: Iterable[FileItem]) -> tuple[dict[str, Standing], set[str]]:
        """An activity is never erased."""
        with self._store.reading() as connection:
            return standing_activities(connection, {self.id_of(item) for item in items}), set()

    def id_of(self, item: FileItem) -> str:
        """The activity's id."""
        return str(item.id)

    def content(self, item: FileItem, base: dict[str, Any]) -> dict[str, Any]:
        """The row over the version that stands; without a name it is called by its id."""
        found = {"sender": "", "body": "", **base, **item.fields}
        return {**found, "name": found.get("name") or item.id}

    def checked(self, content: dict[str, Any]) -> tuple[bytes, bytes]:
        """Raises BadContentError, ValidationError."""
        message = msgspec.convert(content, ActivityMessage)
        return msgspec.json.encode(message), checked_activity(message).canonical
