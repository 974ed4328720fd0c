"""What is typed into a form, and how a value that is there already stands in its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_entry import KINDS, Value, ValueKind, kind_of, told, typed
from smsreport_tui.rules.segment_tree import Op
from tests.rules.segment_trees import SCALARS


@pytest.mark.parametrize(
    ("op", "text", "kind", "value"),
    [
        (Op.EQ, "Lund", ValueKind.TEXT, "Lund"),
        (Op.EQ, " 7", ValueKind.TEXT, " 7"),
        (Op.EQ, " 7", ValueKind.NUMBER, 7),
        (Op.NE, "7.50", ValueKind.NUMBER, 7.5),
        (Op.EQ, "True", ValueKind.TRUTH, True),
        (Op.EQ, "", ValueKind.TEXT, ""),
        (Op.GT, "7", ValueKind.TEXT, 7),
        (Op.CONTAINS, "7", ValueKind.NUMBER, "7"),
        (Op.ANY, "whatever", ValueKind.TEXT, None),
        (Op.IN, "Lund, Malmö,", ValueKind.TEXT, ("Lund", "Malmö")),
        (Op.IN, "1, 2.5", ValueKind.NUMBER, (1, 2.5)),
        (Op.IN, '["a, b", 7, true]', ValueKind.TEXT, ("a, b", 7, True)),
        (Op.IN, "", ValueKind.TEXT, ()),
    ],
)
def test_what_is_typed(op: Op, text: str, kind: ValueKind, value: Value) -> None:
    assert repr(typed(op, text, kind)) == repr(value)


@pytest.mark.parametrize(
    ("op", "text", "kind", "words"),
    [
        (Op.EQ, "7,5", ValueKind.NUMBER, "A number is written as 7, -7 or 7.5."),
        (Op.LT, "", ValueKind.TEXT, "A number is written as"),
        (Op.EQ, "NaN", ValueKind.NUMBER, "A number is written as"),
        (Op.EQ, "1e999", ValueKind.NUMBER, "A number is written as"),
        (Op.EQ, "yes", ValueKind.TRUTH, "It is either true or false."),
        (Op.IN, "[1, ", ValueKind.TEXT, "A list is written as"),
        (Op.IN, "[[1]]", ValueKind.TEXT, "A list is written as"),
        (Op.IN, "[" * 10_000, ValueKind.TEXT, "A list is written as"),
    ],
)
def test_what_can_not_be_meant_says_how_it_is_written(op: Op, text: str, kind: ValueKind, words: str) -> None:
    with pytest.raises(SegmentError, match=words.replace(".", r"\.")):
        typed(op, text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("7", ValueKind.NUMBER),
        ("-7.5", ValueKind.NUMBER),
        ("1, 2", ValueKind.NUMBER),
        ("true", ValueKind.TRUTH),
        ("007", ValueKind.TEXT),
        ("", ValueKind.TEXT),
        ("7, Lund", ValueKind.TEXT),
        ("true, 7", ValueKind.TEXT),
        ("Infinity", ValueKind.TEXT),
    ],
)
def test_what_a_value_looks_like(text: str, kind: ValueKind) -> None:
    assert kind_of(text) is kind


@given(SCALARS, st.sampled_from([op for op in Op if op not in (Op.IN, Op.ANY, *KINDS)]))
def test_a_value_put_in_its_line_is_read_back_equal(value: Value, op: Op) -> None:
    assert repr(typed(op, *told(value))) == repr(value)


@given(st.lists(SCALARS, max_size=4).map(tuple))
def test_several_values_are_read_back_equal(value: Value) -> None:
    assert repr(typed(Op.IN, *told(value))) == repr(value)
