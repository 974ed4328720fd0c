"""Changes to a segment's tree, one node at a time by its path, each of which can be undone and made again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from smsreport_tui.rules.segment_file import read_node, write_node
from smsreport_tui.rules.segment_tree import (
    AllOf,
    AnyOf,
    Group,
    Happened,
    HasAttribute,
    Node,
    NoneOf,
    Op,
    named_segments,
)

Path = tuple[int, ...]
"""From the root, which is (), the index of the child at each group."""

_NEXT_KIND: dict[type[Group], type[Group]] = {AllOf: AnyOf, AnyOf: NoneOf, NoneOf: AllOf}
_OPPOSITE = {Op.EQ: Op.NE, Op.NE: Op.EQ}


@dataclass(frozen=True, slots=True)
class Spot:
    """A tree, and the node in it that is looked at."""

    tree: Node
    path: Path = ()

    @property
    def node(self) -> Node:
        return node_at(self.tree, self.path)

    @property
    def parent(self) -> Group | None:
        """The group that the node stands in; None for the root."""
        found = node_at(self.tree, self.path[:-1])
        return found if self.path and isinstance(found, Group) else None


def node_at(tree: Node, path: Path) -> Node:
    """Raises LookupError where no node stands."""
    for index in path:
        if not isinstance(tree, Group):
            raise LookupError(path)
        tree = tree.children[index]
    return tree


def paths(tree: Node) -> list[Path]:
    """Of every node, in the order of `segment_tree.walk`."""
    return list(_paths(tree, ()))


def _paths(node: Node, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(node, Group):
        for index, child in enumerate(node.children):
            yield from _paths(child, (*path, index))


def replaced(spot: Spot, node: Node) -> Spot:
    """The node with another in its place."""
    return Spot(_with(spot.tree, spot.path, node), spot.path)


def inserted(spot: Spot, node: Node) -> Spot:
    """A new node, looked at: last in the group that was looked at, or right after the condition that was."""
    here = spot.node
    if isinstance(here, Group):
        return Spot(_with(spot.tree, spot.path, _of(here, (*here.children, node))), (*spot.path, len(here.children)))
    if not spot.path:
        return Spot(AllOf((here, node)), (1,))
    *above, index = spot.path
    return _put(spot.tree, tuple(above), index + 1, node)


def removed(spot: Spot) -> Spot:
    """Without the node; of the root, everybody is left. What follows is looked at, else what comes before."""
    parent = spot.parent
    if parent is None:
        return Spot(AllOf())
    *above, index = spot.path
    children = parent.children[:index] + parent.children[index + 1 :]
    tree = _with(spot.tree, tuple(above), _of(parent, children))
    return Spot(tree, (*above, min(index, len(children) - 1)) if children else tuple(above))


def grouped(spot: Spot) -> Spot:
    """A group around the node, which changes nothing yet; its kind is the one that the group above is not."""
    kind = AnyOf if isinstance(spot.parent, AllOf) else AllOf
    return replaced(spot, kind((spot.node,)))


def ungrouped(spot: Spot) -> Spot | None:
    """What stands in the group in its place; None where the node is no group, or the root with more than one."""
    here = spot.node
    if not isinstance(here, Group):
        return None
    parent = spot.parent
    if parent is None:
        return Spot(here.children[0]) if len(here.children) == 1 else None
    if not here.children:
        return removed(spot)
    *above, index = spot.path
    children = parent.children[:index] + here.children + parent.children[index + 1 :]
    return Spot(_with(spot.tree, tuple(above), _of(parent, children)), spot.path)


def turned(spot: Spot) -> Spot | None:
    """The group's next kind, from all to any to none; None where the node is no group."""
    here = spot.node
    return replaced(spot, _NEXT_KIND[type(here)](here.children)) if isinstance(here, Group) else None


def negated(spot: Spot) -> Spot:
    """The node turned into its opposite, in the shortest way there is; twice gives what it was."""
    here, parent = spot.node, spot.parent
    if isinstance(parent, NoneOf) and len(parent.children) == 1:
        opposite = _opposite(here)
        return replaced(spot, opposite) if opposite else replaced(Spot(spot.tree, spot.path[:-1]), here)
    return replaced(spot, _opposite(here) or NoneOf((here,)))


def _opposite(node: Node) -> Node | None:
    """What says the contrary without a group around it; None where nothing does."""
    match node:
        case Happened():
            return replace(node, did=not node.did)
        case HasAttribute() if node.op in _OPPOSITE:
            return replace(node, op=_OPPOSITE[node.op])
        case AnyOf():
            return NoneOf(node.children)
        case NoneOf():
            return node.children[0] if len(node.children) == 1 else AnyOf(node.children)
    return None


def moved(spot: Spot, step: int) -> Spot | None:
    """The node one place down (1) or up (-1): over a condition, into a group, out of one at its end.

    None at either end of the root. Down and then up is where it was.
    """
    parent = spot.parent
    if parent is None:
        return None
    *above, index = spot.path
    group, beside = tuple(above), index + step
    if 0 <= beside < len(parent.children):
        other = parent.children[beside]
        if not isinstance(other, Group):
            return _put(_without(spot), group, beside, spot.node)
        into = (*group, index if step > 0 else beside)
        return _put(_without(spot), into, 0 if step > 0 else len(other.children), spot.node)
    if not group:
        return None
    *further, place = group
    return _put(_without(spot), tuple(further), place + 1 if step > 0 else place, spot.node)


def _without(spot: Spot) -> Node:
    return removed(spot).tree


def _put(tree: Node, group: Path, index: int, node: Node) -> Spot:
    found = node_at(tree, group)
    if not isinstance(found, Group):
        raise LookupError(group)
    children = (*found.children[:index], node, *found.children[index:])
    return Spot(_with(tree, group, _of(found, children)), (*group, index))


def _with(tree: Node, path: Path, node: Node) -> Node:
    if not path:
        return node
    if not isinstance(tree, Group):
        raise LookupError(path)
    index, *further = path
    children = list(tree.children)
    children[index] = _with(children[index], tuple(further), node)
    return _of(tree, tuple(children))


def _of(group: Group, children: tuple[Node, ...]) -> Group:
    return type(group)(children)


def same(one: Node, other: Node) -> bool:
    """Whether both are written alike: to Python 1, 1.0 and true are equal, and to a segment they are not."""
    return repr(one) == repr(other)


def users_of(name: str, trees: Mapping[str, Node]) -> frozenset[str]:
    """The segment and all that use it by whatever way, case folded: none of them may stand in its own tree."""
    uses = {user.casefold(): {used.casefold() for used in named_segments(tree)} for user, tree in trees.items()}
    found: set[str] = set()
    new = {name.casefold()}
    while new:
        found |= new
        new = {user for user, used in uses.items() if used & new} - found
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class History:
    """What an edited tree is, was, and was again before a step was undone."""

    now: Spot
    before: tuple[Spot, ...] = ()
    after: tuple[Spot, ...] = ()

    def look_at(self, path: Path) -> "History":
        """The same tree with another node looked at, which is no step."""
        return replace(self, now=Spot(self.now.tree, path))

    def to(self, spot: Spot) -> "History":
        """A step, unless the tree stays the same. Raises SegmentError for a tree that no file could hold."""
        if same(spot.tree, self.now.tree):
            return self.look_at(spot.path)
        read_node(write_node(spot.tree))
        return History(spot, (*self.before, self.now))

    def undone(self) -> "History":
        """One step back; where there is none, the same."""
        if not self.before:
            return self
        *before, last = self.before
        return History(last, tuple(before), (self.now, *self.after))

    def redone(self) -> "History":
        """The step that was undone last made again; where there is none, the same."""
        if not self.after:
            return self
        first, *after = self.after
        return History(first, (*self.before, self.now), tuple(after))
