"""What is looked at before a reminder leaves: whom it reaches, what it costs, what forbids it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import ReminderError
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, IsIn, NoneOf, State
from smsreport_tui.rules.week_hours import read_week_hours
from smsreport_tui.services import segment_push
from storage.sending_consent import confirm
from tests.services.push_world import Place, place
from tests.services.reminder_world import DRAFT, KNOWN, check, created, has_credits, keep_segments, meant, remind, send


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Iterator[Place]:
    with place(filled, tmp_path) as made:
        keep_segments(made)
        yield made


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 100)


def test_the_check_list_says_whom_it_reaches_and_what_it_costs(here: Place) -> None:
    checklist = check(here)
    people = here.people()
    matching = here.meant(AnyOf((KNOWN["News"], KNOWN["Vip"])), Purpose.EXCLUDE)
    sendable = here.meant(AnyOf((KNOWN["News"], KNOWN["Vip"])), Purpose.INCLUDE)
    audience = checklist.audience
    assert audience.people == len(meant(here))
    assert audience.opted_out == len(matching & people.opted_out)
    assert audience.suppressed == len(matching - people.opted_out - sendable)
    assert audience.excluded == len(sendable) - len(meant(here))
    assert (checklist.parts, checklist.characters, checklist.encoding) == (1, len(DRAFT.body), "gsm")
    assert (checklist.balance, checklist.outside, checklist.forbids) == (2_500_000 * 10_000, None, ())
    before = check(here).balance or 0
    assert checklist.cost is not None
    send(here)
    paid = before - (check(here, replace(DRAFT, name="After")).balance or 0)
    assert checklist.cost == pytest.approx(paid, rel=0.05)
    long = check(here, replace(DRAFT, body="Ж" * 140))
    assert (long.parts, long.encoding, long.messages) == (3, "ucs2", 3 * audience.people)
    assert long.cost is not None
    assert long.cost == pytest.approx(3 * checklist.cost, rel=0.001)


def test_segments_are_pushed_for_what_they_are_named_for(here: Place) -> None:
    check(here)
    with here.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, purpose, gateway_id FROM segment_push JOIN segment USING (segment_id) ORDER BY name"
        ).all()
    assert [(row[0], row[1]) for row in rows] == [("News", "include"), ("Trial", "exclude"), ("Vip", "include")]
    for name, purpose, gateway_id in rows:
        assert here.simulator.segments.members(gateway_id) == here.meant(KNOWN[name], Purpose(purpose))


def hours(text: str) -> AllowedHours:
    return AllowedHours(read_week_hours(text))


Arrange = Callable[[Place, pytest.MonkeyPatch], dict[str, Any]]


def _nobody(here: Place, _: pytest.MonkeyPatch) -> dict[str, Any]:
    here.keep("Trial", AllOf(()))
    return {}


def _no_credits(here: Place, patched: pytest.MonkeyPatch) -> dict[str, Any]:
    has_credits(here, patched, "0")
    return {}


FORBIDDEN: dict[str, tuple[str, Arrange]] = {
    "nobody": ("Nobody is left to send to", _nobody),
    "past": ("time of the sending has passed", lambda here, _: {"draft": replace(DRAFT, send_at=here.clock.now() - 1)}),
    "hours": ("outside the allowed hours", lambda here, _: {"hours": hours("03:00-03:05")}),
    "consent": ("has not been confirmed for this store: confirm it", lambda here, _: {"asks_first": True}),
    "credits": ("has no credits left", _no_credits),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_forbids_sending_is_said_and_holds(here: Place, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sentence, arrange = FORBIDDEN[name]
    how = arrange(here, monkeypatch)
    draft = how.pop("draft", DRAFT)
    (forbidden,) = check(here, draft, **how).forbids
    assert sentence in forbidden
    if name != "credits":
        with pytest.raises(ReminderError, match=sentence):
            send(here, draft, **how)
        assert created(here) == []


def test_an_operator_s_word_lets_it_go(here: Place) -> None:
    with here.store.writing() as connection:
        for key in connection.exec_driver_sql("SELECT source_id FROM source").scalars().all():
            confirm(connection, key, here.clock.now())
    assert check(here, asks_first=True).forbids == ()
    assert check(here, asks_first=True).warns == ()
    assert created(here) == [] != [send(here, asks_first=True)]


def test_people_outside_their_hours_are_counted_by_their_own_clock(here: Place) -> None:
    wanted = meant(here)
    # At nine in the morning UTC it is ten in Sweden, nine in Britain, early in New York and past two in India.
    here.clock.advance(-here.clock.now() % (24 * HOUR) + 9 * HOUR)
    from_half_past = hours("09:30-21:00")
    checklist = check(here, hours=from_half_past)
    profiles = here.people().newest
    behind = {one for one in wanted if profiles[one].timezone in ("Europe/London", "America/New_York")}
    assert checklist.outside == len(behind) > 0
    assert checklist.outside < checklist.audience.people
    assert len(checklist.forbids) == 1
    later = check(here, replace(DRAFT, send_at=here.clock.now() + 6 * HOUR), hours=from_half_past)
    assert (later.outside, later.forbids) == (0, ())
    allowed = check(here, hours=from_half_past, any_hour=True)
    assert allowed.forbids == ()
    assert any("outside the allowed hours" in warning for warning in allowed.warns)
    by_country = AllowedHours(None, {"GB": from_half_past.for_all, "SE": None})
    assert check(here, hours=by_country).outside == len(
        {one for one in wanted if (profiles[one].msisdn or "").startswith("+44")}
    )


def test_credits_that_seem_too_few_only_warn(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    has_credits(here, monkeypatch, "1")
    checklist = check(here)
    assert checklist.forbids == ()
    assert any("and 1 are left" in warning for warning in checklist.warns)
    has_credits(here, monkeypatch, None)
    checklist = check(here)
    assert (checklist.balance, checklist.forbids) == (None, ())
    assert any("does not tell its credits" in warning for warning in checklist.warns)


def test_who_is_suppressed_or_erased_is_never_among_the_people(here: Place) -> None:
    here.keep("News", AnyOf((IsIn(State.ERASED), IsIn(State.SUPPRESSED), IsIn(State.OPTED_OUT), NoneOf(()))))
    here.keep("Trial", AnyOf(()))
    wanted, activity = here.meant(AllOf(()), Purpose.INCLUDE), remind(here)
    here.clock.advance(32 * HOUR)
    told = here.simulator.world.events.told(here.clock.now())
    reached = {item.profile_id for item in told if item.activity_id == activity}
    assert reached == wanted


def test_numbers_are_looked_up_only_where_the_zone_does_not_tell(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    opens_at = AllowedHours.opens_at

    def noted(self: AllowedHours, at: int, until: int, *, timezone: str | None, msisdn: str) -> int | None:
        looked.append(msisdn)
        return opens_at(self, at, until, timezone=timezone, msisdn=msisdn)

    monkeypatch.setattr(AllowedHours, "opens_at", noted)
    check(here, hours=hours("00:00-24:00"))
    assert len(looked) < 12
