"""Outcome codes by command: listed, previewed, classed."""

from pathlib import Path

import pytest

from smsreport_tui.rules.clock import SystemClock
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.storage.stores import put
from tests.storage.test_bounces import bounce

NOTHING = {
    "receipts": 0,
    "outcomes": [],
    "strikes_given": 0,
    "strikes_taken": 0,
    "suppressed": 0,
    "released": 0,
    "retries_begun": 0,
    "retries_ended": 0,
}
TO_SOFT = NOTHING | {
    "receipts": 1,
    "outcomes": [{"from": "hard", "to": "soft", "recipients": 1}],
    "strikes_taken": 1,
}
HEADER = "vendor,scheme,code,name,vendor_says,outcome\n"
ONE = ("infobip", "error.id", "1")


@pytest.fixture
def own(user: Path) -> Path:
    """Where the operator's own table stands, if there is one."""
    return user / "config" / "smsreport" / "outcome_codes.csv"


def test_codes_as_json_with_the_unmapped_first(ask: Ask, store: Path) -> None:
    with open_store(str(store), SystemClock(), writable=True) as opened:
        put(opened, "events", [bounce("B1", "nobody", profile="P3", bounce="soft"), bounce("B1", "x9")])
        put(opened, "events", [{**bounce("B2", "1"), "kind": "cancelled"}])
    answer = ask("codes", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [(one["code"], one["outcome"], one["why"]) for one in answer.document] == [
        ("nobody", "soft", "gateway"),
        ("x9", "unknown", "unknown"),
        ("1", "hard", "table"),
        ("1", "cancelled", "receipt"),
    ]
    assert answer.document[2] == {
        "vendor": "infobip",
        "scheme": "error.id",
        "code": "1",
        "name": "EC_UNKNOWN_SUBSCRIBER",
        "outcome": "hard",
        "why": "table",
        "recipients": 1,
        "receipts": None,
    }
    counted = ask("codes", "--json", "--receipts").document
    assert [one["receipts"] for one in counted] == [1, 1, 1, 1]


def test_a_code_that_decided_nothing_is_listed_with_receipts(ask: Ask, store: Path) -> None:
    with open_store(str(store), SystemClock(), writable=True) as opened:
        put(opened, "events", [{**bounce("A1", "x9", profile="P1"), "id": "late"}])
    assert [one["code"] for one in ask("codes", "--json").document] == ["1"]
    first = ask("codes", "--json", "--receipts").document[0]
    assert (first["code"], first["recipients"], first["receipts"]) == ("x9", 0, 1)


def test_codes_for_people(ask: Ask, store: Path) -> None:
    answer = ask("codes")
    assert answer.code == 0
    assert "EC_UNKNOWN_SUBSCRIBER" in answer.out
    assert "the table" in answer.out
    assert "Receipts" in ask("codes", "--receipts").out


def test_setting_a_code_previews_writes_and_reclassifies(ask: Ask, store: Path, own: Path) -> None:
    answer = ask("codes", "set", *ONE, "soft", "--yes", "--json")
    assert answer.code == 0
    assert answer.document == TO_SOFT
    assert own.read_text() == f"{HEADER}infobip,error.id,1,,,soft\n"
    assert own.stat().st_mode & 0o777 == 0o600
    report = ask("report", "A1", "--json").document
    assert (report["soft"], report["hard"]) == (1, 0)
    assert ask("strikes", "--json").document == []
    (code,) = ask("codes", "--json").document
    assert (code["why"], code["name"]) == ("override", "EC_UNKNOWN_SUBSCRIBER")
    back = ask("codes", "unset", *ONE, "--yes")
    assert back.code == 0
    assert "soft > hard" in back.out
    assert own.read_text() == HEADER
    assert ask("report", "A1", "--json").document["hard"] == 1


def test_without_yes_and_without_a_terminal_nothing_is_changed(ask: Ask, store: Path, own: Path) -> None:
    answer = ask("codes", "set", *ONE, "soft")
    assert answer.code == 2
    assert "hard > soft" in answer.out
    assert "--yes" in answer.err
    assert not own.exists()
    assert ask("report", "A1", "--json").document["hard"] == 1


def test_other_rows_of_the_file_stay(ask: Ask, store: Path, own: Path) -> None:
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('note,vendor,scheme,code,outcome\n"mine, too",x,y,1,hard\nold,infobip,error.id,1,hard\n')
    assert ask("codes", "set", *ONE, "soft", "--yes").code == 0
    assert own.read_text() == 'note,vendor,scheme,code,outcome\n"mine, too",x,y,1,hard\nold,infobip,error.id,1,soft\n'
    assert ask("codes", "set", "infobip", "error.id", "2", "hard", "--yes").code == 0
    assert own.read_text().endswith("old,infobip,error.id,1,soft\n,infobip,error.id,2,hard\n")
    assert ask("codes", "unset", "x", "y", "1", "--yes").code == 0
    assert "mine" not in own.read_text()


def test_a_whole_file_is_previewed_and_nothing_is_changed(ask: Ask, store: Path, own: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(f"{HEADER}infobip,error.id,1,,,soft\n")
    assert ask("codes", "preview", "--file", str(other), "--json").document == TO_SOFT
    assert "hard > soft" in ask("codes", "preview", "--file", str(other)).out
    assert ask("codes", "preview", "--json").document == NOTHING
    # The operator's own file, changed by hand and not taken up by the store yet.
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(other.read_text())
    assert ask("codes", "preview", "--json").document == TO_SOFT
    assert ask("codes", "preview", "--json").document == TO_SOFT


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("unset", *ONE), 1, "is not in"),
        (("set", " ", "error.id", "1", "soft"), 1, "Name the vendor"),
        (("set", *ONE, "broken"), 2, "broken"),
        (("preview", "--file", "/nowhere/at/all.csv"), 1, "There is no file"),
    ],
)
def test_what_can_not_be_is_said(ask: Ask, store: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    answer = ask("codes", *arguments)
    assert answer.code == code
    assert words in answer.err


def test_a_file_with_a_fault_is_left_alone(ask: Ask, store: Path, own: Path) -> None:
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(f"{HEADER}x,y,1,,,nonsense\n")
    answer = ask("codes", "set", *ONE, "soft", "--yes")
    assert answer.code == 1
    assert "line 2" in answer.err
    assert "nonsense" in own.read_text()


def test_without_a_store_there_is_nothing_to_preview(ask: Ask, own: Path) -> None:
    answer = ask("codes", "set", *ONE, "soft", "--yes")
    assert answer.code == 1
    assert "There is no store" in answer.err
    assert not own.exists()
