"""What a service plan of Sinch tells stands in the store as what it means, once, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.gateways.interface import Accepted, Message
from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.rules.attempts import attempt_key
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.rules.times import format_time
from smsreport_tui.services.reports import Reports
from tests.gateways.sinch_here import ANNA, BO, CEM, START, Here
from tests.gateways.sinch_standin import Fault
from tests.gateways.worlds import Fate
from tests.storage.stores import fill, wrong_books


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    made = Here(tmp_path)
    yield made
    assert wrong_books(made.store) == []
    made.close()


def test_a_batch_is_an_activity_with_its_people(here: Here) -> None:
    batch = here.post(**{"from": "SHOP"}, client_reference="Spring 2026")
    here.sync()
    activity = here.report(batch).activity
    assert (activity.name, activity.sender, activity.body) == ("Spring 2026", "SHOP", "Spring is here")
    assert (activity.sent_at, activity.status, activity.recipients) == (START, "sent", 2)
    assert here.outcomes(batch) == {ANNA: "pending", BO: "pending"}


def test_a_batch_without_a_reference_has_the_beginning_of_its_text_as_its_name(here: Here) -> None:
    batch = here.post(body="Spring is here, and with it everything that you have waited for: come in!")
    here.sync()
    assert here.report(batch).activity.name == "Spring is here, and with it everything that you have waited…"


REPORTS = [
    (0, "Delivered", "delivered"),
    (0, "DELIVERED", "delivered"),
    (402, "Aborted", "hard"),
    (404, "Aborted", "soft"),
    (405, "Aborted", "content"),
    (406, "Aborted", "expired"),
    (407, "Cancelled", "cancelled"),
    (407, "Aborted", "cancelled"),
    (408, "Aborted", "blocked"),
    (413, "Aborted", "account"),
    (99, "Failed", "unknown"),
    (99, "Unknown", "unknown"),
    (99, "Expired", "soft"),
    (99, "Rejected", "blocked"),
    (99, "Deleted", "blocked"),
    (99, "Something new", "unknown"),
]


def test_a_report_has_its_outcome_by_its_code_and_else_by_its_status(here: Here) -> None:
    numbers = [f"+4670000{place:04d}" for place in range(len(REPORTS))]
    batch = here.post(to=numbers)
    for number, (code, status, _) in zip(numbers, REPORTS, strict=True):
        here.plan.settle(batch, number, code, status)
    here.sync()
    outcomes = here.outcomes(batch)
    assert [outcomes[number] for number in numbers] == [outcome for _, _, outcome in REPORTS]
    bounces = {row["msisdn"]: (row["vendor"], row["scheme"], row["code"]) for row in here.rows(batch, Tab.BOUNCES)}
    for number, (code, _, outcome) in zip(numbers, REPORTS, strict=True):
        assert bounces.get(number) == (None if outcome == "delivered" else ("sinch", "rest.code", str(code)))


def test_a_delivery_is_dated_by_the_report_and_not_by_the_minute_that_the_operator_tells(here: Here) -> None:
    batch = here.post()
    here.clock.advance(90_500_000)
    here.plan.settle(batch, ANNA, 0, "Delivered")
    here.sync()
    assert [row["delivered_at"] for row in here.rows(batch, Tab.DELIVERED)] == [START + 90_500_000]


def test_every_page_is_read_also_where_a_page_holds_less_than_was_asked_for(here: Here) -> None:
    here.world.server.most_items = 2
    batches = [here.post(body=f"Number {number}") for number in range(5)]
    for batch in batches:
        here.plan.settle(batch, ANNA, 0, "Delivered")
        here.plan.inbound(BO, "hello")
    result = here.sync()
    assert result.activities == 5
    assert [here.outcomes(batch)[ANNA] for batch in batches] == ["delivered"] * 5
    assert result.events == 5 * 2 + 5 + 5


def test_what_has_not_changed_is_not_posted_again(here: Here) -> None:
    batch = here.post()
    here.plan.settle(batch, ANNA, 0, "Delivered")
    here.plan.inbound(BO, "hello")
    here.sync()
    assert here.collect() == []
    here.clock.advance(12 * HOUR)
    assert here.collect() == []
    here.plan.settle(batch, BO, 404, "Aborted")
    assert len(here.collect()) == 1


def test_what_comes_into_the_lists_late_is_found(here: Here) -> None:
    here.plan.lag = 5 * MINUTE
    batch = here.post()
    here.plan.settle(batch, ANNA, 0, "Delivered")
    here.plan.inbound(BO, "stop")
    here.clock.advance(3 * MINUTE)
    here.sync()
    assert Reports(here.store, here.clock).activities() == []
    here.clock.advance(6 * MINUTE)
    here.sync()
    assert here.outcomes(batch) == {ANNA: "delivered", BO: "pending"}
    assert here.report(batch).counts.unsubscribed == 1


def test_a_late_report_is_found_also_where_the_window_is_one_of_the_messages_times(here: Here) -> None:
    here.plan.reports_by_message = True
    batch = here.post()
    for hours in range(75):
        here.clock.advance(HOUR)
        if hours == 60:
            here.plan.settle(batch, ANNA, 404, "Aborted")
        if hours % 3 == 0:
            here.sync()
    assert here.outcomes(batch) == {ANNA: "soft", BO: "pending"}


def test_a_scheduled_batch_has_no_recipients_until_its_time_comes(here: Here) -> None:
    batch = here.post(send_at=format_time(START + 30 * HOUR))
    here.sync()
    report = here.report(batch)
    assert (report.activity.status, report.activity.sent_at, report.counts.sent) == (
        "scheduled",
        START + 30 * HOUR,
        0,
    )
    here.clock.advance(30 * HOUR + MINUTE)
    here.sync()
    report = here.report(batch)
    assert (report.activity.status, report.counts.sent) == ("sent", 2)
    assert {row["sent_at"] for row in here.rows(batch, Tab.SENT)} == {START + 30 * HOUR}


def test_a_batch_that_is_cancelled_before_its_time_goes_to_nobody(here: Here) -> None:
    batch = here.post(send_at=format_time(START + 30 * HOUR))
    here.sync()
    here.clock.advance(HOUR)
    here.plan.cancel(batch)
    here.clock.advance(30 * HOUR)
    here.sync()
    report = here.report(batch)
    assert (report.activity.status, report.counts.sent) == ("cancelled", 0)
    assert here.collect() == []


def test_a_batch_that_is_cancelled_while_it_is_sent_is_told_of_within_hours(here: Here) -> None:
    batch = here.post()
    here.sync()
    here.clock.advance(HOUR)
    here.plan.cancel(batch)
    here.sync()
    assert here.report(batch).activity.status == "cancelled"
    assert here.outcomes(batch) == {ANNA: "cancelled", BO: "cancelled"}


def test_who_a_batch_to_groups_went_to_is_asked_for(here: Here) -> None:
    group = here.plan.post_group("Friends", [BO, CEM]).id
    batch = here.post(to=[ANNA, group])
    here.plan.settle(batch, CEM, 0, "Delivered")
    here.sync()
    assert here.outcomes(batch) == {ANNA: "pending", BO: "pending", CEM: "delivered"}
    assert here.report(batch).activity.recipients is None
    here.clock.advance(2 * HOUR)
    here.sync()
    here.world.server.asked.clear()
    here.sync()
    assert not [path for _, path in here.world.server.asked if path.endswith("delivery_report")]


def test_a_text_with_parameters_is_kept_as_each_person_got_it(here: Here) -> None:
    here.post(
        body="Hej ${name}, ${shop} is open",
        parameters={"name": {"46700000001": "Anna", "default": "you"}, "shop": {"default": "ours"}},
    )
    texts = sorted(one for one in here.collect() if b'"kind":"sent"' in one)
    assert any(b"Hej Anna, ours is open" in one for one in texts)
    assert any(b"Hej you, ours is open" in one for one in texts)


@pytest.mark.parametrize(("kind", "body"), [("mt_binary", "SGVq"), ("mt_media", {"url": "https://a.example/1.png"})])
def test_what_is_no_text_can_not_be_sent_again_as_one(here: Here, kind: str, body: Any) -> None:
    batch = here.post(type=kind, body=body)
    here.sync()
    assert here.report(batch).activity.body == ""
    assert here.outcomes(batch) == {ANNA: "pending", BO: "pending"}


def test_a_retry_of_ours_is_an_attempt_and_no_activity(here: Here) -> None:
    batch = here.post()
    here.plan.settle(batch, ANNA, 404, "Aborted")
    here.sync()
    here.clock.advance(HOUR)
    person = here.person(ANNA)
    message = Message(attempt_key(batch, person, 2), ANNA, None, "Spring is here", batch, person, 2)
    accepted = here.ask(lambda gateway: gateway.send(message))
    assert isinstance(accepted, Accepted)
    here.sync()
    here.clock.advance(MINUTE)
    here.plan.settle(accepted.message_id, ANNA, 0, "Delivered")
    here.sync()
    assert [one.id for one in Reports(here.store, here.clock).activities()] == [batch]
    assert {row["msisdn"]: (row["outcome"], row["attempts"]) for row in here.rows(batch, Tab.SENT)} == {
        ANNA: ("delivered", 2),
        BO: ("pending", 1),
    }


def test_a_retry_of_another_platforms_activity_is_its_persons(here: Here) -> None:
    fill(here.store, [("events", [bounced_elsewhere()])])
    message = Message("A1:p1:2", ANNA, None, "Hej!", "A1", "p1", 2)
    accepted = here.ask(lambda gateway: gateway.send(message))
    assert isinstance(accepted, Accepted)
    here.plan.settle(accepted.message_id, ANNA, 0, "Delivered")
    assert here.sync().profiles == 0
    assert [(row["profile"], row["attempts"]) for row in here.rows("A1", Tab.DELIVERED)] == [("p1", 2)]


def bounced_elsewhere() -> dict[str, Any]:
    return {
        "id": "e1",
        "kind": "bounced",
        "at": format_time(START - HOUR),
        "profile_id": "p1",
        "activity_id": "A1",
        "msisdn": ANNA,
        "bounce": "soft",
    }


def test_a_retry_of_another_store_is_an_attempt_here_too(here: Here) -> None:
    batch = here.post()
    theirs = f"tel-{'0' * 32}"
    retry = here.plan.post_batch(
        {"to": [ANNA], "body": "Hej!", "client_reference": f"smsreport:{attempt_key(batch, theirs, 2)}"}
    )
    here.plan.settle(retry.id, ANNA, 0, "Delivered")
    here.sync()
    assert {row["msisdn"]: (row["outcome"], row["attempts"]) for row in here.rows(batch, Tab.SENT)} == {
        ANNA: ("delivered", 2),
        BO: ("pending", 1),
    }


@pytest.mark.parametrize("together", [True, False])
def test_a_reply_belongs_to_what_was_sent_last(here: Here, together: bool) -> None:
    older = here.post(body="Older")
    here.clock.advance(HOUR)
    newer = here.post(body="Newer")
    here.clock.advance(MINUTE)
    if not together:
        here.sync()
    here.plan.inbound(ANNA, " Stop ")
    here.plan.inbound(BO, "Please stop it")
    here.clock.advance(MINUTE)
    here.post(body="Newest")
    here.sync()
    assert (here.report(older).counts.unsubscribed, here.report(newer).counts.unsubscribed) == (0, 1)
    assert [row["msisdn"] for row in here.rows(newer, Tab.UNSUBSCRIBE)] == [ANNA]


def test_a_reply_that_is_no_text_is_a_reply(here: Here) -> None:
    here.post()
    here.plan.inbound(ANNA, "U1RPUA==", kind="mo_binary")
    here.plan.inbound(BO, {"message": "STOP", "media": []}, kind="mo_media")
    result = here.sync()
    assert (result.events, result.quarantined) == (2 + 2 + 1, 0)


def test_what_can_not_be_read_is_kept_apart_and_takes_nothing_with_it(here: Here) -> None:
    batch, broken = here.post(), here.post(type=7)
    here.plan.settle(batch, ANNA, 0, "Delivered")
    here.plan.settle(batch, "someone", 0, "Delivered")
    result = here.sync()
    assert here.outcomes(batch)[ANNA] == "delivered"
    assert result.quarantined >= 2
    assert broken not in [one.id for one in Reports(here.store, here.clock).activities()]


def test_half_a_surrogate_pair_spoils_nothing_but_its_own_item(here: Here) -> None:
    batches = [here.post(body=body) for body in ("Good", "Bad \ud83d", "Good too")]
    here.plan.inbound(ANNA, "\udc00 stop")
    here.plan.inbound(BO, "stop")
    result = here.sync()
    assert {one.id for one in Reports(here.store, here.clock).activities()} == {batches[0], batches[2]}
    assert result.quarantined == 2
    assert sum(here.report(batches[place]).counts.unsubscribed for place in (0, 2)) == 1


@pytest.mark.parametrize("path", ["batches/", "delivery_report"])
def test_an_answer_that_is_none_is_asked_for_again_and_kept_nowhere(here: Here, path: str) -> None:
    group = here.plan.post_group("Friends", [BO]).id
    batch = here.post(to=[group], send_at=format_time(START + HOUR))
    here.sync()
    here.clock.advance(HOUR)
    here.world.server.faults = lambda _, asked: Fault.UNREADABLE if path in f"{asked}/" else None
    with pytest.raises(GatewayError, match="can not be read"):
        here.sync()
    here.world.server.faults = lambda method, path: None
    assert here.sync().quarantined == 0
    assert here.outcomes(batch) == {BO: "pending"}


def test_a_batch_whose_members_can_not_be_read_holds_nothing_up(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    group = here.plan.post_group("Friends", [BO]).id
    batch = here.post(to=[ANNA, group])
    monkeypatch.setattr(here.plan, "report", lambda batch_id, full: {"batch_id": batch_id, "statuses": "none"})
    assert here.sync().quarantined == 1
    assert here.outcomes(batch) == {ANNA: "pending"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (401, "refuses the token"),
        (403, "does not do what was asked for: made_up_403: As the test wants it. (403)"),
        (404, "does not know what was asked for"),
        (429, "asks to be left alone"),
        (500, "answers with error 500"),
        (302, "leads on to another one"),
        (Fault.UNDONE, "the connection breaks"),
        (Fault.UNREADABLE, "can not be read"),
    ],
)
def test_a_failure_ends_with_a_sentence_that_names_no_token(here: Here, fault: Fault | int, said: str) -> None:
    here.world.server.faults = lambda method, path: fault
    with pytest.raises(GatewayError, match=r"\.$") as raised:
        here.sync()
    assert said in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_wrong_token_is_told_at_once(here: Here) -> None:
    gateway = here.world.connect(None, secret="another")
    with pytest.raises(GatewayError, match="refuses the token"):
        asyncio.run(gateway.info())


@pytest.mark.parametrize(
    "url", ["https://us.sms.api.sinch.com", "https://us.sms.api.sinch.com/xms/v1", "https://a.example/xms/v1/x/batches"]
)
def test_an_address_without_a_service_plan_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="SERVICE_PLAN_ID"):
        SinchGateway(url, "secret", None, FixedClock(START))


def test_the_outcome_of_a_report_may_change(here: Here) -> None:
    batch = here.post()
    here.world.receipt(ANNA, Fate.SOFT)
    here.sync()
    here.clock.advance(MINUTE)
    here.world.receipt(ANNA, Fate.DELIVERED)
    here.sync()
    assert here.outcomes(batch)[ANNA] == "delivered"


def test_without_a_count_a_list_is_read_to_its_empty_page_and_never_for_ever(here: Here) -> None:
    here.world.server.counts = False
    here.world.server.most_items = 2
    batches = [here.post(body=f"Number {number}") for number in range(5)]
    here.sync()
    assert len(Reports(here.store, here.clock).activities()) == len(batches)
    here.world.server.turns_pages = False
    with pytest.raises(GatewayError, match="again and again"):
        here.sync()


def test_a_place_that_can_not_be_read_is_the_beginning(here: Here) -> None:
    batch = here.post()
    here.sync()
    here.clock.advance(24 * HOUR)
    here.plan.settle(batch, ANNA, 0, "Delivered")
    here.box.collected([], "of another version")
    here.sync()
    assert here.outcomes(batch)[ANNA] == "delivered"


def test_two_programs_that_look_at_once_lose_nothing(here: Here) -> None:
    here.world.server.most_items = 1
    batches = [here.post(body=f"Number {number}") for number in range(4)]

    async def both(gateway: SinchGateway) -> None:
        other = here.world.connect(here.store)
        await asyncio.gather(gateway.collect(), other.collect())
        await other.aclose()

    here.ask(both)
    here.sync()
    assert len(Reports(here.store, here.clock).activities()) == len(batches)
    assert here.collect() == []
