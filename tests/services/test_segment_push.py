"""Segments at the gateway are who is meant, whatever breaks on the way there (rules.md 6)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from smsreport_tui.gateways.feed import FeedGateway
from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import GatewayError, SegmentError
from smsreport_tui.rules.segment_figures import Purpose, Pushed
from smsreport_tui.rules.segment_tree import AllOf, AnyOf, HasTag, IsIn, Node, NoneOf, State
from smsreport_tui.services import segment_push
from smsreport_tui.services.segment_desk import SegmentDesk
from smsreport_tui.services.segment_push import Push, SegmentPusher
from smsreport_tui.simulator import faults, server
from smsreport_tui.simulator.faults import TRANSPORT
from storage.segments import delete_segment, freeze_segment, rename_segment
from storage.tables import PROFILE
from tests.services.push_world import Cut, CutOffError, Place, no_wait, place

EVERYBODY = AllOf(())
NOT_VIP = NoneOf((HasTag("vip"),))
NOT_NEWS = NoneOf((HasTag("newsletter"),))


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Iterator[Place]:
    with place(filled, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 100)


def leaves() -> st.SearchStrategy[Node]:
    tags = st.sampled_from(["vip", "newsletter", "trial"]).map(HasTag)
    return st.one_of(tags, st.sampled_from(list(State)).map(IsIn))


def trees() -> st.SearchStrategy[Node]:
    def groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        some = st.lists(children, max_size=3).map(tuple)
        return st.one_of(some.map(AllOf), some.map(AnyOf), some.map(NoneOf))

    return st.recursive(leaves(), groups, max_leaves=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=trees())
def test_include_is_who_may_be_sent_to_and_exclude_all_but_the_erased(here: Place, where: Node) -> None:
    here.keep("Some", where)
    for purpose in Purpose:
        pushed = here.push("Some", purpose)
        assert here.members(pushed) == here.meant(where, purpose)
        assert pushed.people == len(here.members(pushed))


def test_the_world_tells_the_purposes_apart(here: Place) -> None:
    include, exclude = (here.meant(EVERYBODY, purpose) for purpose in Purpose)
    assert include < exclude < set(here.people().newest)
    suppressed = here.meant(IsIn(State.SUPPRESSED), Purpose.EXCLUDE)
    assert suppressed
    assert not suppressed & include


def test_each_segment_and_purpose_has_one_place_there_under_whatever_name(here: Place) -> None:
    here.keep("News", NOT_VIP)
    first = {purpose: here.push("News", purpose) for purpose in Purpose}
    assert first[Purpose.INCLUDE].gateway_id != first[Purpose.EXCLUDE].gateway_id
    here.keep("News", NOT_NEWS)
    with here.store.writing() as connection:
        rename_segment(connection, "News", "No news", here.clock.now())
    again = here.push("no NEWS")
    assert (again.name, again.gateway_id) == ("No news", first[Purpose.INCLUDE].gateway_id)
    assert here.members(again) == here.meant(NOT_NEWS, Purpose.INCLUDE)
    assert here.members(first[Purpose.EXCLUDE]) == here.meant(NOT_VIP, Purpose.EXCLUDE)
    here.keep("Another", NOT_VIP)
    assert here.push("Another").gateway_id not in {one.gateway_id for one in first.values()}


def test_a_frozen_segment_keeps_its_list_and_loses_who_has_left(here: Place) -> None:
    here.keep("Then", EVERYBODY)
    with here.store.writing() as connection:
        freeze_segment(connection, "Then", None, here.clock.now())
    left = min(here.meant(EVERYBODY, Purpose.INCLUDE))
    with here.store.writing() as connection:
        connection.execute(update(PROFILE).where(PROFILE.c.gateway_id == left).values(opted_out=1))
    assert here.members(here.push("Then")) == here.meant(EVERYBODY, Purpose.INCLUDE) - {left}
    assert left in here.members(here.push("Then", Purpose.EXCLUDE))


def test_a_segment_of_nobody_is_in_force_too(here: Place) -> None:
    here.keep("Nobody", AnyOf(()))
    pushed = here.push("Nobody", Purpose.EXCLUDE)
    assert (pushed.people, here.members(pushed)) == (0, frozenset())


def test_batches_go_out_in_order_and_none_is_too_large(here: Place) -> None:
    here.keep("All", EVERYBODY)
    cut, heard = Cut(), list[tuple[int, int]]()

    async def push(gateway: FeedGateway) -> Push:
        pusher = SegmentPusher(here.store, gateway, here.clock, no_wait)
        return await pusher.push("All", Purpose.EXCLUDE, lambda done, people: heard.append((done, people)))

    here.ask(push, cut)
    people = len(here.meant(EVERYBODY, Purpose.EXCLUDE))
    assert heard == [(min(done, people), people) for done in range(100, people + 100, 100)]
    batches = [int(request.rpartition("/")[2]) for request in cut.requests if "/members/" in request]
    assert batches == list(range(batches[0], batches[0] + len(heard)))
    known = here.simulator.segments._known
    assert max(len(batch) for upload in known.values() for batch in upload.batches.values()) == 100


@pytest.mark.parametrize("answered", [False, True])
def test_cut_off_at_any_request_and_repeated_it_ends_the_same(here: Place, answered: bool) -> None:
    here.keep("Cut", NOT_NEWS)
    whole = Cut()
    gateway_ids = {here.push("Cut", cut=whole).gateway_id}
    assert len(whole.requests) == 6
    for at in range(1, len(whole.requests) + 1):
        # What the cut push would bring is neither what was there before nor what is wanted after.
        here.keep("Cut", NOT_NEWS)
        with pytest.raises(CutOffError):
            here.push("Cut", cut=Cut(at, answered))
        pushed = here.push("Cut")
        gateway_ids.add(pushed.gateway_id)
        assert here.members(pushed) == here.meant(NOT_NEWS, Purpose.INCLUDE)
        here.keep("Cut", NOT_VIP)
        assert here.members(here.push("Cut")) == here.meant(NOT_VIP, Purpose.INCLUDE)
    assert len(gateway_ids) == 1


def test_a_push_that_was_cut_off_is_told_from_one_in_force(here: Place) -> None:
    here.keep("Cut", NOT_VIP)
    with pytest.raises(CutOffError):
        here.push("Cut", cut=Cut(4))
    (row,) = SegmentDesk(here.store, here.clock).get("Cut").pushed
    assert (row.purpose, row.pushed_at, row.people) == (Purpose.INCLUDE, None, None)
    pushed = here.push("Cut")
    (row,) = SegmentDesk(here.store, here.clock).get("Cut").pushed
    assert row == Pushed(Purpose.INCLUDE, pushed.gateway_id, here.clock.now(), pushed.people)


@pytest.mark.parametrize(
    "switches", ["429", "500", "reset", "truncated", "lost", "drip", "nojson", ",".join(TRANSPORT)]
)
def test_faults_on_the_way_change_nothing(
    filled: Path, tmp_path: Path, switches: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_DRIP_SECONDS", 0.0)
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 20)
    with place(filled, tmp_path, switches) as here:
        here.keep("All", EVERYBODY)
        for purpose in Purpose:
            assert here.members(here.push("All", purpose)) == here.meant(EVERYBODY, purpose)
        assert here.simulator.faults.seen.total() > 3


class Meddling(Cut):
    """Something happens at the gateway while a push is under way, once."""

    def __init__(self, here: Place, path: str, what: str) -> None:
        super().__init__()
        self.here, self.path, self.what = here, path, what
        self.times = 0

    async def before(self, request: httpx.Request) -> None:
        await super().before(request)
        if self.path not in request.url.path or self.times:
            return
        self.times += 1
        known = self.here.simulator.segments._known
        (segment,) = known
        if self.what == "lost":
            known[segment].batches.popitem()
        elif self.what == "forgotten":
            del known[segment]
        else:
            # A batch of a push before this one arrives late.
            known[segment].batches[999_999] = ["somebody-else"]


@pytest.mark.parametrize(
    ("path", "what"), [("commit", "lost"), ("commit", "late"), ("commit", "forgotten"), ("members", "forgotten")]
)
def test_what_the_gateway_does_not_hold_as_it_was_uploaded_is_uploaded_anew(here: Place, path: str, what: str) -> None:
    here.keep("All", EVERYBODY)
    meddling = Meddling(here, path, what)
    assert here.members(here.push("All", cut=meddling)) == here.meant(EVERYBODY, Purpose.INCLUDE)
    assert meddling.times == 1
    assert sum(request.endswith("commit") for request in meddling.requests) == (2 if path == "commit" else 1)


def test_a_gateway_that_never_holds_it_ends_the_push_with_a_sentence(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.keep("All", EVERYBODY)
    cut = Cut()
    monkeypatch.setattr("smsreport_tui.simulator.segments._Upload.members", lambda _: frozenset())
    with pytest.raises(GatewayError, match="does not have the segment as it was uploaded: 0 members"):
        here.push("All", cut=cut)
    assert sum(request.endswith("commit") for request in cut.requests) == segment_push.ROUNDS


def test_a_push_that_lasts_too_long_ends_with_a_sentence(here: Place) -> None:
    here.keep("All", EVERYBODY)

    class Slow(Cut):
        async def before(self, request: httpx.Request) -> None:
            await super().before(request)
            here.clock.advance(HOUR // 2)

    slow = Slow()
    with pytest.raises(GatewayError, match="so slowly that its list grows old"):
        here.push("All", cut=slow)
    assert len(slow.requests) < 6


@pytest.mark.parametrize(
    ("purpose", "words"), [(Purpose.INCLUDE, "--export FILE --for-sending`"), (Purpose.EXCLUDE, "--export FILE`")]
)
def test_a_gateway_without_segments_is_refused_and_a_file_offered(
    here: Place, monkeypatch: pytest.MonkeyPatch, purpose: Purpose, words: str
) -> None:
    monkeypatch.setitem(server.CAPABILITIES, "segments", False)
    here.keep("It's all", EVERYBODY)
    cut = Cut()
    with pytest.raises(GatewayError, match="takes no segments") as refused:
        here.push("It's all", purpose, cut)
    assert words in str(refused.value)
    assert len(cut.requests) == 1
    assert SegmentDesk(here.store, here.clock).get("It's all").pushed == ()


def test_an_unknown_segment_and_a_strange_gateway_are_told(here: Place) -> None:
    cut = Cut()
    with pytest.raises(SegmentError, match="There is no segment 'None'"):
        here.push("None", cut=cut)
    assert cut.requests == []
    here.keep("All", EVERYBODY)
    with here.store.writing() as connection:
        connection.exec_driver_sql("UPDATE source SET url = source_id || '.example'")
    with pytest.raises(GatewayError, match="run `smsreport sync` first"):
        here.push("All")


def test_a_segment_deleted_and_made_again_is_another_one_there(here: Place) -> None:
    here.keep("All", EVERYBODY)
    first = here.push("All")
    with here.store.writing() as connection:
        delete_segment(connection, "All")
    here.keep("All", NOT_VIP)
    second = here.push("All")
    assert second.gateway_id != first.gateway_id
    assert here.members(first) == here.meant(EVERYBODY, Purpose.INCLUDE)


def test_no_more_requests_a_second_than_the_gateway_takes(here: Place) -> None:
    here.keep("All", EVERYBODY)
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async def push(gateway: FeedGateway) -> Push:
        return await SegmentPusher(here.store, gateway, here.clock, wait).push("All", Purpose.INCLUDE)

    here.ask(push)
    assert server.CAPABILITIES["max_per_second"] == 50
    assert waits
    assert all(0 < seconds <= 7 / 50 for seconds in waits)
