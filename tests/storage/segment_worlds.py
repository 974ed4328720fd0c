"""Small random worlds for segments: people who differ in what they are and in what befell them.

Of one profile's versions, those of one instant have one number and one consent: which of them an erased person keeps
is decided by tokens, which are the store's own.
"""

from collections.abc import Collection
from dataclasses import dataclass

from hypothesis import strategies as st

from smsreport_tui.rules.clock import SECOND
from smsreport_tui.rules.segment_tree import Node
from smsreport_tui.rules.times import exact_time
from tests.storage import feeds
from tests.storage.feeds import NUMBERS, START, Feed, Item
from tests.storage.segment_trees import trees
from tests.storage.segment_words import (
    ACTIVITIES,
    ATTRIBUTES,
    CODES,
    EMAILS,
    HUGE,
    MOMENTS,
    NAMES,
    PEOPLE,
    SEGMENTS,
    STRANGER,
    TAGS,
)


@dataclass(frozen=True)
class Named:
    """A segment with a name, and the name of the list that it is frozen into, if it is."""

    name: str
    where: Node
    frozen_as: str | None = None


@dataclass(frozen=True)
class World:
    """A feed, who is forgotten as soon as a version of them has come, and segments, each on those before it."""

    feed: Feed
    forgotten: frozenset[str]
    named: tuple[Named, ...]

    def names(self) -> list[str]:
        """By which the segments may be asked for."""
        made = [name for one in self.named for name in (one.name, one.frozen_as) if name is not None]
        return [*made, *(SEGMENTS.get(name, name.upper()) for name in made)]


def _moments() -> st.SearchStrategy[str]:
    return st.sampled_from(MOMENTS).map(exact_time)


@st.composite
def _receipts(draw: st.DrawFn) -> Item:
    item: Item = draw(feeds.receipts()) | {"activity_id": draw(st.sampled_from(ACTIVITIES))}
    if item["kind"] == "bounced" and draw(st.booleans()):
        item |= draw(st.sampled_from(CODES))
    return item


@st.composite
def _others(draw: st.DrawFn) -> Item:
    item: Item = draw(st.one_of(feeds.clicks(), feeds.clicks(), feeds.other_events()))
    return item | ({"activity_id": draw(st.sampled_from(ACTIVITIES))} if "activity_id" in item else {})


@st.composite
def _struck(draw: st.DrawFn) -> list[Item]:
    """Somebody's hard bounces in every activity, of which some may go to a number of their own."""
    name = draw(st.sampled_from((*PEOPLE, STRANGER)))
    number = draw(st.sampled_from(({}, {"msisdn": NUMBERS[0]}, {"msisdn": NUMBERS[1]})))
    known = {"kind": "bounced", "bounce": "hard", "profile_id": name, **number}
    return [known | {"activity_id": activity, "at": draw(_moments())} for activity in ACTIVITIES]


@st.composite
def _events(draw: st.DrawFn) -> list[Item]:
    drawn = draw(st.lists(st.one_of(_receipts(), _others()), min_size=8, max_size=30))
    people = st.sampled_from((*PEOPLE, STRANGER))
    items = [item | {"profile_id": draw(people), "at": draw(_moments())} for item in drawn]
    for struck in draw(st.lists(_struck(), max_size=3)):
        items += struck
    return [{"id": f"e{number:03d}"} | item for number, item in enumerate(items)]


@st.composite
def _version(draw: st.DrawFn, refusing: Collection[tuple[str, int]]) -> Item:
    place, step = draw(st.integers(0, len(PEOPLE) - 1)), draw(st.integers(0, 2))
    name = PEOPLE[place]
    # Two people share a number, and the last step is a move to the next.
    number = NUMBERS[(place // 2 + step // 2) % len(NUMBERS)]
    attributes = {name: st.sampled_from((*values, *HUGE[: name == "score"])) for name, values in ATTRIBUTES.items()}
    item: Item = {
        "id": name,
        "updated_at": exact_time(START + step * SECOND),
        "msisdn": number,
        "name": draw(st.sampled_from((*NAMES, None))),
        "email": draw(st.sampled_from((*EMAILS, None))),
        "attributes": draw(st.fixed_dictionaries({}, optional=attributes)),
        "tags": draw(st.lists(st.sampled_from(TAGS), max_size=2)),
        "sms_consent": (name, step) not in refusing,
    }
    if draw(st.integers(0, 11)) == 0:
        item["deleted"] = True
        if draw(st.booleans()):
            del item["msisdn"]
    return item


@st.composite
def feeds_of_people(draw: st.DrawFn) -> Feed:
    """A feed whose people have attributes, tags and e-mail, and differ in what befell them."""
    refusing = draw(st.frozensets(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 2)), max_size=4))
    return Feed(
        activities=draw(st.lists(feeds.activity_versions(), max_size=2)),
        profiles=draw(st.lists(_version(refusing), min_size=5, max_size=12)),
        events=draw(_events()),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A feed and up to three named segments, some of them frozen."""
    world = World(draw(feeds_of_people()), draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)), ())
    for number, name in enumerate(draw(st.lists(st.sampled_from(sorted(SEGMENTS)), unique=True))):
        where = draw(trees(world.names()))
        named = Named(name, where, draw(st.sampled_from((None, f"List {number}"))))
        world = World(world.feed, world.forgotten, (*world.named, named))
    return world
