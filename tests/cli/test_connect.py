"""Connecting a gateway from the command line: tested first, then kept where later runs find it."""

import io
import stat
import sys
import tomllib
from pathlib import Path

import keyring
import pytest

from smsreport_tui.tokens import SERVICE
from tests.cli.conftest import Ask
from tests.cli.feed import TOKEN, served
from tests.test_tokens import Kept


@pytest.fixture
def config_file(user: Path) -> Path:
    return user / "config" / "smsreport" / "config.toml"


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_right_token_is_kept_and_the_next_run_uses_it(
    ask: Ask, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, f"{TOKEN}\n")
    with served() as server:
        answer = ask("connect", server.url)
        assert answer.code == 0
        assert answer.out.startswith(f"Stand-in at {server.url} answers and takes the token")
        assert TOKEN not in answer.out + answer.err
        settings = tomllib.loads(config_file.read_text())
        token_file = Path(settings["token_file"])
        assert settings["gateway"] == server.url
        assert token_file.read_text() == f"{TOKEN}\n"
        assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
        assert ask("sync").code == 0


def test_a_keyring_that_gives_the_token_back_keeps_it(
    ask: Ask, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    give(monkeypatch, TOKEN)
    try:
        with served() as server:
            assert "the token in the keyring." in ask("connect", server.url).out
            assert keyring.get_password(SERVICE, server.url) == TOKEN
            assert ask("sync").code == 0
    finally:
        keyring.set_keyring(before)
    assert "token_file" not in config_file.read_text()


@pytest.mark.parametrize(
    ("token", "sentence"),
    [("wrong", "refuses the token"), ("", "The token is empty"), ("two words\u00e9", "token")],
)
def test_a_wrong_token_keeps_nothing(
    ask: Ask, config_file: Path, monkeypatch: pytest.MonkeyPatch, token: str, sentence: str
) -> None:
    give(monkeypatch, f"{token}\n")
    with served() as server:
        answer = ask("connect", server.url)
    assert answer.code == 1
    assert sentence in answer.err
    assert not config_file.exists()


def test_an_address_that_is_none_and_one_that_nobody_answers(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, TOKEN)
    assert "is no web address" in ask("connect", "sms.example.com").err
    with served() as server:
        gone = server.url
    give(monkeypatch, TOKEN)
    answer = ask("connect", gone)
    assert answer.code == 1
    assert gone in answer.err


def test_other_lines_of_the_configuration_stay(ask: Ask, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config_file.parent.mkdir(parents=True)
    config_file.write_text(
        '# mine\ntheme = "nord"\ngateway = """\\\n  https://old.example"""  # old\n\n[keys]\n"app.quit" = "Q"\n'
    )
    give(monkeypatch, TOKEN)
    with served() as server:
        assert ask("connect", server.url).code == 0
        lines = config_file.read_text().splitlines()
        assert lines[1:] == [
            "# mine",
            'theme = "nord"',
            f'gateway = "{server.url}"',
            "",
            "[keys]",
            '"app.quit" = "Q"',
        ]


def test_a_configuration_that_can_not_be_written_is_a_sentence(
    ask: Ask, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file.parent.parent.mkdir(parents=True)
    config_file.parent.write_text("a file where the folder should be")
    give(monkeypatch, TOKEN)
    with served() as server:
        answer = ask("connect", server.url)
    assert answer.code == 1
    assert "can not be written" in answer.err or "can not be read" in answer.err
