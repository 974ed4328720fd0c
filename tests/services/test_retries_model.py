"""Whatever happens, the gateway's own record holds to rules.md 5: workers die, clocks are set, answers are lost.

`SMSREPORT_RETRY_EXAMPLES=2000` tries so many worlds; a failing one is printed whole and comes again.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from smsreport_tui.gateways.interface import Refusal
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.attempts import RETRY_WINDOW, Decision
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.week_hours import read_week_hours
from storage.numbers import number_ids, number_token
from storage.store import open_store
from storage.tables import NUMBER
from tests.services.gateway import ABLE
from tests.services.retry_world import ACTIVITIES, PEOPLE, START, WORDS, Mood, World
from tests.storage.engines import address
from tests.storage.stores import wrong_books

EXAMPLES = int(os.environ.get("SMSREPORT_RETRY_EXAMPLES", "30"))
CALM_HOURS = 5

_pairs = st.tuples(st.sampled_from(ACTIVITIES), st.sampled_from(sorted(PEOPLE)))
_crash = st.one_of(st.none(), st.none(), st.none(), st.integers(1, 60), st.integers(1, 200))
_receipt = st.tuples(
    st.integers(0, 199),
    st.sampled_from([*["soft"] * 12, "unknown", *WORDS]),
    st.sampled_from([None, None, None, 1, 2]),
    st.sampled_from([0, 1, MINUTE, HOUR, 9 * HOUR]),
)
_mood = st.builds(
    Mood,
    loses=st.sampled_from([0, 0, 1, 2, 5]),
    breaks=st.sampled_from([0, 0, 2, 3]),
    refuses=st.sampled_from([None, None, None, *Refusal]),
    finds=st.sampled_from([True, True, False]),
    balance=st.sampled_from([1, 1, 0]),
    latency=st.sampled_from([0, 1, 19]),
)
_spans = st.sampled_from(
    [MINUTE, 3 * MINUTE, 20 * MINUTE, HOUR - 1, *[HOUR] * 5, HOUR + 1, 3 * HOUR, 9 * HOUR, -1, -2 * MINUTE, -30 * HOUR]
)
_happenings = st.one_of(
    st.none(),
    st.tuples(st.just("mood"), _mood),
    st.tuples(st.just("mood"), st.just(Mood())),
    st.tuples(st.just("repeat"), st.lists(st.integers(0, 199), min_size=1, max_size=9)),
    st.tuples(st.just("decide"), st.tuples(_pairs, st.sampled_from(Decision))),
    st.tuples(st.just("decide"), st.tuples(_pairs, st.just(Decision.SEND))),
    st.none(),
    st.tuples(st.just("mood"), st.just(Mood(loses=2))),
    st.one_of(
        *[st.none()] * 5,
        st.tuples(st.sampled_from(["leave", "erase", "forget", "number"]), st.sampled_from(sorted(PEOPLE))),
    ),
)
_turns = st.tuples(
    _spans,
    st.lists(_receipt, min_size=1, max_size=8),
    _happenings,
    st.lists(_crash, min_size=1, max_size=3),
)


def _take(world: World, turn: tuple[int, list[tuple[int, str, int | None, int]], Any, list[int | None]]) -> None:
    span, receipts, happening, crashes = turn
    world.advance(span)
    for receipt in receipts:
        world.tell(*receipt)
    if happening is not None:
        _happen(world, *happening)
    world.passes(crashes)


def _happen(world: World, what: str, how: Any) -> None:
    match what:
        case "mood":
            world.mood = how
        case "decide":
            world.decide(*how)
        case "erase" | "forget":
            world.erase(how, here=what == "forget")
        case "number":
            world.change_number(how)
        case _:
            getattr(world, what)(how)


def _forgotten(world: World) -> list[str]:
    """Recipients who may be sent to, have time left, and get nothing while all is calm."""
    begin = world.latest
    waiting = {one.pair for one in world.checker.attempted if world.checker.may_get(one.pair, begin)}
    counts = {pair: len(world.checker.of(pair)) for pair in waiting}
    late = begin + CALM_HOURS * HOUR > world.checker.attempted[0].at + RETRY_WINDOW
    world.calm(CALM_HOURS)
    if late:
        return []
    held = world.held()
    return [str(pair) for pair in waiting - held if len(world.checker.of(pair)) == counts[pair]]


def _wrong_strikes(world: World) -> list[str]:
    numbers = sorted(set(PEOPLE.values()))
    tokens = {number: number_token(world.store.number_key, number) for number in numbers}
    with world.store.writing() as connection:
        keys = number_ids(connection, tokens.values())
        rows = connection.execute(NUMBER.select()).all()
    strikes = {row.number_id: row.strikes for row in rows}
    return [
        f"{number} has {strikes[keys[tokens[number]]]} strikes"
        for number in numbers
        if strikes[keys[tokens[number]]] != world.checker.strikes(number, world.latest)
    ]


@pytest.mark.timeout(3600)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="SMSREPORT_RETRY_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
    print_blob=True,
)
@given(
    turns=st.lists(_turns, min_size=8, max_size=30),
    begins_softly=st.sampled_from([True, True, True, False]),
    find=st.sampled_from([True, True, False]),
    priced=st.booleans(),
    within=st.booleans(),
)
def test_nobody_is_sent_to_twice_too_soon_too_late_or_against_their_will_and_nobody_is_forgotten(
    turns: list[Any], *, begins_softly: bool, find: bool, priced: bool, within: bool
) -> None:
    clock = FixedClock(START)
    able = replace(ABLE, find=find, credits=priced)
    hours = AllowedHours(read_week_hours("mon-sun 02:30-21:00")) if within else AllowedHours()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(address(Path(folder)), clock, writable=True) as store,
    ):
        world = World(store, clock, able, hours)
        for place in range(1, 40, 2) if begins_softly else ():
            world.tell(place, "soft", None, 0)
        for turn in turns:
            _take(world, turn)
            assert world.checker.complaints == []
        assert _forgotten(world) == []
        assert world.checker.complaints == []
        assert _wrong_strikes(world) == []
        assert wrong_books(store) == []
