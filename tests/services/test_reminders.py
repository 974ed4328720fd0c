"""A reminder leaves once and only once, to whom it is meant for, after everything that forbids it was looked at."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.allowed_hours import AllowedHours
from smsreport_tui.rules.clock import HOUR, MINUTE
from smsreport_tui.rules.errors import GatewayError, ReminderError, SegmentError, SmsReportError
from smsreport_tui.rules.reminders import KEY_LIFE, REPEATED_WITHIN, Checklist, Draft, ReminderState, read_draft
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, HasTag, IsIn, NoneOf, State
from smsreport_tui.rules.week_hours import read_week_hours
from smsreport_tui.services import segment_push
from smsreport_tui.services.reminders import FRESH, Reminders, new_key
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import sync
from smsreport_tui.simulator import faults, server
from smsreport_tui.simulator.faults import TRANSPORT
from smsreport_tui.simulator.problems import problem
from storage.reminders import open_reminders, reminder_by_key
from storage.segments import delete_segment
from storage.sending_consent import confirm
from tests.services.push_world import Cut, CutOffError, Place, fill, no_wait, place

DRAFT = read_draft("Again", "SHOP", "Hi! https://s.example/1", ["News", "Vip"], ["Trial"])
KNOWN = {"News": HasTag("newsletter"), "Vip": HasTag("vip"), "Trial": HasTag("trial")}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Iterator[Place]:
    with place(filled, tmp_path) as made:
        keep_segments(made)
        yield made


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 100)


def keep_segments(here: Place) -> None:
    for name, where in KNOWN.items():
        here.keep(name, where)


def check(here: Place, draft: Draft = DRAFT, cut: Cut | None = None, **how: Any) -> Checklist:
    return here.ask(
        lambda gateway: Reminders(here.store, gateway, here.clock, sleep=no_wait, **how).check(draft), cut, tries=3
    )


def send(here: Place, draft: Draft = DRAFT, key: str | None = None, cut: Cut | None = None, **how: Any) -> str:
    """Without a look at the check list."""
    return here.ask(
        lambda gateway: Reminders(here.store, gateway, here.clock, sleep=no_wait, **how).send(draft, key or new_key()),
        cut,
    )


def remind(here: Place, draft: Draft = DRAFT, cut: Cut | None = None, key: str | None = None) -> str:
    """What the command does."""

    async def work(gateway: FeedGateway) -> str:
        reminders = Reminders(here.store, gateway, here.clock, sleep=no_wait)
        checklist = await reminders.check(draft)
        if checklist.forbids:
            raise ReminderError(" ".join(checklist.forbids))
        return await reminders.send(draft, key or new_key())

    return here.ask(work, cut)


def created(here: Place) -> list[str]:
    return [one.activity for one in here.simulator.world.created]


def meant(here: Place) -> frozenset[str]:
    included = here.meant(AnyOf((KNOWN["News"], KNOWN["Vip"])), Purpose.INCLUDE)
    return included - here.meant(KNOWN["Trial"], Purpose.EXCLUDE)


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
    assert checklist.cost is not None
    assert 0.5 < checklist.cost / 10_000 / audience.people < 10
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


class Last(Cut):
    """Ends the program when a request of that path has been answered."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    async def after(self, answer: httpx.Response) -> None:
        if answer.request.url.path.endswith(self.path):
            raise CutOffError


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


Script = Callable[[Scope, Receive, Send, ASGIApp], Awaitable[None]]


def say(here: Place, monkeypatch: pytest.MonkeyPatch, path: str, script: Script) -> None:
    """The gateway says to requests of that path what a script says."""
    app = here.simulator.faults._app

    async def scripted(scope: Scope, receive: Receive, send: Send) -> None:
        if (scope["method"], scope["path"]) == tuple(path.split()):
            await script(scope, receive, send, app)
        else:
            await app(scope, receive, send)

    monkeypatch.setattr(here.simulator.faults, "_app", scripted)


def answers(here: Place, monkeypatch: pytest.MonkeyPatch, *answers: int | str) -> list[str]:
    """What the gateway says to one request for an activity after the other, `lost` after doing it; the keys it saw."""
    keys: list[str] = []
    left = list(answers)

    async def nowhere(_: Message) -> None:
        return

    async def script(scope: Scope, receive: Receive, send: Send, app: ASGIApp) -> None:
        keys.append(dict(scope["headers"])[b"idempotency-key"].decode())
        said = left.pop(0) if left else None
        if said == "lost":
            await app(scope, receive, nowhere)
            said = 503
        if isinstance(said, int):
            await problem(said, "so it is", Retry_After="1")(scope, receive, send)
        else:
            await app(scope, receive, send)

    say(here, monkeypatch, "POST /v1/activities", script)
    return keys


def has_credits(here: Place, monkeypatch: pytest.MonkeyPatch, credits_left: str | None) -> None:
    """The gateway's balance; None where it does not tell it."""

    async def script(scope: Scope, receive: Receive, send: Send, _: ASGIApp) -> None:
        told = problem(500, "no") if credits_left is None else JSONResponse({"credits": credits_left})
        await told(scope, receive, send)

    say(here, monkeypatch, "GET /v1/balance", script)


def state_of(here: Place, key: str) -> tuple[ReminderState | None, str | None]:
    with here.store.reading() as connection:
        found = reminder_by_key(connection, key)
    return (found.state, found.activity_id) if found else (None, None)


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


def lose_one(here: Place, monkeypatch: pytest.MonkeyPatch, draft: Draft = DRAFT) -> None:
    """A reminder whose answer never comes."""
    with monkeypatch.context() as patched:
        answers(here, patched, *["lost"] * 100)
        with pytest.raises(ReminderError, match="is not known"):
            send(here, draft)


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
