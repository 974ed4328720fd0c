"""The numbers with marks, their clearing, and their marks in lists (rules.md 2 and 5)."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from smsreport_tui.rules.clock import HOUR, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import ConfigError, NotFoundError
from smsreport_tui.rules.marks import Mark, MarkedNumber
from smsreport_tui.rules.times import exact_time
from smsreport_tui.services.erasure import forget
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.strikes import clear, marked_numbers
from storage.store import Store
from tests.storage.feeds import SECOND, START
from tests.storage.stores import new_store, put, wrong_books
from tests.storage.test_bounces import HARD, NUMBER, OTHER, REFUSED, bounce, person

pytestmark = pytest.mark.portable


def strikes(store: Store) -> dict[str | None, int]:
    return {number.msisdn: len(number.strikes) for number in marked_numbers(store)}


def only(store: Store) -> MarkedNumber:
    (number,) = marked_numbers(store)
    return number


def test_numbers_stand_by_msisdn_with_the_strikes_that_count_by_time(store: Store) -> None:
    put(store, "profiles", [person(), person("p2", OTHER)])
    put(store, "events", [bounce("B", HARD, at="09:00:02"), bounce("A", HARD), bounce("A", HARD, at="09:00:01")])
    put(store, "events", [bounce("A", HARD, profile="p2"), bounce("C", "27")])
    found = marked_numbers(store)
    assert [number.msisdn for number in found] == [NUMBER, OTHER]
    assert [(strike.activity, strike.code) for strike in found[0].strikes] == [("A", HARD), ("B", HARD)]
    assert not any(number.suppressed for number in found)


def test_three_strikes_suppress_from_the_third_and_a_refusal_from_its_date(store: Store) -> None:
    put(store, "profiles", [person(), person("p2", OTHER)])
    put(store, "events", [bounce(name, HARD, at=f"09:00:0{at}") for at, name in enumerate("ABCD")])
    put(store, "events", [bounce("A", REFUSED, profile="p2", at="08:00:00")])
    three, refused = marked_numbers(store)
    assert (three.reason, three.since) == ("three strikes", START + 2 * SECOND)
    assert (refused.reason, refused.since, len(refused.strikes)) == ("refused", START - HOUR, 0)
    assert refused.last is not None
    assert refused.last.code == REFUSED


def test_the_number_of_a_receipt_is_known_without_a_profile(store: Store) -> None:
    put(store, "events", [bounce("A", HARD, profile="nobody", msisdn=NUMBER)])
    assert strikes(store) == {NUMBER: 1}


def test_an_erased_persons_number_keeps_its_strikes_and_is_known_by_its_token_only(store: Store) -> None:
    put(store, "profiles", [person(), person("p2", OTHER)])
    put(store, "events", [bounce("A", HARD, msisdn=NUMBER), bounce("A", HARD, profile="p2")])
    forget(store, "p1")
    assert [(number.msisdn, len(number.strikes)) for number in marked_numbers(store)] == [(OTHER, 1), (None, 1)]
    # Somebody else has the number: that person's bounce tells it.
    put(store, "profiles", [person("p3", NUMBER)])
    put(store, "events", [bounce("A", "27", profile="p3")])
    assert strikes(store) == {NUMBER: 1, OTHER: 1}


def test_clearing_takes_strikes_and_refusals_and_keeps_the_reason(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce("A", HARD), bounce("B", REFUSED)])
    cleared = clear(store, NUMBER, "The operator gave it to somebody else")
    assert (cleared.strikes, cleared.refusals, cleared.strikes_left, cleared.refusals_left) == (1, 1, 0, 0)
    assert marked_numbers(store) == []
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT at, reason FROM clearing").all()
    assert [tuple(row) for row in rows] == [(clock.at, "The operator gave it to somebody else")]
    put(store, "events", [bounce("C", HARD, at="08:00:00"), bounce("D", HARD, at="11:00:01")])
    assert [strike.activity for strike in only(store).strikes] == ["D"]
    assert wrong_books(store) == []


def test_clearing_refuses_what_it_can_not_mean(store: Store) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce("A", "27")])
    with pytest.raises(NotFoundError, match="No message to"):
        clear(store, "+46709999999", "why")
    with pytest.raises(NotFoundError, match="nothing to clear"):
        clear(store, NUMBER, "why")
    put(store, "events", [bounce("B", HARD)])
    with pytest.raises(ConfigError, match="--reason"):
        clear(store, NUMBER, " \n")
    assert strikes(store) == {NUMBER: 1}


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data(), dates=st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(-3, 3)), max_size=8))
def test_what_is_dated_before_a_clearing_never_counts_whenever_it_comes(
    data: st.DataObject, dates: list[tuple[str, int]]
) -> None:
    items = [
        {**bounce(name, HARD, msisdn=NUMBER), "id": f"e{place}", "at": exact_time(START + seconds * SECOND)}
        for place, (name, seconds) in enumerate(dates)
    ]
    cut = data.draw(st.integers(0, len(items)))
    clock = FixedClock(START)
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder), clock) as store:
        put(store, "events", [{**bounce("Z", HARD, at="08:00:00"), "msisdn": NUMBER}, *items[:cut]])
        clear(store, NUMBER, "a new owner")
        put(store, "events", items[cut:])
        # A strike is dated by the earliest receipt of its recipient.
        first = {name: min(seconds for other, seconds in dates if other == name) for name, _ in dates}
        expected = sum(seconds > 0 for seconds in first.values())
        assert strikes(store).get(NUMBER, 0) == expected


@pytest.mark.parametrize("tab", [Tab.SENT, Tab.BOUNCES])
def test_a_row_is_marked_by_the_number_that_it_shows(store: Store, clock: FixedClock, tab: Tab) -> None:
    put(store, "profiles", [person(), person("p2", OTHER), person("p4", "+46700000004")])
    put(store, "events", [bounce(name, HARD) for name in "AB"])
    put(store, "events", [bounce("A", REFUSED, profile="p2"), bounce("A", HARD, profile="p4")])
    put(store, "events", [bounce(name, HARD, profile="never", msisdn="+46700000003") for name in "AB"])
    marks = {row.key: row.mark for row in Reports(store, clock).tab("A", tab).rows}
    assert marks == {"p1": Mark.NEARLY, "p2": Mark.SUPPRESSED, "never": Mark.NEARLY, "p4": Mark.NONE}
    # The person's newest number is another one: it has done nothing.
    put(store, "events", [bounce("C", HARD, msisdn=NUMBER)])
    put(store, "profiles", [person(msisdn="+46700000009", at="10:00:00")])
    assert {row.key: row.mark for row in Reports(store, clock).tab("A", tab).rows}["p1"] is Mark.NEARLY
    assert {row.key: row.mark for row in Reports(store, clock).tab("C", tab).rows} == {"p1": Mark.NEARLY}


@pytest.mark.sqlite
def test_no_large_table_is_read_from_end_to_end(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce(name, HARD, msisdn=NUMBER) for name in "ABC"])
    asked: list[tuple[str, Any]] = []

    @event.listens_for(store._reader, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    assert len(only(store).strikes) == 3
    statements = list(asked)
    with store.reading() as connection:
        plans = [
            str(step[-1])
            for statement, parameters in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert plans
    scans = [step for step in plans if step.startswith("SCAN") and "number" not in step]
    assert [
        step for step in scans if any(table in step for table in ("event", "profile", "recipient", "activity"))
    ] == []
