"""A reminder leaves once and only once, whatever breaks on the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.errors import GatewayError, ReminderError, SegmentError, SmsReportError
from smsreport_tui.rules.reminders import KEY_LIFE, REPEATED_WITHIN, ReminderState
from smsreport_tui.services import segment_push
from smsreport_tui.services.reminders import FRESH, Reminders
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from smsreport_tui.simulator import faults, server
from smsreport_tui.simulator.faults import TRANSPORT
from storage.reminders import open_reminders
from storage.segments import delete_segment
from tests.services.push_world import Cut, CutOffError, Place, no_wait, place
from tests.services.reminder_world import (
    DRAFT,
    KNOWN,
    Last,
    answers,
    check,
    created,
    keep_segments,
    lose_one,
    meant,
    remind,
    send,
    state_of,
)


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Iterator[Place]:
    with place(filled, tmp_path) as made:
        keep_segments(made)
        yield made


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 100)


def test_it_goes_to_whom_it_is_meant_for_and_comes_back_by_the_feed(here: Place) -> None:
    wanted, activity = meant(here), remind(here)
    assert created(here) == [activity]
    here.clock.advance(32 * HOUR)
    here.ask(lambda gateway: sync(here.store, gateway, here.clock))
    reports = Reports(here.store, here.clock)
    report = reports.report(activity)
    told = [item for item in here.simulator.world.events.told(here.clock.now()) if item.activity_id == activity]
    assert {item.profile_id for item in told} == wanted
    assert (report.activity.name, report.activity.body, report.counts.sent) == ("Again", DRAFT.body, len(wanted))
    assert report.counts.delivered > 0
    assert [(one.kind, one.label) for one in report.activity.sending_to] == [
        ("include_segment", "News"),
        ("include_segment", "Vip"),
        ("exclude_segment", "Trial"),
    ]
    assert [link.url for link in report.links][:1] == ["https://s.example/1"]


@pytest.mark.parametrize("answered", [False, True])
def test_interrupted_at_any_request_and_begun_again_it_is_sent_once(here: Place, answered: bool) -> None:
    whole = Cut()
    remind(here, cut=whole)
    assert [request.partition("/v1/")[2].partition("/")[0] for request in whole.requests].count("segments") > 8
    assert whole.requests[-1] == "POST /v1/activities"
    for at in range(1, len(whole.requests) + 1):
        draft = replace(DRAFT, name=f"Cut at {at}")
        before = len(created(here))
        with pytest.raises(CutOffError):
            remind(here, draft, Cut(at, answered))
        assert len(created(here)) - before == (answered and at == len(whole.requests))
        activity = remind(here, draft)
        assert created(here)[before:] == [activity]
        with pytest.raises(ReminderError, match=f"was sent at .* as activity {activity}"):
            remind(here, draft)
        assert len(created(here)) == before + 1


def test_a_reminder_named_in_another_order_is_the_same(here: Place) -> None:
    with pytest.raises(CutOffError):
        send(here, cut=Last("activities"))
    same = replace(DRAFT, include=("vip", "NEWS"))
    assert check(here, same).warns[0].startswith("This reminder was asked for before")
    activity = remind(here, same)
    assert created(here) == [activity]


@pytest.mark.parametrize("switches", ["lost", "reset", "truncated", "500", "429", "nojson", ",".join(TRANSPORT)])
def test_lost_answers_are_asked_for_again_with_the_same_key(
    filled: Path, tmp_path: Path, switches: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_DRIP_SECONDS", 0.0)
    with place(filled, tmp_path, switches) as here:
        keep_segments(here)
        sent = [remind(here, replace(DRAFT, name=f"Again {number}")) for number in range(6)]
        assert created(here) == sent
        assert here.simulator.faults.seen.total() > 6


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (402, "no credits for it, and nothing was sent: so it is"),
        (404, "refuses the reminder, and nothing was sent: so it is"),
        (422, "refuses the reminder, and nothing was sent: so it is"),
        (400, "refuses the reminder, and nothing was sent: so it is"),
        (401, "refuses the token, and nothing was sent: so it is"),
    ],
)
def test_a_refusal_ends_it_with_the_reason(
    here: Place, monkeypatch: pytest.MonkeyPatch, status: int, sentence: str
) -> None:
    keys = answers(here, monkeypatch, status)
    with pytest.raises(ReminderError, match=sentence):
        send(here, key="k:1")
    assert keys == ["k:1"]
    assert state_of(here, "k:1") == (ReminderState.REFUSED, None)
    with pytest.raises(ReminderError, match=r"has refused this reminder: so it is"):
        send(here, key="k:1")
    activity = send(here, key="k:2")
    assert created(here) == [activity]
    assert keys == ["k:1", "k:2"]


def test_a_busy_gateway_is_asked_again_and_then_left_alone(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = answers(here, monkeypatch, 429, 429)
    activity = send(here, key="k:1")
    assert (created(here), keys) == ([activity], ["k:1"] * 3)
    keys = answers(here, monkeypatch, *[429] * 100)
    with pytest.raises(ReminderError, match="takes nothing at the moment, and nothing was sent"):
        send(here, replace(DRAFT, name="Other"), key="k:2")
    assert len(keys) < 12
    assert state_of(here, "k:2") == (ReminderState.REFUSED, None)


@pytest.mark.parametrize("last", [503, 401, 429])
def test_what_may_have_been_sent_is_not_given_up(here: Place, monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    answers(here, monkeypatch, "lost", *[last] * 100)
    with pytest.raises(ReminderError, match=r"is not known: .* The same command again finds out"):
        send(here, key="k:1")
    assert state_of(here, "k:1") == (ReminderState.SENDING, None)
    monkeypatch.undo()
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 100)
    # The command has a new key each time, and goes on with the old one.
    activity = remind(here)
    assert created(here) == [activity]
    assert state_of(here, "k:1") == (ReminderState.ACCEPTED, activity)


def test_a_key_that_was_answered_answers_alike_and_asks_nobody(here: Place) -> None:
    activity = send(here, key="k:1")
    cut = Cut()
    assert send(here, key="k:1", cut=cut) == activity
    assert cut.requests == ["GET /v1/info"]
    with pytest.raises(ReminderError, match="belongs to another reminder"):
        send(here, replace(DRAFT, body="Other"), key="k:1")
    assert created(here) == [activity]


def test_two_programs_at_once_send_it_once(here: Place) -> None:
    async def work(gateway: FeedGateway) -> str:
        async def other() -> None:
            second = FeedGateway(here.simulator.url, "secret", clock=here.clock, sleep=no_wait)
            try:
                await Reminders(here.store, second, here.clock, sleep=no_wait).send(DRAFT, "k:2")
            finally:
                await second.aclose()

        asked = gateway.create_activity
        came: list[str] = []

        async def between(key: str, activity: Any) -> Any:
            if not came:
                came.append(key)
                await other()
            return await asked(key, activity)

        gateway.create_activity = between  # type: ignore[method-assign]
        return await Reminders(here.store, gateway, here.clock, sleep=no_wait).send(DRAFT, "k:1")

    activity = here.ask(work)
    assert created(here) == [activity]
    assert [one.key for one in here.simulator.world.created] == ["k:1"]


def test_a_key_that_the_gateway_may_have_forgotten_is_not_used_again(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_one(here, monkeypatch)
    here.clock.advance(KEY_LIFE + 1)
    (forbidden,) = check(here).forbids
    assert "can not be found out any more" in forbidden
    with pytest.raises(ReminderError, match="can not be found out any more"):
        send(here)
    assert len(created(here)) == 1
    # Under another name it is another reminder.
    remind(here, replace(DRAFT, name="Once more"))
    assert len(created(here)) == 2


def test_a_request_whose_segments_are_others_by_now_is_not_repeated(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_one(here, monkeypatch)
    with here.store.writing() as connection:
        delete_segment(connection, "Vip")
    here.keep("Vip", KNOWN["Vip"])
    assert "can not be found out any more" in " ".join(check(here).forbids)
    with pytest.raises(ReminderError, match="can not be found out"):
        send(here)
    assert len(created(here)) == 1


def test_an_unanswered_reminder_is_told_of_while_it_matters(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_one(here, monkeypatch)
    other = replace(DRAFT, name="Other")
    warnings = [warning for warning in check(here, other).warns if "may have been sent" in warning]
    assert len(warnings) == 1
    assert "'Again'" in warnings[0]
    here.clock.advance(KEY_LIFE + 1)
    assert not any("may have been sent" in warning for warning in check(here, other).warns)


def test_what_is_sent_every_day_is_no_mistake(here: Place) -> None:
    first = remind(here)
    here.clock.advance(REPEATED_WITHIN - MINUTE)
    assert any(first in forbidden for forbidden in check(here).forbids)
    here.clock.advance(MINUTE)
    second = remind(here)
    assert created(here) == [first, second]


def test_a_gateway_that_can_not_tell_a_repeated_request_is_asked_once(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.CAPABILITIES, "deduplicates", False)
    assert any("can not tell a repeated request" in warning for warning in check(here).warns)
    keys = answers(here, monkeypatch, "lost")
    with pytest.raises(ReminderError, match="Look for it with `smsreport activities`"):
        send(here)
    with pytest.raises(ReminderError, match="can not be found out any more"):
        send(here)
    assert len(keys) == len(created(here)) == 1


def test_segments_that_were_pushed_lately_are_not_pushed_again(here: Place) -> None:
    check(here)
    cut = Cut()
    send(here, cut=cut)
    assert cut.requests == ["GET /v1/info", "POST /v1/activities"]
    check(here)
    here.clock.advance(FRESH + 1)
    late = Cut()
    send(here, replace(DRAFT, name="Later"), cut=late)
    assert sum(request.endswith("/commit") for request in late.requests) == 3


def test_a_scheduled_reminder_begins_then(here: Place) -> None:
    at = here.clock.now() + 2 * HOUR
    activity = remind(here, replace(DRAFT, send_at=at))
    told = [item for item in here.simulator.world.events.told(at) if item.activity_id == activity]
    assert told == []
    assert any(item.activity_id == activity for item in here.simulator.world.events.told(at + HOUR))


@pytest.mark.parametrize(
    ("capability", "kind", "sentence"),
    [("create_activity", GatewayError, "sends no new activities"), ("segments", GatewayError, "takes no segments")],
)
def test_a_gateway_that_can_not_is_refused(
    here: Place, monkeypatch: pytest.MonkeyPatch, capability: str, kind: type[SmsReportError], sentence: str
) -> None:
    monkeypatch.setitem(server.CAPABILITIES, capability, False)
    with pytest.raises(kind, match=sentence):
        check(here)
    with pytest.raises(kind, match=sentence):
        send(here)


def test_an_unknown_segment_is_told_before_anything_is_sent(here: Place) -> None:
    with pytest.raises(SegmentError, match="There is no segment 'None'"):
        send(here, replace(DRAFT, exclude=("None",)))
    assert created(here) == []
    with here.store.reading() as connection:
        assert open_reminders(connection, 2) == []
