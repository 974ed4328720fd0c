"""Replies by command: listed, taken for an opt-out, dismissed."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import SystemClock
from smsreport_tui.rules.door import event_door
from storage.mirror import Mirror
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.storage.feeds import page_bytes

P2 = "+46700000012"


@pytest.fixture
def replied(store: Path) -> Path:
    """Two people have answered, one of them in a way that nobody but a person can judge."""
    about = {"kind": "replied", "activity_id": "A1"}
    near = {"id": "r1", "at": "2026-03-02T10:00:00Z", "profile_id": "P2", "text": "Stop\x1b[31m it!", "msisdn": P2}
    plain = {"id": "r2", "at": "2026-03-02T11:00:00Z", "profile_id": "P3", "text": "STOP"}
    page = event_door().read(page_bytes([about | near, about | plain], "later"))
    with open_store(str(store), SystemClock(), writable=True) as opened:
        mirror = Mirror(opened, 1, None)
        mirror.store_page("events", mirror.cursor("events"), page)
    return store


def test_all_replies_and_near_misses_as_json(ask: Ask, replied: Path) -> None:
    answer = ask("replies", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [row["event"] for row in answer.document if row["event"] in ("r1", "r2")] == ["r2", "r1"]
    (one,) = ask("replies", "--near-misses", "--json").document
    assert one == {
        "event": "r1",
        "at": "2026-03-02T10:00:00Z",
        "activity": "A1",
        "profile": "P2",
        "msisdn": P2,
        "text": "Stop\x1b[31m it!",
        "meaning": "near_miss",
        "state": "open",
        "decided_at": None,
    }


def test_the_table_masks_numbers_and_says_what_to_do(ask: Ask, replied: Path) -> None:
    answer = ask("replies", "--near-misses")
    assert answer.code == 0
    assert "+46…0012" in answer.out
    assert P2 not in answer.out
    assert "\x1b[31m" not in answer.out
    assert "to decide" in answer.out
    assert "`smsreport replies opt-out EVENT`" in answer.out
    assert "1 of 1 reply shown" in answer.out


def test_deciding(ask: Ask, replied: Path) -> None:
    assert "1 reply may be meant as an opt-out" in ask("doctor").out
    answer = ask("replies", "opt-out", "r1")
    assert (answer.code, answer.out) == (0, "The person is opted out as of the reply: nothing more is sent to them.\n")
    assert ask("replies", "opt-out", "r1").code == 0
    assert ask("profile", "P2", "--json").document["opted_out"] is True
    assert "No reply waits for your word." in ask("replies", "--near-misses").out
    assert "opted out" in ask("replies").out
    again = ask("replies", "dismiss", "r1")
    assert (again.code, again.out) == (1, "")
    assert "stays" in again.err
    assert "No reply waits" in ask("doctor").out


def test_dismissing(ask: Ask, replied: Path) -> None:
    assert ask("replies", "dismiss", "r1").code == 0
    (one,) = [row for row in ask("replies", "--json").document if row["event"] == "r1"]
    assert one["state"] == "dismissed"
    assert one["decided_at"] is not None
    assert ask("profile", "P2", "--json").document["opted_out"] is False


def test_what_can_not_be_decided(ask: Ask, replied: Path) -> None:
    for arguments in (("opt-out", "nobody"), ("dismiss", "r2"), ("dismiss", "\x1b[31m")):
        answer = ask("replies", *arguments)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.count("\n") == 1
        assert "\x1b[31m" not in answer.err
    assert ask("replies", "opt-out").code == 2


def test_without_a_store_none_is_made(ask: Ask, user: Path) -> None:
    assert ask("replies", "opt-out", "r1").code == 1
    assert not list(user.rglob("*.db"))
