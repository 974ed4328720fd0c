"""Where the gateway's token may come from, and what is refused."""

import os
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from smsreport_tui.config import Settings, load_settings
from smsreport_tui.rules.errors import ConfigError
from smsreport_tui.tokens import (
    drop_secret,
    find_token,
    keep_secret,
    keep_token,
    kept_secret,
    locate_token,
    secret_file,
)

URL = "https://sms.example.com"


class Kept(keyring.backend.KeyringBackend):
    """A keyring in memory; `failure` is what it raises."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.passwords: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.failure is not None:
            raise self.failure
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.failure is not None:
            raise self.failure
        del self.passwords[service, username]


@pytest.fixture
def ring() -> Iterator[Kept]:
    before = keyring.get_keyring()
    kept = Kept()
    keyring.set_keyring(kept)
    yield kept
    keyring.set_keyring(before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "config.toml"
    file.write_text("")
    return load_settings({"config": str(file), "gateway": URL}, {})


def token_file(folder: Path, content: bytes = b"from-file\n", mode: int = 0o600) -> Path:
    file = folder / "token"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_the_environment_comes_first_then_the_file_then_the_keyring(
    settings: Settings, tmp_path: Path, ring: Kept
) -> None:
    ring.passwords["smsreport", URL] = "from-ring"
    named = token_file(tmp_path)
    assert find_token(settings, {}) == "from-ring"
    assert find_token(replace(settings, token_file=named), {}) == "from-file"
    assert find_token(settings, {"SMSREPORT_TOKEN_FILE": str(named)}) == "from-file"
    assert find_token(settings, {"SMSREPORT_TOKEN_FILE": str(named), "SMSREPORT_TOKEN": " direct\n"}) == "direct"
    assert locate_token(settings, {"SMSREPORT_TOKEN": "direct"}).origin == "SMSREPORT_TOKEN"


def test_the_variable_beats_the_file_of_the_configuration(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("other")
    other.chmod(0o600)
    found = locate_token(replace(settings, token_file=token_file(tmp_path)), {"SMSREPORT_TOKEN_FILE": str(other)})
    assert (found.value, found.origin) == ("other", str(other))


def test_no_token_names_all_three_ways(settings: Settings, ring: Kept) -> None:
    with pytest.raises(ConfigError) as caught:
        find_token(settings, {"SMSREPORT_TOKEN": "", "SMSREPORT_TOKEN_FILE": ""})
    assert all(way in str(caught.value) for way in ("SMSREPORT_TOKEN,", "SMSREPORT_TOKEN_FILE", "keyring"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_use_is_refused(settings: Settings, tmp_path: Path, mode: int) -> None:
    named = token_file(tmp_path, mode=mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        find_token(settings, {"SMSREPORT_TOKEN_FILE": str(named)})


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"one\ntwo", b"x" * 4_097, b"\xff\xfe", b"two words", "ö".encode(), b"a\x1bb", b"a\x85b"]
)
def test_a_file_that_holds_no_token_is_refused(settings: Settings, tmp_path: Path, content: bytes) -> None:
    named = token_file(tmp_path, content)
    with pytest.raises(ConfigError, match="token"):
        find_token(settings, {"SMSREPORT_TOKEN_FILE": str(named)})


def test_what_is_no_file_is_refused_without_waiting(settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "missing", "."):
        with pytest.raises(ConfigError, match="token file"):
            find_token(settings, {"SMSREPORT_TOKEN_FILE": str(tmp_path / name)})


def test_a_file_of_another_user_is_refused(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = token_file(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: named.stat().st_uid + 1)
    with pytest.raises(ConfigError, match="belongs to another user"):
        find_token(settings, {"SMSREPORT_TOKEN_FILE": str(named)})


def test_a_system_without_a_keyring_is_like_an_empty_one(settings: Settings, ring: Kept) -> None:
    ring.failure = keyring.errors.NoKeyringError("none")
    with pytest.raises(ConfigError, match="There is no token"):
        find_token(settings, {})
    with pytest.raises(ConfigError, match="no keyring"):
        keep_token(URL, "secret")


@pytest.mark.parametrize("failure", [keyring.errors.KeyringLocked("secret"), RuntimeError("secret")])
def test_a_keyring_that_fails_is_told_without_its_words(settings: Settings, ring: Kept, failure: Exception) -> None:
    ring.failure = failure
    for attempt in (lambda: find_token(settings, {}), lambda: keep_token(URL, "secret")):
        with pytest.raises(ConfigError, match="keyring can not be used") as caught:
            attempt()
        assert "secret" not in str(caught.value)


def test_a_kept_token_is_found_again(settings: Settings, ring: Kept) -> None:
    keep_token(URL, " fresh ")
    assert find_token(settings, {}) == "fresh"
    with pytest.raises(ConfigError, match="empty"):
        keep_token(URL, "  ")


def test_a_token_stands_in_no_repr(settings: Settings) -> None:
    found = locate_token(settings, {"SMSREPORT_TOKEN": "s3cr3t"})
    assert "s3cr3t" not in repr(found)
    with pytest.raises(ConfigError) as caught:
        locate_token(settings, {"SMSREPORT_TOKEN": "s3cr3t and more"})
    assert "s3cr3t and" not in "".join(traceback.format_exception_only(caught.value))


def test_a_secret_that_a_keyring_takes_no_longer_moves_to_the_file(
    tmp_path: Path, ring: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secrets" / "shop"
    assert keep_secret("shop", "first", file) is None
    monkeypatch.setattr(ring, "set_password", lambda *_: None)
    assert keep_secret("shop", "second", file) == file
    settings = load_settings({"config": None}, {})
    settings = replace(settings, config_file=tmp_path / "config.toml")
    assert kept_secret(settings, "shop").value == "second"
    drop_secret("shop", file)
    with pytest.raises(ConfigError, match="no secret for the account shop"):
        kept_secret(settings, "shop")


def test_a_locked_keyring_does_not_hide_what_stands_in_the_file(tmp_path: Path, ring: Kept) -> None:
    settings = replace(load_settings({"config": None}, {}), config_file=tmp_path / "config.toml")
    ring.failure = keyring.errors.KeyringLocked("locked")
    with pytest.raises(ConfigError, match="unlock it"):
        kept_secret(settings, "shop")
    keep_secret("shop", "second", secret_file(settings, "shop"))
    assert kept_secret(settings, "shop").value == "second"


def test_a_keyring_that_does_not_let_go_is_told(tmp_path: Path, ring: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_token("shop", "first")
    monkeypatch.setattr(ring, "delete_password", lambda *_: ring.passwords["nobody", ""])
    with pytest.raises(ConfigError, match="does not let go of the secret of shop"):
        drop_secret("shop", tmp_path / "shop")
