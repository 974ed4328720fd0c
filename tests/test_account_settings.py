"""Accounts of the configuration: which one a run works on, what they are asked, and errors with their line."""

from pathlib import Path
from typing import cast

import pytest

from smsreport_tui.config import Settings, load_settings
from smsreport_tui.gateways import kinds
from smsreport_tui.gateways.kinds import Kind, Question
from smsreport_tui.rules.errors import ConfigError

SHOP = '[accounts.shop]\nkind = "feed"\nurl = "https://sms.example.com/v1"\n'
CLUB = '[accounts.club]\nkind = "feed"\nurl = "https://club.example"\nstore = "club.db"\n'
LINKS = '[accounts.links]\nkind = "clicky"\nurl = "https://s.example"\n'


def small(text: str) -> None:
    if not text.isdigit():
        raise ConfigError("Hours must be digits.")


@pytest.fixture(autouse=True)
def more_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = kinds.KINDS["feed"]
    asking = Kind(
        "asking", "a kind that asks", "key", feed.build, "https://asking.example",
        (Question("user", "Who you are"), Question("hours", "How long", "24", small)),
    )  # fmt: skip
    clicky = Kind("clicky", "clicks only", "key", feed.build, sends=False)
    for kind in (asking, clicky):
        monkeypatch.setitem(cast("dict[str, Kind]", kinds.KINDS), kind.name, kind)


def load(folder: Path, text: str, environ: dict[str, str] | None = None, **flags: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load_settings({"config": str(file), **flags}, environ or {})


def refusal(folder: Path, text: str, environ: dict[str, str] | None = None, **flags: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, environ, **flags)
    return str(caught.value).replace(str(folder), "")


def test_without_an_account_everything_is_as_it_was(tmp_path: Path) -> None:
    found = load(tmp_path, 'gateway = "https://old.example"\nstore = "/old.db"\n' + SHOP)
    assert (found.gateway, found.store, found.chosen) == ("https://old.example", "/old.db", None)


def test_the_account_brings_its_gateway_and_a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    text = 'gateway = "https://old.example"\nstore = "/old.db"\n' + SHOP + CLUB
    found = load(tmp_path, text, account="shop")
    assert (found.gateway, found.store) == ("https://sms.example.com", "/data/smsreport/accounts/shop.db")
    assert (found.origins["gateway"], found.origins["store"]) == ("account shop", "account shop")
    assert load(tmp_path, text, account="club").store == str(tmp_path / "club.db")
    assert load(tmp_path, text, account="club", store="/given.db").store == "/given.db"
    assert load(tmp_path, text, {"SMSREPORT_STORE": "/env.db"}, account="club").store == "/env.db"


def test_the_nearest_choice_of_a_gateway_wins(tmp_path: Path) -> None:
    text = 'account = "shop"\n' + SHOP + CLUB
    assert load(tmp_path, text).account == "shop"
    assert load(tmp_path, text, {"SMSREPORT_ACCOUNT": "club"}).account == "club"
    assert load(tmp_path, text, {"SMSREPORT_ACCOUNT": "club"}, account="shop").account == "shop"
    assert load(tmp_path, text, {"SMSREPORT_GATEWAY": "https://e.example"}, account="club").account == "club"
    for environ, flags in (({"SMSREPORT_GATEWAY": "https://e.example"}, {}), ({}, {"gateway": "https://e.example"})):
        found = load(tmp_path, text, environ, **flags)
        assert (found.account, found.gateway) == (None, "https://e.example")


def test_an_account_and_a_gateway_of_the_same_breath_are_a_mistake(tmp_path: Path) -> None:
    both = refusal(tmp_path, SHOP, account="shop", gateway="https://e.example")
    assert both == "--account and --gateway both say where the gateway is: give one of them."
    environ = {"SMSREPORT_ACCOUNT": "shop", "SMSREPORT_GATEWAY": "https://e.example"}
    assert "SMSREPORT_ACCOUNT and SMSREPORT_GATEWAY both say" in refusal(tmp_path, SHOP, environ)


def test_answers_are_checked_and_what_was_not_answered_holds_by_itself(tmp_path: Path) -> None:
    text = '[accounts.a]\nkind = "asking"\nuser = " me "\n[accounts.b]\nkind = "asking"\nuser = "x"\nhours = 48\n'
    found = load(tmp_path, text).accounts
    assert found["a"].options == {"user": "me", "hours": "24"}
    assert found["a"].url == "https://asking.example"
    assert found["b"].options["hours"] == "48"


def test_a_source_of_clicks_belongs_to_an_account_and_is_none(tmp_path: Path) -> None:
    text = SHOP + 'clicks = ["links"]\n' + LINKS
    assert load(tmp_path, text, account="shop").accounts["shop"].clicks == ("links",)
    assert "brings clicks and sends nothing" in refusal(tmp_path, text, account="links")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("accounts = 1", "line 1: accounts must be tables: [accounts.NAME]"),
        ("[accounts]\nshop = 1", 'line 2: accounts.shop must be a table: [accounts.shop], then lines such as kind'),
        (SHOP + "[accounts.Shop]\n", "line 4: the name of the account 'Shop' must hold small letters"),
        (SHOP + '[accounts."../x"]\n', "line 4: the name of the account '../x' must hold small letters"),
        (SHOP + '[accounts.b]\nurl = "x"\n', "line 4: accounts.b has no kind: add one of feed, "),
        (SHOP + '[accounts.b]\nkind = "smpp"\n', "line 5: accounts.b.kind must be one of feed"),
        (SHOP + '[accounts.b]\nkind = "feed"\n', "line 4: accounts.b has no url: add the gateway's address."),
        (
            '[accounts.b]\nkind = "feed"\n\nurl = "http://sms.example"\n',
            "line 4: accounts.b.url must be a web address (The gateway's address begins with http://",
        ),
        (SHOP + "urll = 1", "line 4: in accounts.shop there is no setting 'urll': did you mean url?"),
        (SHOP + 'api_key = "k"', "line 4: in accounts.shop 'api_key' looks like a secret"),
        ('[accounts.b]\nkind = "asking"\n', "line 1: in accounts.b user is missing: Who you are."),
        ('[accounts.b]\nkind = "asking"\nuser = ["x"]\n', "line 3: accounts.b.user must be a text in quotes, or a"),
        (
            '[accounts.b]\nkind = "asking"\nuser = "x"\nhours = "many"\n',
            "line 4: accounts.b.hours: Hours must be digits.",
        ),
        (SHOP + "store = 1", "line 4: accounts.shop.store must be a text in quotes."),
        (SHOP + 'store = "club.db"\n' + CLUB, "line 8: accounts.club.store must be a store of its own: shop has"),
        (SHOP + 'clicks = "links"\n', 'line 4: accounts.shop.clicks must be a list of names, such as ["links"]'),
        (SHOP + 'clicks = ["club"]\n' + CLUB, "line 4: accounts.shop.clicks must be names of accounts that bring"),
        (LINKS + 'store = "x"', "line 4: in accounts.links there is no setting 'store'"),
        ('account = "club"\n' + SHOP, "line 1 names the account club, which is not configured: known are shop;"),
        ('account = "no/where"\n' + SHOP, "line 1: account must be the name of an account (An account's name must"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, text)
