"""The simulated world: the same for the same seed, told in any pages alike, growing as its time goes on."""

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.simulator.world import WorldClock
from tests.simulator.asking import START, Gateway, small

STREAMS = ("activities", "profiles", "events")


@pytest.mark.parametrize("stream", STREAMS)
def test_the_same_seed_is_the_same_world_to_the_byte(stream: str) -> None:
    first, second = Gateway(), Gateway()
    assert first.get(f"/v1/{stream}", limit=5000).content == second.get(f"/v1/{stream}", limit=5000).content
    assert first.pages(stream) != Gateway(small(seed=2)).pages(stream)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("limit", [1, 7, 5000])
def test_pages_of_any_size_tell_the_same(stream: str, limit: int) -> None:
    config = small(profiles=40, activities=5)
    assert Gateway(config).pages(stream, limit)[0] == Gateway(config).pages(stream)[0]


def test_a_cursor_tells_the_same_again() -> None:
    gateway = Gateway()
    cursor = gateway.get("/v1/events", limit=50).json()["next_cursor"]
    assert (
        gateway.get("/v1/events", limit=50, cursor=cursor).content
        == gateway.get("/v1/events", limit=50, cursor=cursor).content
    )


def test_time_brings_more_and_moves_nothing_that_was_told() -> None:
    clock = FixedClock(START)
    gateway = Gateway(clock=clock)
    before, cursor = gateway.pages("events")
    counts = [len(before)]
    for _ in range(4):
        clock.advance(15 * MINUTE)
        new, cursor = gateway.pages("events", cursor=cursor)
        counts.append(len(new))
        before += new
    assert all(counts)
    assert gateway.pages("events")[0] == before


def test_nothing_is_told_of_the_future() -> None:
    clock = FixedClock(START)
    gateway = Gateway(clock=clock)
    for _ in range(3):
        clock.advance(HOUR)
        told = list(gateway.world.events.told(gateway.world.advance()))
        newest = max(item.at for item in told if item.at.endswith("Z"))
        assert newest <= f"2026-03-02T{9 + (clock.at - START) // HOUR:02d}:00:00Z"


def test_a_world_holds_what_operators_meet() -> None:
    events = Gateway(small(profiles=2_000)).pages("events", 5000)[0]
    kinds = {event["kind"] for event in events}
    ids = [event["id"] for event in events]
    assert len(kinds) == 10
    assert len(set(ids)) < len(ids)
    assert any("part" in event for event in events)
    assert any(event.get("vendor") for event in events)
    assert {event["bounce"] for event in events if event.get("bounce")} == {"soft", "hard", "other"}


def test_a_world_that_began_earlier_catches_up_and_keeps_step() -> None:
    clock = FixedClock(START + HOUR)
    time = WorldClock(clock, START, 10)
    assert time.now() == START
    clock.advance(MINUTE)
    assert time.now() == START + 10 * MINUTE
    clock.advance(HOUR)
    assert time.now() == clock.now()
