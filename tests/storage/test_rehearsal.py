"""What a changed table of outcome codes would change is what reclassifying then changes (rules.md 2)."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from smsreport_tui.rules.clock import MINUTE, FixedClock
from smsreport_tui.rules.codes import Changes, Turned
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.outcomes import Outcome, OutcomeTable, load_outcome_table
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.strikes import clear, marked_numbers
from storage.read_strikes import read_strikes
from storage.reclassify import reclassify
from storage.rehearsal import rehearse
from storage.store import Store
from tests.storage.feeds import CODES, START, VENDOR, Feed, feeds
from tests.storage.stores import address_of, fill, new_store, put, wrong_books
from tests.storage.test_bounces import HARD, NUMBER, OTHER, SOFT, bounce, person

pytestmark = pytest.mark.portable

SHIPPED = load_outcome_table()


def table(**outcomes: Outcome) -> OutcomeTable:
    """The shipped table and these codes of Infobip's, each named with a letter before it."""
    return OutcomeTable(SHIPPED.shipped, {(VENDOR, "error.id", code[1:]): one for code, one in outcomes.items()})


def overrides() -> st.SearchStrategy[OutcomeTable]:
    keys = [(VENDOR, scheme, code) for scheme, code in CODES]
    chosen = st.dictionaries(st.sampled_from(keys), st.sampled_from(list(Outcome)), max_size=4)
    return chosen.map(lambda override: OutcomeTable(SHIPPED.shipped, override))


@dataclass
class Seen:
    """What an operator sees of a store's outcomes, strikes and retries."""

    outcomes: dict[Any, Any]
    strikes: set[Any]
    suppressed: set[Any]
    retries: set[Any]


def seen(store: Store, clock: FixedClock) -> Seen:
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT activity_id, profile_id, outcome FROM recipient").all()
        tokens: dict[int, bytes] = dict(connection.exec_driver_sql("SELECT number_id, token FROM number").all())
        history = read_strikes(connection, list(tokens))
        suppressed = connection.exec_driver_sql("SELECT token FROM number WHERE strikes >= 3 OR refused > 0").all()
        activities = [row[0] for row in connection.exec_driver_sql("SELECT gateway_id FROM activity")]
    reports = Reports(store, clock)
    return Seen(
        outcomes={tuple(row[:2]): row[2] for row in rows},
        strikes={(tokens[number], one.activity) for number, strikes in history.items() for one in strikes},
        suppressed={row[0] for row in suppressed},
        retries={
            (activity, row.key)
            for activity in activities
            for row in reports.tab(activity, Tab.BOUNCES).rows
            if row.values[-2] is not None
        },
    )


def difference(before: Seen, after: Seen, receipts: int) -> Changes:
    turned = Counter(
        (before.outcomes[pair], outcome) for pair, outcome in after.outcomes.items() if before.outcomes[pair] != outcome
    )
    return Changes(
        receipts=receipts,
        outcomes=tuple(
            Turned(Outcome(one), Outcome(other), people)
            for (one, other), people in sorted(turned.items(), key=lambda item: (-item[1], item[0]))
        ),
        strikes_given=len(after.strikes - before.strikes),
        strikes_taken=len(before.strikes - after.strikes),
        suppressed=len(after.suppressed - before.suppressed),
        released=len(before.suppressed - after.suppressed),
        retries_begun=len(after.retries - before.retries),
        retries_ended=len(before.retries - after.retries),
    )


def apply(store: Store, outcomes: OutcomeTable) -> int:
    with store.writing() as connection:
        return reclassify(connection, outcomes, store.number_key)


def contents(store: Store) -> dict[str, list[Any]]:
    with store.reading() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}").all()))
            for name in SQLModel.metadata.tables
        }


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
@given(feed=feeds(), first=overrides(), then=overrides(), data=st.data())
def test_the_preview_is_the_difference_that_reclassifying_makes(
    feed: Feed, first: OutcomeTable, then: OutcomeTable, data: st.DataObject
) -> None:
    clock = FixedClock(START + 25 * MINUTE)
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder), clock) as store:
        fill(store, feed.streams().items())
        apply(store, first)
        for number in marked_numbers(store):
            if number.msisdn is not None and data.draw(st.booleans()):
                clear(store, number.msisdn, "drawn")
        before, stored, version = seen(store, clock), contents(store), store.version()
        previewed = rehearse(address_of(store), then, clock.now())
        assert (contents(store), store.version()) == (stored, version)
        receipts = apply(store, then)
        assert previewed == difference(before, seen(store, clock), receipts)
        assert wrong_books(store) == []
        assert rehearse(address_of(store), then, clock.now()) == Changes(0)


def test_what_turns_hard_gives_strikes_and_ends_retries_elsewhere(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person(), person("p2", OTHER)])
    put(store, "events", [bounce(name, "999") for name in "ABC"])
    # Another person's waiting retry goes to the same number.
    put(store, "events", [bounce("D", SOFT, profile="p2", msisdn=NUMBER)])
    put(store, "events", [bounce("D", HARD, profile="p2", msisdn=OTHER)])
    put(store, "events", [bounce("E", SOFT, profile="p2", msisdn=NUMBER)])
    changes = rehearse(address_of(store), table(c999=Outcome.HARD), clock.now())
    assert changes == Changes(
        receipts=3,
        outcomes=(Turned(Outcome.UNKNOWN, Outcome.HARD, 3),),
        strikes_given=3,
        suppressed=1,
        retries_ended=4,
    )


def test_the_other_way_round_strikes_are_taken_back_and_retries_begin(store: Store, clock: FixedClock) -> None:
    put(store, "profiles", [person()])
    put(store, "events", [bounce(name, HARD) for name in "ABC"])
    put(store, "events", [bounce("D", SOFT)])
    changes = rehearse(address_of(store), table(c1=Outcome.SOFT), clock.now())
    assert (changes.strikes_taken, changes.released, changes.retries_begun) == (3, 1, 4)
    assert changes.outcomes == (Turned(Outcome.HARD, Outcome.SOFT, 3),)
