"""Strikes by command: listed, cleared, exported."""

from pathlib import Path

from smsreport_tui.rules.clock import SystemClock
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.storage.stores import put
from tests.storage.test_bounces import HARD, REFUSED, bounce

P2, P3 = "+46700000012", "+46700000013"


def strike(path: Path, *activities: str, profile: str = "P2", code: str = HARD) -> None:
    with open_store(str(path), SystemClock(), writable=True) as store:
        put(store, "events", [bounce(name, code, profile=profile) for name in activities])


def test_strikes_as_json(ask: Ask, store: Path) -> None:
    strike(store, "B1", "B2")
    strike(store, "B1", profile="P3", code=REFUSED)
    answer = ask("strikes", "--json")
    assert (answer.code, answer.err) == (0, "")
    first, second = answer.document
    assert list(first) == ["msisdn", "strikes", "suppressed", "history"]
    assert (first["msisdn"], first["strikes"], first["suppressed"]) == (P2, 3, True)
    assert first["history"][0] == {
        "activity": "A1",
        "at": "2026-03-02T08:00:09Z",
        "vendor": "infobip",
        "scheme": "error.id",
        "code": "1",
    }
    assert second == {"msisdn": P3, "strikes": 0, "suppressed": True, "history": []}


def test_the_table_masks_numbers_and_says_what_the_marks_mean(ask: Ask, store: Path) -> None:
    strike(store, "B1")
    answer = ask("strikes")
    assert answer.code == 0
    assert "+46…0012 2/3" in answer.out
    assert "2/3 strikes" in answer.out
    assert P2 not in answer.out
    strike(store, "B2")
    assert "+46…0012 ⊘" in ask("strikes").out


def test_a_marked_number_is_marked_in_lists_and_on_the_profile(ask: Ask, store: Path) -> None:
    strike(store, "B1")
    listed = ask("list", "A1", "bounces")
    assert "+46…0012 2/3" in listed.out
    assert "2/3 strikes" in listed.out
    assert "+46…0012 2/3" in ask("list", "A1", "sent").out
    assert "+46…0012 2/3" in ask("profile", "P2").out
    assert "2/3" not in ask("list", "A1", "bounces", "--json").out.replace("1/3", "")


def test_without_strikes_it_says_so(ask: Ask, store: Path) -> None:
    assert ask("strikes", "clear", P2, "--reason", "tested").code == 0
    assert ask("strikes", "--json").document == []
    assert "No number has a strike" in ask("strikes").out


def test_clearing(ask: Ask, store: Path) -> None:
    strike(store, "B1", "B2")
    answer = ask("strikes", "clear", P2, "--reason", "a new owner")
    assert (answer.code, answer.out) == (0, "+46…0012 is cleared of 3 strikes; the reason is kept.\n")
    again = ask("strikes", "clear", P2, "--reason", "a new owner")
    assert (again.code, again.out) == (1, "")
    assert "nothing to clear" in again.err
    assert ask("strikes", "clear", P2).code == 2
    assert ask("strikes", "clear", P2, "--reason", " ").code == 1
    assert ask("strikes", "clear", "0700", "--reason", "x").code == 1


def test_the_file_for_the_sending_platform(ask: Ask, store: Path, tmp_path: Path) -> None:
    strike(store, "B1", "B2")
    strike(store, "B1", profile="P3", code=REFUSED)
    file = tmp_path / "exclude.csv"
    answer = ask("strikes", "export", str(file))
    assert (answer.code, answer.err) == (0, "")
    assert "2 suppressed numbers" in answer.out
    lines = file.read_bytes().decode().split("\r\n")
    assert lines == [
        "msisdn,strikes,reason,since,last_code",
        f"{P2},3,three strikes,2026-03-02T09:00:00Z,infobip error.id 1",
        f"{P3},0,refused,2026-03-02T09:00:00Z,infobip error.id 573",
        "",
    ]
    assert file.stat().st_mode & 0o777 == 0o600
    assert ask("strikes", "export", str(file)).code == 1
    assert ask("strikes", "export", str(file), "--force").code == 0
    assert ask("strikes", "export", str(tmp_path / "exclude.txt")).code == 1
    assert ask("strikes", "export", str(tmp_path / "exclude.xlsx")).code == 0


def test_an_erased_persons_number_is_null_and_left_out_of_the_file(ask: Ask, store: Path, tmp_path: Path) -> None:
    strike(store, "B1", "B2")
    assert ask("forget", "P2", "--yes").code == 0
    (number,) = ask("strikes", "--json").document
    assert (number["msisdn"], number["strikes"], number["suppressed"]) == (None, 3, True)
    answer = ask("strikes", "export", str(tmp_path / "exclude.csv"))
    assert "0 suppressed numbers" in answer.out
    assert "1 number of erased people left out" in answer.err
    assert (tmp_path / "exclude.csv").read_bytes() == b"msisdn,strikes,reason,since,last_code\r\n"
    assert "erased ⊘" in ask("strikes").out
