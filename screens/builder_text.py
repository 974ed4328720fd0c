"""The builder's tree as lines, and why an edit can not be made at a place."""

from collections.abc import Callable, Mapping

from smsreport_tui.rules.formatting import count_of, thousands
from smsreport_tui.rules.segment_edit import (
    Path,
    Spot,
    grouped,
    moved,
    negated,
    node_at,
    paths,
    removed,
    same,
    turned,
    ungrouped,
)
from smsreport_tui.rules.segment_tree import AllOf, Group, Node
from smsreport_tui.rules.segment_words import ActivityName, leaf_words
from widgets.cell import Tone
from widgets.condition_tree import TreeLine

EDITS: Mapping[str, Callable[[Spot], Spot | None]] = {
    "group": grouped,
    "ungroup": ungrouped,
    "turn": turned,
    "negate": negated,
    "up": lambda spot: moved(spot, -1),
    "down": lambda spot: moved(spot, 1),
    "remove": lambda spot: None if same(spot.tree, AllOf()) else removed(spot),
}
"""By the action of a key."""

_WHY_NOT = {
    "ungroup": "The cursor stands on a condition: only a group can be taken away from around its conditions.",
    "turn": "The cursor stands on a condition: only a group asks for all, any or none. ! turns a condition round.",
    "up": "It stands first already.",
    "down": "It stands last already.",
    "remove": "There is no condition to delete.",
}


def why_not(action: str, spot: Spot) -> str | None:
    """The sentence that says why an edit can not be made there; None where it can."""
    if EDITS[action](spot) is not None:
        return None
    if action == "ungroup" and isinstance(spot.node, Group):
        return "This group holds all conditions: without it they would not belong together."
    if action in ("up", "down") and not spot.path:
        return "This holds all conditions: it can not be moved."
    return _WHY_NOT[action]


def key_of(path: Path) -> str:
    """What a line is known by."""
    return ".".join(map(str, path))


def path_of(key: str, tree: Node) -> Path:
    """The path of a line's key; the root for one that is in the tree no more."""
    path = tuple(map(int, key.split("."))) if key else ()
    try:
        node_at(tree, path)
    except LookupError:
        return ()
    return path


def lines(tree: Node, counts: Mapping[str, int], name_of: ActivityName, *, settled: bool) -> list[TreeLine]:
    """A line a node; `counts` are people by how a node is written, and not settled while they are counted anew."""
    found: list[TreeLine] = []
    for path in paths(tree):
        node = node_at(tree, path)
        number = counts.get(repr(node))
        found.append(
            TreeLine(
                key_of(path),
                len(path),
                leaf_words(node, name_of),
                "…" if number is None else thousands(number),
                Tone.STRONG if isinstance(node, Group) else Tone.PLAIN,
                Tone.PLAIN if settled else Tone.DIM,
            )
        )
    return found


def state(people: int | None, *, counting: bool, stands: str) -> str:
    """The right end of the title: how many people, whether that is being counted, and whether it is kept."""
    number = [] if people is None else [count_of(people, "person")]
    return " · ".join([*(["counting …"] if counting else []), *number, stands])


def sample_head(shown_people: int, people: int | None) -> str:
    """The line over the people."""
    if not shown_people:
        return "Nobody" if people == 0 else ""
    return f"{thousands(shown_people)} of {count_of(people, 'person')}" if people else "Some of the people"
