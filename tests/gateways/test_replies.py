"""What a reply becomes: an event, an opt-out by its word, and whose it is by what the number was last sent."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.replies import Inbound, LastSent, reply_letters
from smsreport_tui.rules.clock import MINUTE, FixedClock
from storage.letterbox import Letter
from storage.people_book import PeopleBook
from tests.storage.feeds import START
from tests.storage.stores import new_store

ANNA = "+46700000001"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[PeopleBook]:
    with new_store(tmp_path, FixedClock(START)) as store:
        yield PeopleBook(store)


def kinds(letters: list[Letter]) -> list[tuple[str, str | None]]:
    items = [json.loads(one.content) for one in letters if one.stream == "events"]
    return [(item["kind"], item.get("activity_id")) for item in items]


def test_a_reply_names_the_activity_that_the_number_was_last_sent(book: PeopleBook) -> None:
    last = LastSent(book)
    last.note(ANNA, "A", START)
    last.note(ANNA, "B", START + 2 * MINUTE)
    last.note("+46700000002", "C", START)
    early, late = (Inbound("m", ANNA, "Stop", START + minutes * MINUTE) for minutes in (1, 3))
    assert kinds(reply_letters(book, last, early)) == [("replied", "A"), ("unsubscribed", "A")]
    assert kinds(reply_letters(book, last, late)) == [("replied", "B"), ("unsubscribed", "B")]


def test_other_words_end_nothing_and_a_stranger_is_a_person_too(book: PeopleBook) -> None:
    letters = reply_letters(book, LastSent(book), Inbound("m", ANNA, "stop it?" + "x" * 9_000, START))
    assert kinds(letters) == [("replied", None)]
    person, reply = (json.loads(one.content) for one in letters)
    assert (person["id"], person["msisdn"]) == (reply["profile_id"], ANNA)
    assert len(reply["text"]) == 2_000


def test_the_same_reply_is_the_same_event_and_another_is_not(book: PeopleBook) -> None:
    first, again, other = (reply_letters(book, LastSent(book), Inbound(one, ANNA, "no", START)) for one in "aab")
    assert first == again
    assert first != other
