"""The store's queries find the people that the rules name: any feed, any tree (rules.md 6).

`SMSREPORT_SEGMENT_EXAMPLES=2000` tries so many worlds.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.segment_tree import InSegment, Node, asks_for_erased
from smsreport_tui.services.erasure import forget
from storage.segment_members import member_ids
from storage.segments import create_segment, freeze_segment
from storage.store import Store
from tests.storage.feeds import Feed, Item, shuffled
from tests.storage.segment_oracle import NamedSegment, Oracle
from tests.storage.segment_trees import CHOICES, some_leaves, trees, with_erased
from tests.storage.segment_words import NOW
from tests.storage.segment_worlds import World, feeds_of_people, worlds
from tests.storage.stores import fill, new_store, put

EXAMPLES = int(os.environ.get("SMSREPORT_SEGMENT_EXAMPLES", "40"))
# As in test_any_order: shrinking takes minutes, and the failing example is printed as it is.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


def _fill(store: Store, pages: Iterable[tuple[str, list[Item]]], forgotten: frozenset[str]) -> None:
    """Store the pages; an operator forgets people as soon as a version of them has come."""
    waiting = set(forgotten)
    for stream, items in pages:
        put(store, stream, items)
        come = {item["id"] for item in items if stream == "profiles"} & waiting
        for name in sorted(come):
            forget(store, name)
        waiting -= come


def _make_segments(store: Store, world: World) -> dict[str, NamedSegment]:
    """Make the world's segments in the store; as the oracle takes them."""
    made: dict[str, NamedSegment] = {}
    for one in world.named:
        with store.writing() as connection:
            create_segment(connection, one.name, one.where, NOW)
            if one.frozen_as is not None:
                freeze_segment(connection, one.name, one.frozen_as, NOW)
        if one.frozen_as is not None:
            made[one.frozen_as] = frozenset(_oracle(world, made).members(one.where))
        made[one.name] = one.where
    return made


def _oracle(world: World, segments: dict[str, NamedSegment]) -> Oracle:
    return Oracle(world.feed, now=NOW, forgotten=world.forgotten, segments=segments)


def _disagreements(store: Store, oracle: Oracle, wheres: Iterable[Node], now: int) -> list[str]:
    """Trees whose members the store finds otherwise than by the rules."""
    found = []
    with store.reading() as connection:
        for where in wheres:
            members, expected = member_ids(connection, where, now), sorted(oracle.members(where))
            if members != expected:
                found.append(f"{where}: {members} and not {expected}")
    return found


@settings(max_examples=EXAMPLES, deadline=None, phases=_PHASES, suppress_health_check=[*HealthCheck])
@given(world=worlds(), choice=st.integers(0, CHOICES - 1), data=st.data())
def test_members_are_those_that_the_rules_name(world: World, choice: int, data: st.DataObject) -> None:
    streams = world.feed.streams().items()
    pages = [(stream, page) for stream, items in streams for page in data.draw(shuffled(items))]
    pages = data.draw(st.permutations(pages))
    wheres = [*some_leaves(choice), *data.draw(st.lists(trees(world.names()), max_size=12))]
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder), FixedClock(NOW)) as store:
        _fill(store, pages, world.forgotten)
        segments = _make_segments(store, world)
        named = [InSegment(name) for name in world.names()]
        asked = [*wheres, *named, *(with_erased(one) for one in named)]
        assert _disagreements(store, _oracle(world, segments), asked, NOW) == []


@settings(max_examples=40, deadline=None, phases=_PHASES, suppress_health_check=[*HealthCheck])
@given(feed=feeds_of_people(), where=trees(), data=st.data())
def test_a_frozen_list_stays_as_the_world_goes_on_save_for_who_is_erased(
    feed: Feed, where: Node, data: st.DataObject
) -> None:
    known, told = data.draw(st.integers(0, len(feed.profiles))), data.draw(st.integers(0, len(feed.events)))
    before = Feed(feed.activities, feed.profiles[:known], feed.events[:told])
    after = Feed([], feed.profiles[known:], feed.events[told:])
    names = ["Live", "Frozen"]
    # Whether a frozen list still names whom it held and who was erased since is asked of no tree here.
    unerased = trees(names).filter(lambda tree: not asks_for_erased(tree))
    wheres = data.draw(st.lists(unerased, max_size=8))
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder), FixedClock(NOW)) as store:
        fill(store, before.streams().items())
        with store.writing() as connection:
            create_segment(connection, "Live", where, NOW)
            freeze_segment(connection, "Live", "Frozen", NOW)
        frozen = Oracle(before, now=NOW).members(where)
        fill(store, after.streams().items())
        later = NOW + HOUR
        oracle = Oracle(feed, now=later, segments={"Live": where, "Frozen": frozen})
        asked = [*wheres, InSegment("Live"), InSegment("Frozen")]
        assert _disagreements(store, oracle, asked, later) == []
