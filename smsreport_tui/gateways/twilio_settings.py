"""What an account at Twilio must be told, each answer checked before it is kept."""

import re
from dataclasses import dataclass
from pathlib import Path

from smsreport_tui.gateways.accounts import Account
from smsreport_tui.gateways.address import gateway_url
from smsreport_tui.rules.clock import HOUR
from smsreport_tui.rules.errors import ConfigError

_ACCOUNT_SID = re.compile(r"\AAC[0-9a-fA-F]{32}\Z")
_SERVICE_SID = re.compile(r"\AMG[0-9a-fA-F]{32}\Z")
_NUMBER = re.compile(r"\A\+?[0-9]{3,15}\Z")
_NAME = re.compile(r"\A[A-Za-z0-9 ]{1,11}\Z")
OVERLAP_HOURS = "72"
HISTORY_DAYS = "30"
_MOST_DAYS = 400
"""So long Twilio keeps messages."""


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """The answers; spans in microseconds, `activities` None where no file says whose the messages are."""

    account_sid: str
    sender: str
    receiver: str
    activities: Path | None
    overlap: int
    history: int


def read_settings(account: Account) -> TwilioSettings:
    """The answers of an account. Raises ConfigError."""
    told = account.options
    file = told.get("activities", "").strip()
    return TwilioSettings(
        account_sid=account_sid(told.get("account_sid", "")),
        sender=sender(told.get("sender", "")),
        receiver=receiver(told.get("receiver", "")),
        activities=Path(file).expanduser() if file else None,
        overlap=overlap_hours(told.get("overlap_hours", OVERLAP_HOURS)) * HOUR,
        history=history_days(told.get("history_days", HISTORY_DAYS)) * 24 * HOUR,
    )


def account_sid(text: str) -> str:
    """Raises ConfigError."""
    if not _ACCOUNT_SID.match(text.strip()):
        raise ConfigError("That is no account SID: Twilio's console shows it, AC and 32 digits or letters from a to f.")
    return text.strip()


def sender(text: str) -> str:
    """A number, a name, a Messaging Service, or nothing. Raises ConfigError."""
    found = text.strip()
    if found and not any(form.match(found) for form in (_SERVICE_SID, _NUMBER, _NAME)):
        raise ConfigError(
            "Twilio knows no such sender: give a number as +14155552345, a name of at most 11 letters, or the SID of "
            "a Messaging Service (MG...)."
        )
    return found


def receiver(text: str) -> str:
    """The receiver's address without its secret, or nothing. Raises ConfigError."""
    return gateway_url(text) if text.strip() else ""


def overlap_hours(text: str) -> int:
    """Raises ConfigError."""
    return _number(text, "hours that a message's state may change in", 24 * _MOST_DAYS)


def history_days(text: str) -> int:
    """Raises ConfigError."""
    return _number(text, "days that the first look goes back", _MOST_DAYS)


def _number(text: str, what: str, most: int) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 7 and 1 <= int(digits) <= most):
        raise ConfigError(f"The {what} are a whole number from 1 to {most}.")
    return int(digits)
