"""The check list as a document: what is printed is what is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.reminder_document import checklist_document, read_checklist, read_sent
from smsreport_tui.rules.reminders import Audience, Checklist, Draft

COUNTS = st.integers(0, 10**9)
CREDITS = st.none() | st.integers(-(10**12), 10**12)
SENTENCES = st.lists(st.text(max_size=40), max_size=3).map(tuple)
DRAFTS = st.builds(Draft, st.text(), st.text(), st.text(), st.just(("A",)), st.just(()), st.none())
CHECKLISTS = st.builds(
    Checklist,
    DRAFTS,
    st.builds(Audience, COUNTS, COUNTS, COUNTS, COUNTS),
    COUNTS,
    COUNTS,
    st.sampled_from(("gsm", "ucs2")),
    CREDITS,
    CREDITS,
    st.none() | COUNTS,
    SENTENCES,
    SENTENCES,
)


@given(CHECKLISTS)
def test_what_is_printed_is_what_is_read(checklist: Checklist) -> None:
    assert read_checklist(checklist.draft, json.dumps(checklist_document(checklist))) == checklist


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"activity": "a"}', '{"people": 1, "parts": "x"}', "null", "\x00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_checklist(Draft("n", "s", "b", ("A",)), text)
    with pytest.raises(ValueError, match=r".+"):
        read_sent(text)


def test_the_answer_of_a_sending_tells_the_activity() -> None:
    assert read_sent('{"activity": "n1", "people": 12}') == ("n1", 12)
