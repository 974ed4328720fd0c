"""Our requests, and the stand-in's answers, are what Shlink publishes: Prism stands between them and says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from tests.gateways.prism import MISSING, Prism, prism_path
from tests.gateways.shlink_spec import SWAGGER
from tests.gateways.shlink_standin import shlink_server
from tests.gateways.shlink_world import World
from tests.require import require
from tests.storage.feeds import START
from tests.storage.stores import new_store


@pytest.fixture
def through_prism(tmp_path: Path) -> Iterator[tuple[World, Prism]]:
    require("prism", found=prism_path() is not None, reason=MISSING)
    clock = FixedClock(START)
    with new_store(tmp_path, clock) as store, shlink_server(clock) as (shlink, url):
        prism = Prism(SWAGGER, url)
        try:
            yield World(store, clock, shlink, prism.url), prism
        finally:
            prism.close()


def test_links_and_visits_are_asked_for_as_shlink_publishes(through_prism: tuple[World, Prism]) -> None:
    world, prism = through_prism
    codes = world.make("A", "L", ["p1", "p2"])
    world.clock.advance(HOUR)
    world.shlink.visit(codes["p1"], country="SE", referer="https://t.co")
    world.shlink.visit(codes["p2"], bot=True)
    world.clock.advance(MINUTE)
    assert world.sync().events == 2
    assert prism.violations() == []


def test_a_lost_answer_and_a_taken_code_are_made_good_as_shlink_publishes(through_prism: tuple[World, Prism]) -> None:
    world, prism = through_prism
    world.shlink.lost = 1
    codes = world.make("A", "L", ["p1"])
    link = world.shlink.links[codes["p1"]]
    assert [body["customSlug"] for body in world.shlink.bodies] == [link.code, link.code]
    assert prism.violations() == []


def test_prism_sees_what_is_not_so(through_prism: tuple[World, Prism]) -> None:
    world, prism = through_prism
    world.make("A", "L", ["p1"])
    world.shlink.visit(next(iter(world.shlink.links)), bot="perhaps")
    world.clock.advance(MINUTE)
    with pytest.raises(Exception, match="asked"):
        world.sync()
    assert prism.violations() != []
    world.shlink.wrong.clear()
