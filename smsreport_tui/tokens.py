"""The gateway's token: from the environment, an owner-only file, or the keyring; never from an argument."""

import contextlib
import logging
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smsreport_tui.config import Settings
from smsreport_tui.rules.errors import ConfigError

SERVICE = "smsreport"
"""The name under which the keyring keeps tokens; the user is the gateway's address, or an account's name."""
LARGEST = 4_096
"""Bytes of a token file."""
_LOG = logging.getLogger("smsreport.tokens")


@dataclass(frozen=True, slots=True)
class Token:
    """A token that may be sent, and where it was found. Its text stands in no traceback and no log."""

    value: str = field(repr=False)
    origin: str


def find_token(settings: Settings, environ: Mapping[str, str]) -> str:
    """The token for the configured gateway. Raises ConfigError saying how to give one."""
    return locate_token(settings, environ).value


def locate_token(settings: Settings, environ: Mapping[str, str]) -> Token:
    """The token and where it comes from: SMSREPORT_TOKEN, a token file, the keyring. Raises ConfigError.

    An account's is kept apart from that of a gateway without a name.
    """
    direct = environ.get("SMSREPORT_TOKEN", "").strip()
    if direct:
        return Token(_sendable(direct, "SMSREPORT_TOKEN"), "SMSREPORT_TOKEN")
    named = environ.get("SMSREPORT_TOKEN_FILE", "").strip()
    unnamed = settings.account is None
    file = Path(named).expanduser() if named else settings.token_file if unnamed else None
    if file is not None:
        return Token(_sendable(read_token_file(file), f"the token file {file}"), str(file))
    if settings.account is not None:
        return kept_secret(settings, settings.account)
    kept = _from_keyring(settings.gateway)
    if kept:
        return Token(_sendable(kept.strip(), "the keyring"), "keyring")
    raise ConfigError(
        "There is no token for the gateway: set SMSREPORT_TOKEN, or SMSREPORT_TOKEN_FILE to a file that only you "
        "can read, or keep it in the keyring with `smsreport config set-token`."
    )


def kept_secret(settings: Settings, account: str) -> Token:
    """The secret that was kept for an account: in the keyring by its name, or in its file. Raises ConfigError."""
    file = secret_file(settings, account)
    try:
        kept = _from_keyring(account)
    except ConfigError:
        # A keyring that is locked hides what stands in it, not what stands in the file.
        if not file.exists():
            raise
        kept = None
    if kept:
        return Token(_sendable(kept.strip(), "the keyring"), "keyring")
    if file.exists():
        return Token(_sendable(read_token_file(file), f"the file {file}"), str(file))
    raise ConfigError(
        f"There is no secret for the account {account}: keep it with `smsreport --account {account} config set-token`, "
        "or set SMSREPORT_TOKEN, or SMSREPORT_TOKEN_FILE to a file that only you can read."
    )


def secret_file(settings: Settings, account: str) -> Path:
    """Where an account's secret stands when there is no keyring."""
    return settings.config_file.parent / "secrets" / account


def keep_secret(user: str, token: str, file: Path) -> Path | None:
    """Keep a secret by a name in the keyring, or in a file where there is none: which file, or None.

    What a keyring may still hold from before is taken out, as it is asked first. Raises ConfigError.
    """
    if keep_in_keyring(user, token):
        return None
    _out_of_keyring(user)
    write_token_file(file, token)
    return file


def drop_secret(user: str, file: Path) -> None:
    """Forget a secret wherever it was kept. Raises ConfigError."""
    _out_of_keyring(user)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"The file {file} can not be deleted ({error.strerror}): delete it by hand.") from error


def _out_of_keyring(user: str) -> None:
    import keyring

    # There are keyrings that keep nothing, or not this; each says so in its own way.
    with contextlib.suppress(Exception):
        if keyring.get_password(SERVICE, user) is None:
            return
        keyring.delete_password(SERVICE, user)
        return
    try:
        kept = _from_keyring(user)
    except ConfigError:
        # It can not be asked either, so no run finds the secret there.
        return
    if kept:
        raise ConfigError(f"The keyring does not let go of the secret of {user}: take it out there by hand.")


def keep_token(gateway: str, token: str) -> None:
    """Put the token for a gateway into the keyring. Raises ConfigError."""
    import keyring
    import keyring.errors

    checked = _sendable(token.strip(), "what you gave")
    try:
        keyring.set_password(SERVICE, gateway, checked)
    except keyring.errors.NoKeyringError as error:
        raise ConfigError(
            "This system has no keyring: use SMSREPORT_TOKEN, or SMSREPORT_TOKEN_FILE with a file that only you can "
            "read."
        ) from error
    except Exception as error:
        raise _keyring_failed(error) from error


def checked_token(text: str) -> str:
    """A token as it was typed, fit to be sent. Raises ConfigError."""
    return _sendable(text.strip(), "what you gave")


def keep_in_keyring(gateway: str, token: str) -> bool:
    """Whether a keyring has taken the token and gives it back; some are there and keep nothing."""
    try:
        keep_token(gateway, token)
        return _from_keyring(gateway) == token
    except ConfigError:
        return False


def write_token_file(file: Path, token: str) -> None:
    """Write a file that only its owner can read, in place of an older one. Raises ConfigError."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(f"{token}\n", "ascii")
    except OSError as error:
        raise ConfigError(
            f"The token file {file} can not be written ({error.strerror}): make its folder yours, or give the token"
            " by SMSREPORT_TOKEN."
        ) from error


def _from_keyring(gateway: str | None) -> str | None:
    if gateway is None:
        return None
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(SERVICE, gateway)
    except keyring.errors.NoKeyringError:
        return None
    except Exception as error:
        raise _keyring_failed(error) from error


def _keyring_failed(error: Exception) -> ConfigError:
    # Each backend raises errors of its own kind, and their texts are not checked for secrets.
    _LOG.info("The keyring failed: %s", type(error).__name__)
    return ConfigError(
        f"The keyring can not be used ({type(error).__name__}): unlock it, or give the token by SMSREPORT_TOKEN or "
        "SMSREPORT_TOKEN_FILE."
    )


def read_token_file(file: Path) -> str:
    """The one line of a file that only its owner can read. Raises ConfigError."""
    try:
        # Not followed by a wait: a pipe in the file's place must not hang the program.
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise ConfigError(f"There is no token file {file}: create it, readable by you alone (chmod 600).") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"The token file {file} can not be read: make it yours, with chmod 600.") from error
    try:
        _check_rights(file, os.fstat(descriptor))
        data = os.read(descriptor, LARGEST + 1)
    finally:
        os.close(descriptor)
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise ConfigError(f"The token file {file} is no text: it must hold the token and nothing else.") from error
    if len(data) > LARGEST or not text or len(text.splitlines()) != 1:
        raise ConfigError(f"The token file {file} must hold one line, the token, and nothing else.")
    return text


def _check_rights(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"The token file {file} is no ordinary file: name one that holds the token.")
    if found.st_uid != os.geteuid():
        raise ConfigError(f"The token file {file} belongs to another user: make a copy of your own (chmod 600).")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigError(f"Others can read the token file {file}: run `chmod 600` on it, and have the token renewed.")


def _sendable(token: str, where: str) -> str:
    if not token:
        raise ConfigError("The token is empty: give the one that the gateway's operator gave you.")
    if len(token) > LARGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(f"What stands in {where} is no token: it holds blanks or characters that no token has.")
    return token
