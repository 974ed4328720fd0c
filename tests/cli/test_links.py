"""`smsreport links`: short links made for a segment or a list, and counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smsreport_tui.paths import default_config_file
from smsreport_tui.rules.clock import SystemClock
from smsreport_tui.rules.segment_file import SegmentFile
from smsreport_tui.rules.segment_tree import AllOf
from smsreport_tui.services.segment_desk import SegmentDesk
from smsreport_tui.tokens import write_token_file
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.gateways.shlink_standin import KEY, Shlink, shlink_server

URL = "https://myshop.example/summer"


@pytest.fixture
def shlink(store: Path) -> Iterator[Shlink]:
    """A Shlink that is configured, beside a store with a segment of everybody."""
    with open_store(str(store), SystemClock(), writable=True) as opened:
        SegmentDesk(opened, SystemClock()).create(SegmentFile("Everybody", AllOf(())))
    with shlink_server(SystemClock()) as (running, url):
        configure(go=url)
        write_token_file(secret_file("go"), KEY)
        yield running


def configure(**shlinks: str) -> None:
    """Accounts at these Shlinks, and nothing else."""
    file = default_config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    tables = [f'[accounts.{name}]\nkind = "shlink"\nurl = "{url}"\n' for name, url in shlinks.items()]
    file.write_text("\n".join(tables), "utf-8")


def secret_file(name: str) -> Path:
    return default_config_file().parent / "secrets" / name


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


def test_without_a_shlink_or_its_key_it_says_how_to_give_them(ask: Ask, shlink: Shlink, tmp_path: Path) -> None:
    words = ("links", "make", "A9", "L1", URL, "--segment", "Everybody", "--to", str(tmp_path / "links.csv"))
    secret_file("go").unlink()
    assert "`smsreport --account go config set-token`" in ask(*words).err
    write_token_file(secret_file("go"), KEY)
    assert ask(*words).code == 0
    assert "gateway list" in ask(*words, "--force", "--at", "stop").err
    configure()
    assert "smsreport gateway add NAME --kind shlink" in ask(*words, "--force").err
    assert len(shlink.links) > 0


def test_of_several_shlinks_one_is_named(ask: Ask, shlink: Shlink, tmp_path: Path) -> None:
    words = ("links", "make", "A9", "L1", URL, "--segment", "Everybody", "--to", str(tmp_path / "links.csv"))
    url = default_config_file().read_text("utf-8").split('url = "')[1].split('"')[0]
    configure(other="http://127.0.0.1:9", go=url)
    assert "say which by --at (other, go)" in ask(*words).err
    assert ask(*words, "--at", "go").code == 0
    assert len(shlink.links) > 0
