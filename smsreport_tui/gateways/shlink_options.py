"""What an account at Shlink is told beside address and key."""

import re

from smsreport_tui.rules.errors import ConfigError

TAG, DOMAIN = "tag", "domain"
DEFAULT_TAG = "smsreport"
_TAG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?::[0-9]{1,5})?)?")


def check_tag(text: str) -> str:
    """A tag as Shlink keeps it. Raises ConfigError."""
    if _TAG.fullmatch(text) is None:
        raise ConfigError(
            "The tag of the short links must be of small letters, digits, dots, dashes and underscores, 64 at the most."
        )
    return text


def check_domain(text: str) -> str:
    """One of Shlink's domains, or nothing for its default. Raises ConfigError."""
    if _DOMAIN.fullmatch(text) is None:
        raise ConfigError("The domain of the short links must be a name such as go.example.com, without https://.")
    return text
