"""Accounts on the command line: tested first, kept whole or not at all, each with its own store and secret."""

import io
import stat
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import keyring
import pytest

from smsreport_tui.cli.surroundings import Surroundings
from smsreport_tui.gateways.kinds import KINDS, Kind, Question
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.tokens import SERVICE
from storage.mirror import mirror_of, read_sources
from tests.cli.conftest import Ask
from tests.cli.feed import TOKEN, served
from tests.gateways.standin import StandIn
from tests.test_tokens import Kept


@pytest.fixture
def config_file(user: Path) -> Path:
    return user / "config" / "smsreport" / "config.toml"


@pytest.fixture
def secrets(config_file: Path) -> Path:
    return config_file.parent / "secrets"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with served() as opened:
        yield opened


def digits(text: str) -> None:
    if not text.isdigit():
        raise ConfigError("Hours must be digits.")


@pytest.fixture(autouse=True)
def more_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    build = KINDS["feed"].build
    questions = (Question("plan", "Which plan"), Question("hours", "How many hours", "24", digits))
    asking = Kind("asking", "a kind that asks", "API key", build, questions=questions)
    for kind in (asking, Kind("clicky", "clicks only", "key", build, sends=False)):
        monkeypatch.setitem(cast("dict[str, Kind]", KINDS), kind.name, kind)


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([TOKEN] * 9)))


@pytest.fixture
def added(ask: Ask, server: StandIn, give: None) -> StandIn:
    assert ask("gateway", "add", "shop", "--kind", "feed", "--url", server.url).code == 0
    return server


def test_the_first_account_is_what_is_worked_on(ask: Ask, config_file: Path, secrets: Path, added: StandIn) -> None:
    settings = tomllib.loads(config_file.read_text())
    assert settings == {"account": "shop", "accounts": {"shop": {"kind": "feed", "url": added.url}}}
    assert (secrets / "shop").read_text() == f"{TOKEN}\n"
    assert stat.S_IMODE((secrets / "shop").stat().st_mode) == 0o600
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert ask("sync").code == 0
    store = config_file.parents[2] / "data" / "smsreport" / "accounts" / "shop.db"
    assert store.exists()
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    assert not (store.parents[1] / "smsreport.db").exists()


def test_what_will_work_is_said_in_words(ask: Ask, server: StandIn, give: None) -> None:
    answer = ask("gateway", "add", "shop", "--kind", "feed", "--url", server.url)
    assert f"Stand-in at {server.url} answers and takes the token" in answer.out
    for name in ("receipts", "clicks", "opt-outs", "credits", "retries", "lost answers", "segments", "people"):
        assert any(line.split("  ")[1].strip() == name for line in answer.out.splitlines() if "  " in line), name
    assert TOKEN not in answer.out + answer.err


def test_two_accounts_do_not_meet(ask: Ask, added: StandIn, config_file: Path) -> None:
    with served() as other:
        assert ask("gateway", "add", "club", "--kind", "feed", "--url", other.url).code == 0
        assert ask("--account", "club", "sync").code == 0
    assert ask("--account", "club", "activities", "--json").document != []
    assert ask("--account", "shop", "activities").code == 1
    assert tomllib.loads(config_file.read_text())["account"] == "shop"


def test_a_gateway_and_an_account_together_are_a_sentence(ask: Ask, added: StandIn) -> None:
    answer = ask("--account", "shop", "--gateway", added.url, "sync")
    assert (answer.code, answer.err.strip().endswith("both say where the gateway is: give one of them.")) == (1, True)


def test_a_wrong_secret_keeps_nothing_and_untested_keeps_it(
    ask: Ask, server: StandIn, config_file: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("gateway", "add", "shop", "--kind", "feed", "--url", server.url)
    monkeypatch.setattr(sys, "stdin", io.StringIO("wrong\nwrong\n"))
    answer = ask(*words)
    assert (answer.code, "refuses the token" in answer.err) == (1, True)
    assert not config_file.exists()
    assert not secrets.exists()
    assert ask(*words, "--untested").code == 0
    assert ask("gateway", "test", "shop").code == 1


def test_what_a_kind_asks_is_given_by_set_and_checked(ask: Ask, server: StandIn, give: None, config_file: Path) -> None:
    words = ("gateway", "add", "a", "--kind", "asking", "--url", server.url)
    assert "plan is missing: Which plan. Answers are given as --set KEY=VALUE." in ask(*words).err
    assert "Hours must be digits." in ask(*words, "--set", "plan=x", "--set", "hours=many").err
    assert "does not ask for 'plam': known are url, plan, hours." in ask(*words, "--set", "plam=x").err
    assert "--set takes KEY=VALUE" in ask(*words, "--set", "plan").err
    assert not config_file.exists()
    assert ask(*words, "--set", "plan=gold=1").code == 0
    assert tomllib.loads(config_file.read_text())["accounts"]["a"]["plan"] == "gold=1"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "Shop", "--kind", "feed", "--url", "https://x.example"), "An account's name must hold small letters"),
        (("add", "../x", "--kind", "feed", "--url", "https://x.example"), "An account's name must hold small letters"),
        (("add", "shop"), "Which kind it is was not said: give --kind with one of feed"),
        (("add", "shop", "--kind", "smpp"), "There is no kind 'smpp': give --kind with one of feed"),
        (("add", "shop", "--kind", "feed"), "The gateway's address is missing: give it with --url."),
        (("add", "shop", "--kind", "feed", "--url", "http://x.example"), "use https"),
        (("test", "shop"), "There is no account 'shop': there are none yet."),
        (("remove", "shop", "--yes"), "There is no account 'shop'"),
    ],
)
def test_what_can_not_be_is_a_sentence(
    ask: Ask, give: None, config_file: Path, words: tuple[str, ...], sentence: str
) -> None:
    answer = ask("gateway", *words)
    assert (answer.code, sentence in answer.err) == (1, True)
    assert not config_file.exists()


def test_what_an_interruption_leaves_is_no_account(
    ask: Ask, server: StandIn, give: None, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    words = ("gateway", "add", "shop", "--kind", "feed", "--url", server.url)
    with monkeypatch.context() as patched:
        patched.setattr("smsreport_tui.config_writer.rewrite", interrupted)
        assert ask(*words).code == 130
    assert ask("gateway", "list", "--json").document == []
    assert ask(*words).code == 0
    assert ask("sync").code == 0


def test_an_account_is_listed_shown_and_asked(ask: Ask, added: StandIn) -> None:
    entry = ask("gateway", "list", "--json").document[0]
    assert list(entry) == ["name", "kind", "url", "sends", "default", "store", "clicks", "options"]
    assert (entry["name"], entry["kind"], entry["url"], entry["default"]) == ("shop", "feed", added.url, True)
    assert entry["store"].endswith("/accounts/shop.db")
    assert "shop (default)" in ask("gateway", "list").out
    shown = ask("gateway", "show", "shop", "--json").document
    assert (shown["problem"], shown["capabilities"][0]["name"]) == (None, "receipts")
    assert all(set(one) == {"name", "works", "text"} for one in shown["capabilities"])
    assert "Delivered and bounced messages are told" in ask("gateway", "show", "shop").out
    assert ask("gateway", "test", "shop").code == 0


def test_an_account_whose_gateway_is_away_is_shown_with_its_problem(ask: Ask, give: None) -> None:
    with served() as away:
        assert ask("gateway", "add", "shop", "--kind", "feed", "--url", away.url).code == 0
    shown = ask("gateway", "show", "shop", "--json").document
    assert shown["capabilities"] is None
    assert away.url in shown["problem"]
    assert ask("gateway", "test", "shop").code == 1


def test_a_removed_account_leaves_its_store_and_nothing_else(
    ask: Ask, added: StandIn, config_file: Path, secrets: Path
) -> None:
    assert ask("sync").code == 0
    config_file.write_text(f'# mine\ntheme = "nord"\n{config_file.read_text()}\n# last\n[keys]\n')
    assert "say so with --yes" in ask("gateway", "remove", "shop").err
    answer = ask("gateway", "remove", "shop", "--yes")
    assert (answer.code, "accounts/shop.db; delete that by hand" in answer.out) == (0, True)
    assert config_file.read_text() == '# mine\ntheme = "nord"\n\n# last\n[keys]\n'
    assert not (secrets / "shop").exists()
    assert (config_file.parents[2] / "data" / "smsreport" / "accounts" / "shop.db").exists()
    assert "No gateway is configured" in ask("sync").err
    again = ask("gateway", "add", "shop", "--kind", "feed", "--url", added.url)
    assert "accounts/shop.db is there already, from an account of that name" in again.err


def test_a_source_of_clicks_is_attached_and_goes_with_its_account(ask: Ask, added: StandIn, config_file: Path) -> None:
    assert ask("gateway", "add", "links", "--kind", "clicky", "--url", added.url).code == 0
    assert ask("gateway", "clicks", "shop", "links").out == "Clicks of shop come from links.\n"
    assert ask("gateway", "clicks", "shop", "links").code == 0
    assert tomllib.loads(config_file.read_text())["accounts"]["shop"]["clicks"] == ["links"]
    assert "Clicks go from an account that brings clicks" in ask("gateway", "clicks", "links", "shop").err
    assert ask("gateway", "clicks", "shop", "links", "--remove").code == 0
    assert tomllib.loads(config_file.read_text())["accounts"]["shop"]["clicks"] == []
    assert ask("gateway", "clicks", "shop", "links").code == 0
    assert ask("gateway", "remove", "links", "--yes").code == 0
    assert tomllib.loads(config_file.read_text())["accounts"] == {
        "shop": {"clicks": [], "kind": "feed", "url": added.url}
    }


def test_a_keyring_keeps_each_account_s_secret_by_its_name(
    ask: Ask, server: StandIn, give: None, secrets: Path
) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    try:
        added = ask("gateway", "add", "shop", "--kind", "feed", "--url", server.url)
        assert "its token in the keyring" in added.out
        assert keyring.get_password(SERVICE, "shop") == TOKEN
        assert not secrets.exists()
        assert ask("sync").code == 0
        assert ask("gateway", "remove", "shop", "--yes").code == 0
        assert keyring.get_password(SERVICE, "shop") is None
    finally:
        keyring.set_keyring(before)


def test_the_environment_s_token_is_the_chosen_account_s(
    ask: Ask, added: StandIn, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secrets / "shop").unlink()
    answer = ask("sync")
    assert (answer.code, "There is no secret for the account shop" in answer.err) == (1, True)
    monkeypatch.setenv("SMSREPORT_TOKEN", TOKEN)
    assert ask("sync").code == 0
    assert ask("gateway", "test", "shop").code == 0


def test_the_configuration_is_shown_and_checked_with_its_accounts(ask: Ask, added: StandIn, secrets: Path) -> None:
    shown = ask("config", "show").out
    assert "shop (feed)" in shown
    assert "account shop" in shown
    assert ask("config", "check").code == 0
    (secrets / "shop").chmod(0o644)
    answer = ask("config", "check")
    assert (answer.code, "chmod 600" in answer.err) == (1, True)


def test_an_account_without_its_table_does_not_stand_in_the_way_of_making_it(
    ask: Ask, server: StandIn, give: None, config_file: Path
) -> None:
    config_file.parent.mkdir(parents=True)
    config_file.write_text('account = "shop"\n')
    assert "`smsreport gateway add shop --kind KIND` makes it" in ask("sync").err
    assert ask("gateway", "add", "shop", "--kind", "feed", "--url", server.url).code == 0
    assert ask("sync").code == 0


def test_accounts_that_are_spelled_otherwise_are_left_alone(ask: Ask, give: None, config_file: Path) -> None:
    text = 'accounts = {a = {kind = "feed", url = "https://a.example"}, b = {kind = "clicky", url = "https://b.example"}}\n'
    config_file.parent.mkdir(parents=True)
    config_file.write_text(text)
    for words in (
        ("add", "c", "--kind", "feed", "--url", "https://c.example", "--untested"),
        ("clicks", "a", "b"),
        ("remove", "a", "--yes"),
    ):
        answer = ask("gateway", *words)
        assert (answer.code, "change it there by hand" in answer.err) == (1, True)
    assert config_file.read_text() == text


@pytest.fixture
def clicked(ask: Ask, added: StandIn) -> Iterator[StandIn]:
    """A source of clicks that the account of the server has."""
    with served() as links:
        assert ask("gateway", "add", "links", "--kind", "clicky", "--url", links.url).code == 0
        assert ask("gateway", "clicks", "shop", "links").code == 0
        yield links


def test_a_sync_pulls_the_clicks_too_and_tells_the_sum(ask: Ask, added: StandIn, clicked: StandIn) -> None:
    result = ask("sync", "--json").document
    # The source serves the same feed: what it says has come from the gateway already, or the other way round.
    assert (result["events"], result["duplicates"]) == (6, 8)
    checks = ask("doctor", "--json").document["checks"]
    assert [(check["name"], check["ok"]) for check in checks if check["name"] in ("gateway", "clicks")] == [
        ("gateway", True),
        ("clicks", True),
    ]


def test_clicks_that_fail_are_told_and_hinder_nothing(
    ask: Ask, added: StandIn, clicked: StandIn, secrets: Path
) -> None:
    (secrets / "links").write_text("another\n")
    answer = ask("sync", "--json")
    assert answer.code == 1
    assert answer.document["events"] == 6
    assert "Clicks from links: " in answer.err
    checks = {check["name"]: check for check in ask("doctor", "--json").document["checks"]}
    assert (checks["gateway"]["ok"], checks["clicks"]["ok"]) == (True, False)
    assert checks["clicks"]["text"].startswith("links: ")
    assert "Clicks from links: " in checks["problem"]["text"]
    answer = ask("worker", "--once", "--json")
    assert (answer.code, answer.document["synced"], "Clicks from links" in answer.err) == (1, 0, True)


def test_a_source_that_is_shown_says_what_it_brings(ask: Ask, added: StandIn, clicked: StandIn) -> None:
    assert [one["name"] for one in ask("gateway", "show", "links", "--json").document["capabilities"]] == [
        "clicks",
        "receipts",
    ]


def test_retries_are_those_of_the_source_as_its_adapter_calls_it(user: Path, config_file: Path) -> None:
    config_file.parent.mkdir(parents=True)
    config_file.write_text(f'account = "tw"\n[accounts.tw]\nkind = "twilio"\naccount_sid = "AC{"0" * 32}"\n')
    about = Surroundings()
    with about.open_store(writable=True) as store:
        mirror_of(store, f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}", "Twilio", "twilio", "{}")
        assert about._source_url() in read_sources(store)


def test_every_question_has_a_name_that_no_account_needs_itself() -> None:
    for kind in KINDS.values():
        names = [question.name for question in kind.questions]
        assert len({*names, "kind", "url", "store", "clicks"}) == len(names) + 4
