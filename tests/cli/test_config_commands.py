"""The configuration as the operator sees it."""

import re
from pathlib import Path

import keyring
import pytest

from smsreport_tui.tokens import SERVICE
from tests.cli.conftest import Ask
from tests.test_tokens import Kept


def test_where_the_configuration_is_even_when_it_is_broken(ask: Ask, user: Path) -> None:
    assert ask("config", "path").out == f"{user}/config/smsreport/config.toml\n"
    file = user / "mine.toml"
    file.write_text("broken")
    assert ask("--config", str(file), "config", "path").out == f"{file}\n"


def test_every_setting_with_its_origin(ask: Ask, user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = user / "mine.toml"
    file.write_text('time_zone = "Europe/Oslo"\n')
    monkeypatch.setenv("SMSREPORT_STORE", "postgresql://u:pa55@db/x")
    answer = ask("--config", str(file), "--gateway", "https://sms.example.com", "config", "show")
    lines = [line.split() for line in answer.out.splitlines()]
    assert answer.code == 0
    assert any(line[:3] == ["gateway", "https://sms.example.com", "--gateway"] for line in lines)
    assert any(line[:3] == ["store", "postgresql://u:…@db/x", "SMSREPORT_STORE"] for line in lines)
    assert any(line[:5] == ["time_zone", "Europe/Oslo", f"{file},", "line", "1"] for line in lines)
    assert any(line[:3] == ["sync_interval", "60", "default"] for line in lines)
    assert "pa55" not in answer.out


def test_allowed_hours_are_shown_as_they_are_written(ask: Ask, user: Path) -> None:
    assert re.search(r"(?m)^allowed_hours +off +default ", ask("config", "show").out)
    file = user / "mine.toml"
    file.write_text('[allowed_hours]\nall = "09:00-20:00"\nDE = "off"\n')
    out = ask("--config", str(file), "config", "show").out
    assert re.search(r"(?m)^allowed_hours +all: 09:00-20:00, DE: off ", out)
    file.write_text('[allowed_hours]\nall = "09:00-20:00"\nDE = "of"\n')
    answer = ask("--config", str(file), "config", "check")
    assert answer.code == 1
    assert f'{file}, line 3: allowed_hours.DE must be "off", or hours such as' in answer.err


def test_a_right_configuration_is_called_right(ask: Ask, user: Path) -> None:
    assert "the defaults hold" in ask("config", "check").out
    file = user / "mine.toml"
    file.write_text('time_zone = "Europe/Oslo"\n')
    answer = ask("--config", str(file), "config", "check")
    assert (answer.code, answer.out) == (0, f"{file} is right.\n")


def test_check_tells_everything_that_is_wrong(ask: Ask, user: Path) -> None:
    file = user / "mine.toml"
    file.write_text('time_zone = "Europe/Stokholm"\nexport_folder = "none"\ntoken_file = "none"\n')
    (user / "outcome_codes.csv").write_text("vendor,scheme,code,outcome\nx,y,1,nonsense\n")
    answer = ask("--config", str(file), "config", "check")
    assert answer.code == 1
    text = answer.out + answer.err
    assert [word for word in ("Europe/Stokholm", "export_folder", "token file", "'nonsense'") if word not in text] == []


def test_a_token_is_put_into_the_keyring(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ring, before = Kept(), keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: "s3cr3t")
        answer = ask("--gateway", "https://sms.example.com/", "config", "set-token")
    finally:
        keyring.set_keyring(before)
    assert answer.code == 0
    assert "s3cr3t" not in answer.out + answer.err
    assert ring.passwords == {(SERVICE, "https://sms.example.com"): "s3cr3t"}
    assert "give that with --gateway first" in ask("config", "set-token").err


def test_the_secret_of_an_account_is_kept_by_its_name(ask: Ask, user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = user / "config" / "smsreport" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[accounts.shop]\nkind = "feed"\nurl = "https://sms.example.com"\n')
    monkeypatch.setattr("click.prompt", lambda *_, **__: " s3cr3t ")
    answer = ask("--account", "shop", "config", "set-token")
    assert (answer.code, "s3cr3t" in answer.out + answer.err) == (0, False)
    assert (config.parent / "secrets" / "shop").read_text() == "s3cr3t\n"
