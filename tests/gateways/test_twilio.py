"""Twilio, mirrored: every message in its activity, with what became of it, what it cost and what was answered."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.gateways import twilio_place
from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.kinds import KINDS
from smsreport_tui.gateways.twilio import TwilioGateway
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import ConfigError, GatewayError
from smsreport_tui.services.reports import Reports
from smsreport_tui.services.sync import SyncResult, sync
from storage.letterbox import Letterbox
from storage.store import Store
from tests.gateways.twilio_standin import ACCOUNT, SERVICE, Fault
from tests.gateways.twilio_world import TwilioWorld
from tests.gateways.worlds import Fate
from tests.storage.stores import everything, new_store, wrong_books

NOON = 1_772_452_800_000_000
ANNA, BO, CIA = "+46700000001", "+46700000002", "+46700000003"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with new_store(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> Iterator[TwilioWorld]:
    made = TwilioWorld(tmp_path, clock)
    yield made
    made.close()


async def look(world: TwilioWorld, store: Store, **options: str) -> SyncResult:
    gateway = world.connect(store, **options)
    try:
        return await sync(store, gateway, world.clock)
    finally:
        await gateway.aclose()


def rows(store: Store, world: TwilioWorld, activity: str, tab: Tab, *names: str) -> list[tuple[object, ...]]:
    """What stands in these columns of a tab, sorted."""
    listed = Reports(store, world.clock).tab(activity, tab)
    places = [next(at for at, column in enumerate(listed.columns) if column.name == name) for name in names]
    return sorted((tuple(row.values[at] for at in places) for row in listed.rows), key=str)


def counts(store: Store, world: TwilioWorld, activity: str) -> dict[str, int]:
    found = Reports(store, world.clock).report(activity).counts
    return {name: value for name in ("sent", "delivered", "soft", "hard", "pending") if (value := getattr(found, name))}


async def test_a_campaign_stands_in_the_report_of_its_activity(world: TwilioWorld, store: Store) -> None:
    activity = world.campaign("Sale ends today", [ANNA, BO, CIA])
    await look(world, store)
    assert counts(store, world, activity) == {"sent": 3, "pending": 3}
    world.clock.advance(5 * MINUTE)
    world.receipt(ANNA, Fate.DELIVERED)
    world.receipt(BO, Fate.SOFT)
    world.receipt(CIA, Fate.HARD)
    await look(world, store)
    report = Reports(store, world.clock).report(activity)
    assert counts(store, world, activity) == {"sent": 3, "delivered": 1, "soft": 1, "hard": 1}
    assert (report.activity.name, report.activity.body) == ("Campaign 1", "Sale ends today")
    assert report.total_credits == 3 * 79
    assert rows(store, world, activity, Tab.BOUNCES, "msisdn", "scheme", "code") == [
        (BO, "error_code", "30003"),
        (CIA, "error_code", "30005"),
    ]
    assert wrong_books(store) == []


async def test_what_has_not_changed_is_not_posted_again(world: TwilioWorld, store: Store) -> None:
    world.campaign("Hello", [ANNA, BO])
    world.receipt(ANNA, Fate.DELIVERED)
    first = await look(world, store)
    assert first.events == 4
    world.clock.advance(3 * HOUR)
    again = await look(world, store)
    assert (again.events, again.duplicates, again.activities, again.profiles) == (0, 0, 0, 0)
    world.receipt(BO, Fate.DELIVERED)
    changed = await look(world, store)
    assert (changed.events, changed.duplicates) == (2, 0)


async def test_every_state_that_twilio_knows_has_its_outcome(world: TwilioWorld, store: Store) -> None:
    states = {
        "accepted": "pending",
        "scheduled": "pending",
        "queued": "pending",
        "sending": "pending",
        "sent": "pending",
        "partially_delivered": "pending",
        "delivered": "delivered",
        "read": "delivered",
        "undelivered": "unknown",
        "failed": "unknown",
        "canceled": "cancelled",
    }
    for place, status in enumerate(states):
        world.account.add(f"+4670000001{place % 10}" + "1" * (place // 10), "Hi", status=status, service=SERVICE)
    await look(world, store, activities="")
    found = rows(store, world, f"{SERVICE}-2026-03-02", Tab.SENT, "outcome")
    assert [str(outcome) for (outcome,) in found] == sorted(states.values())


async def test_without_a_file_a_service_and_a_day_are_one_activity(world: TwilioWorld, store: Store) -> None:
    world.account.add(ANNA, "Hi", service=SERVICE)
    world.account.add(BO, "Hi", sender="My Shop")
    world.clock.advance(13 * HOUR)
    world.account.add(ANNA, "Hi again", service=SERVICE)
    await look(world, store, activities="")
    names = sorted((one.id, one.name) for one in Reports(store, world.clock).activities())
    assert names == [
        (f"{SERVICE}-2026-03-02", f"{SERVICE} 2026-03-02"),
        (f"{SERVICE}-2026-03-03", f"{SERVICE} 2026-03-03"),
        ("My_Shop-2026-03-02", "My Shop 2026-03-02"),
    ]


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ("-0.00790", 79),
        ("-0.00755", 76),
        ("-12.5", 125_000),
        ("0.0", 0),
        ("", 0),
        ("NaN", 0),
        ("-Infinity", 0),
        ("1e30", 0),
        ("much", 0),
        (None, 0),
    ],
)
async def test_a_price_is_credits_without_its_sign(
    tmp_path: Path, clock: FixedClock, store: Store, price: str | None, told: int
) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    activity = world.campaign("Hello", [ANNA])
    world.account.messages[0].price = price
    result = await look(world, store)
    assert result.quarantined == 0
    assert Reports(store, world.clock).report(activity).total_credits == told


async def test_only_sms_that_requests_have_sent_is_a_campaign(world: TwilioWorld, store: Store) -> None:
    world.account.add(ANNA, "You have left", direction="outbound-reply")
    world.account.add("whatsapp:+46700000001", "Hi", sender="whatsapp:+14155550100")
    world.account.add("72345", "HELP")
    result = await look(world, store, activities="")
    assert (result.events, result.activities) == (0, 0)


async def test_pages_of_any_size_say_the_same(world: TwilioWorld, tmp_path: Path) -> None:
    activity = world.campaign("Hello", [f"+4670000{number:04d}" for number in range(11)])
    for number in range(0, 11, 2):
        world.receipt(f"+4670000{number:04d}", Fate.DELIVERED)
    seen = []
    for size in (1, 4, 1_000):
        world.server.largest_page = size
        with new_store(tmp_path, world.clock, f"{size}.db") as store:
            await look(world, store)
            seen.append(everything(store, world.clock, []))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][f"report {activity} False"].counts.sent == 11


async def test_a_message_that_comes_while_the_list_is_read_is_not_missed(world: TwilioWorld, store: Store) -> None:
    world.server.largest_page = 2
    activity = world.campaign("Hello", [ANNA, BO, CIA])

    def arrive(page: dict[str, Any]) -> dict[str, Any]:
        if page["page_size"] == 2 and len(world.account.messages) == 3:
            world.account.add("+46700000004", "Hello", service=f"MG{1:032x}")
        return page

    world.account.mangle = arrive
    await look(world, store)
    assert counts(store, world, activity) == {"sent": 3, "pending": 3}
    await look(world, store)
    assert counts(store, world, activity) == {"sent": 4, "pending": 4}


async def test_a_look_that_breaks_off_posts_nothing_twice(tmp_path: Path, clock: FixedClock, store: Store) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    activity = world.campaign("Hello", [ANNA, BO, CIA])
    world.server.largest_page = 1
    gateway = world.connect(store)
    good, bad = [lambda page: page], [lambda page: "no page"]
    for passes in range(3):
        pages = good * (1 + passes % 2) + bad * 2
        world.account.mangle = lambda page, some=pages: some.pop(0)(page) if some else page  # type: ignore[misc]
        with pytest.raises(GatewayError, match="can not be read"):
            await gateway.collect()
    box = Letterbox(store, gateway.url)
    assert len(box.read("events", 0, 99)) == 2
    await gateway.aclose()
    result = await look(world, store)
    assert (result.events, result.duplicates) == (3, 0)
    assert counts(store, world, activity) == {"sent": 3, "pending": 3}
    world.close()


async def test_state_that_changes_days_later_is_seen_within_the_hour(
    world: TwilioWorld, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_place, "FEW", 0)
    activity = world.campaign("Hello", [ANNA])
    await look(world, store)
    for _ in range(7):
        world.clock.advance(10 * HOUR)
        await look(world, store)
    world.receipt(ANNA, Fate.DELIVERED)
    world.clock.advance(HOUR)
    await look(world, store)
    assert counts(store, world, activity) == {"sent": 1, "delivered": 1}


async def test_most_looks_ask_for_little_where_there_is_much(
    world: TwilioWorld, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_place, "FEW", 0)
    world.campaign("Hello", [ANNA])
    await look(world, store)
    world.clock.advance(10 * MINUTE)
    world.account.requests.clear()
    await look(world, store)
    asked = [one for one in world.account.requests if "DateSent" in one]
    assert asked == [
        f"GET /2010-04-01/Accounts/{ACCOUNT}/Messages.json?DateSent%3E=2026-03-02T10%3A00%3A00Z&PageSize=1000"
    ]


async def test_a_store_that_stood_still_goes_on_where_it_was_left(world: TwilioWorld, store: Store) -> None:
    await look(world, store, history_days="1")
    activity = world.campaign("Hello", [ANNA])
    world.clock.advance(300 * HOUR)
    await look(world, store, history_days="1")
    assert counts(store, world, activity) == {"sent": 1, "pending": 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date_created", "yesterday"),
        ("date_created", None),
        ("date_sent", "Mon, 02 Mar 2026 12:00:00"),
        ("sid", "../../x"),
        ("body", "\ud800"),
        ("body", [[]]),
        ("error_code", "30003"),
        ("status", None),
    ],
)
async def test_a_message_that_can_not_be_read_is_kept_apart(
    tmp_path: Path, clock: FixedClock, store: Store, name: str, value: object
) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    activity = world.campaign("Hello", [ANNA, BO])

    def spoil(page: dict[str, Any]) -> dict[str, Any]:
        page["messages"][0][name] = value
        return page

    world.account.mangle = spoil
    first = await look(world, store)
    again = await look(world, store)
    assert (first.quarantined, again.quarantined) == (1, 0)
    assert counts(store, world, activity) == {"sent": 1, "pending": 1}


@pytest.mark.parametrize("uri", ["https://evil.example/x", "//evil.example/x", "/2010-04-01/Accounts/AC/Messages.json"])
async def test_a_list_is_never_followed_elsewhere(tmp_path: Path, clock: FixedClock, store: Store, uri: str) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    world.account.mangle = lambda page: {**page, "next_page_uri": uri}
    with pytest.raises(GatewayError, match="was not followed"):
        await look(world, store)


async def test_a_list_that_never_ends_is_left(tmp_path: Path, clock: FixedClock, store: Store) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    world.account.mangle = lambda page: {**page, "next_page_uri": page["uri"]}
    with pytest.raises(GatewayError, match="leads back to itself"):
        await look(world, store)


async def test_a_redirect_is_not_followed(tmp_path: Path, clock: FixedClock, store: Store) -> None:
    world = TwilioWorld(tmp_path, clock, through_prism=False)
    gateway = world.connect(store)
    await gateway.info()
    world.account.list_faults = [Fault(302, b"", {"Location": f"{world.url}/elsewhere"})]
    with pytest.raises(GatewayError, match="final address"):
        await gateway.collect()
    assert not any("elsewhere" in one for one in world.account.requests)
    await gateway.aclose()


@pytest.mark.parametrize(
    ("status", "words"), [(401, "refuses the token"), (403, "refuses the token"), (404, "no such")]
)
async def test_who_is_not_let_in_reads_why(world: TwilioWorld, status: int, words: str) -> None:
    gateway = world.connect(None)
    world.account.list_faults = [Fault(status, b"{}")]
    with pytest.raises(GatewayError, match=words) as failed:
        await gateway.info()
    assert "s3cret" not in str(failed.value)
    await gateway.aclose()


async def test_a_wrong_token_is_refused(world: TwilioWorld) -> None:
    gateway = world.connect(None, secret="another")
    with pytest.raises(GatewayError, match="refuses the token"):
        await gateway.info()
    await gateway.aclose()


async def test_a_busy_gateway_is_asked_again(world: TwilioWorld, store: Store) -> None:
    activity = world.campaign("Hello", [ANNA])
    world.account.list_faults = [Fault(429, b"{}", {"Retry_After": "1"})]
    await look(world, store)
    assert counts(store, world, activity) == {"sent": 1, "pending": 1}


async def test_a_reply_belongs_to_what_it_answers(world: TwilioWorld, store: Store) -> None:
    first = world.campaign("Sale", [ANNA, BO])
    world.clock.advance(MINUTE)
    world.reply(ANNA, "Thanks")
    world.clock.advance(MINUTE)
    second = world.campaign("Sale again", [ANNA, BO])
    world.clock.advance(MINUTE)
    world.reply(BO, " stop ")
    world.server.largest_page = 2
    await look(world, store)
    again = await look(world, store)
    assert (again.events, again.duplicates) == (0, 0)
    reports = Reports(store, world.clock)
    assert [reports.report(one).counts.unsubscribed for one in (first, second)] == [0, 1]
    world.clock.advance(30 * HOUR)
    world.reply(ANNA, "STOP")
    await look(world, store)
    assert [reports.report(one).counts.unsubscribed for one in (first, second)] == [0, 2]


async def test_a_changed_file_leaves_what_was_seen_where_it_is(world: TwilioWorld, store: Store) -> None:
    world.account.add(ANNA, "Hi", service=SERVICE)
    world.clock.advance(MINUTE)
    await look(world, store)
    world.clock.advance(MINUTE)
    world.account.add(BO, "Hi", service=SERVICE)
    world._write((SERVICE, "2026-03-01", "", "spring", "Spring"))
    for _ in range(3):
        await look(world, store)
        world.clock.advance(2 * HOUR)
    seen = {one.id: one.sent for one in Reports(store, world.clock).activities()}
    assert seen == {f"{SERVICE}-2026-03-02": 1, "spring": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("service,from,to,activity\n", "no column 'name'"),
        ("service,from,to,activity,name\nMG,2026-03-02,,a b,n\n", "Line 2 .* names no activity"),
        ("service,from,to,activity,name\nMG,today,,a,n\n", "Line 2 .* no time in 'from'"),
        ("service,from,to,activity,name\nMG,2026-03-02,2026-03-02T09:00,a,n\n", "Line 2 .* no time in 'to'"),
    ],
)
async def test_a_file_that_can_not_be_read_stops_before_anything_is_posted(
    world: TwilioWorld, store: Store, text: str, words: str
) -> None:
    gateway = world.connect(store)
    world.activities.write_text(text)
    with pytest.raises(GatewayError, match=words):
        await gateway.collect()
    await gateway.aclose()
    with pytest.raises(ConfigError, match=words):
        world.connect(store)
    world.activities.unlink()
    with pytest.raises(ConfigError, match="can not be read"):
        world.connect(store)


@pytest.mark.parametrize(
    "options",
    [
        {"account_sid": "AC12"},
        {"sender": "A name that is too long"},
        {"receiver": "http://sms.example.com"},
        {"overlap_hours": "0"},
        {"history_days": "401"},
        {"history_days": "²"},
    ],
)
def test_settings_that_can_not_be_are_refused(world: TwilioWorld, options: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        world.connect(None, **options)


def test_what_is_proposed_to_the_operator_is_taken(world: TwilioWorld, clock: FixedClock) -> None:
    kind = KINDS["twilio"]
    told = {one.name: one.default for one in kind.questions if one.default is not None}
    for one in kind.questions:
        one.check(told.get(one.name, ACCOUNT))
    account = Account("twilio", kind.url or "", "x", {**told, "account_sid": ACCOUNT})
    gateway = kind.build(account, None, clock, None)
    assert gateway.url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
    assert kind.takes_calls is not None
    assert kind.takes_calls(account).signature_header == "x-twilio-signature"
    asyncio.run(gateway.aclose())


async def test_an_erased_person_stays_erased(world: TwilioWorld, store: Store) -> None:
    from smsreport_tui.services.erasure import forget

    activity = world.campaign("Hello", [ANNA])
    await look(world, store)
    ((person,),) = rows(store, world, activity, Tab.SENT, "profile")
    forget(store, str(person))
    world.receipt(ANNA, Fate.DELIVERED)
    world.clock.advance(2 * HOUR)
    await look(world, store)
    assert ANNA not in str(everything(store, world.clock, [str(person)]))
    assert counts(store, world, activity) == {"sent": 1, "delivered": 1}


async def test_what_it_can_not_do_it_says(world: TwilioWorld, store: Store) -> None:
    gateway: TwilioGateway = world.connect(store)
    info = await gateway.info()
    able = info.capabilities
    assert (info.vendor, able.send, able.find, able.deduplicates) == ("twilio", True, True, False)
    assert {able.segments, able.create_activity, able.credits, able.clicks} == {False}
    for call in (gateway.balance(), gateway.put_segment("s", "n", ""), gateway.put_members("s", 0, [])):
        with pytest.raises(GatewayError):
            await call
    await gateway.aclose()
