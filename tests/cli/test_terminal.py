"""What a terminal sees beside the answer: bars while work goes on, a question before what can not be undone."""

import os
import re
from pathlib import Path

import pexpect
import pytest

from smsreport_tui.cli.time_zone import system_zone
from smsreport_tui.paths import own_command
from tests.cli.conftest import Ask
from tests.cli.feed import served
from tests.gateways.standin import StandIn


def in_terminal(*arguments: str, **environ: str) -> "pexpect.spawn[str]":
    command, *rest = own_command(*arguments)
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm-256color"}
    return pexpect.spawn(command, rest, dimensions=(30, 60), env=env | environ, timeout=60, encoding="utf-8")


def test_a_sync_shows_each_stream(gateway: StandIn) -> None:
    process = in_terminal("sync")
    for words in ("activities", "profiles", "events", "New or changed: 2 activities, 3 profiles, 6 events"):
        process.expect_exact(words)
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == 0


def test_an_export_shows_how_far_it_is(store: Path, user: Path) -> None:
    file = user / "se[red]nt.csv"
    process = in_terminal("export", "A1", "sent", str(file))
    process.expect_exact("se[red]nt.csv")
    process.expect_exact("3 of 3")
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == 0
    assert file.exists()


@pytest.mark.parametrize(("reply", "code", "erased"), [("n", 130, False), ("y", 0, True)])
def test_forgetting_asks_first(ask: Ask, store: Path, reply: str, code: int, erased: bool) -> None:
    process = in_terminal("forget", "P1")
    process.expect_exact("Erase P1 for good?")
    process.sendline(reply)
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == code
    assert ask("profile", "P1", "--json").document["erased"] is erased


@pytest.mark.parametrize(("reply", "code", "outcome"), [("n", 130, "hard"), ("y", 0, "soft")])
def test_classing_a_code_shows_what_it_changes_and_asks(
    ask: Ask, store: Path, reply: str, code: int, outcome: str
) -> None:
    process = in_terminal("codes", "set", "infobip", "error.id", "1", "soft")
    process.expect_exact("hard > soft")
    process.expect_exact("Strikes taken back")
    process.expect_exact("Write it and reclassify history?")
    process.sendline(reply)
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == code
    assert [one["outcome"] for one in ask("codes", "--json").document] == [outcome]


def test_a_narrow_terminal_keeps_whole_rows(store: Path) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal("list", "A1", "bounces").read())
    assert max(len(line) for line in text.splitlines()) <= 60
    assert "+46…0012" in text
    # A narrow terminal does without it; JSON and files have it.
    assert "E-mail" not in text


def test_colours_stay_away_when_unwanted(store: Path) -> None:
    assert "\x1b" not in in_terminal("report", "A1", TERM="dumb").read()
    # NO_COLOR leaves bold and dim.
    assert not re.search(r"\x1b\[[0-9;]*[34][0-9]", in_terminal("doctor", NO_COLOR="1").read())


@pytest.mark.parametrize(
    ("environ", "zone"),
    [
        ({"TZ": "Europe/Oslo"}, "Europe/Oslo"),
        ({"TZ": ":/usr/share/zoneinfo/Asia/Kolkata"}, "Asia/Kolkata"),
        ({"TZ": ":Asia/Kolkata"}, "Asia/Kolkata"),
        ({"TZ": "CET-1CEST"}, "UTC"),
        ({"TZ": ""}, "UTC"),
    ],
)
def test_the_operators_zone(environ: dict[str, str], zone: str) -> None:
    assert system_zone(environ) == zone


def test_the_zone_of_a_system_without_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link, name = tmp_path / "localtime", tmp_path / "timezone"
    monkeypatch.setattr("smsreport_tui.cli.time_zone._LINK", link)
    monkeypatch.setattr("smsreport_tui.cli.time_zone._NAME_FILE", name)
    assert system_zone({}) == "UTC"
    name.write_text("Europe/Berlin\n")
    assert system_zone({}) == "Europe/Berlin"
    link.symlink_to("/usr/share/zoneinfo/America/New_York")
    assert system_zone({}) == "America/New_York"


def test_an_account_is_asked_for_on_a_terminal(ask: Ask, user: Path) -> None:
    with served() as server:
        process = in_terminal("gateway", "add", "box")
        process.expect_exact("twilio: Twilio")
        process.expect("Kind .*: ")
        process.sendline("kannel")
        process.expect_exact("Address [http://127.0.0.1:13013/cgi-bin/sendsms]: ")
        process.sendline("ftp://nowhere")
        process.expect_exact("is no web address")
        process.sendline(server.url)
        process.expect_exact("Name of the sendsms-user: ")
        process.sendline("me")
        process.expect_exact("if there is one: ")
        process.sendline("")
        process.expect_exact("[http://127.0.0.1:8190]: ")
        process.sendline("")
        process.expect_exact("[none]: ")
        process.sendline("no-such")
        process.expect_exact("The operator's codes are one of")
        process.sendline("gsm")
        process.expect_exact("names and texts, if there is one: ")
        process.sendline("")
        process.expect_exact("Password for box: ")
        process.sendline("s3cr3t-pw")
        seen = process.read()
        process.close()
    # What answers there is no Kannel, so nothing is kept.
    assert process.exitstatus == 1
    assert "s3cr3t-pw" not in seen
    assert ask("gateway", "list", "--json").document == []


@pytest.mark.parametrize(("reply", "code", "left"), [("n", 130, 1), ("y", 0, 0)])
def test_forgetting_an_account_asks_first(ask: Ask, user: Path, reply: str, code: int, left: int) -> None:
    config = user / "config" / "smsreport" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[accounts.shop]\nkind = "feed"\nurl = "https://sms.example.com"\n')
    process = in_terminal("gateway", "remove", "shop")
    process.expect_exact("Forget the account shop and its secret?")
    process.sendline(reply)
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == code
    assert len(ask("gateway", "list", "--json").document) == left
