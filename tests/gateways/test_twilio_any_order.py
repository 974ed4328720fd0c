"""Whatever order, repetition and pages the states of messages are listed and called in, the store is the same."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smsreport_tui.gateways.calls import encode_call
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.services.sync import sync
from storage.letterbox import CALLS, Letter, Letterbox
from tests.gateways.test_twilio_calls import STATUS, call
from tests.gateways.twilio_standin import PRICE, SERVICE, TwilioAccount
from tests.gateways.twilio_world import TwilioWorld
from tests.storage.stores import differences, everything, new_store, wrong_books

NOON = 1_772_452_800_000_000
NUMBERS = [f"+4670000000{place}" for place in range(4)]
ENDS = [("delivered", None), ("undelivered", 30003), ("undelivered", 30005), ("failed", 30001), ("canceled", None)]
State = dict[str, Any]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[State], list[State]]:
    """Every state that some messages have been in, as the API would tell it; and the replies to them."""
    clock = FixedClock(NOON)
    account = TwilioAccount(clock)
    states: list[State] = []
    for _ in range(draw(st.integers(1, 5))):
        clock.advance(draw(st.integers(1, 90)) * 1_000_000)
        service = draw(st.sampled_from([SERVICE, f"MG{1:032x}", None]))
        body = draw(st.sampled_from(["Hello", "Sale"]))
        number = draw(st.sampled_from(NUMBERS))
        message = account.add(number, body, service=service, status="queued", sent=None)
        states.append(message.resource)
        for status in ("sent", draw(st.sampled_from(ENDS))):
            clock.advance(draw(st.integers(0, 60)) * 1_000_000)
            name, code = (status, None) if isinstance(status, str) else status
            account.move(message, name, code)
            states.append(message.resource)
        if draw(st.booleans()):
            message.price = PRICE
            states.append(message.resource)
    replies = []
    for _ in range(draw(st.integers(0, 2))):
        clock.advance(MINUTE)
        replies.append(
            account.reply(draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(["STOP", "Thanks"]))).resource
        )
    return states, replies


async def told(folder: Path, states: list[State], replies: list[State], order: random.Random) -> dict[str, Any]:
    """The store after all of these were listed and called in some order, some of them again, in looks of some pages."""
    clock = FixedClock(NOON + HOUR)
    world = TwilioWorld(folder, clock, through_prism=False)
    world._write((f"MG{1:032x}", "2026-03-02", "", "named", "Named"))
    with new_store(folder, clock) as store:
        gateway = world.connect(store)
        fetched: dict[str, list[State]] = {}
        pages: list[list[State]] = []

        async def check() -> None:
            return

        async def listed(since: int) -> AsyncIterator[list[bytes]]:
            for page in pages:
                yield [json.dumps(one).encode() for one in page]

        async def fetch(sid: str) -> bytes | None:
            some = fetched.get(sid)
            return json.dumps(some.pop()).encode() if some else None

        api: Any = gateway._api
        api.check, api.pages, api.fetch = check, listed, fetch
        box = Letterbox(store, gateway.url)
        again = [*states, *order.sample(states, order.randrange(len(states) + 1))]
        order.shuffle(again)
        # What is answered has been listed when its answer is, as the list goes back far behind it.
        looks: list[list[State]] = [[] for _ in range(order.randrange(1, 4))]
        for one in again:
            order.choice(looks).append(one)
        looks.append([*states, *replies])
        for number, look in enumerate(looks):
            is_last = number == len(looks) - 1
            by_call = [] if is_last else [one for one in look if order.random() < 0.3]
            in_list = [one for one in look if one not in by_call]
            order.shuffle(in_list)
            size = order.randrange(1, 5)
            pages[:] = [in_list[at : at + size] for at in range(0, len(in_list), size)]
            fetched.clear()
            for one in by_call:
                fetched.setdefault(one["sid"], []).append(one)
                made = call({**STATUS, "MessageSid": one["sid"], "SmsSid": one["sid"]})
                box.post([Letter(CALLS, encode_call(made))])
            clock.at = NOON + (2 * HOUR if is_last else HOUR + number * MINUTE)
            await sync(store, gateway, clock)
        await gateway.aclose()
        people = [gateway._store.collector._people.profile_id(number) for number in NUMBERS]
        assert wrong_books(store) == []
        return everything(store, clock, people)


@settings(max_examples=10, deadline=None)
@given(histories(), st.integers(), st.integers())
def test_any_order_repetition_and_pages_make_the_same_store(
    history: tuple[list[State], list[State]], one: int, other: int
) -> None:
    seen = []
    for seed in (one, other):
        with TemporaryDirectory() as folder:
            seen.append(asyncio.run(told(Path(folder), *history, random.Random(seed))))
    assert differences(seen[0], seen[1]) == []
