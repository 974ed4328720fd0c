"""Segments as groups of Sinch's: in force whole or not at all, whatever breaks on the way there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.gateways.interface import SegmentLostError
from smsreport_tui.gateways.sinch import SinchGateway
from smsreport_tui.rules.errors import GatewayError
from smsreport_tui.rules.segment_figures import Purpose
from smsreport_tui.rules.segment_tree import AllOf
from smsreport_tui.services import segment_push
from smsreport_tui.services.segment_push import SegmentPusher
from storage.segments import create_segment
from tests.gateways.sinch_here import Here
from tests.gateways.sinch_model import bare
from tests.gateways.sinch_standin import Fault
from tests.gateways.sinch_world import no_wait

NUMBERS = [f"+4670000{place:04d}" for place in range(7)]
SEGMENT = "sr-0123456789abcdef"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    monkeypatch.setattr(segment_push, "MOST_MEMBERS", 3)
    made = Here(tmp_path)
    made.post(to=NUMBERS)
    made.sync()
    with made.store.writing() as connection:
        create_segment(connection, "All", AllOf(()), made.clock.now())
    yield made
    made.close()


def members(here: Here, name: str) -> list[str]:
    """Who is in the groups of a name."""
    return sorted(number for one in here.plan.groups.values() if one.name == name for number in one.members)


def push(here: Here) -> str:
    """Sinch's name of the group."""
    pushed = here.ask(
        lambda gateway: SegmentPusher(here.store, gateway, here.clock, no_wait).push("All", Purpose.EXCLUDE)
    )
    assert pushed.people == len(NUMBERS)
    return pushed.gateway_id


def test_a_segment_is_a_group_by_our_id_and_nothing_is_left_in_its_drafts(here: Here) -> None:
    name = push(here)
    assert members(here, name) == [bare(one) for one in NUMBERS]
    assert members(here, f"{name}+") == []
    assert push(here) == name
    assert len(here.plan.groups) == 2


def test_cut_off_at_any_request_it_is_whole_or_empty_and_the_next_push_mends_it(here: Here) -> None:
    name = push(here)
    here.world.server.asked.clear()
    push(here)
    for place in range(len(here.world.server.asked)):
        before = len(here.world.server.asked)

        def fails(_method: str, _path: str, first: int = before + place) -> Fault | None:
            return Fault.LOST if len(here.world.server.asked) >= first else None

        here.world.server.faults = fails
        with pytest.raises(GatewayError):
            push(here)
        assert members(here, name) in ([], [bare(one) for one in NUMBERS])
        here.world.server.faults = lambda method, path: None
        push(here)
        assert members(here, name) == [bare(one) for one in NUMBERS]


@pytest.mark.parametrize("fault", [Fault.UNDONE, Fault.LOST, Fault.UNREADABLE, 429])
def test_a_request_that_fails_once_is_asked_again(here: Here, fault: Fault | int) -> None:
    failed: set[tuple[str, str]] = set()

    def fails(method: str, path: str) -> Fault | int | None:
        if (method, path) in failed:
            return None
        failed.add((method, path))
        return fault

    here.world.server.faults = fails
    name = push(here)
    assert members(here, name) == [bare(one) for one in NUMBERS]


def test_a_second_group_of_the_name_is_emptied_and_the_one_in_force_is_found(here: Here) -> None:
    name = push(here)
    here.plan.post_group(name, [NUMBERS[0]])
    push(here)
    assert members(here, name) == [bare(one) for one in NUMBERS]


def people(here: Here, numbers: list[str]) -> list[str]:
    return [here.person(one) for one in numbers]


async def upload(here: Here, gateway: SinchGateway, repeated: int = 1) -> None:
    for _ in range(repeated):
        await gateway.put_segment(SEGMENT, "All", "")
    for batch in range(2):
        for _ in range(repeated):
            await gateway.put_members(SEGMENT, batch, people(here, NUMBERS[batch * 3 : batch * 3 + 3]))


def test_every_request_may_be_repeated(here: Here) -> None:
    async def work(gateway: SinchGateway) -> None:
        await upload(here, gateway, repeated=3)
        for _ in range(3):
            await gateway.commit_segment(SEGMENT, 6)

    here.ask(work)
    assert members(here, SEGMENT) == [bare(one) for one in NUMBERS[:6]]


@pytest.mark.parametrize("wrong", ["count", "late", "gone", "unbegun"])
def test_what_sinch_does_not_hold_as_it_was_uploaded_is_lost(here: Here, wrong: str) -> None:
    async def work(gateway: SinchGateway) -> None:
        if wrong != "unbegun":
            await upload(here, gateway)
        drafts = next((one for one in here.plan.groups.values() if one.name == f"{SEGMENT}+"), None)
        if wrong == "late" and drafts:
            drafts.members.add("46799999999")
        if wrong == "gone" and drafts:
            del here.plan.groups[drafts.id]
        await gateway.commit_segment(SEGMENT, 7 if wrong == "count" else 6)

    with pytest.raises(SegmentLostError, match="Push it again"):
        here.ask(work)
    assert members(here, SEGMENT) == []


def test_who_has_no_number_is_in_no_group_and_is_not_missed(here: Here) -> None:
    async def work(gateway: SinchGateway) -> None:
        await gateway.put_segment(SEGMENT, "All", "")
        await gateway.put_members(SEGMENT, 0, [*people(here, NUMBERS[:2]), "nobody"])
        await gateway.put_members(SEGMENT, 1, ["no.one"])
        await gateway.commit_segment(SEGMENT, 4)

    here.ask(work)
    assert members(here, SEGMENT) == [bare(one) for one in NUMBERS[:2]]
