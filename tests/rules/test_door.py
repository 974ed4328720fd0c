"""The door: a bad item is kept apart with its reason, and nothing else on its page is lost (rules.md 1)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.door import BadPageError, activity_door, event_door, profile_door
from smsreport_tui.rules.feed import Event, Page

EVENTS = event_door()
GOOD = b'{"id":"good","kind":"sent","at":"2026-03-02T09:00:00Z","activity_id":"A","profile_id":"p"}'


def page_of(*items: bytes, more: bytes = b"") -> bytes:
    return b'{"items":[' + b",".join(items) + b'],"next_cursor":"c"' + more + b"}"


def event(**fields: Any) -> bytes:
    known = {"id": "e", "kind": "sent", "at": "2026-03-02T09:00:00Z", "activity_id": "A", "profile_id": "p"}
    return json.dumps({name: value for name, value in (known | fields).items() if value != "absent"}).encode()


def read(*items: bytes) -> Page[Event]:
    return EVENTS.read(page_of(*items))


BAD: dict[str, bytes] = {
    "not an object": b"[1,2]",
    "a number": b"7",
    "null": b"null",
    "no id": event(id="absent"),
    "empty id": event(id=""),
    "id with a blank": event(id="a b"),
    "id with a newline at its end": event(id="a\n"),
    "long id": event(id="x" * 129),
    "unknown kind": event(kind="opened"),
    "no time": event(at="absent"),
    "naive time": event(at="2026-03-02T09:00:00"),
    "a time before 2000": event(at="1999-12-31T23:59:59Z"),
    "a time after 2099": event(at="2100-01-01T00:00:00Z"),
    "no such day": event(at="2026-02-30T09:00:00Z"),
    "a number for a time": event(at=1),
    "no profile": event(profile_id="absent"),
    "a receipt without an activity": event(activity_id="absent"),
    "a click without a link": event(kind="clicked"),
    "null where a field is required": event(profile_id=None),
    "attempt 0": event(attempt=0),
    "attempt 50": event(attempt=50),
    "attempt as text": event(attempt="1"),
    "attempt true": event(attempt=True),
    "part without parts": event(part=1),
    "part beyond parts": event(part=3, parts=2),
    "negative credits": event(credits="-1"),
    "credits as a number": event(credits=1.5),
    "five decimals": event(credits="1.00001"),
    "fifteen digits": event(credits="1" * 15),
    "a national number": event(msisdn="0701234567"),
    "a number with other digits": event(msisdn="+4670١٢٣٤٥٦"),
    "unknown bounce": event(kind="bounced", bounce="maybe"),
    "long code": event(code="x" * 65),
    "country in small letters": event(country="se"),
    "half a surrogate pair": event(text="x").replace(b'"x"', b'"\\ud800"'),
    "an integer of 5,000 digits": event(attempt=1).replace(b'"attempt": 1', b'"attempt": ' + b"9" * 5_000),
    "a number beyond any float": event(attempt=1).replace(b'"attempt": 1', b'"attempt": 1e999'),
    "deep nesting in a known field": event(text="x").replace(b'"x"', b"[" * 20_000 + b"]" * 20_000),
    "bytes that are no UTF-8": event(text="x").replace(b'"x"', b'"\xff"'),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_item_is_kept_with_its_reason_and_its_neighbours_are_kept_whole(name: str) -> None:
    page = read(GOOD, BAD[name], GOOD.replace(b"good", b"other"))
    assert [item.id for item in page.items] == ["good", "other"]
    assert [item.raw for item in page.bad] == [BAD[name]]
    assert page.bad[0].reason


GOOD_ONES: dict[str, bytes] = {
    "unknown fields": event(novelty={"a": [1]}),
    "null for optional fields": event(credits=None, msisdn=None, part=None),
    "small letters in the time": event(at="2026-03-02t09:00:00z"),
    "an offset": event(at="2026-03-02T10:00:00+01:00"),
    "nanoseconds": event(at="2026-03-02T09:00:00.123456789Z"),
    "parts without part": event(parts=2),
    "an integer written as 2.0": event(attempt=1).replace(b'"attempt": 1', b'"attempt": 2.0'),
    "deep nesting in an unknown field": event(x="x").replace(b'"x": "x"', b'"x": ' + b"[" * 20_000 + b"]" * 20_000),
    "half a surrogate pair in an unknown field": event(x="x").replace(b'"x": "x"', b'"x": "\\ud800"'),
    "5,000 digits in an unknown field": event(x="x").replace(b'"x": "x"', b'"x": ' + b"9" * 5_000),
    "a page view without an activity": event(kind="page_view", activity_id="absent"),
}


@pytest.mark.parametrize("name", GOOD_ONES)
def test_what_the_protocol_allows_is_taken(name: str) -> None:
    page = read(GOOD_ONES[name], b'{"bad":1}')
    assert [item.id for item in page.items] == ["e"]
    assert len(page.bad) == 1


def test_nul_becomes_the_replacement_character_in_every_text() -> None:
    page = read(event(text="a\0b", reason="\0"))
    assert (page.items[0].text, page.items[0].reason) == ("a\ufffdb", "\ufffd")
    person = (
        b'{"id":"p","updated_at":"2026-03-02T09:00:00Z","msisdn":"+46700000001","attributes":{"a\\u0000":"\\u0000"}}'
    )
    assert profile_door().read(page_of(person)).items[0].attributes == {"a\ufffd": "\ufffd"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"items":[]}',
        b'{"next_cursor":"c"}',
        b'{"items":{},"next_cursor":"c"}',
        b'{"items":[],"next_cursor":7}',
        b'{"items":[],"next_cursor":""}',
        b'{"items":[],"next_cursor":"c"',
        b'{"items":[NaN],"next_cursor":"c"}',
        b'{"items":[{"credits":Infinity}],"next_cursor":"c"}',
        b'{"items":[],"next_cursor":"c"} {}',
        b'{"items":[1,],"next_cursor":"c"}',
        b'{"items":[01],"next_cursor":"c"}',
    ],
)
def test_a_page_that_is_none_is_refused_whole(body: bytes) -> None:
    with pytest.raises(BadPageError):
        EVENTS.read(body)


@pytest.mark.parametrize(
    ("items", "more", "expected"),
    [
        ((), b"", False),
        ((GOOD,), b"", True),
        ((GOOD,), b',"has_more":false', False),
        ((), b',"has_more":true', True),
        ((b"1",), b"", True),
        ((b"1",), b',"has_more":false', False),
    ],
)
def test_an_absent_has_more_is_true_when_there_are_items(items: tuple[bytes, ...], more: bytes, expected: bool) -> None:
    assert EVENTS.read(page_of(*items, more=more)).has_more is expected


def test_one_bad_item_has_one_fingerprint_however_it_is_written() -> None:
    first, second, third = (
        b'{"id":"e","kind":"opened","at":"2026-03-02T10:00:00+01:00","attempt":1.0,"unknown":1}',
        b'{ "attempt":1, "at":"2026-03-02T09:00:00Z","kind":"opened","id":"e","reason":null}',
        b'{"id":"e","kind":"opened","at":"2026-03-02T09:00:01Z","attempt":1}',
    )
    prints = [item.fingerprint for item in read(first, second, third).bad]
    assert prints[0] == prints[1] != prints[2]


def test_a_bad_item_tells_whom_it_names() -> None:
    bad = read(event(kind="opened", profile_id="p9", activity_id="A9")).bad[0]
    assert (bad.activity_id, bad.profile_id) == ("A9", "p9")


def test_a_living_profile_needs_a_number_and_a_deleted_one_does_not() -> None:
    door = profile_door()
    living = b'{"id":"a","updated_at":"2026-03-02T09:00:00Z"}'
    deleted = b'{"id":"b","updated_at":"2026-03-02T09:00:00Z","deleted":true}'
    page = door.read(page_of(living, deleted))
    assert ([item.id for item in page.items], len(page.bad)) == (["b"], 1)


def test_canonical_bytes_tell_absent_default_null_and_spelling_alike() -> None:
    door = activity_door()
    first = (
        b'{"id":"A","updated_at":"2026-03-02T10:00:00+01:00","name":"n","sender":"s","body":"b",'
        b'"sent_at":"2026-03-02T09:00:00Z","status":"sent","total_credits":"5.50","links":null,"x":1}'
    )
    second = (
        b'{"total_credits":"5.5","id":"A","updated_at":"2026-03-02T09:00:00.000Z","name":"n","sender":"s","body":"b",'
        b'"sent_at":"2026-03-02T09:00:00+00:00","timezone":null}'
    )
    items = door.read(page_of(first, second)).items
    assert items[0].canonical == items[1].canonical


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists))
def test_any_json_between_good_items_leaves_them(value: Any) -> None:
    raw = json.dumps(value).encode()
    page = read(GOOD, raw, GOOD)
    assert [item.id for item in page.items] == ["good", "good"]
    assert [item.raw for item in page.bad] == [raw]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_refused(body: bytes) -> None:
    try:
        page = EVENTS.read(body)
    except BadPageError:
        return
    assert page.next_cursor


@pytest.mark.parametrize(
    ("more", "following"),
    [(b',"has_more":true', "c"), (b',"has_more":false', None), (b"", None), (b',"has_more":1', None)],
)
def test_the_next_cursor_is_known_before_the_items_are_looked_at(more: bytes, following: str | None) -> None:
    assert EVENTS.following(page_of(GOOD, b'{"id":7}', more=more)) == following


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"items":[',
        b'{"has_more":true}',
        b'{"has_more":true,"next_cursor":""}',
        b'{"has_more":true,"next_cursor":"%s"}' % (b"x" * 5_000),
        b'{"has_more":true,"next_cursor":"\xff"}',
    ],
)
def test_a_page_that_is_none_leads_nowhere(body: bytes) -> None:
    assert EVENTS.following(body) is None
