"""A new activity by Sinch goes once, to who is included and not excluded when it is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import Created, Lost, NewActivity, Refusal, Refused
from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.gateways.sinch_desk import GRACE
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.reminders import read_draft
from smsreport_tui.rules.segment_tree import AllOf
from smsreport_tui.services.reminders import Reminders, new_key
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from storage.mirror import read_sources
from storage.reminders import keep_reminder
from storage.segments import create_segment
from storage.sending_consent import confirm
from tests.gateways.sinch_here import START, Here
from tests.gateways.sinch_model import bare
from tests.gateways.sinch_standin import Fault
from tests.gateways.sinch_world import no_wait

NUMBERS = [f"+4670000{place:04d}" for place in range(6)]
SEGMENTS = {"sr-1": NUMBERS[:3], "sr-2": NUMBERS[2:5], "sr-3": NUMBERS[1:3]}
ACTIVITY = NewActivity("Again", "SHOP", "Hi!", ("sr-1", "sr-2"), ("sr-3",))
MEANT = [NUMBERS[0], NUMBERS[3], NUMBERS[4]]
KEY = "reminder:0123456789abcdef0123456789abcdef"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    made = Here(tmp_path)
    made.post(to=NUMBERS)
    made.sync()
    made.ask(lambda gateway: upload(made, gateway))
    made.world.server.asked.clear()
    yield made
    made.close()


async def upload(here: Here, gateway: SinchGateway) -> None:
    for segment, numbers in SEGMENTS.items():
        await gateway.put_segment(segment, segment, "")
        await gateway.put_members(segment, 0, [here.person(one) for one in numbers])
        await gateway.commit_segment(segment, len(numbers))


def create(here: Here, activity: NewActivity = ACTIVITY, key: str = KEY) -> Created | Refused | Lost:
    return here.ask(lambda gateway: gateway.create_activity(key, activity))


def ours(here: Here) -> list[str]:
    return [one.id for one in here.plan.batches.values() if one.ours]


def test_it_goes_to_the_included_less_the_excluded_and_comes_back_by_its_name(here: Here) -> None:
    answer = create(here)
    assert isinstance(answer, Created)
    assert sorted(here.world.sent()) == [(number, "Hi!") for number in MEANT]
    here.sync()
    report = Reports(here.store, here.clock).report(answer.activity_id)
    assert (report.activity.name, report.activity.sender, report.counts.sent) == ("Again", "SHOP", 3)


def test_a_scheduled_one_goes_to_who_was_meant_when_it_was_asked_for(here: Here) -> None:
    answer = create(here, NewActivity("Again", "", "Hi!", ("sr-1",), (), START + 30 * HOUR))
    assert isinstance(answer, Created)
    for group in here.plan.groups.values():
        if group.name == "sr-1":
            group.members = {bare(NUMBERS[5])}
    assert here.world.sent() == []
    here.clock.advance(30 * HOUR)
    assert sorted(number for number, _ in here.world.sent()) == NUMBERS[:3]


@pytest.mark.parametrize("name", ["Again", "A name that is longer than what Sinch keeps of a reference: " * 4, "12"])
def test_the_same_key_again_is_answered_with_the_same_activity(here: Here, name: str) -> None:
    activity = NewActivity(name, "SHOP", "Hi!", ("sr-1",))
    answer = create(here, activity)
    here.clock.advance(MINUTE)
    assert create(here, activity) == answer
    assert len(ours(here)) == 1
    here.sync()
    assert len(Reports(here.store, here.clock).activities()) == 2


def test_another_key_is_another_activity(here: Here) -> None:
    create(here)
    assert isinstance(create(here, key=new_key()), Created)
    assert len(ours(here)) == 2


def test_after_a_lost_answer_the_same_key_finds_it(here: Here) -> None:
    here.world.lose_next()
    assert isinstance(create(here), Lost)
    assert create(here) == Created(ours(here)[0])


def keep(here: Here, asked_at: int) -> None:
    """The reminder as it is written down before its request."""
    from smsreport_tui.rules.reminders import Asked, ReminderState

    asked = Asked(KEY, read_draft("Again", "SHOP", "Hi!", ["A"], []), (), (), ReminderState.SENDING, asked_at)
    with here.store.writing() as connection:
        source, _ = read_sources(here.store)[here.world.server.url]
        keep_reminder(connection, source, asked)


def test_while_sinch_may_not_list_a_lost_one_yet_another_program_does_not_send_it(here: Here) -> None:
    here.plan.lag = MINUTE
    keep(here, here.clock.now())
    here.world.lose_next()
    assert isinstance(create(here), Lost)
    here.clock.advance(20 * SECOND)
    assert create(here) == Refused(Refusal.BUSY, "its lists may not have an earlier request yet", GRACE / SECOND - 20)
    here.clock.advance(MINUTE)
    assert create(here) == Created(ours(here)[0])


def test_in_one_program_what_was_surely_refused_is_sent_at_once_and_what_was_lost_is_waited_for(here: Here) -> None:
    here.plan.lag = MINUTE

    async def work(gateway: SinchGateway) -> list[object]:
        here.world.refuse_next(429)
        busy = await gateway.create_activity(KEY, ACTIVITY)
        here.clock.advance(30 * SECOND)
        here.world.lose_next()
        lost = await gateway.create_activity(KEY, ACTIVITY)
        return [busy, lost, await gateway.create_activity(KEY, ACTIVITY)]

    keep(here, here.clock.now())
    busy, lost, waits = here.ask(work)
    assert isinstance(busy, Refused)
    assert isinstance(lost, Lost)
    assert isinstance(waits, Refused)
    assert (waits.why, waits.retry_after) == (Refusal.BUSY, GRACE / SECOND)
    assert len(ours(here)) == 1


def test_cut_off_at_any_request_and_repeated_it_goes_once_and_to_all(here: Here) -> None:
    create(here, key=new_key())
    requests = len(here.world.server.asked)
    for place in range(requests):
        key, before, sent = new_key(), len(here.world.server.asked), len(here.world.sent())

        def fails(_method: str, _path: str, first: int = before + place) -> Fault | None:
            return Fault.LOST if len(here.world.server.asked) >= first else None

        here.world.server.faults = fails
        assert not isinstance(create(here, key=key), Created)
        here.world.server.faults = lambda method, path: None
        here.clock.advance(GRACE)
        assert isinstance(create(here, key=key), Created)
        assert sorted(number for number, _ in here.world.sent()[sent:]) == MEANT


@pytest.mark.parametrize(
    ("activity", "said"),
    [
        (NewActivity("Again", "", "Hi!", ("sr-3",), ("sr-1",)), "nobody is left"),
        (NewActivity("Again", "", "Hi!", ("sr-9",)), "has no such group"),
        (NewActivity("Again", "", "H" * 1601, ("sr-1",)), "syntax_constraint_violation"),
    ],
)
def test_what_can_not_be_sent_is_refused_with_the_reason(here: Here, activity: NewActivity, said: str) -> None:
    answer = create(here, activity)
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.MESSAGE
    assert said in answer.reason
    assert ours(here) == []


def test_a_reminder_goes_from_the_segment_to_the_report(here: Here) -> None:
    with here.store.writing() as connection:
        create_segment(connection, "All", AllOf(()), here.clock.now())
        confirm(connection, read_sources(here.store)[here.world.server.url][0], here.clock.now())
    draft = read_draft("Last days", "SHOP", "Come!", ["All"], [])

    async def work(gateway: SinchGateway) -> str:
        made = await Reminders(here.store, gateway, here.clock, sleep=no_wait).send(draft, new_key())
        await sync(here.store, gateway, here.clock)
        return made

    activity = here.ask(work)
    report = Reports(here.store, here.clock).report(activity)
    assert (report.activity.name, report.counts.sent) == ("Last days", len(NUMBERS))
