"""The yes to a reminder is an operator's word for that reminder alone: the app's worker still asks for its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.services.worker import Sending, Watch, run_worker
from storage.mirror import read_sources
from storage.sending_consent import confirm, confirmed_at
from tests.services.push_world import Place, place
from tests.services.reminder_world import check, created, keep_segments, remind, send


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Iterator[Place]:
    with place(filled, tmp_path) as made:
        keep_segments(made)
        yield made


def make_pass(here: Place) -> None:
    """What the app's worker does in one pass, begun as the app begins it: with `--ask-first`."""

    async def work(gateway: FeedGateway) -> None:
        watch = Watch(lambda: 0.001, lambda _: None, pytest.fail)
        sending = Sending(asks_first=True)
        await run_worker(
            here.store, lambda: gateway, here.clock, watch, once=True, stop=asyncio.Event(), sending=sending
        )

    here.ask(work)


def retried(here: Place, activity: str) -> int:
    """Retries of an activity's messages that the gateway has accepted."""
    return sum(one.key.startswith(f"{activity}:") for one in here.simulator.world.resent)


def source(here: Place) -> int:
    return read_sources(here.store)[here.simulator.url][0]


def test_a_reminder_is_sent_by_its_own_yes_and_its_retries_wait_for_theirs(here: Place) -> None:
    (warning,) = [one for one in check(here).warns if "has not been confirmed" in one]
    assert warning.endswith("`smsreport retries confirm` lets it.")
    activity = remind(here)
    assert created(here) == [activity]
    with here.store.reading() as connection:
        assert confirmed_at(connection, source(here)) is None
    for _ in range(4):
        here.clock.advance(HOUR)
        make_pass(here)
    assert here.simulator.world.resent == []
    with here.store.writing() as connection:
        confirm(connection, source(here), here.clock.now())
    make_pass(here)
    assert retried(here, activity) > 0


def test_a_program_without_such_a_yes_sends_no_reminder_before_the_store_s_word(here: Place) -> None:
    with pytest.raises(ReminderError, match="has not been confirmed for this store"):
        send(here, asks_first=True)
    assert created(here) == []
