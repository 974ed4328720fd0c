"""However often a service plan is looked at, and wherever that is cut off: the store is the one of a single look."""

import asyncio
import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.rules.attempts import attempt_key
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.times import format_time, parse_time
from smsreport_tui.services.sync import sync
from storage.people_book import PeopleBook
from storage.store import Store
from tests.gateways.sinch_standin import Fault
from tests.gateways.sinch_world import SinchWorld
from tests.storage.stores import differences, everything, new_store, wrong_books

START = parse_time("2026-03-02T09:20:00Z")
NUMBERS = ("+46700000001", "+46700000002", "+46700000003")
REPORTS = ((0, "Delivered"), (404, "Aborted"), (402, "Aborted"), (407, "Cancelled"), (99, "Unknown"))
TEXTS = ("stop", "Stop please", "thank you")

some_numbers = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3, unique=True)
faults = st.sampled_from([Fault.UNDONE, Fault.LOST, Fault.UNREADABLE, 500, 429])
steps = st.one_of(
    st.tuples(st.just("batch"), some_numbers, st.sampled_from(["now", "later", "group", "parameters"])),
    st.tuples(st.just("report"), st.sampled_from(NUMBERS), st.sampled_from(REPORTS)),
    st.tuples(st.just("retry"), st.sampled_from(NUMBERS), st.integers(2, 3)),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.none()),
    st.tuples(st.just("reply"), st.sampled_from(NUMBERS), st.sampled_from(TEXTS)),
    st.tuples(st.just("wait"), st.sampled_from([1, MINUTE, 20 * MINUTE, 3 * HOUR]), st.none()),
    st.tuples(st.just("look"), st.none(), st.none()),
    st.tuples(st.just("cut"), st.integers(0, 12), faults),
    st.tuples(st.just("pages"), st.sampled_from([1, 2, 100]), st.none()),
)


@settings(
    max_examples=int(os.environ.get("SMSREPORT_SINCH_EXAMPLES", "8")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
@given(pages=st.sampled_from([1, 2, 100]), story=st.lists(steps, min_size=4, max_size=24))
def test_looks_cut_off_anywhere_and_pages_of_any_size_make_the_same_store(
    pages: int, story: list[tuple[str, object, object]]
) -> None:
    clock = FixedClock(START)
    with tempfile.TemporaryDirectory() as folder:
        world = SinchWorld(Path(folder), clock)
        world.server.most_items = pages
        try:
            with new_store(Path(folder), clock, "looked.db") as store:
                for step in story:
                    take(world, store, step)
                    # Sinch's times have milliseconds; which of two things of one instant was first nobody can tell.
                    clock.advance(SECOND // 1_000)
                # The next look is one of those that reach back far.
                clock.advance(13 * HOUR)
                look(world, store)
                look(world, store)
                people = [PeopleBook(store).profile_id(number) for number in NUMBERS]
                seen = everything(store, clock, people)
                assert wrong_books(store) == []
            world.server.most_items = 100
            with new_store(Path(folder), clock, "plain.db") as plain:
                look(world, plain)
                assert differences(seen, everything(plain, clock, people)) == []
        finally:
            world.close()


def take(world: SinchWorld, store: Store, step: tuple[str, object, object]) -> None:
    """One step of what happens at Sinch, or of the program's looks at it."""
    match step:
        case ("wait", int(span), _):
            world.clock.advance(span)
        case ("look", *_):
            look(world, store)
        case ("cut", int(place), fault):
            cut(world, store, place, fault)
        case ("pages", int(size), _):
            world.server.most_items = size
        case ("batch", list(numbers), how):
            world.plan.post_batch(batch(world, numbers, how))
        case _:
            happen(world, store, step)


def batch(world: SinchWorld, numbers: list[str], how: object) -> dict[str, object]:
    asked: dict[str, object] = {"to": numbers, "body": "Hej"}
    if how == "later":
        asked["send_at"] = format_time(world.clock.now() + 2 * HOUR)
    if how == "group":
        asked["to"] = [world.plan.post_group(None, numbers).id]
    if how == "parameters":
        asked |= {"body": "Hej ${name}", "parameters": {"name": {numbers[0][1:]: "Anna", "default": "you"}}}
    return asked


def happen(world: SinchWorld, store: Store, step: tuple[str, object, object]) -> None:
    plan = world.plan
    match step:
        case ("retry", str(number), attempt) if to := sent_to(world, number):
            key = attempt_key(to, PeopleBook(store).profile_id(number), int(str(attempt)))
            plan.post_batch({"to": [number], "body": "Hej", "client_reference": f"smsreport:{key}"})
        case ("report", str(number), (int(code), str(status))) if under_way := open_to(world, number):
            plan.settle(under_way, number, code, status)
        case ("cancel", int(place), _) if place < len(plan.batches):
            plan.cancel(list(plan.batches)[place])
        case ("reply", str(number), str(text)):
            plan.inbound(number, text)


def open_to(world: SinchWorld, number: str) -> str | None:
    """A batch whose message to a number has no final report: what is final stays so."""
    world.plan.run()
    batches = world.plan.batches.values()
    return next((one.id for one in batches if (got := one.states.get(number[1:])) and got.status == "Dispatched"), None)


def sent_to(world: SinchWorld, number: str) -> str | None:
    """A batch of others that went to a number."""
    world.plan.run()
    batches = world.plan.batches.values()
    return next((one.id for one in batches if number[1:] in one.states and "client_reference" not in one.asked), None)


def look(world: SinchWorld, store: Store) -> None:
    async def run() -> None:
        gateway: SinchGateway = world.connect(store)
        try:
            await sync(store, gateway, world.clock)
        finally:
            await gateway.aclose()

    asyncio.run(run())


def cut(world: SinchWorld, store: Store, place: int, fault: object) -> None:
    """A look that everything after so many requests goes wrong with."""
    whole, asked = world.server.faults, len(world.server.asked)

    def fails(_method: str, _path: str) -> Fault | int | None:
        late = len(world.server.asked) - asked >= place
        return fault if late and isinstance(fault, Fault | int) else None

    world.server.faults = fails
    try:
        look(world, store)
    except GatewayError:
        pass
    finally:
        world.server.faults = whole
