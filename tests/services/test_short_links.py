"""Short links for everybody of a list: one each, the same ones after any interruption, and the file of them."""

import asyncio
import csv
import stat
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.gate import Gate
from smsreport_tui.gateways.shlink import ShlinkGateway
from smsreport_tui.rules.clock import HOUR, MINUTE, FixedClock
from smsreport_tui.rules.errors import ExportError, GatewayError
from smsreport_tui.services import short_links as links_service
from smsreport_tui.services.people_file import PeopleFileError, people_of, read_people
from smsreport_tui.services.short_links import IN_FLIGHT, Link, LinkError, LinkMaker, MadeLinks
from storage.erasure import erase_profile
from storage.people_book import PeopleBook
from storage.read_profile import profile_key
from storage.short_links import CODE_LENGTH, ShortLinks, count_links
from storage.store import Store
from tests.gateways.shlink_standin import KEY, fails, hangs_up, shlink_server
from tests.gateways.shlink_standin import Link as MadeLink
from tests.gateways.shlink_world import LANDING, World
from tests.storage.feeds import START
from tests.storage.stores import new_store, put

AT = "2026-03-02T09:00:00Z"
LINK = Link("A", "L", LANDING)
People = Mapping[str, str | None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = FixedClock(START)
    with new_store(tmp_path, clock) as store, shlink_server(clock) as (shlink, url):
        yield World(store, clock, shlink, url)


def number(place: int) -> str:
    return f"+467000{place:05d}"


def known(store: Store, people: int, **more: object) -> dict[str, str | None]:
    items = [{"id": f"p{place:05d}", "updated_at": AT, "msisdn": number(place), **more} for place in range(people)]
    put(store, "profiles", items)
    return {f"p{place:05d}": number(place) for place in range(people)}


def erase(store: Store, profile: str) -> None:
    with store.writing() as connection:
        key = profile_key(connection, profile)
        erase_profile(connection, key, store.number_key)


def make(
    world: World, people: People, path: Path, link: Link = LINK, *, tries: int = 3, force: bool = False
) -> MadeLinks:
    async def work() -> MadeLinks:
        gateway = world.gateway(tries=tries)
        try:
            return await LinkMaker(world.store, gateway).make(link, people, path, force=force)
        finally:
            await gateway.aclose()

    return asyncio.run(work())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everybody_has_a_link_of_their_own_and_stands_in_the_file(world: World, tmp_path: Path) -> None:
    people, path = known(world.store, 30), tmp_path / "links.csv"
    assert make(world, people, path).rows == 30
    listed = rows(path)
    assert [(row["profile"], row["msisdn"]) for row in listed] == sorted(people.items())
    codes = [row["short_url"].removeprefix("https://s.test/") for row in listed]
    assert set(codes) == world.shlink.links.keys()
    assert len(set(codes)) == 30
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = world.shlink.links[codes[0]]
    assert (made.long_url, made.tags, made.title) == (LANDING, ["smsreport", "smsreport-a"], "A L")
    assert world.shlink.fetched_titles == []
    assert all(body["crawlable"] is False for body in world.shlink.bodies)


def test_what_is_repeated_makes_nothing_anew_and_newcomers_get_theirs(world: World, tmp_path: Path) -> None:
    people = known(world.store, 5)
    make(world, {"p00000": None, "p00001": None}, tmp_path / "first.csv")
    first = {row["profile"]: row["short_url"] for row in rows(tmp_path / "first.csv")}
    assert make(world, people, tmp_path / "all.csv").made == 3
    assert {row["profile"]: row["short_url"] for row in rows(tmp_path / "all.csv")}.items() >= first.items()
    before = len(world.shlink.asked)
    assert make(world, people, tmp_path / "all.csv", force=True).made == 0
    assert len(world.shlink.asked) == before


def test_a_lost_answer_is_asked_for_again_by_the_same_code(world: World, tmp_path: Path) -> None:
    world.shlink.lost = 4
    assert make(world, known(world.store, 10), tmp_path / "links.csv").made == 10
    assert len(world.shlink.links) == 10
    assert len(world.shlink.bodies) == 14


def test_a_code_that_is_ours_with_other_tags_beside_is_there(world: World, tmp_path: Path) -> None:
    people = known(world.store, 1)
    world.shlink.lost = 9
    with pytest.raises(GatewayError):
        make(world, people, tmp_path / "links.csv")
    (link,) = world.shlink.links.values()
    link.tags.append("of-the-operator")
    world.shlink.lost = 0
    assert make(world, people, tmp_path / "links.csv").made == 1
    assert [row["short_url"] for row in rows(tmp_path / "links.csv")] == [f"https://s.test/{link.code}"]


@pytest.mark.parametrize("tags", [["smsreport", "smsreport-a"], ["other"]])
def test_a_code_that_leads_elsewhere_or_is_not_counted_gives_way_to_another(
    world: World, tmp_path: Path, tags: list[str]
) -> None:
    people = known(world.store, 1)
    ShortLinks(world.store, world.url).write_down("A", "L", LANDING, people)
    (waiting,) = ShortLinks(world.store, world.url).waiting("A", "L", {"p00000"})
    elsewhere = LANDING if tags == ["other"] else "https://elsewhere.example"
    world.shlink.links[waiting.code] = MadeLink(waiting.code, elsewhere, tags, "x")
    assert make(world, people, tmp_path / "links.csv").made == 1
    (row,) = rows(tmp_path / "links.csv")
    assert waiting.code not in row["short_url"]


def test_several_are_under_way_at_a_time_and_no_more(world: World, tmp_path: Path) -> None:
    world.shlink.gather = threading.Barrier(IN_FLIGHT)
    make(world, known(world.store, 3 * IN_FLIGHT), tmp_path / "links.csv")
    assert world.shlink.most_busy == IN_FLIGHT


def test_a_wish_for_rest_stops_them_all(world: World, tmp_path: Path) -> None:
    people, shlink = known(world.store, 60), world.shlink
    shlink.fail_after(10, fails(429, Retry_After="30"))
    rests: list[float] = []
    gates: list[Gate] = []

    async def sleep(seconds: float) -> None:
        rests.append(seconds)
        for _ in range(5_000):
            if len(gates[0]._open._waiters) == IN_FLIGHT - 1:
                return
            await asyncio.sleep(0.001)
        pytest.fail("The others go on asking.")

    async def work() -> MadeLinks:
        gateway = ShlinkGateway(Account("shlink", world.url, KEY), world.store, world.clock, sleep=sleep)
        gates.append(gateway._api._gate)
        try:
            return await LinkMaker(world.store, gateway).make(LINK, people, tmp_path / "links.csv")
        finally:
            await gateway.aclose()

    assert asyncio.run(work()).made == 60
    assert rests == [30]


def test_who_may_not_be_sent_to_gets_none_and_is_counted(world: World, tmp_path: Path) -> None:
    people = known(world.store, 6)
    put(world.store, "events", [{"id": "e1", "kind": "unsubscribed", "at": AT, "profile_id": "p00001"}])
    for place in range(3):
        hard = {"id": f"h{place}", "kind": "bounced", "bounce": "hard", "at": AT, "profile_id": "p00002"}
        put(world.store, "events", [{**hard, "activity_id": f"X{place}", "msisdn": number(2)}])
    erase(world.store, "p00003")
    listed: People = {**people, "tel-of-another": number(2), "tel-of-one-erased": number(3)}
    made = make(world, listed, tmp_path / "links.csv")
    assert made.left_out == {"opted_out": 1, "suppressed": 2, "erased": 2}
    assert [row["profile"] for row in rows(tmp_path / "links.csv")] == ["p00000", "p00004", "p00005"]
    assert len(world.shlink.links) == 3


def test_who_leaves_while_links_are_made_does_not_stand_in_the_file(world: World, tmp_path: Path) -> None:
    people = known(world.store, 3)
    real = world.shlink._create

    def left(body: dict[str, object]) -> tuple[int, object]:
        if len(world.shlink.links) == 2:
            erase(world.store, "p00000")
        return real(body)

    world.shlink._create = left  # type: ignore[method-assign]
    made = make(world, people, tmp_path / "links.csv")
    assert (made.rows, made.left_out["erased"]) == (2, 1)


def test_nothing_of_a_file_stands_there_until_all_is_made(world: World, tmp_path: Path) -> None:
    people, path = known(world.store, 300), tmp_path / "links.csv"
    world.shlink.fail_after(150, fails(401))
    with pytest.raises(GatewayError, match="refuses the API key"):
        make(world, people, path)
    assert not path.exists()
    (counts,) = count_links(world.store)
    assert (counts.made + counts.waiting, counts.waiting > 0) == (300, True)
    # Answers that were under way are asked for again; those that had come are kept.
    assert counts.made >= 150 - IN_FLIGHT
    made = make(world, people, path)
    assert (made.made, made.rows) == (counts.waiting, 300)
    assert len(world.shlink.links) == 300


def test_an_operator_who_ends_it_loses_no_answer(world: World, tmp_path: Path) -> None:
    people, real = known(world.store, 60), world.shlink._create

    async def work() -> None:
        gateway, loop, enough = world.gateway(), asyncio.get_running_loop(), asyncio.Event()

        def counted(body: dict[str, object]) -> tuple[int, object]:
            if len(world.shlink.links) == 30:
                loop.call_soon_threadsafe(enough.set)
            return real(body)

        world.shlink._create = counted  # type: ignore[method-assign]
        making = asyncio.ensure_future(LinkMaker(world.store, gateway).make(LINK, people, tmp_path / "links.csv"))
        await enough.wait()
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        await gateway.aclose()

    asyncio.run(work())
    (counts,) = count_links(world.store)
    assert counts.waiting > 0
    assert counts.made >= 30 - IN_FLIGHT
    assert make(world, people, tmp_path / "links.csv").rows == 60
    assert len(world.shlink.links) == 60


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["refused", "lost", "gone"])), max_size=5),
    batch=st.integers(1, 4),
)
def test_cut_off_anywhere_it_goes_on_with_the_same_codes(
    cuts: list[tuple[int, str]], batch: int, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(links_service, "BATCH", batch)
    folder, clock = tmp_path_factory.mktemp("cut"), FixedClock(START)
    with new_store(folder, clock) as store, shlink_server(clock) as (shlink, url):
        world, people = World(store, clock, shlink, url), known(store, 12)
        for requests, how in cuts:
            shlink.fail_after(requests, fails(401) if how == "refused" else hangs_up)
            shlink.lost = requests if how == "gone" else 0
            try:
                make(world, people, folder / "links.csv", tries=1, force=True)
            except GatewayError:
                assert not (folder / "links.csv").exists() or rows(folder / "links.csv")
        shlink.faults.clear()
        shlink.lost = 0
        make(world, people, folder / "links.csv", force=True)
        assert len(shlink.links) == 12
        listed = {row["profile"]: row["short_url"] for row in rows(folder / "links.csv")}
        assert listed.keys() == people.keys()
        assert {url.rsplit("/", 1)[1] for url in listed.values()} == shlink.links.keys()


def test_clicks_of_made_links_are_counted_by_link(world: World, tmp_path: Path) -> None:
    make(world, known(world.store, 4), tmp_path / "links.csv")
    make(world, {"p00000": None}, tmp_path / "other.csv", Link("A", "other", LANDING))
    code = {row["profile"]: row["short_url"].rsplit("/", 1)[1] for row in rows(tmp_path / "links.csv")}
    world.clock.advance(HOUR)
    for who, bot in (("p00000", False), ("p00000", False), ("p00001", False), ("p00002", True)):
        world.shlink.visit(code[who], bot=bot)
    world.clock.advance(MINUTE)
    world.sync()
    counted = [(one.link, one.url, one.made, one.waiting, one.clicked) for one in count_links(world.store)]
    assert counted == [("L", LANDING, 4, 0, 2), ("other", LANDING, 1, 0, 0)]
    erase(world.store, "p00000")
    assert [one.clicked for one in count_links(world.store)] == [2, 0]


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (Link("A", "L", "https://elsewhere.example"), "leads to https://shop.example/spring"),
        (Link("A b", "L", LANDING), "ACTIVITY must be"),
        (Link("A", "L/1", LANDING), "LINK must be"),
        (Link("A", "M", "shop.example/spring"), "whole web address"),
        (Link("A", "M", "javascript:alert(1)"), "whole web address"),
        (Link("A", "M", "https://shop.example/a b"), "whole web address"),
        (Link("A", "M", "https://[shop"), "whole web address"),
    ],
)
def test_what_can_be_no_link_is_a_sentence(world: World, tmp_path: Path, link: Link, sentence: str) -> None:
    make(world, known(world.store, 1), tmp_path / "links.csv")
    with pytest.raises(LinkError, match=sentence):
        make(world, {"p00000": None}, tmp_path / "more.csv", link)


def test_a_link_stays_at_its_shortener(world: World, tmp_path: Path) -> None:
    make(world, known(world.store, 1), tmp_path / "links.csv")
    world.url = world.url.replace("127.0.0.1", "localhost")
    with pytest.raises(LinkError, match="were begun at http://127"):
        make(world, {"p00000": None}, tmp_path / "more.csv")


def test_a_file_that_is_there_is_refused_before_anything_is_asked(world: World, tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        make(world, known(world.store, 1), tmp_path / "links.csv")
    assert world.shlink.asked == []


def test_a_list_of_people_names_them_by_id_or_number(world: World, tmp_path: Path) -> None:
    known(world.store, 2)
    path = tmp_path / "people.csv"
    path.write_text(
        "\ufeffname,msisdn,profile\r\n"
        f'"Anna, B",{number(0)},\r\n'
        f"x,+46799999999,\r\nx,{number(7)},p7\r\nx,0701,\r\nx,,\r\nx,,p 8\r\nx,{number(7)},p7\r\nx,,p00001\r\n",
        encoding="utf-8",
    )
    file = read_people(path)
    assert file.bad == [5, 6, 7]
    stranger = PeopleBook(world.store).profile_id("+46799999999")
    expected = {"p00000": number(0), stranger: "+46799999999", "p7": number(7), "p00001": None}
    assert people_of(world.store, file) == expected


@pytest.mark.parametrize("content", [b"name,email\nx,y\n", b"", b"\xff\xfe", b'profile\n"p1', b"profile\n\x00\n\xff"])
def test_what_is_no_list_of_people_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(PeopleFileError):
        read_people(path)
    with pytest.raises(PeopleFileError, match="can not be read"):
        read_people(tmp_path / "none.csv")
