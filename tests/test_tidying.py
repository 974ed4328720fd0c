"""When garbage is collected in the app: never amid typing, unless there is too much of it."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from smsreport_tui.tidying import FEW, LONG_QUIET, MANY, SHORT_QUIET, SOME, Tidying


@dataclass
class Seconds:
    """A clock that stands still until it is moved."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


class Ring:
    """Refers to itself, so that only the collector finds it unused."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def tidying(clock: Seconds) -> Iterator[Tidying]:
    made = Tidying(clock)
    with made.in_charge():
        gc.collect()
        litter(FEW * 2)
        made.look()
        yield made


def litter(number: int) -> "weakref.ref[Ring]":
    """So many unused objects; the reference tells whether they are still there."""
    rings = [Ring() for _ in range(number // 2)]
    return weakref.ref(rings[0])


def outlived(tidying: Tidying, number: int) -> "weakref.ref[Ring]":
    """So many objects that a look amid typing found in use, and that nobody uses since."""
    used = [Ring() for _ in range(number)]
    tidying.touched()
    tidying.look()
    return weakref.ref(used[0])


def test_the_collector_rests_inside_and_goes_on_after() -> None:
    with Tidying().in_charge():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_few_are_left_while_somebody_types(tidying: Tidying, clock: Seconds) -> None:
    unused = litter(FEW)
    for _ in range(50):
        clock.at += SHORT_QUIET / 2
        tidying.touched()
        clock.at += SHORT_QUIET / 2
        tidying.look()
    assert unused() is not None


def test_after_a_short_quiet(tidying: Tidying, clock: Seconds) -> None:
    for _ in range(3):
        unused = litter(FEW * 2)
        tidying.touched()
        clock.at += SHORT_QUIET
        tidying.look()
        assert unused() is None


def test_what_is_young_goes_while_somebody_types(tidying: Tidying) -> None:
    unused = litter(SOME * 2)
    tidying.touched()
    tidying.look()
    assert unused() is None


def test_what_lived_on_for_a_while_waits_for_a_quiet_moment(tidying: Tidying, clock: Seconds) -> None:
    unused = outlived(tidying, SOME * 2)
    litter(SOME * 2)
    tidying.touched()
    tidying.look()
    assert unused() is not None
    clock.at += SHORT_QUIET
    tidying.look()
    assert unused() is None


def test_or_until_there_is_too_much_of_it(tidying: Tidying) -> None:
    unused = outlived(tidying, MANY)
    tidying.look()
    assert unused() is None


def test_what_was_alive_is_left_out_of_the_short_looks_but_not_of_the_long(tidying: Tidying, clock: Seconds) -> None:
    ring = Ring()
    litter(FEW * 2)
    clock.at += LONG_QUIET
    tidying.look()
    unused = weakref.ref(ring)
    del ring
    litter(FEW * 2)
    tidying.touched()
    clock.at += SHORT_QUIET
    tidying.look()
    assert unused() is not None
    clock.at += LONG_QUIET
    litter(FEW * 2)
    tidying.look()
    assert unused() is None


def test_nothing_is_done_where_nothing_was_made(tidying: Tidying, clock: Seconds) -> None:
    ring = Ring()
    unused = weakref.ref(ring)
    del ring
    clock.at += LONG_QUIET * 10
    tidying.look()
    assert unused() is not None
