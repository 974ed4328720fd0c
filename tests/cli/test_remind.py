"""`smsreport remind`: a check list, a yes, and one SMS."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from smsreport_tui.rules.clock import CLOCK_VARIABLE, HOUR, SystemClock
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf, HasTag
from smsreport_tui.rules.times import format_time
from smsreport_tui.services.segment_desk import SegmentDesk
from smsreport_tui.simulator.run import Running, running
from smsreport_tui.simulator.world import WorldConfig
from storage.store import open_store
from tests.cli.conftest import Ask

WORDS = ("--name", "Again", "--sender", "SHOP", "--body", "Hi! https://s.example/1", "--include", "Everybody")
LESS = ("--exclude", "Important")


@pytest.fixture
def simulator(user: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A gateway that the user's store is in step with, and two segments."""
    monkeypatch.delenv(CLOCK_VARIABLE, raising=False)
    with running(WorldConfig(profiles=200, activities=3), token="secret") as made:
        monkeypatch.setenv("SMSREPORT_GATEWAY", made.url)
        monkeypatch.setenv("SMSREPORT_TOKEN", "secret")
        assert ask("sync").code == 0
        with open_store(str(user / "data" / "smsreport" / "smsreport.db"), SystemClock(), writable=True) as store:
            desk = SegmentDesk(store, SystemClock())
            desk.create(SegmentFile("Everybody", AllOf(())))
            desk.create(SegmentFile("Important", HasTag("vip")))
        yield made


def test_a_script_sends_it_once_and_gets_one_document(ask: Ask, simulator: Running) -> None:
    answer = ask("remind", *WORDS, *LESS, "--yes", "--json")
    assert answer.code == 0
    keys = ["activity", "name", "sender", "send_at", "people", "parts", "characters"]
    assert list(answer.document) == [*keys, "credits", "balance", "outside_hours", "warnings"]
    (created,) = simulator.world.created
    assert (answer.document["activity"], answer.document["send_at"]) == (created.activity, None)
    assert (answer.document["parts"], answer.document["balance"]) == (1, "2500000")
    assert answer.document["people"] > 100
    assert "People " in answer.err
    again = ask("remind", *WORDS, *LESS, "--yes", "--json")
    assert (again.code, again.out) == (1, "")
    assert f"as activity {created.activity}" in again.err
    assert len(simulator.world.created) == 1


def test_where_nobody_can_be_asked_the_list_is_shown_and_nothing_sent(ask: Ask, simulator: Running) -> None:
    answer = ask("remind", *WORDS, *LESS)
    assert answer.code == 1
    assert answer.out.startswith("Again from SHOP, at once\nTo        Everybody, less Important\nPeople    ")
    assert "opted out" in answer.out
    assert "excluded left out)" in answer.out
    assert "Text      23 characters in 1 part, GSM" in answer.out
    assert "--yes says that it is to be sent" in answer.err
    assert simulator.world.created == []


def test_the_app_gets_the_check_list_as_a_document_and_nothing_is_sent(ask: Ask, simulator: Running) -> None:
    assert ask("remind", *WORDS, "--yes").code == 0
    answer = ask("remind", *WORDS, *LESS, "--check-only", "--json", "--progress-lines")
    assert answer.code == 0
    assert (answer.document["forbids"], answer.document["excluded"] > 0) == ([], True)
    assert answer.err.startswith("progress ")
    again = ask("remind", *WORDS, "--check-only", "--json")
    assert again.code == 0
    assert "The same reminder was sent at" in again.document["forbids"][0]
    assert len(simulator.world.created) == 1
    # A program that keeps the last line alone knows what stands against it.
    assert "The same reminder was sent at" in ask("remind", *WORDS, "--yes", "--json").err.splitlines()[-1]


@pytest.mark.parametrize(("said", "code", "sent"), [("y", 0, 1), ("n", 130, 0), ("", 130, 0)])
def test_a_person_is_asked(ask: Ask, simulator: Running, said: str, code: int, sent: int) -> None:
    command = ["-m", "smsreport_tui", "remind", *WORDS]
    child = pexpect.spawn(sys.executable, command, timeout=60, encoding="utf-8")
    child.expect_exact("Send it? [y/N]")
    child.sendline(said)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code
    assert len(simulator.world.created) == sent
    if sent:
        assert f"Sent as activity {simulator.world.created[0].activity}." in str(child.before)


def test_it_may_be_sent_later(ask: Ask, simulator: Running) -> None:
    at = SystemClock().now() // 1_000_000 * 1_000_000 + HOUR
    answer = ask("remind", *WORDS, "--at", format_time(at), "--yes", "--json")
    assert answer.document["send_at"] == format_time(at)
    passed = ask("remind", *WORDS, "--at", format_time(at - 2 * HOUR), "--yes")
    assert (passed.code, "The time of the sending has passed" in passed.out) == (1, True)
    # The operator's zone is Europe/Oslo.
    local = ask("remind", *WORDS, "--at", "2090-07-02 09:00", "--yes", "--json")
    assert local.document["send_at"] == "2090-07-02T07:00:00Z"
    refused = ask("remind", *WORDS, "--at", "2026-03-29 02:30", "--yes")
    assert (refused.code, "never comes in Europe/Oslo" in refused.err) == (2, True)
    assert ask("remind", *WORDS, "--at", "noon", "--yes").code == 2


def test_allowed_hours_forbid_it_unless_they_are_overruled(ask: Ask, simulator: Running, user: Path) -> None:
    config = user / "config" / "smsreport" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    # At no moment it is this minute everywhere.
    config.write_text('[allowed_hours]\nall = "mon 00:07-00:08"\n')
    refused = ask("remind", *WORDS, "--yes")
    assert refused.code == 1
    assert "outside the allowed hours" in refused.out
    assert simulator.world.created == []
    assert ask("remind", *WORDS, "--yes", "--any-hour").code == 0
    assert len(simulator.world.created) == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (WORDS[:-2], 2, "Missing option '--include'"),
        ((*WORDS[:-1], "Nobody"), 1, "There is no segment 'Nobody'"),
        ((*WORDS, "--exclude", "everybody"), 1, "is included and excluded"),
        (("--name", " ", *WORDS[2:]), 1, "name has 1 to 500 characters"),
    ],
)
def test_what_can_not_be_sent_says_why(
    ask: Ask, simulator: Running, words: tuple[str, ...], code: int, sentence: str
) -> None:
    answer = ask("remind", *words, "--yes")
    assert answer.code == code
    assert sentence in answer.err
