"""The gateway's address: checked before a token is sent to it."""

import ipaddress
from urllib.parse import urlsplit

from smsreport_tui.rules.errors import ConfigError


def gateway_url(text: str) -> str:
    """The base URL without a trailing slash. Raises ConfigError for what no token should be sent to."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigError("The gateway's address is no URL: give one like https://sms.example.com.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("The gateway's address is no web address: give one like https://sms.example.com.")
    if parts.username is not None or parts.password is not None:
        raise ConfigError("The gateway's address holds a name or password: take it out; the token is given apart.")
    if parts.query or parts.fragment:
        raise ConfigError("The gateway's address ends in ? or #: give only the part before /v1.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError("The gateway's address begins with http://, and the token would travel in clear: use https.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    where = host if port is None else f"{host}:{port}"
    return f"{parts.scheme}://{where}{parts.path.rstrip('/').removesuffix('/v1')}"


def is_loopback(host: str) -> bool:
    """Whether what is sent there never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
