"""Doctor, copies, erasure and the log."""

import socket
import stat
from pathlib import Path

import pytest

from smsreport_tui.rules.clock import HOUR, SystemClock
from smsreport_tui.rules.reminders import Asked, Draft, ReminderState
from storage.reminders import keep_reminder
from storage.sqlite_driver import driver
from storage.store import open_store
from tests.cli.conftest import Ask
from tests.gateways.standin import StandIn


def test_doctor_of_a_sound_store_and_gateway(ask: Ask, store: Path, gateway: StandIn) -> None:
    answer = ask("doctor", "--json")
    assert answer.code == 0
    assert list(answer.document) == ["ok", "checks"]
    assert answer.document["ok"] is True
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert all(list(check) == ["name", "ok", "text"] for check in checks.values())
    for name in ("python", "libraries", "store", "permissions", "books", "growth", "gateway", "worker", "disk"):
        assert checks[name]["ok"] is True
    assert "6 events, 3 profiles" in checks["growth"]["text"]
    assert "Stand-in" in checks["gateway"]["text"]
    people = ask("doctor")
    assert people.code == 0
    assert "books" in people.out


def test_doctor_finds_wrong_books_and_rights(ask: Ask, store: Path) -> None:
    connection = driver().connect(str(store))
    connection.execute("UPDATE activity_counts SET delivered = delivered + 1")
    connection.commit()
    connection.close()
    store.parent.chmod(0o755)
    answer = ask("doctor", "--json")
    assert answer.code == 1
    assert answer.document["ok"] is False
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert checks["books"]["ok"] is False
    assert "A1" in checks["books"]["text"]
    assert (checks["permissions"]["ok"], checks["gateway"]["ok"]) == (None, None)


def reminder(name: str, asked_at: int, state: ReminderState = ReminderState.SENDING) -> Asked:
    draft = Draft(name, "SHOP", "Hi", ("Everybody",))
    return Asked(f"reminder:{name}", draft, ("s1",), (), state, asked_at)


@pytest.mark.parametrize(
    ("asked", "ok", "text"),
    [
        ((), True, "Every reminder that was asked for has its answer."),
        (
            (("Again", 3),),
            None,
            "1 reminder has no answer yet: 'Again', asked for 3 h ago. "
            "The same `smsreport remind` again finds out whether it was sent, and nothing is sent twice.",
        ),
        (
            (("A", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 100)),
            None,
            "5 reminders have no answer yet: 'E', asked for 4 d ago; 'D', asked for 4 h ago; 'C', asked for 3 h ago; "
            "2 more. The same `smsreport remind` again finds out whether it was sent, and nothing is sent twice. "
            "What was asked for more than 71 hours ago can not be found out any more: "
            "look for it with `smsreport activities`.",
        ),
        (
            (("Old", 72),),
            True,
            "1 reminder has no answer yet: 'Old', asked for 3 d ago. What was asked for more than 71 hours ago "
            "can not be found out any more: look for it with `smsreport activities`.",
        ),
    ],
)
def test_doctor_tells_of_reminders_without_an_answer(
    ask: Ask, store: Path, asked: tuple[tuple[str, int], ...], ok: bool | None, text: str
) -> None:
    clock = SystemClock()
    with open_store(str(store), clock, writable=True) as opened, opened.writing() as connection:
        for name, hours in asked:
            keep_reminder(connection, 1, reminder(name, clock.now() - hours * HOUR))
        for state in (ReminderState.ACCEPTED, ReminderState.REFUSED):
            keep_reminder(connection, 1, reminder(state.name, clock.now() - HOUR, state))
    answer = ask("doctor", "--json")
    assert answer.code == 0
    found = [check for check in answer.document["checks"] if check["name"] == "reminders"]
    assert found == [{"name": "reminders", "ok": ok, "text": text}]


def test_doctor_of_nothing_yet(ask: Ask, user: Path) -> None:
    answer = ask("doctor", "--json")
    assert answer.code == 0
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert checks["store"]["ok"] is None
    assert not (user / "data").exists()


@pytest.mark.parametrize("token", ["wrong", ""])
def test_doctor_of_a_gateway_that_refuses(
    ask: Ask, store: Path, gateway: StandIn, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", token)
    answer = ask("doctor", "--json")
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert (answer.code, checks["gateway"]["ok"]) == (1, False)
    assert "token" in checks["gateway"]["text"]


def test_doctor_of_an_address_where_nothing_answers(ask: Ask, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSREPORT_TOKEN", "any")
    with socket.socket() as taken:
        # Bound and not listening: nobody else gets the port, and nobody answers there.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        answer = ask("--gateway", url, "doctor", "--json")
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert (answer.code, checks["gateway"]["ok"]) == (1, False)
    assert "nothing answers at that address" in checks["gateway"]["text"]


def test_doctor_of_a_store_that_is_none(ask: Ask, user: Path) -> None:
    file = user / "x.db"
    file.write_text("this is no database, and long enough to be taken for one" * 40)
    answer = ask("--store", str(file), "doctor", "--json")
    checks = {check["name"]: check for check in answer.document["checks"]}
    assert (answer.code, checks["store"]["ok"]) == (1, False)


def test_backup_and_restore(ask: Ask, store: Path, user: Path) -> None:
    copy = user / "copy.db"
    answer = ask("store", "backup", str(copy))
    assert (answer.code, answer.out) == (0, f"A copy of the store stands in {copy}\n")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert ask("store", "backup", str(copy)).code == 1
    before = ask("profile", "P1", "--json").document
    store.unlink()
    assert ask("profile", "P1").code == 1
    assert ask("store", "restore", str(copy)).code == 0
    assert ask("profile", "P1", "--json").document == before


def test_a_store_that_is_not_there_is_not_backed_up(ask: Ask, user: Path) -> None:
    answer = ask("store", "backup", str(user / "copy.db"))
    assert answer.code == 1
    assert not (user / "copy.db").exists()
    assert not (user / "data").exists()


def test_forgetting_erases_and_keeps_the_counts(ask: Ask, store: Path, user: Path) -> None:
    before = ask("report", "A1", "--json").document
    answer = ask("forget", "P1")
    assert (answer.code, answer.out) == (0, "P1 is erased; the counts stay.\n")
    profile = ask("profile", "P1", "--json").document
    assert (profile["erased"], profile["name"], profile["msisdn"]) == (True, None, None)
    after = ask("report", "A1", "--json").document
    assert after.pop("erased") == before.pop("erased") + 1
    assert after == before
    assert b"Anna Berg" not in store.read_bytes()
    assert "erased" in ask("list", "A1", "delivered").out
    assert ask("forget", "P99").code == 1


def test_the_log_and_its_end(ask: Ask, store: Path, user: Path) -> None:
    log = user / "state" / "smsreport" / "smsreport.log"
    assert ask("logs").out == f"{log}\n"
    ask("report", "A9")
    answer = ask("logs", "-n", "1")
    assert answer.out.splitlines()[0] == str(log)
    assert "A9" in answer.out.splitlines()[1]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_verbose_logs_to_the_screen_as_well(ask_apart: Ask, store: Path) -> None:
    answer = ask_apart("report", "A9", "--verbose")
    assert answer.code == 1
    assert len(answer.err.splitlines()) > 1
