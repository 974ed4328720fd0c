"""What a source without a feed tells is kept until the mirror has taken it up, and no key means two letters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import FixedClock
from storage.letterbox import CALLS, Letter, Letterbox
from storage.mirror import mirror_of
from storage.people_book import PeopleBook
from storage.store import Store
from tests.storage.feeds import START
from tests.storage.stores import fill, new_store

pytestmark = pytest.mark.portable

URL = "https://vendor.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path, FixedClock(START)) as opened:
        yield opened


def test_letters_come_back_in_their_order_by_stream(store: Store) -> None:
    box = Letterbox(store, URL)
    box.post([Letter("events", b"1"), Letter("profiles", b"p"), Letter("events", b"2")])
    box.post([Letter("events", b"3")])
    Letterbox(store, "https://other.example").post([Letter("events", b"x")])
    first = box.read("events", 0, 2)
    assert [one.content for one in first] == [b"1", b"2"]
    assert [one.content for one in box.read("events", first[-1].key, 2)] == [b"3"]
    assert [one.content for one in box.read("profiles", 0, 9)] == [b"p"]


def test_what_calls_were_made_into_and_their_end_are_one_step(store: Store) -> None:
    box = Letterbox(store, URL)
    box.post([Letter(CALLS, b"a"), Letter(CALLS, b"b")])
    calls = box.read(CALLS, 0, 1)
    box.collected([Letter("events", b"made of a")], "place", [one.key for one in calls])
    assert box.place() == "place"
    assert [one.content for one in box.read(CALLS, 0, 9)] == [b"b"]
    assert [one.content for one in box.read("events", 0, 9)] == [b"made of a"]


def test_what_the_mirror_has_passed_is_gone_and_its_keys_are_not_used_again(store: Store) -> None:
    box = Letterbox(store, URL)
    box.post([Letter("events", b"1"), Letter("events", b"2")])
    last = box.read("events", 0, 9)[-1].key
    mirror = mirror_of(store, URL, "Vendor", "kannel", "{}")
    with store.writing() as connection:
        mirror._move(connection, "events", str(last))
    box.tidy()
    assert box.read("events", 0, 9) == []
    box.post([Letter("events", b"3")])
    assert [one.content for one in box.read("events", last, 9)] == [b"3"]


def test_a_box_that_nobody_has_written_to_is_empty(store: Store) -> None:
    box = Letterbox(store, URL)
    box.tidy()
    assert box.place() is None
    assert box.read("events", 0, 9) == []


def test_a_reply_answers_what_the_number_was_last_sent_before_it(store: Store) -> None:
    book = PeopleBook(store)
    person = book.profile_id("+46700000001")
    for name, day in (("A", "02"), ("B", "04")):
        at = f"2026-03-{day}T09:00:00Z"
        event = {"id": f"e{name}", "kind": "sent", "at": at, "activity_id": name, "profile_id": person}
        fill(store, [("events", [event])])
    assert person.startswith("tel-")
    assert "46700000001" not in person
    a_day = 86_400_000_000
    noon = 1_772_452_800_000_000
    assert book.last_activity("+46700000001", noon + a_day) == "A"
    assert book.last_activity("+46700000001", noon + 3 * a_day) == "B"
    assert book.last_activity("+46700000001", noon - a_day) is None
    assert book.last_activity("+46700000002", noon + a_day) is None
