"""A message that is sent again by Sinch: what is asked for, what each answer means, and what a lost one came to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import Accepted, Answer, Lost, Message, NotFound, Refusal, Refused
from smsreport_tui.gateways.sinch_desk import GRACE
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.errors import GatewayError
from tests.gateways.sinch_here import ANNA, START, Here
from tests.gateways.sinch_standin import Fault

MESSAGE = Message("A:p1:2", ANNA, "SHOP", "Hej! 👋", "A", "p1", 2)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    made = Here(tmp_path)
    yield made
    made.close()


def send(here: Here, message: Message = MESSAGE) -> Answer:
    return here.ask(lambda gateway: gateway.send(message))


def find(here: Here, message: Message = MESSAGE, requested_at: int = START) -> Answer | NotFound:
    return here.ask(lambda gateway: gateway.find(message, requested_at))


def test_a_message_is_a_batch_of_one_that_names_its_attempt_and_asks_for_no_calls(here: Here) -> None:
    answer = send(here)
    (batch,) = here.plan.batches.values()
    assert answer == Accepted(batch.id, START)
    assert here.world.server.posted == [
        (
            "batches",
            {
                "type": "mt_text",
                "delivery_report": "none",
                "to": [ANNA],
                "body": "Hej! 👋",
                "client_reference": "smsreport:A:p1:2",
                "expire_at": "2026-03-02T10:15:00Z",
                "from": "SHOP",
            },
        )
    ]


def test_without_a_sender_sinch_takes_the_one_of_the_service_plan(here: Here) -> None:
    send(here, Message("A:p1:2", ANNA, None, "Hej!", "A", "p1", 2))
    assert "from" not in here.world.server.posted[0][1]


def test_a_key_that_sinch_would_not_keep_is_refused_before_it_leaves(here: Here) -> None:
    answer = send(here, Message(f"{'a' * 128}:p1:2", ANNA, None, "Hej!", "a" * 128, "p1", 2))
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.MESSAGE
    assert here.world.server.asked == []


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (400, Refusal.MESSAGE),
        (401, Refusal.TOKEN),
        (402, Refusal.CREDITS),
        (403, Refusal.MESSAGE),
        (422, Refusal.MESSAGE),
        (429, Refusal.BUSY),
    ],
)
def test_a_refusal_says_why_in_the_words_of_sinch(here: Here, status: int, why: Refusal) -> None:
    here.world.server.retry_after = "7"
    here.world.refuse_next(status)
    wait = 7.0 if status == 429 else None
    assert send(here) == Refused(why, f"made_up_{status}: As the test wants it. ({status})", wait)
    assert here.world.sent() == []


def test_what_sinch_itself_refuses_is_told_with_its_code(here: Here) -> None:
    answer = send(here, Message("A:p1:2", "+1", None, "Hej!", "A", "p1", 2))
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.MESSAGE
    assert answer.reason.startswith("syntax_invalid_parameter_format: The format of parameter 'to[0]' is invalid")


def test_a_number_that_sinch_quotes_is_not_told_on(here: Here) -> None:
    answer = send(here, Message("A:p1:2", "+46700000001x", None, "Hej!", "A", "p1", 2))
    assert isinstance(answer, Refused)
    assert "46700000001" not in answer.reason


def test_a_wrong_token_is_no_fault_of_the_message(here: Here) -> None:
    gateway = here.world.connect(None, secret="another")

    async def run() -> Answer:
        answer = await gateway.send(MESSAGE)
        await gateway.aclose()
        return answer

    answer = here.ask(lambda _: run())
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.TOKEN


@pytest.mark.parametrize("fault", [500, 503, 404, 408, 302, Fault.LOST, Fault.UNREADABLE])
def test_whatever_else_comes_back_is_a_lost_answer(here: Here, fault: Fault | int) -> None:
    here.world.server.faults = lambda method, path: fault
    assert isinstance(send(here), Lost)


def test_where_nothing_answers_nothing_has_left(here: Here) -> None:
    here.world.close()
    answer = send(here)
    assert isinstance(answer, Refused)
    assert answer.why is Refusal.BUSY


def test_a_message_whose_answer_was_lost_is_found(here: Here) -> None:
    here.world.lose_next()
    assert isinstance(send(here), Lost)
    (batch,) = here.plan.batches.values()
    here.clock.advance(72 * HOUR)
    assert find(here) == Accepted(batch.id, START)


def test_of_two_of_one_key_the_older_is_found(here: Here) -> None:
    first = send(here)
    here.clock.advance(MINUTE)
    send(here)
    assert find(here) == first


def test_another_attempts_batch_is_not_it(here: Here) -> None:
    send(here, Message("A:p1:3", ANNA, None, "Hej!", "A", "p1", 3))
    here.clock.advance(HOUR)
    assert find(here) == NotFound()


def test_only_once_the_lists_must_have_it_is_a_message_not_found(here: Here) -> None:
    here.plan.lag = MINUTE
    here.world.lose_next()
    send(here)
    assert find(here) == Lost("its lists may not have the message yet")
    here.clock.advance(MINUTE)
    assert isinstance(find(here), Accepted)
    assert isinstance(find(here, Message("A:p1:3", ANNA, None, "Hej!", "A", "p1", 3)), Lost)
    here.clock.advance(GRACE - MINUTE)
    assert find(here, Message("A:p1:3", ANNA, None, "Hej!", "A", "p1", 3)) == NotFound()


def test_it_is_found_on_any_page_also_where_the_list_is_not_narrowed(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        here.post()
    here.clock.advance(MINUTE)
    answer = send(here)
    here.post()
    here.world.server.most_items = 2
    whole = here.plan.listed_batches
    monkeypatch.setattr(here.plan, "listed_batches", lambda since, until, _: whole(since, until, None))
    assert find(here) == answer


@pytest.mark.parametrize("fault", [500, Fault.UNDONE, Fault.UNREADABLE])
def test_a_failure_to_find_is_no_answer(here: Here, fault: Fault | int) -> None:
    here.clock.advance(HOUR)
    here.world.server.faults = lambda method, path: fault
    assert isinstance(find(here), Lost)


def test_it_can_not_be_asked_for_its_credits(here: Here) -> None:
    with pytest.raises(GatewayError, match="does not tell its credits"):
        here.ask(lambda gateway: gateway.balance())
