"""Editing a tree: every change at its place, in few words, and back again."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsreport_tui.rules.errors import SegmentError
from smsreport_tui.rules.segment_edit import (
    History,
    Spot,
    grouped,
    inserted,
    moved,
    negated,
    node_at,
    paths,
    removed,
    replaced,
    same,
    turned,
    ungrouped,
    users_of,
)
from smsreport_tui.rules.segment_file import DEEPEST
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    Group,
    Happened,
    Happening,
    HasAttribute,
    HasTag,
    InSegment,
    Node,
    NoneOf,
    Op,
    walk,
)
from tests.rules.segment_trees import LEAVES, TREES

A, B, C, D = map(HasTag, "abcd")
Edit = Callable[[Spot], Spot | None]


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (lambda spot: inserted(spot, D), Spot(A), Spot(AllOf((A, D)), (1,))),
        (lambda spot: inserted(spot, D), Spot(AllOf((A, B))), Spot(AllOf((A, B, D)), (2,))),
        (lambda spot: inserted(spot, D), Spot(AllOf((A, B)), (0,)), Spot(AllOf((A, D, B)), (1,))),
        (lambda spot: replaced(spot, D), Spot(AllOf((A, AnyOf((B, C)))), (1, 0)),
         Spot(AllOf((A, AnyOf((D, C)))), (1, 0))),
        (removed, Spot(A), Spot(AllOf())),
        (removed, Spot(AnyOf((A, B))), Spot(AllOf())),
        (removed, Spot(AllOf((A, B, C)), (1,)), Spot(AllOf((A, C)), (1,))),
        (removed, Spot(AllOf((A, B)), (1,)), Spot(AllOf((A,)), (0,))),
        (removed, Spot(AllOf((AnyOf((A,)),)), (0, 0)), Spot(AllOf((AnyOf(),)), (0,))),
        (grouped, Spot(A), Spot(AllOf((A,)))),
        (grouped, Spot(AllOf((A, B)), (1,)), Spot(AllOf((A, AnyOf((B,)))), (1,))),
        (grouped, Spot(AnyOf((A, B)), (0,)), Spot(AnyOf((AllOf((A,)), B)), (0,))),
        (ungrouped, Spot(A), None),
        (ungrouped, Spot(AllOf((A, B))), None),
        (ungrouped, Spot(AllOf((A,))), Spot(A)),
        (ungrouped, Spot(AllOf((A, AnyOf((B, C)), D)), (1,)), Spot(AllOf((A, B, C, D)), (1,))),
        (ungrouped, Spot(AllOf((A, AnyOf())), (1,)), Spot(AllOf((A,)), (0,))),
        (turned, Spot(A), None),
        (turned, Spot(AllOf((A,))), Spot(AnyOf((A,)))),
        (turned, Spot(AnyOf((A,))), Spot(NoneOf((A,)))),
        (turned, Spot(NoneOf((A,))), Spot(AllOf((A,)))),
        (negated, Spot(A), Spot(NoneOf((A,)))),
        (negated, Spot(NoneOf((A,)), (0,)), Spot(A)),
        (negated, Spot(NoneOf((A, B)), (0,)), Spot(NoneOf((NoneOf((A,)), B)), (0,))),
        (negated, Spot(AnyOf((A, B))), Spot(NoneOf((A, B)))),
        (negated, Spot(NoneOf((A, B))), Spot(AnyOf((A, B)))),
        (negated, Spot(AllOf((A, B))), Spot(NoneOf((AllOf((A, B)),)))),
        (negated, Spot(Happened(Happening.CLICKED)), Spot(Happened(Happening.CLICKED, did=False))),
        (negated, Spot(HasAttribute("city", Op.EQ, "Lund")), Spot(HasAttribute("city", Op.NE, "Lund"))),
        (lambda spot: moved(spot, 1), Spot(AllOf((A, B)), (0,)), Spot(AllOf((B, A)), (1,))),
        (lambda spot: moved(spot, -1), Spot(AllOf((A, B)), (1,)), Spot(AllOf((B, A)), (0,))),
        (lambda spot: moved(spot, 1), Spot(AllOf((A, AnyOf((B,)))), (0,)), Spot(AllOf((AnyOf((A, B)),)), (0, 0))),
        (lambda spot: moved(spot, -1), Spot(AllOf((AnyOf((B,)), A)), (1,)), Spot(AllOf((AnyOf((B, A)),)), (0, 1))),
        (lambda spot: moved(spot, 1), Spot(AllOf((AnyOf((A, B)), C)), (0, 1)), Spot(AllOf((AnyOf((A,)), B, C)), (1,))),
        (lambda spot: moved(spot, -1), Spot(AllOf((C, AnyOf((A, B)))), (1, 0)), Spot(AllOf((C, A, AnyOf((B,)))), (1,))),
        (lambda spot: moved(spot, 1), Spot(AllOf((A, B)), (1,)), None),
        (lambda spot: moved(spot, -1), Spot(AllOf((A, B)), (0,)), None),
        (lambda spot: moved(spot, 1), Spot(A), None),
    ],
)  # fmt: skip
def test_an_edit(edit: Edit, before: Spot, after: Spot | None) -> None:
    assert edit(before) == after


def test_paths_lead_to_the_nodes_in_the_order_in_which_they_are_counted() -> None:
    tree = AllOf((A, AnyOf((B, NoneOf((C,)))), D))
    assert [node_at(tree, path) for path in paths(tree)] == list(walk(tree))
    with pytest.raises(LookupError):
        node_at(tree, (0, 0))
    with pytest.raises(LookupError):
        node_at(tree, (3,))


EDITS: dict[str, Edit] = {
    "group": grouped,
    "ungroup": ungrouped,
    "turn": turned,
    "negate": negated,
    "up": lambda spot: moved(spot, -1),
    "down": lambda spot: moved(spot, 1),
    "remove": removed,
    "insert": lambda spot: inserted(spot, D),
    "replace": lambda spot: replaced(spot, C),
}


def _spot(data: st.DataObject, tree: Node) -> Spot:
    return Spot(tree, data.draw(st.sampled_from(paths(tree))))


@given(TREES, st.data())
def test_undoing_every_step_gives_back_the_tree_and_making_them_again_the_last(tree: Node, data: st.DataObject) -> None:
    history = History(Spot(tree))
    for name in data.draw(st.lists(st.sampled_from(sorted(EDITS)), max_size=12)):
        after = EDITS[name](_spot(data, history.now.tree))
        history = history.to(after) if after is not None else history
    last, steps = history.now, len(history.before)
    seen = [history]
    for _ in range(steps):
        history = history.undone()
        seen.append(history)
    assert same(history.now.tree, tree)
    assert history.undone() == history
    for expected in reversed(seen[:-1]):
        history = history.redone()
        assert same(history.now.tree, expected.now.tree)
    assert history.now == last
    assert history.redone() == history


@given(TREES, st.data(), st.sampled_from([1, -1]))
def test_a_move_loses_nobody_and_the_move_back_undoes_it(tree: Node, data: st.DataObject, step: int) -> None:
    spot = _spot(data, tree)
    after = moved(spot, step)
    if after is None:
        return
    assert same(after.node, spot.node)
    assert Counter(map(repr, _leaves(after.tree))) == Counter(map(repr, _leaves(tree)))
    back = moved(after, -step)
    assert back is not None
    assert same(back.tree, tree)
    assert back.path == spot.path


def _leaves(tree: Node) -> list[Node]:
    return [node for node in walk(tree) if not isinstance(node, Group)]


@given(TREES, st.data())
def test_every_edit_looks_at_a_node_that_is_there(tree: Node, data: st.DataObject) -> None:
    after = EDITS[data.draw(st.sampled_from(sorted(EDITS)))](_spot(data, tree))
    if after is not None:
        assert after.path in paths(after.tree)


@given(LEAVES)
def test_a_condition_negated_twice_is_what_it_was(leaf: Node) -> None:
    once = negated(Spot(leaf))
    assert not same(once.tree, leaf)
    assert same(negated(once).tree, leaf)


def test_a_step_that_changes_nothing_is_none_and_one_becomes_true() -> None:
    history = History(Spot(HasAttribute("club", Op.EQ, 1)))
    assert history.to(history.now).before == ()
    assert history.to(Spot(HasAttribute("club", Op.EQ, True))).before == (history.now,)


def test_a_tree_that_no_file_could_hold_is_no_step() -> None:
    tree: Node = A
    for _ in range(DEEPEST - 1):
        tree = AllOf((tree,))
    history = History(Spot(tree))
    with pytest.raises(SegmentError, match=f"nest at most {DEEPEST} deep"):
        history.to(Spot(AllOf((tree,))))


def test_a_new_step_ends_what_could_be_made_again() -> None:
    history = History(Spot(A)).to(Spot(B)).undone().to(Spot(C))
    assert history.redone() == history
    assert history.undone().now == Spot(A)


def test_who_uses_a_segment_may_not_be_used_by_it() -> None:
    trees: dict[str, Node] = {
        "Base": A,
        "Wide": AnyOf((InSegment("BASE"), B)),
        "Wider": NoneOf((InSegment("wide"),)),
        "Other": C,
    }
    assert users_of("base", trees) == {"base", "wide", "wider"}
    assert users_of("Wider", trees) == {"wider"}
    assert users_of("new", trees) == {"new"}
