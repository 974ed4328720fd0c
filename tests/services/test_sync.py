"""A sync: resumed, repeated, interrupted and started again, it ends in the same store (issue 2, part 3)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsreport_tui.gateways.interface import CursorGoneError
from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import SyncProgress, SyncResult, sync
from storage.store import Store, open_store
from tests.services.gateway import Item, MemoryGateway
from tests.storage.engines import address

CLOCK = FixedClock(1_772_442_000_000_000 + HOUR)
AT = "2026-03-02T09:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(address(tmp_path), CLOCK, writable=True) as opened:
        yield opened


def world(people: int = 7) -> MemoryGateway:
    activity = {"id": "A", "updated_at": AT, "name": "n", "sender": "s", "body": "b", "sent_at": AT}
    profiles: list[Item] = [
        {"id": f"p{number}", "updated_at": AT, "msisdn": f"+4670000000{number}"} for number in range(people)
    ]
    events: list[Item] = [
        {"id": f"e{number}", "kind": "delivered", "at": AT, "activity_id": "A", "profile_id": f"p{number}"}
        for number in range(people)
    ]
    return MemoryGateway([activity], profiles, events)


def run(store: Store, gateway: MemoryGateway) -> SyncResult:
    return asyncio.run(sync(store, gateway, CLOCK))


def delivered(store: Store) -> int:
    return Reports(store, CLOCK).report("A").counts.delivered


def test_pulls_every_stream_to_its_end_and_says_what_came(store: Store) -> None:
    assert run(store, world()) == SyncResult(1, 7, 7, 0, 0, 0.0)
    assert delivered(store) == 7
    assert Reports(store, CLOCK).sync_state().as_of == CLOCK.now()


def test_goes_on_where_it_stopped(store: Store) -> None:
    gateway = world()
    run(store, gateway)
    gateway.streams["events"].append({**gateway.streams["events"][0], "id": "new", "profile_id": "p9"})
    gateway.asked.clear()
    assert run(store, gateway).events == 1
    assert gateway.asked == [("activities", "1"), ("profiles", "7"), ("events", "7")]


def test_progress_tells_streams_items_and_pages(store: Store) -> None:
    told: list[SyncProgress] = []
    asyncio.run(sync(store, world(), CLOCK, told.append))
    assert told[-1] == SyncProgress("events", 7, 3)
    assert [step.stream for step in told] == ["activities", *["profiles"] * 3, *["events"] * 3]


def test_a_failure_keeps_what_has_been_stored(store: Store) -> None:
    gateway = world()

    def fail(stream: str, cursor: str | None) -> None:
        if (stream, cursor) == ("events", "6"):
            raise GatewayError("The line is down.")

    gateway.before = fail
    with pytest.raises(GatewayError, match="line is down"):
        run(store, gateway)
    assert delivered(store) == 6
    assert Reports(store, CLOCK).sync_state().as_of is None
    gateway.before = lambda stream, cursor: None
    assert run(store, gateway).events == 1


def test_a_forgotten_cursor_starts_the_stream_again_without_loss(store: Store) -> None:
    gateway = world()
    forgotten: list[str | None] = []

    def forget_once(stream: str, cursor: str | None) -> None:
        if stream == "events" and cursor == "3" and not forgotten:
            forgotten.append(cursor)
            raise CursorGoneError("gone")

    gateway.before = forget_once
    assert run(store, gateway) == SyncResult(1, 7, 7, 3, 0, 0.0)
    assert delivered(store) == 7


def test_a_gateway_that_always_forgets_ends_with_a_sentence(store: Store) -> None:
    gateway = world()

    def forget(stream: str, cursor: str | None) -> None:
        if stream == "events" and cursor is not None:
            raise CursorGoneError("gone")

    gateway.before = forget
    with pytest.raises(GatewayError, match="forgets its cursors"):
        run(store, gateway)


def test_pages_in_a_circle_end_with_a_sentence(store: Store) -> None:
    gateway = world()
    gateway.page_items = 0
    with pytest.raises(GatewayError, match="circle"):
        run(store, gateway)


@pytest.mark.parametrize("astray", ["4", "7", "99"])
def test_a_page_that_leads_astray_before_it_is_read_leads_nowhere(store: Store, astray: str) -> None:
    """As one that is cut short and asked for again: what stands behind the wrong cursor, or fails there, is dropped."""
    gateway = world()
    gateway.leads = lambda _: astray

    assert run(store, gateway) == SyncResult(1, 7, 7, 0, 0, 0.0)
    assert delivered(store) == 7
    assert ("events", astray) in gateway.asked


def test_a_page_ahead_that_fails_is_no_loss_of_those_before_it(store: Store) -> None:
    gateway = world()
    gateway.leads = str

    def fail(stream: str, cursor: str | None) -> None:
        if (stream, cursor) == ("events", "6"):
            raise GatewayError("The line is cut.")

    gateway.before = fail
    with pytest.raises(GatewayError, match="cut"):
        run(store, gateway)
    assert delivered(store) == 6


def test_no_page_is_asked_for_twice_although_it_was_asked_for_early(store: Store) -> None:
    gateway = world()
    gateway.leads = str
    run(store, gateway)
    events = [cursor for stream, cursor in gateway.asked if stream == "events"]
    # The last page leads on to itself: no more than one request is lost.
    assert events[:3] == [None, "3", "6"]
    assert len(events) <= 4


def test_two_syncs_at_once_store_everything_once(store: Store, tmp_path: Path) -> None:
    async def both() -> tuple[SyncResult, SyncResult]:
        with open_store(address(tmp_path), CLOCK, writable=True) as other:
            return await asyncio.gather(sync(store, world(), CLOCK), sync(other, world(), CLOCK))

    results = asyncio.run(both())
    assert sum(result.events for result in results) == 7
    assert delivered(store) == 7


@settings(max_examples=15, deadline=None)
@given(stops=st.lists(st.tuples(st.sampled_from(["activities", "profiles", "events"]), st.integers(0, 7)), max_size=6))
def test_stopped_anywhere_and_run_again_it_is_the_same_store(
    stops: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    gateway = world()

    def stop(stream: str, cursor: str | None) -> None:
        place = (stream, int(cursor or "0"))
        if place in stops:
            stops.remove(place)
            raise GatewayError("stopped")

    gateway.before = stop
    with open_store(address(tmp_path_factory.mktemp("stopped")), CLOCK, writable=True) as store:
        ended = False
        while not ended:
            try:
                run(store, gateway)
                ended = True
            except GatewayError:
                continue
        assert delivered(store) == 7
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar() == 7
