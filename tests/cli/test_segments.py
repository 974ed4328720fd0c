"""`smsreport segment`: what it prints, what it writes, and what it refuses."""

import contextlib
import csv
import hashlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsreport_tui.rules.segment_figures import Channel
from smsreport_tui.rules.times import parse_time
from smsreport_tui.services.segment_desk import SegmentDesk
from tests.cli.conftest import Ask
from tests.cli.feed import EVIL

HOSTILE = ("\x1b", "\u202e", "\x9b")


@pytest.fixture
def conditions(tmp_path: Path) -> Path:
    """A segment file of everybody who has a record."""
    file = tmp_path / "everybody.json"
    file.write_text('{"version": 1, "name": "of the file", "where": {"all": []}}', "utf-8")
    return file


def names(ask: Ask, name: str) -> list[str]:
    return [row["profile"] for row in ask("segment", "members", name, "--json").document["rows"]]


def test_made_of_a_tab_it_is_counted_listed_and_shown(ask: Ask, store: Path) -> None:
    made = ask("segment", "create", "Reached", "--from", "A1", "delivered")
    assert (made.code, made.out, made.err) == (0, "Reached: 1 person now\n", "")
    assert ask("segment", "count", "reached", "--json").document == {"name": "Reached", "people": 1}
    assert ask("segment", "list", "--json").document == [{"name": "Reached", "mode": "dynamic", "people": 1}]
    assert ask("segment", "show", "Reached", "--json").document == {
        "version": 1,
        "name": "Reached",
        "where": {"event": "delivered", "activity": "A1"},
    }
    assert "received “Spring sale”" in ask("segment", "show", "Reached").out
    assert "Reached" in ask("segment", "list").out


@pytest.mark.parametrize(
    ("arguments", "people"),
    [
        (("A1", "sent"), ["P1", "P2", "P3"]),
        (("A1", "bounces"), ["P2"]),
        (("A1", "clicks"), ["P1"]),
        (("A1", "links", "--link", "L1"), ["P1"]),
        (("A1", "unsubscribe"), ["P1"]),
        (("A1", "sent", "--find", "ANNA"), ["P1"]),
        (("A1", "bounces", "--find", "1"), ["P2"]),
        (("A1", "bounces", "--code", "1"), ["P2"]),
        (("A1", "bounces", "--code", "27"), []),
        (("-A2", "sent"), []),
    ],
)
def test_every_tab_makes_one(ask: Ask, store: Path, arguments: tuple[str, ...], people: list[str]) -> None:
    assert ask("segment", "create", "Some", "--from", *arguments).code == 0
    assert names(ask, "Some") == people


def test_members_as_json_and_for_people(ask: Ask, store: Path, conditions: Path) -> None:
    ask("segment", "create", "Everybody", "--file", str(conditions))
    document = ask("segment", "members", "Everybody", "--json").document
    assert document["total"] == 3
    assert document["rows"][0] == {
        "profile": "P1",
        "name": "Anna Berg",
        "msisdn": "+46700000011",
        "email": "anna@example.org",
    }
    table = ask("segment", "members", "Everybody").out
    assert "+46…0011" in table
    assert "+46700000011" not in table
    assert not any(character in table for character in HOSTILE)


def test_for_sending_nobody_who_left_is_in_it_and_the_steps_are_told(ask: Ask, store: Path, conditions: Path) -> None:
    ask("segment", "create", "Everybody", "--file", str(conditions))
    sms = ask("segment", "members", "Everybody", "--for-sending", "--json").document
    steps = {"matched": 3, "opted_out": 1, "suppressed": 0, "erased": 0, "sendable": 2}
    assert (sms["total"], [row["profile"] for row in sms["rows"]], sms["waterfall"]) == (2, ["P2", "P3"], steps)
    email = ask("segment", "members", "Everybody", "--for-sending", "email", "--json").document
    assert email["waterfall"] == {"matched": 3, "opted_out": 1, "erased": 0, "no_email": 2, "sendable": 0}
    assert "- opted out" in ask("segment", "members", "Everybody", "--for-sending").out


def test_an_export_holds_all_of_them_and_for_sending_a_manifest_with_its_hash(
    ask: Ask, store: Path, conditions: Path, tmp_path: Path
) -> None:
    ask("segment", "create", "Everybody", "--file", str(conditions))
    file, manifest = tmp_path / "people.csv", tmp_path / "people.csv.manifest.json"
    assert ask("segment", "members", "Everybody", "--export", str(file)).code == 0
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert [row["profile"] for row in rows] == ["P1", "P2", "P3"]
    assert not manifest.exists()
    again = ask("segment", "members", "Everybody", "--export", str(file), "--for-sending")
    assert (again.code, "exists" in again.err) == (1, True)
    assert ask("segment", "members", "Everybody", "--export", str(file), "--for-sending", "--force").code == 0
    told: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (told["rows"], told["for"], told["waterfall"]["opted_out"]) == (2, "sms", 1)
    assert told["segment"]["where"] == {"all": []}
    assert [row["profile"] for row in csv.DictReader(file.open(encoding="utf-8-sig", newline=""))] == ["P2", "P3"]
    assert ask("segment", "members", "Everybody", "--export", str(file), "--force").code == 0
    assert not manifest.exists()


def test_the_app_reads_progress_lines(ask: Ask, store: Path, conditions: Path, tmp_path: Path) -> None:
    ask("segment", "create", "Everybody", "--file", str(conditions))
    command = ("segment", "members", "--progress-lines", f"--export={tmp_path / 'people.csv'}", "--for-sending=sms")
    answer = ask(*command, "--", "Everybody")
    assert (answer.code, answer.out, answer.err.splitlines()) == (0, "", ["progress 0 2", "progress 2 2"])
    again = ask(*command, "--", "Everybody")
    assert (again.code, "exists already" in again.err.splitlines()[-1]) == (1, True)


@pytest.mark.parametrize("before", [None, "older"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_cancelled_export_leaves_no_file_and_what_stood_there(
    ask: Ask,
    store: Path,
    conditions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    before: str | None,
) -> None:
    ask("segment", "create", "Everybody", "--file", str(conditions))
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "people.csv"
    if before is not None:
        file.write_text(before)
    rows = SegmentDesk.rows

    @contextlib.contextmanager
    def signalled(desk: SegmentDesk, name: str, channel: Channel | None = None) -> Iterator[object]:
        with rows(desk, name, channel) as (found, steps):
            os.kill(os.getpid(), number)
            yield found, steps

    monkeypatch.setattr(SegmentDesk, "rows", signalled)
    answer = ask("segment", "members", "Everybody", "--export", str(file), "--for-sending", "--force")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == "The export was cancelled: nothing was written.\n"
    assert [one.name for one in folder.iterdir()] == ([] if before is None else ["people.csv"])
    assert before is None or file.read_text() == before


def test_frozen_renamed_duplicated_compared_and_deleted(ask: Ask, store: Path, conditions: Path) -> None:
    ask("segment", "create", "Everybody", "--file", str(conditions))
    assert ask("segment", "freeze", "Everybody", "--as", "Then").out == "Then: 3 people, frozen\n"
    assert ask("segment", "duplicate", "Everybody", "Again").code == 0
    assert ask("segment", "rename", "Again", "Reached").code == 0
    file = conditions.with_name("reached.json")
    file.write_text(json.dumps({"version": 1, "name": "x", "where": {"event": "delivered"}}), "utf-8")
    assert ask("segment", "change", "Reached", "--file", str(file)).out == "Reached: 1 person now\n"
    compared = ask("segment", "compare", "then", "reached", "--json").document
    assert compared == {"a": "Then", "b": "Reached", "only_a": 2, "both": 1, "only_b": 0}
    assert "Only in Then" in ask("segment", "compare", "Then", "Reached").out
    modes = {one["name"]: one["mode"] for one in ask("segment", "list", "--json").document}
    assert modes == {"Everybody": "dynamic", "Reached": "dynamic", "Then": "frozen"}
    for name in ("Everybody", "Reached", "Then"):
        assert ask("segment", "delete", name).code == 0
    assert "There is no segment yet" in ask("segment", "list").out


def test_why_tells_each_condition(ask: Ask, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "fans.json"
    where = {"all": [{"tag": "VIP"}, {"attr": "orders", "op": "gt", "value": 6}, {"event": "replied"}]}
    file.write_text(json.dumps({"version": 1, "name": "x", "where": where}), "utf-8")
    ask("segment", "create", "Fans", "--file", str(file))
    document = ask("segment", "why", "Fans", "P1", "--json").document
    assert (document["holds"], document["member"]) == (False, False)
    assert [one["holds"] for one in document["all"]] == [True, True, False]
    assert document["all"][0] == {"tag": "VIP", "holds": True}
    told = ask("segment", "why", "Fans", "P1").out
    assert "P1 is not in Fans." in told
    assert "no     replied to any activity" in told


def test_why_unfolds_what_it_uses_and_says_since_when_a_list_is_one(ask: Ask, store: Path, tmp_path: Path) -> None:
    for name, where in (
        ("Fans", {"tag": "VIP"}),
        ("Then", {"all": []}),
        ("Both", {"all": [{"segment": "Fans"}, {"segment": "Then"}, {"segment": "Fans"}]}),
    ):
        file = tmp_path / "one.json"
        file.write_text(json.dumps({"version": 1, "name": "x", "where": where}), "utf-8")
        assert ask("segment", "create", name, "--file", str(file)).code == 0
        if name == "Then":
            assert ask("segment", "freeze", name).code == 0
    document = ask("segment", "why", "Both", "P1", "--json").document
    fans, then, again = document["all"]
    assert fans == {"segment": "Fans", "holds": True, "where": {"tag": "VIP", "holds": True}}
    since = then.pop("frozen_at")
    assert then == {"segment": "Then", "holds": True}
    assert parse_time(since)
    assert again == {"segment": "Fans", "holds": True}
    told = ask("segment", "why", "Both", "P1").out.splitlines()
    assert told[1:4] == ["yes  all of these", "yes    is in the segment “Fans”", "yes      has the tag “VIP”"]
    assert told[4].startswith("yes    is in the segment “Then”: a list since 20")
    assert told[5] == "yes    is in the segment “Fans”: its conditions stand above"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("create", "X"), 2, "either --from ACTIVITY TAB or --file FILE"),
        (("create", "X", "--from", "A9", "sent"), 1, "no activity 'A9'"),
        (("create", "X", "--file", "/nonexistent"), 1, "can not be read"),
        (("create", EVIL, "--from", "A1", "sent"), 1, "all of them visible"),
        (("show", "X"), 1, "There is no segment 'X'"),
        (("delete", EVIL), 1, "There is no segment"),
        (("why", "X", "P1"), 1, "There is no segment 'X'"),
        (("members", "X", "--export", "people.txt"), 1, "neither CSV nor XLSX"),
    ],
)
def test_what_can_not_be_done_is_a_sentence(
    ask: Ask, store: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    answer = ask("segment", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert not any(character in answer.err for character in HOSTILE)


def test_without_a_store_none_is_made(ask: Ask, user: Path) -> None:
    answer = ask("segment", "list")
    assert (answer.code, answer.out) == (1, "")
    assert not list(user.rglob("*.db"))
