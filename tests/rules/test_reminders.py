"""What a draft of a reminder must be, and which drafts are the same."""

import pytest

from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.rules.reminders import Draft, read_draft


def draft(**other: object) -> Draft:
    said: dict[str, object] = {"name": "Again", "sender": "SHOP", "body": "Hi", "include": ["A"], "exclude": ["B"]}
    return read_draft(**{**said, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"name": " "}, "name has 1 to 500"),
        ({"name": "x" * 501}, "name has 1 to 500"),
        ({"name": "a\nb"}, "all of them visible"),
        ({"sender": ""}, "sender has 1 to 32"),
        ({"sender": "x" * 33}, "sender has 1 to 32"),
        ({"body": "  \n"}, "text has 1 to 10000"),
        ({"body": "x" * 10_001}, "text has 1 to 10000"),
        ({"body": "half \ud83d"}, "no broken ones"),
        ({"body": "a\0b"}, "no broken ones"),
        ({"include": []}, "at least one segment"),
        ({"exclude": ["a"]}, "'a' is included and excluded"),
        ({"include": [f"S{number}" for number in range(101)]}, "at most 100 segments"),
    ],
)
def test_what_no_gateway_takes_is_told(other: dict[str, object], sentence: str) -> None:
    with pytest.raises(ReminderError, match=sentence):
        draft(**other)


def test_a_segment_is_named_once() -> None:
    assert draft(include=["A", "C", "a"]).include == ("A", "C")
    assert draft(body="two\nlines").body == "two\nlines"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"include": ["a"], "exclude": ["b"]}, True),
        ({"name": " Again "}, True),
        ({"name": "again"}, False),
        ({"body": "Hi!"}, False),
        ({"include": ["A", "C"]}, False),
        ({"exclude": []}, False),
        ({"send_at": 1}, False),
    ],
)
def test_which_drafts_are_the_same(other: dict[str, object], same: bool) -> None:
    assert draft().says_the_same(draft(**other)) is same
