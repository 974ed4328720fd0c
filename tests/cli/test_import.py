"""People and activities from files, on the command line."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from smsreport_tui.cli.ending import FAILED, INTERRUPTED
from smsreport_tui.paths import own_command
from storage.sqlite_driver import driver
from tests.cli.conftest import Ask

ANN, BO = "+46700000021", "+46700000022"
PEOPLE = f"msisdn;Name;tags;city\n{ANN};Ann;vip|new;Lund\n0700000022;Bo;;\nnobody;Q;;\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return path


def test_people_are_taken_and_the_same_again_changes_nothing(ask: Ask, file: Path) -> None:
    answer = ask("import", "people", str(file), "--country", "SE")
    assert (answer.code, answer.out) == (0, "Taken: 2 new · 0 changed · 0 the same · 1 bad row left out\n")
    assert answer.err == "Line 4: msisdn: no number\n"
    again = ask("import", "people", str(file), "--country", "se", "--json")
    assert again.document == {
        "dry_run": False,
        "new": 0,
        "changed": 0,
        "same": 2,
        "erased": 0,
        "bad": 1,
        "told": [{"line": 4, "reason": "msisdn: no number"}],
    }


def test_segments_find_the_people_of_a_file(ask: Ask, file: Path, tmp_path: Path) -> None:
    ask("import", "people", str(file), "--country=SE")
    conditions = tmp_path / "lund.json"
    where = '{"all": [{"attr": "city", "op": "eq", "value": "lund"}, {"tag": "VIP"}]}'
    conditions.write_text(f'{{"version": 1, "name": "Lund", "where": {where}}}')
    assert ask("segment", "create", "Lund", "--file", str(conditions)).code == 0
    assert ask("segment", "count", "Lund", "--json").document["people"] == 1


def test_a_dry_run_without_a_store_makes_none(ask: Ask, user: Path, file: Path) -> None:
    answer = ask("import", "people", str(file), "--dry-run", "--country=SE")
    assert (answer.code, answer.out.startswith("Would be taken: 2 new ·")) == (0, True)
    assert not (user / "data").exists()


def test_a_dry_run_leaves_the_store_as_it_is(ask: Ask, store: Path, file: Path) -> None:
    assert ask("import", "people", str(file), "--dry-run", "--country=SE", "--json").document["new"] == 2
    assert ask("import", "people", str(file), "--country=SE", "--json").document["new"] == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name\nAnn\n", "has no column msisdn"),
        (f"msisdn\n{ANN[1:]}\n", "no country was given by --country"),
        ("msisdn\n", "0 new"),
    ],
)
def test_nothing_that_could_be_taken_is_a_failure(ask: Ask, file: Path, content: str, sentence: str) -> None:
    file.write_text(content)
    answer = ask("import", "people", str(file))
    assert answer.code == FAILED
    assert sentence in answer.out + answer.err


def test_a_country_that_is_none_and_a_file_that_is_not_there(ask: Ask, file: Path) -> None:
    assert "is no country" in ask("import", "people", str(file), "--country", "Sweden").err
    answer = ask("import", "people", str(file) + "x")
    assert (answer.code, "is no file that can be read" in answer.err) == (FAILED, True)


def test_characters_that_had_to_be_guessed_are_said_aloud(ask: Ask, file: Path) -> None:
    file.write_bytes(f"msisdn;name\n{ANN};Åsa\n".encode("latin-1"))
    answer = ask("import", "people", str(file))
    assert answer.code == 0
    assert "it is read as Latin-1" in answer.err


def test_many_bad_rows_are_told_up_to_a_number(ask: Ask, file: Path) -> None:
    file.write_text("msisdn\n" + "x\n" * 25 + f"{ANN}\n")
    answer = ask("import", "people", str(file))
    assert answer.code == 0
    assert answer.err.splitlines()[-2:] == ["Line 21: msisdn: no number", "and 5 more"]


def test_hostile_cells_reach_no_terminal(ask: Ask, file: Path) -> None:
    file.write_text("msisdn,\x1b]52;c;AAAA\x07,\x1b]52;c;AAAA\x07\nx,1,2\n")
    answer = ask("import", "people", str(file))
    assert answer.code == FAILED
    assert "\x1b" not in answer.out + answer.err


def test_an_interrupted_import_is_gone_on_with(ask: Ask, user: Path, file: Path) -> None:
    people = 12_000
    file.write_text("msisdn\n" + "".join(f"+4670{number:07}\n" for number in range(people)))
    path = user / "data" / "smsreport" / "smsreport.db"
    with subprocess.Popen(own_command("import", "people", str(file)), stderr=subprocess.DEVNULL) as child:
        wait_until(lambda: 0 < count(path, "profile") < people, child)
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == INTERRUPTED
    taken = count(path, "profile")
    assert 0 < taken < people
    left = count(path, "letter")
    answer = ask("import", "people", str(file), "--json")
    # What was left may have been taken already, and only not put away.
    assert taken <= answer.document["same"] <= taken + left
    assert (count(path, "profile"), count(path, "letter")) == (people, 0)


def count(path: Path, table: str) -> int:
    """Rows of a table in a store that another program may only be making."""
    try:
        with contextlib.closing(driver().connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except driver().Error:
        return 0


def wait_until(holds: Callable[[], bool], child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert child.poll() is None, "it has ended before people were seen in the store"
        assert time.monotonic() < deadline, "nobody has come into the store"
        time.sleep(0.01)


def test_an_erased_person_stays_so(ask: Ask, store: Path, file: Path) -> None:
    assert ask("forget", "P1", "--yes").code == 0
    file.write_text("msisdn,name\n+46700000011,Anna Berg\n+46700000022,Bo\n")
    answer = ask("import", "people", str(file))
    assert answer.out == "Taken: 1 new · 0 changed · 0 the same · 1 erased, and so they stay\n"


def test_activities_are_taken(ask: Ask, file: Path) -> None:
    file.write_text("id,name,sender,sent_at,body,timezone\nS1,Spring,SHOP,2026-03-02T09:00:00+01:00,Hi,Europe/Oslo\n")
    assert ask("import", "activities", str(file)).out == "Taken: 1 new · 0 changed · 0 the same\n"
    found = ask("activities", "--json").document
    assert [(one["id"], one["name"], one["sender"], one["sent_at"]) for one in found] == [
        ("S1", "Spring", "SHOP", "2026-03-02T08:00:00Z")
    ]


def test_retries_are_listed_as_before_where_only_files_were_taken(ask: Ask, file: Path) -> None:
    ask("import", "people", str(file), "--country=SE")
    assert ask("doctor", "--json").document["ok"] is True
