"""Segment files: read and written both ways equal, and a sentence with the place of whatever is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_file import DEEPEST, MOST_NODES, SegmentFile, read_file, write_file
from smsreport_tui.rules.segment_tree import (
    AllOf,
    BounceBucket,
    Happened,
    Happening,
    HasAttribute,
    Node,
    Op,
    asks_for_erased,
)
from smsreport_tui.rules.segment_words import sentence, tree_words
from tests.rules.segment_trees import TREES


def file_of(where: object, **more: object) -> bytes:
    return json.dumps({"version": 1, "name": "Fans", "where": where, **more}).encode()


@given(TREES)
def test_what_is_written_reads_back_equal(where: Node) -> None:
    written = json.dumps(write_file(SegmentFile("Fans", where))).encode()
    assert read_file(written) == SegmentFile("Fans", where)
    assert json.dumps(write_file(read_file(written))).encode() == written


@given(TREES)
def test_every_tree_has_words(where: Node) -> None:
    assert len(tree_words(where)) >= 1
    assert "\n" not in sentence(where)


def test_the_leaves_of_the_manual() -> None:
    leaf = {"event": "clicked", "activity": "A", "link": "L1", "did": True, "at_least": 1, "within": "7d"}
    assert read_file(file_of(leaf)).where == Happened(Happening.CLICKED, activity="A", link="L1", within="7d")
    bounce = {"event": "bounced", "bounce": "hard", "vendor": "v", "scheme": "s", "code": "1"}
    expected = Happened(Happening.BOUNCED, bounce=BounceBucket.HARD, vendor="v", scheme="s", code="1")
    assert read_file(file_of(bounce)).where == expected
    both = {"all": [{"attr": "city", "op": "eq", "value": "Lund"}, {"attr": "age", "op": "in", "value": [1, "x"]}]}
    city, age = HasAttribute("city", Op.EQ, "Lund"), HasAttribute("age", Op.IN, (1, "x"))
    assert read_file(file_of(both)).where == AllOf((city, age))


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({}, "where: a condition has exactly one of"),
        ({"all": [], "any": []}, "exactly one of"),
        ({"all": {}}, "where.all: a group holds a list"),
        ({"all": [{"tag": 1}]}, "where.all[0].tag: a text"),
        ({"all": [{"tag": "a", "more": 1}]}, "where.all[0]: 'more' is not known there"),
        ({"event": "opened"}, "where.event: one of sent, delivered"),
        ({"event": "sent", "link": "L"}, "where.link: that belongs to clicked alone"),
        ({"event": "clicked", "code": "1"}, "where.code: that belongs to bounced alone"),
        ({"event": "clicked", "within": "7 days"}, "where.within: a time is a number with m, h or d"),
        ({"event": "clicked", "within": "0d"}, "where.within"),
        ({"event": "clicked", "at_least": 0}, "where.at_least: a whole number"),
        ({"event": "clicked", "at_least": True}, "where.at_least"),
        ({"event": "clicked", "did": 1}, "where.did: true or false"),
        ({"event": "bounced", "bounce": "other"}, "where.bounce: one of soft, hard, rejected"),
        ({"attr": "a", "op": "like", "value": "b"}, "where.op: one of eq, ne"),
        ({"attr": "a", "op": "gt", "value": "5"}, "where.value: gt compares with a number"),
        ({"attr": "a", "op": "contains", "value": 5}, "where.value: a text"),
        ({"attr": "a", "op": "any", "value": 5}, "where.value: any takes no value"),
        ({"attr": "a", "op": "in", "value": "b"}, "where.value: in takes a list"),
        ({"attr": "a", "op": "eq", "value": None}, "where.value: a text, a number, true or false"),
        ({"state": "happy"}, "where.state: one of suppressed, opted_out, erased"),
        ({"find": "  "}, "where.find"),
        ({"segment": ""}, "where.segment"),
        ({"tag": "\ud800"}, "where.tag"),
    ],
)
def test_says_the_place_and_what_is_expected(where: object, said: str) -> None:
    with pytest.raises(SegmentError) as error:
        read_file(file_of(where))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "holds no JSON object"),
        (b'{"version": 2, "name": "x", "where": {"all": []}}', "version: this program knows 1"),
        (b'{"version": true, "name": "x", "where": {"all": []}}', "version"),
        (b'{"version": 1, "name": "x", "where": {"all": []}, "who": 1}', "'who' is not known"),
        (b'{"version": 1, "name": " ", "where": {"all": []}}', "name"),
        (b'{"version": 1, "name": "a\\u001bb", "where": {"all": []}}', "name"),
        (b'{"version": 1, "version": 1, "name": "x", "where": {"all": []}}', "stands twice"),
        (b'{"version": 1, "name": "x", "where": {"attr": "a", "op": "eq", "value": NaN}}', "NaN"),
        (b'{"version": 1, "name": "x", "where": {"attr": "a", "op": "eq", "value": 1e999}}', "where.value"),
        (b"[" * 100_000, "nests deeper"),
        (b" " * 1_000_001, "larger than"),
    ],
)
def test_a_file_that_is_none_says_so(data: bytes, said: str) -> None:
    with pytest.raises(SegmentError) as error:
        read_file(data)
    assert said in str(error.value)


def test_too_deep_and_too_many_are_refused() -> None:
    deep: Any = {"all": []}
    for _ in range(DEEPEST):
        deep = {"all": [deep]}
    with pytest.raises(SegmentError, match="nest at most"):
        read_file(file_of(deep))
    with pytest.raises(SegmentError, match=f"at most {MOST_NODES}"):
        read_file(file_of({"all": [{"tag": "a"}] * MOST_NODES}))


@given(TREES)
def test_only_a_tree_that_names_the_state_asks_for_erased_people(where: Node) -> None:
    written = json.dumps(write_file(SegmentFile("Fans", where)))
    asks = '"state": "erased"' in written
    assert asks_for_erased(where) is asks
