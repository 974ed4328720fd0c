"""rules.md 3 and 4, sentence by sentence: from a recipient's events to its row."""

import itertools

import pytest

from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND
from smsreport_tui.rules.fold import EventFact, RecipientFold, fold
from smsreport_tui.rules.machines import AgentClass
from smsreport_tui.rules.outcomes import Outcome

_ids = itertools.count()


def receipt(outcome: Outcome, at: int = 0, **more: object) -> EventFact:
    kinds = {Outcome.DELIVERED: "delivered", Outcome.PENDING: "sent", Outcome.CANCELLED: "cancelled"}
    name = str(more.pop("id", f"e{next(_ids):06d}"))
    return EventFact(id=name, kind=kinds.get(outcome, "bounced"), at=at, outcome=outcome, **more)  # type: ignore[arg-type]


def queued(at: int, **more: object) -> EventFact:
    return EventFact(id=f"q{next(_ids)}", kind="queued", at=at, outcome=Outcome.PENDING, **more)  # type: ignore[arg-type]


def click(at: int, agent: AgentClass = AgentClass.PHONE, link: int = 1) -> EventFact:
    return EventFact(id=f"c{next(_ids)}", kind="clicked", at=at, agent=agent, link=link)


def test_nothing_makes_a_recipient_without_outcome() -> None:
    assert fold([]) == RecipientFold()


@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations(Outcome, 2)))
def test_the_best_known_truth_wins_whatever_came_first(better: Outcome, worse: Outcome) -> None:
    assert fold([receipt(worse, 1), receipt(better, 2)]).outcome is better
    assert fold([receipt(better, 1), receipt(worse, 2)]).outcome is better


def test_a_late_delivery_wins_over_a_bounce_of_another_attempt() -> None:
    events = [receipt(Outcome.DELIVERED, 9, attempt=2), receipt(Outcome.HARD, 5)]
    result = fold(events)
    assert (result.outcome, result.delivered_at, result.attempts) == (Outcome.DELIVERED, 9, 2)


class TestParts:
    def test_delivered_when_every_part_is_at_the_latest_of_their_earliest(self) -> None:
        events = [
            receipt(Outcome.DELIVERED, 30, part=1, parts=2),
            receipt(Outcome.DELIVERED, 10, part=1, parts=2),
            receipt(Outcome.DELIVERED, 20, part=2, parts=2),
        ]
        result = fold(events)
        assert (result.outcome, result.delivered_at) == (Outcome.DELIVERED, 20)

    def test_a_part_not_heard_of_is_pending(self) -> None:
        result = fold([receipt(Outcome.DELIVERED, part=1, parts=2)])
        assert (result.outcome, result.delivered_at, result.deciding) == (Outcome.PENDING, None, None)

    def test_the_first_in_the_order_without_delivered_decides(self) -> None:
        events = [receipt(Outcome.DELIVERED, part=1, parts=3), receipt(Outcome.SOFT, part=2, parts=3)]
        assert fold([*events, receipt(Outcome.HARD, part=3, parts=3)]).outcome is Outcome.HARD
        assert fold(events).outcome is Outcome.SOFT

    def test_of_different_parts_the_largest_counts(self) -> None:
        events = [receipt(Outcome.DELIVERED, part=1, parts=1), receipt(Outcome.DELIVERED, part=2, parts=3)]
        assert fold(events).outcome is Outcome.PENDING

    def test_a_whole_receipt_counts_as_one_for_every_part(self) -> None:
        events = [receipt(Outcome.SOFT, 5, part=1, parts=2), receipt(Outcome.DELIVERED, 9)]
        result = fold(events)
        assert (result.outcome, result.delivered_at) == (Outcome.DELIVERED, 9)


class TestAttempts:
    def test_a_message_takes_the_smallest_number_that_any_of_its_events_names(self) -> None:
        events = [
            receipt(Outcome.SOFT, message_id="m", attempt=3),
            receipt(Outcome.SOFT, message_id="m", attempt=2),
            receipt(Outcome.SOFT, message_id="m"),
            receipt(Outcome.SOFT),
        ]
        assert fold(events).attempts == 2

    def test_two_messages_with_one_number_are_one_attempt(self) -> None:
        events = [receipt(Outcome.SOFT, message_id="m", attempt=2), receipt(Outcome.SOFT, message_id="n", attempt=2)]
        assert fold(events).attempts == 1

    def test_a_message_without_a_number_is_the_first(self) -> None:
        assert fold([receipt(Outcome.SOFT, message_id="m"), receipt(Outcome.SOFT)]).attempts == 1


class TestSentAt:
    def test_the_earliest_sent_else_queued_else_any_receipt(self) -> None:
        bounced = receipt(Outcome.SOFT, 1)
        assert fold([bounced]).sent_at == 1
        assert fold([bounced, queued(5), queued(4)]).sent_at == 4
        assert fold([bounced, queued(5), receipt(Outcome.PENDING, 9)]).sent_at == 9

    def test_of_attempt_one_where_it_has_a_receipt(self) -> None:
        late = receipt(Outcome.PENDING, 3, attempt=2)
        assert fold([late, receipt(Outcome.SOFT, 8)]).sent_at == 8
        assert fold([late]).sent_at == 3


class TestDeciding:
    def test_the_earliest_with_the_outcome_ties_by_id(self) -> None:
        events = [
            receipt(Outcome.HARD, 7, id="b", code="2"),
            receipt(Outcome.HARD, 7, id="a", code="1"),
            receipt(Outcome.SOFT, 1),
        ]
        deciding = fold(events).deciding
        assert deciding is not None
        assert deciding.code == "1"


class TestCredits:
    def test_the_largest_of_an_attempt_and_the_sum_over_attempts(self) -> None:
        events = [
            receipt(Outcome.PENDING, credits=10),
            receipt(Outcome.SOFT, credits=15),
            receipt(Outcome.PENDING, attempt=2, credits=7),
        ]
        result = fold(events)
        assert (result.credits, result.retry_credits) == (22, 7)

    @pytest.mark.parametrize(("whole", "expected"), [(None, 30), (25, 30), (40, 40)])
    def test_parts_are_summed_unless_the_whole_is_larger(self, whole: int | None, expected: int) -> None:
        events = [
            receipt(Outcome.PENDING, part=1, parts=2, credits=10),
            receipt(Outcome.DELIVERED, part=1, parts=2, credits=20),
            receipt(Outcome.DELIVERED, part=2, parts=2, credits=10),
        ]
        if whole is not None:
            events.append(receipt(Outcome.PENDING, credits=whole))
        assert fold(events).credits == expected

    def test_none_reported_is_not_nothing(self) -> None:
        assert fold([receipt(Outcome.DELIVERED)]).credits is None
        assert fold([receipt(Outcome.DELIVERED, credits=0)]).credits == 0


class TestClicks:
    def test_a_machine_by_its_agent_is_counted_apart(self) -> None:
        result = fold([click(5), click(6, AgentClass.MACHINE)])
        assert (result.clicks, result.machine_clicks, result.last_click_at, result.last_any_at) == (1, 1, 5, 6)

    @pytest.mark.parametrize(
        ("after", "agent", "machine"),
        [
            (-1, AgentClass.OTHER, False),
            (0, AgentClass.OTHER, True),
            (2 * SECOND - 1, AgentClass.OTHER, True),
            (2 * SECOND, AgentClass.OTHER, False),
            (0, AgentClass.PHONE, False),
        ],
    )
    def test_haste_after_delivery_without_a_phone(self, after: int, agent: AgentClass, machine: bool) -> None:
        result = fold([receipt(Outcome.DELIVERED, 100 * SECOND), click(100 * SECOND + after, agent)])
        assert result.machine_clicks == int(machine)

    def test_a_click_at_the_beginning_of_time_is_a_click(self) -> None:
        assert fold([click(0), click(5)]).first_click_at == 0

    def test_clicks_are_kept_by_link(self) -> None:
        result = fold([click(5, link=1), click(9, link=2), click(7, link=1)])
        assert {link: (one.clicks, one.last_at) for link, one in result.links.items()} == {1: (2, 7), 2: (1, 9)}


class TestRetries:
    def test_due_an_hour_after_the_attempt_was_sent(self) -> None:
        assert fold([receipt(Outcome.PENDING, 0), receipt(Outcome.SOFT, MINUTE)]).retry_due_at == HOUR

    def test_never_before_its_final_receipt(self) -> None:
        events = [receipt(Outcome.PENDING, 0), receipt(Outcome.SOFT, 5 * HOUR)]
        assert fold(events).retry_due_at == 5 * HOUR

    def test_counted_from_the_last_attempt(self) -> None:
        events = [receipt(Outcome.SOFT, 0), receipt(Outcome.SOFT, 3 * HOUR, attempt=2)]
        assert fold(events).retry_due_at == 4 * HOUR

    def test_the_last_may_start_at_exactly_48_hours(self) -> None:
        assert fold([receipt(Outcome.SOFT, 0), receipt(Outcome.SOFT, 47 * HOUR, attempt=2)]).retry_due_at == 48 * HOUR
        later = receipt(Outcome.SOFT, 47 * HOUR + 1, attempt=2)
        assert fold([receipt(Outcome.SOFT, 0), later]).retry_due_at is None

    def test_none_while_an_attempt_is_under_way(self) -> None:
        result = fold([receipt(Outcome.SOFT, 0), receipt(Outcome.PENDING, HOUR, attempt=2)])
        assert (result.retry_due_at, result.under_way) == (None, True)

    def test_three_attempts_may_end_unknown(self) -> None:
        events = [receipt(Outcome.UNKNOWN, number * HOUR, attempt=number) for number in (1, 2)]
        assert fold(events).retry_due_at == 3 * HOUR
        assert fold([*events, receipt(Outcome.UNKNOWN, 3 * HOUR, attempt=3)]).retry_due_at is None

    @pytest.mark.parametrize("outcome", [Outcome.HARD, Outcome.BLOCKED, Outcome.DELIVERED, Outcome.OPTOUT])
    def test_only_what_may_still_arrive_is_retried(self, outcome: Outcome) -> None:
        assert fold([receipt(outcome, 0)]).retry_due_at is None


def test_unsubscribed_at_the_earliest() -> None:
    events = [EventFact(id=f"u{at}", kind="unsubscribed", at=at) for at in (9, 4, 6)]
    assert fold(events).unsubscribed_at == 4
