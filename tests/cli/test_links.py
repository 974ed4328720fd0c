"""`smsreport links`: short links made for a segment or a list, and counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import SystemClock
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf
from smsreport_tui.services.segment_desk import SegmentDesk
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.gateways.shlink_standin import KEY, Shlink, shlink_server

URL = "https://myshop.example/summer"


@pytest.fixture
def shlink(store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shlink]:
    """A Shlink that the environment names, beside a store with a segment of everybody."""
    with open_store(str(store), SystemClock(), writable=True) as opened:
        SegmentDesk(opened, SystemClock()).create(SegmentFile("Everybody", AllOf(())))
    with shlink_server(SystemClock()) as (running, url):
        monkeypatch.setenv("SMSREPORT_SHLINK", url)
        monkeypatch.setenv("SMSREPORT_SHLINK_KEY", KEY)
        yield running


def test_the_people_of_a_segment_get_links_and_the_file_says_whose(ask: Ask, shlink: Shlink, tmp_path: Path) -> None:
    file = tmp_path / "links.csv"
    answer = ask("links", "make", "A9", "L1", URL, "--segment", "everybody", "--to", str(file), "--json")
    assert (answer.code, answer.err) == (0, "")
    assert list(answer.document) == ["activity", "link", "made", "rows", "left_out"]
    lines = file.read_bytes().decode().split("\r\n")
    assert lines[0] == "profile,msisdn,short_url"
    assert len(lines) - 2 == answer.document["rows"] == answer.document["made"] == len(shlink.links) > 0
    assert lines[1].startswith("P2,+46700000012,https://s.test/")
    assert answer.document["left_out"]["opted_out"] == 1
    listed = ask("links", "list", "--json")
    made = answer.document["made"]
    assert listed.document == [{"activity": "A9", "link": "L1", "url": URL, "made": made, "waiting": 0, "clicked": 0}]


def test_people_are_told_in_words_and_repeat_what_was_cut_off(ask: Ask, shlink: Shlink, tmp_path: Path) -> None:
    people, file = tmp_path / "people.csv", tmp_path / "links.csv"
    people.write_text("profile,msisdn\nP2,\n,+46709999999\nP3,070\n")
    words = ("links", "make", "A9", "L1", URL, "--people", str(people), "--to", str(file))
    shlink.fail_after(1, lambda handler: handler.say(401, {}))
    failed = ask(*words)
    assert failed.code == 1
    assert "refuses the API key" in failed.err
    assert KEY not in failed.err
    assert not file.exists()
    assert "waiting: repeat `smsreport links make` for them" in ask("links", "list").out
    done = ask(*words)
    assert done.code == 0
    assert done.out.startswith(f"2 short links in {file} · ")
    assert done.out.endswith("left out: nobody\n")
    assert f"Left out of {people}: 1 line that names nobody; the first is line 4." in done.err
    assert len(file.read_text().splitlines()) == 3
    assert ask(*words).code == 1
    assert ask(*words, "--force").code == 0
    assert len(shlink.links) == 2


def test_nothing_made_is_said(ask: Ask, store: Path) -> None:
    assert ask("links", "list").out.startswith("No short link has been made yet")
    assert ask("links", "list", "--json").document == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), 2, "either --segment or --people"),
        (("--segment", "Everybody", "--people", "x.csv"), 2, "either --segment or --people"),
        (("--segment", "Nobody"), 1, "There is no segment 'Nobody'"),
        (("--people", "none.csv"), 1, "can not be read"),
    ],
)
def test_what_is_asked_for_wrongly_is_a_sentence(
    ask: Ask, shlink: Shlink, tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    answer = ask("links", "make", "A9", "L1", URL, "--to", str(tmp_path / "links.csv"), *words)
    assert answer.code == code
    assert sentence in answer.err
    assert shlink.asked == []


def test_without_a_shlink_or_its_key_it_says_how_to_give_them(
    ask: Ask, shlink: Shlink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("links", "make", "A9", "L1", URL, "--segment", "Everybody", "--to", str(tmp_path / "links.csv"))
    monkeypatch.delenv("SMSREPORT_SHLINK_KEY")
    assert "SMSREPORT_SHLINK_KEY_FILE" in ask(*words).err
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    key.chmod(0o600)
    monkeypatch.setenv("SMSREPORT_SHLINK_KEY_FILE", str(key))
    assert ask(*words).code == 0
    monkeypatch.delenv("SMSREPORT_SHLINK")
    assert "--at" in ask(*words, "--force").err
