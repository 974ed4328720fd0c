"""`smsreport segment push`: the people of a segment at the gateway (cli.md)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import SystemClock
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, HasTag
from smsreport_tui.services.segment_desk import SegmentDesk
from smsreport_tui.simulator import server
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from storage.store import open_store
from tests.cli.conftest import Ask


@pytest.fixture
def simulator(user: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A gateway that the user's store is in step with, and two segments."""
    with running(WorldConfig(profiles=200, activities=3), token="secret") as made:
        monkeypatch.setenv("SMSREPORT_GATEWAY", made.url)
        monkeypatch.setenv("SMSREPORT_TOKEN", "secret")
        assert ask("sync").code == 0
        with open_store(str(user / "data" / "smsreport" / "smsreport.db"), SystemClock(), writable=True) as store:
            desk = SegmentDesk(store, SystemClock())
            desk.create(SegmentFile("Everybody", AllOf(())))
            desk.create(SegmentFile("Very Important", HasTag("vip")))
        yield made


def test_the_people_of_a_segment_are_at_the_gateway(ask: Ask, simulator: Running) -> None:
    answer = ask("segment", "push", "very important", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert list(answer.document) == ["name", "as", "gateway_id", "people"]
    assert (answer.document["name"], answer.document["as"]) == ("Very Important", "include")
    members = simulator.segments.members(answer.document["gateway_id"])
    assert len(members) == answer.document["people"] > 0
    again = ask("segment", "push", "Very Important", "--json")
    assert again.document == answer.document


def test_the_app_reads_progress_lines_and_the_sentence(ask: Ask, simulator: Running) -> None:
    answer = ask("segment", "push", "--progress-lines", "--as=exclude", "--", "Everybody")
    people = int(answer.out.split()[0])
    assert answer.err.splitlines() == [f"progress {people} {people}"]
    assert answer.out.endswith("so that nobody slips through.\n")


def test_people_are_told_how_excluding_differs(ask: Ask, simulator: Running) -> None:
    include, exclude = (ask("segment", "push", "Everybody", "--as", purpose) for purpose in ("include", "exclude"))
    assert include.out.endswith("to include: only who may be sent to.\n")
    assert exclude.out.endswith("to exclude: also who has opted out or is suppressed, so that nobody slips through.\n")
    numbers = [int(answer.out.split()[0]) for answer in (include, exclude)]
    assert numbers[0] < numbers[1]
    assert include.out.count("\n") == exclude.out.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SMSREPORT_TOKEN", "wrong", "refuses the token"),
        ("SMSREPORT_TOKEN", "", "There is no token"),
        ("SMSREPORT_GATEWAY", "", "No gateway is configured"),
    ],
)
def test_it_needs_the_gateway_and_its_token(
    ask: Ask, simulator: Running, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    answer = ask("segment", "push", "Everybody", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert sentence in answer.err


def test_what_can_not_be_pushed_says_why(ask: Ask, simulator: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no segment 'Nobody'" in ask("segment", "push", "Nobody").err
    assert ask("segment", "push", "Everybody", "--as", "both").code == 2
    monkeypatch.setitem(server.CAPABILITIES, "segments", False)
    refused = ask("segment", "push", "Very Important")
    assert refused.code == 1
    assert "smsreport segment members 'Very Important' --export FILE --for-sending" in refused.err
