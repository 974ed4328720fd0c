"""Clicks from Shlink: every visit of ours once, whatever shifts, is late, alike or lost on the way."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways import shlink_windows
from smsreport_tui.gateways.interface import Lost, Message, NewActivity, Refused
from smsreport_tui.rules.clock import HOUR, MINUTE, SECOND, FixedClock
from smsreport_tui.rules.columns import Tab
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.machines import AgentClass, agent_class
from smsreport_tui.rules.segment_file import SegmentFile, read_node
from smsreport_tui.services.segment_desk import SegmentDesk
from storage.erasure import erase_profile
from storage.letterbox import Letterbox
from tests.gateways.shlink_standin import Handler, fails, hangs_up, says_bytes, shlink_server
from tests.gateways.shlink_world import LANDING, World
from tests.storage.feeds import START
from tests.storage.stores import new_store, put, wrong_books

NOON = START + 3 * HOUR
PHONE = "Mozilla/5.0 (iPhone) Mobile Safari"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = FixedClock(NOON)
    with new_store(tmp_path, clock) as store, shlink_server(clock) as (shlink, url):
        world = World(store, clock, shlink, url)
        yield world
        assert wrong_books(store) == []


def test_visits_become_the_clicks_of_a_report(world: World) -> None:
    codes = world.make("A", "L", ["p1", "p2", "p3"])
    world.clock.advance(HOUR)
    world.shlink.visit(codes["p1"], country="SE")
    world.shlink.visit(codes["p1"], world.clock.now() + 3 * SECOND)
    world.shlink.visit(codes["p2"], bot=True)
    world.clock.advance(MINUTE)
    assert world.sync().events == 3
    report = world.reports.report("A")
    assert (report.counts.clicks, report.counts.unique_clicks, report.counts.machine_clicks) == (2, 1, 1)
    assert world.reports.report("A", machine_clicks=True).counts.unique_clicks == 2
    (link,) = world.reports.tab("A", Tab.LINKS).rows
    assert link.values[:2] == ("L", LANDING)
    (person,) = world.reports.tab("A", Tab.CLICKS).rows
    assert person.values[0] == "p1"
    with world.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT country, ip, url FROM event ORDER BY country").all()
    assert [tuple(row) for row in rows] == [(None, None, LANDING), (None, None, LANDING), ("SE", None, LANDING)]


def test_nothing_is_asked_for_before_a_link_is_made(world: World) -> None:
    assert world.sync().events == 0
    assert world.shlink.asked == ["GET /rest/v3/domains"]


def test_equal_visits_of_one_second_count_each_and_only_once(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    moment = world.clock.now()
    for _ in range(3):
        world.shlink.visit(codes["p1"], moment)
    world.clock.advance(MINUTE)
    assert world.sync().events == 3
    world.shlink.visit(codes["p1"], moment)
    assert world.sync().events == 1
    assert world.sync() == world.sync()
    assert world.events() == Counter({("p1", moment // SECOND, PHONE): 4})


def test_where_a_visit_came_from_may_be_found_out_later(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    world.sync()
    world.shlink.visits[0].country = "SE"
    assert (world.sync().events, world.quarantined()) == (0, 0)


def test_of_equal_visits_the_later_one_is_the_new_one(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    moment = world.clock.now()
    for country in ("SE", "NO"):
        world.shlink.visit(codes["p1"], moment, country=country)
        world.clock.advance(MINUTE)
        assert world.sync().events == 1
    with world.store.reading() as connection:
        countries = connection.exec_driver_sql("SELECT country FROM event ORDER BY country").scalars().all()
    assert list(countries) == ["NO", "SE"]


def test_an_answer_that_holds_fewer_visits_than_it_counts_is_not_taken_for_all(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    for number in range(3):
        world.shlink.visit(codes["p1"], agent=f"agent {number}")
    real = world.shlink._tag_visits

    def cut(tag: str, query: dict[str, str]) -> tuple[int, dict[str, dict[str, list[object]]]]:
        status, content = real(tag, query)
        del content["visits"]["data"][-1]
        return status, content

    world.shlink._tag_visits = cut  # type: ignore[method-assign]
    world.clock.advance(MINUTE)
    with pytest.raises(GatewayError, match="keep changing"):
        world.sync()
    world.shlink._tag_visits = real  # type: ignore[method-assign]
    assert world.sync().events == 3


def test_what_was_collected_and_not_yet_read_is_not_posted_again(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    box = Letterbox(world.store, world.url)

    async def collect() -> None:
        gateway = world.gateway()
        await gateway.collect()
        world.shlink.visits[0].country = "SE"
        await gateway.collect()
        await gateway.aclose()

    asyncio.run(collect())
    assert len(box.read("events", 0, 10)) == 1
    assert world.sync().events == 1


def test_visits_of_other_links_are_left_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    codes = world.make("A", "L", ["p1"])
    stranger = {**world.shlink.links[codes["p1"]].__dict__, "code": "another"}
    world.shlink.links["another"] = type(world.shlink.links[codes["p1"]])(**stranger)
    world.shlink.visit("another")
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    with caplog.at_level(logging.INFO, "smsreport.shlink"):
        assert world.sync().events == 1
    assert "1 visits of other links" in caplog.text


@pytest.mark.parametrize(
    "form",
    ["https://s.test/sub/{}/", "https://S.test/{}?x=/y", "https://s.test/{}/track", "http://s.test/{}/more/path"],
)
def test_a_visit_is_known_by_its_address_however_it_was_opened(world: World, form: str) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"], visited_url=form.format(codes["p1"]))
    world.shlink.visit(codes["p1"], visited_url=form.format(codes["p1"].upper()))
    world.shlink.visit(codes["p1"], visited_url="http://[broken")
    world.clock.advance(MINUTE)
    assert world.sync().events == 2


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shlink_windows, "PAGE_VISITS", 3)


def test_visits_that_come_while_one_pages_are_neither_missed_nor_doubled(world: World, small_pages: None) -> None:
    codes = world.make("A", "L", ["p1", "p2"])
    moment = world.clock.now()
    for number in range(8):
        world.shlink.visit(codes["p1"], moment + number % 3 * SECOND)
    late = iter(range(4))

    def one_more(page: int) -> None:
        if page == 2 and next(late, None) is not None:
            world.shlink.visit(codes["p2"], moment)

    world.shlink.on_visits = one_more
    world.clock.advance(MINUTE)
    assert world.sync().events == 12
    assert world.events() == Counter(
        {("p1", moment // SECOND + second, PHONE): 3 - (second == 2) for second in range(3)}
        | {("p2", moment // SECOND, PHONE): 4}
    )


def test_one_that_comes_behind_the_last_page_is_noticed_too(world: World, small_pages: None) -> None:
    codes = world.make("A", "L", ["p1"])
    moment = world.clock.now()
    for number in range(6):
        world.shlink.visit(codes["p1"], moment, agent=f"agent {number}")
    came: list[int] = []
    real = world.shlink._tag_visits

    def shifted(tag: str, query: dict[str, str]) -> tuple[int, object]:
        # Between the count and the rows of the last page, which are two questions to its database.
        if query["page"] == "2" and not came:
            came.append(1)
            total = real(tag, query)[1]["visits"]["pagination"]
            world.shlink.visit(codes["p1"], moment, agent="late")
            status, content = real(tag, query)
            content["visits"]["pagination"] = total
            return status, content
        return real(tag, query)

    world.shlink._tag_visits = shifted  # type: ignore[method-assign]
    world.clock.advance(MINUTE)
    world.sync()
    assert {agent: number for (_, _, agent), number in world.events().items()} == {
        **{f"agent {number}": 1 for number in range(6)},
        "late": 1,
    }


def test_visits_that_are_deleted_while_one_pages_take_no_other_with_them(world: World, small_pages: None) -> None:
    codes = world.make("A", "L", ["p1", "p2"])
    for number in range(7):
        world.shlink.visit(codes["p1" if number else "p2"], agent=f"agent {number}")
    gone = iter([6, 5])

    def one_less(page: int) -> None:
        if page == 2 and (place := next(gone, None)) is not None:
            del world.shlink.visits[place]

    world.shlink.on_visits = one_less
    world.clock.advance(MINUTE)
    world.sync()
    assert {agent for _, _, agent in world.events()} == {f"agent {number}" for number in range(5)}


def test_a_time_that_never_comes_to_rest_is_an_error_in_words(world: World, small_pages: None) -> None:
    codes = world.make("A", "L", ["p1"])
    for _ in range(4):
        world.shlink.visit(codes["p1"])
    moment = world.clock.now()
    world.shlink.on_visits = lambda page: world.shlink.visit(codes["p1"], moment) if page == 2 else None
    world.clock.advance(MINUTE)
    with pytest.raises(GatewayError, match="keep changing"):
        world.sync()
    world.shlink.on_visits = lambda _page: None
    assert world.sync().events == len(world.shlink.visits)


def test_many_visits_are_read_in_windows_that_are_kept_one_by_one(
    world: World, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shlink_windows, "MOST_VISITS", 5)
    codes = world.make("A", "L", ["p1"])
    moment = world.clock.now()
    for number in range(40):
        world.shlink.visit(codes["p1"], moment + number // 8 * SECOND, agent=f"agent {number}")
    world.clock.advance(MINUTE)
    before = len(world.shlink.asked)
    world.sync()
    assert sum(world.events().values()) == len(world.events()) == 40
    asked = len(world.shlink.asked) - before
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    assert world.sync().events == 1
    assert asked < 80


@pytest.mark.parametrize("behind", [-5 * MINUTE, 7 * SECOND, 20 * MINUTE])
def test_the_servers_clock_may_be_another(world: World, behind: int) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.behind = behind
    for _ in range(12):
        world.shlink.visit(codes["p1"])
        world.clock.advance(MINUTE)
        world.sync()
    world.clock.advance(HOUR)
    world.sync()
    assert sum(world.events().values()) == 12


@pytest.mark.parametrize("offset", ["+02:00", "-05:00"])
def test_the_servers_zone_may_be_another_and_change(world: World, offset: str) -> None:
    codes = world.make("A", "L", ["p1"])
    moment = world.clock.now()
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    world.sync()
    world.shlink.offset = offset
    assert world.sync().events == 0
    assert world.events() == Counter({("p1", moment // SECOND, PHONE): 1})


def test_what_fails_in_passing_is_asked_for_again_and_a_wish_for_rest_is_respected(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    world.shlink.faults = [fails(429, Retry_After="7"), fails(503), hangs_up, says_bytes(b'{"visits":')]
    assert world.sync(tries=5).events == 1
    assert world.waits[0] == 7


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (fails(503), "was asked 2 times"),
        (fails(401), "refuses the API key"),
        (fails(404), "is no Shlink"),
        (says_bytes(b"<html>"), "can not be read"),
        (fails(302, Location="https://elsewhere.example"), "leads on to another one"),
    ],
)
def test_what_stays_wrong_is_a_sentence(world: World, fault: Handler, sentence: str) -> None:
    world.make("A", "L", ["p1"])
    world.shlink.faults = [fault] * 3  # type: ignore[list-item]
    with pytest.raises(GatewayError, match=sentence) as told:
        world.sync(tries=2)
    assert "s3cret" not in str(told.value)


async def test_who_it_is_and_that_it_only_tells_of_clicks(world: World) -> None:
    gateway = world.gateway()
    info = await gateway.info()
    able = {name for name in info.capabilities.__struct_fields__ if getattr(info.capabilities, name) is True}
    assert (info.name, info.vendor, able) == ("Shlink s.test", "shlink", {"clicks", "deduplicates"})
    message = Message("A:p1:2", "+46700000001", None, "Hej", "A", "p1", 2)
    refused = await gateway.send(message)
    assert isinstance(refused, Refused)
    assert "Shlink at http://127.0.0.1" in refused.reason
    assert isinstance(await gateway.create_activity("key", NewActivity("n", "s", "b", ())), Refused)
    assert isinstance(await gateway.find(message, NOON), Lost)
    for call in (gateway.balance(), gateway.put_segment("s", "n", "d"), gateway.put_members("s", 0, [])):
        with pytest.raises(GatewayError, match="can not"):
            await call
    with pytest.raises(GatewayError, match="can not take segments"):
        await gateway.commit_segment("s", 0)
    await gateway.aclose()
    assert world.shlink.asked == ["GET /rest/v3/domains"]


def test_a_wrong_key_is_told_and_not_shown(world: World) -> None:
    async def ask() -> None:
        gateway = world.gateway(key="wr0ng-key")
        try:
            await gateway.info()
        finally:
            await gateway.aclose()

    with pytest.raises(GatewayError, match=r"refuses the API key \(401\)") as told:
        asyncio.run(ask())
    assert "wr0ng" not in str(told.value)


def test_a_tag_that_is_gone_is_told(world: World) -> None:
    world.make("A", "L", ["p1"])
    world.shlink.tags.clear()
    with pytest.raises(GatewayError, match="knows no link with the tag smsreport"):
        world.sync()


def test_another_tag_is_read_from_its_beginning(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"])
    world.clock.advance(HOUR)
    world.sync()
    world.options["tag"] = "spring"
    others = world.make("A", "L2", ["p1"])
    world.shlink.visit(others["p1"], world.clock.now() - 50 * MINUTE)
    world.clock.advance(MINUTE)
    assert world.sync().events == 1


def test_a_place_that_can_not_be_read_begins_again_and_doubles_nothing(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"], country="SE")
    world.clock.advance(HOUR)
    world.sync()
    Letterbox(world.store, world.url).collected([], "{broken")
    world.shlink.visits[0].country = "NO"
    assert (world.sync().events, world.quarantined()) == (0, 0)
    assert json.loads(Letterbox(world.store, world.url).place() or "")["through"].startswith("2026-03-02T12:59:")


HOSTILE = ("\x1b[31mred", "=HYPERLINK()", "a\u202eb", "nul \x00 byte", "x" * 3_000, "", "🤖" * 200)


def test_hostile_agents_are_kept_as_what_they_are(world: World) -> None:
    codes = world.make("A", "L", ["p1"])
    for agent in HOSTILE:
        world.shlink.visit(codes["p1"], agent=agent)
        world.shlink.visit(codes["p1"], agent=agent, bot=True)
    world.clock.advance(MINUTE)
    assert world.sync().events == 2 * len(HOSTILE)
    assert world.quarantined() == 0
    report = world.reports.report("A")
    assert (report.counts.clicks, report.counts.machine_clicks) == (len(HOSTILE), len(HOSTILE))


@pytest.mark.parametrize("agent", [PHONE, "", "Mozilla/5.0 (X11; Linux x86_64) Firefox/139.0", "x" * 2_000])
def test_what_shlink_takes_for_a_robot_is_a_machine(world: World, agent: str) -> None:
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"], agent=agent, bot=True)
    world.clock.advance(MINUTE)
    world.sync()
    ((_, _, kept),) = world.events()
    assert kept is not None
    assert kept.endswith("shlink-potential-bot")
    assert agent_class(kept) is AgentClass.MACHINE


def test_a_visit_that_can_not_be_read_hides_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    codes = world.make("A", "L", ["p1"])
    moment = "2026-03-02T12:00:00+00:00"
    good = {"date": moment, "visitedUrl": f"https://s.test/{codes['p1']}", "userAgent": "x", "referer": None}
    bad_date = {**good, "date": "yesterday"}
    data = [good, {"date": 5}, [], bad_date]
    pagination = {"totalItems": 4, "pagesCount": 1}
    world.clock.advance(MINUTE)
    answer = json.dumps({"visits": {"data": data, "pagination": pagination}}).encode()
    world.shlink.faults = [lambda handler: handler.say(200, b'{"domains":{"data":[]}}'), says_bytes(answer)]
    with caplog.at_level(logging.INFO, "smsreport.shlink"):
        result = world.sync()
    assert (result.events, result.quarantined) == (1, 1)
    assert "2 that can not be read" in caplog.text


def test_a_shlink_that_does_not_say_what_was_visited_is_told_to_be_updated(world: World) -> None:
    world.make("A", "L", ["p1"])
    visit = {"date": "2026-03-02T12:00:00+00:00", "userAgent": "x", "referer": ""}
    answer = {"visits": {"data": [visit], "pagination": {"totalItems": 1, "pagesCount": 1}}}
    world.shlink.faults = [None, says_bytes(json.dumps(answer).encode())]
    with pytest.raises(GatewayError, match=r"version 4\.1 does"):
        world.sync()


def test_who_clicked_a_link_is_listed_and_makes_a_segment(world: World) -> None:
    codes = world.make("A", "L", ["p1", "p2", "p3"])
    others = world.make("A", "other", ["p2"])
    at = "2026-03-02T09:00:00Z"
    people = [{"id": one, "updated_at": at, "msisdn": f"+4670000000{one[1]}"} for one in codes]
    put(world.store, "profiles", people)
    world.shlink.visit(codes["p1"])
    world.shlink.visit(codes["p3"], bot=True)
    world.shlink.visit(others["p2"])
    world.clock.advance(MINUTE)
    world.sync()
    listed = world.reports.tab("A", Tab.CLICKS, link="L")
    assert [row.values[0] for row in listed.rows] == ["p1"]
    desk = SegmentDesk(world.store, world.clock)
    desk.create(SegmentFile("Of the link", read_node({"event": "clicked", "activity": "A", "link": "L"})))
    assert [one.profile for one in desk.people("Of the link").first] == ["p1"]


def test_an_erased_persons_clicks_still_count(world: World) -> None:
    put(world.store, "profiles", [{"id": "p1", "updated_at": "2026-03-02T09:00:00Z", "msisdn": "+46700000001"}])
    codes = world.make("A", "L", ["p1"])
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    world.sync()
    with world.store.writing() as connection:
        erase_profile(connection, 1, world.store.number_key)
    world.shlink.visits[0].country = "SE"
    world.shlink.visit(codes["p1"])
    world.clock.advance(MINUTE)
    assert (world.sync().events, world.quarantined()) == (1, 0)
    report = world.reports.report("A")
    assert (report.counts.clicks, report.counts.unique_clicks) == (2, 1)
    assert {agent for _, _, agent in world.events()} == {None}
